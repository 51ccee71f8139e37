# An authority for one test run, and a certificate for each machine and for the door's public names.
{pkgs}:
pkgs.runCommand "carrel-test-certificates" {nativeBuildInputs = [pkgs.openssl];} ''
  new() { openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "$@" 2>/dev/null; }
  mkdir -p $out/{door,hands,ingress}
  new -x509 -days 3650 -subj /CN=test-rack -keyout ca.key -out ca.pem
  sign() {
    new -subj "/CN=$2" -keyout "$1.key" -out "$1.csr"
    printf 'subjectAltName=%s\n' "$3" > "$1.ext"
    openssl x509 -req -days 3650 -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -extfile "$1.ext" -out "$1.crt" 2>/dev/null
  }
  for name in door hands; do
    sign $name $name.carrel.example DNS:$name.carrel.example
    cp ca.pem $out/$name/rack-ca.pem
    cp $name.crt $out/$name/tls.crt
    cp $name.key $out/$name/tls.key
  done
  sign ingress carrel.example DNS:carrel.example,DNS:git.carrel.example,DNS:*.sessions.carrel.example
  cat ingress.crt ca.pem > $out/ingress/cert.pem
  cp ingress.key $out/ingress/key.pem
''
