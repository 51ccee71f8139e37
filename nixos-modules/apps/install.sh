# Puts a host of the flake onto a bare machine that answers to SSH as root, rescue system or not. Everything on the
# disks named for the host is lost.
flake=.
secrets=
target=

usage() {
  cat <<'EOF'
Usage: install [--flake FLAKE] [--secrets FOLDER] [--target root@ADDRESS] HOST

  --flake FLAKE      where the host is described [default: .]
  --secrets FOLDER   holds HOST/{rack-ca.pem,tls.crt,tls.key,node.token}, put into /var/lib/carrel-secrets
  --target ADDRESS   how the machine is reached now [default: root@ its address in carrel.rack]
EOF
}

while [ $# -gt 0 ]; do
  case $1 in
    --flake) flake=$2; shift 2 ;;
    --secrets) secrets=$2; shift 2 ;;
    --target) target=$2; shift 2 ;;
    -h | --help) usage; exit 0 ;;
    -*) echo "error: install knows no $1" >&2; usage >&2; exit 64 ;;
    *) break ;;
  esac
done
if [ $# -ne 1 ]; then
  usage >&2
  exit 64
fi
host=$1

if [ -z "$target" ]; then
  address=$(nix eval --raw "$flake#nixosConfigurations.$host.config.carrel.rack.hosts.$host.address")
  target=root@$address
fi

# Whatever is wrong with the description shows here, before a disk is touched.
echo "building $host" >&2
nix build --no-link "$flake#nixosConfigurations.$host.config.system.build.toplevel"

arguments=(--flake "$flake#$host" --target-host "$target")
if [ -n "$secrets" ]; then
  if [ ! -d "$secrets/$host" ]; then
    echo "error: $secrets/$host is no folder; it must hold the secrets of $host" >&2
    exit 1
  fi
  files=$(mktemp -d)
  trap 'rm -rf "$files"' EXIT
  install -d -m 0700 "$files/var/lib/carrel-secrets"
  install -m 0400 "$secrets/$host"/* "$files/var/lib/carrel-secrets/"
  # Which authority to trust is no secret, and the front-end master's own user reads it.
  chmod 0444 "$files/var/lib/carrel-secrets/rack-ca.pem"
  arguments+=(--extra-files "$files")
fi

echo "installing $host on $target" >&2
nixos-anywhere "${arguments[@]}"
