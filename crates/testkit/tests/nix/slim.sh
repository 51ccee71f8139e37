# The image of a slot without its compilers, as an archive: the same files, a tenth of them.
set -eu
mkdir -p /tmp/slim/usr/lib
cd /tmp/slim
cp -a /bin /sbin /lib /lib64 /etc /home /run /nix .
cp -a /usr/lib/carrel usr/lib/
mkdir -p -m 1777 tmp
mkdir -p proc sys dev var
programs="/usr/bin/carrel-session-agent /usr/lib/git-core/git-remote-http"
for name in sh bash cat cp env git head id ln ls mkdir mv ps rm sed sleep tail touch true uname s6-svscan s6-supervise; do
  programs="$programs /usr/bin/$name"
done
needed=$(for program in $programs; do ldd "$program" 2>/dev/null || true; done | grep -o '/[^ ]*' | sort -u)
for file in $programs $needed; do
  # Where it really is, under the name it is asked for.
  file=$(readlink -f "${file%/*}")/${file##*/}
  [ -e ".$file" ] || cp --parents -L "$file" .
done
ln -sf git-remote-http usr/lib/git-core/git-remote-https
tar -c .
