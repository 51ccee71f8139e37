# A machine of its own from this machine's files, in namespaces: $1 is laid over the root, $2 is an empty folder.
# Ends as systemd; whoever ends this process ends the machine.
set -eu
files=$1 work=$2
mount --make-rprivate /
mount -t tmpfs machine "$work"
mkdir "$work/upper" "$work/work" "$work/root"
mount -t overlay root -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/root"
cp -a "$files/." "$work/root/"
cd "$work/root"
echo 'carrel-frontend-master:x:990:990::/:/usr/sbin/nologin' >> etc/passwd
echo 'carrel-frontend-master:x:990:' >> etc/group
rm -rf etc/systemd/system/*.wants
for unit in systemd-udevd systemd-udev-trigger systemd-timesyncd systemd-networkd systemd-resolved systemd-sysctl \
  systemd-logind docker containerd; do
  ln -sf /dev/null "etc/systemd/system/$unit.service"
done
mount -t proc proc proc
mount --rbind /sys sys
umount -l sys/fs/cgroup 2>/dev/null || true
[ -d sys/fs/cgroup ] || mount -t tmpfs sys sys/fs
mkdir -p sys/fs/cgroup
mount -t cgroup2 cgroup sys/fs/cgroup
mount -t tmpfs dev dev
for name in null zero full random urandom tty; do
  touch "dev/$name"
  mount --bind "/dev/$name" "dev/$name"
done
mkdir dev/shm dev/pts
ln -s /proc/self/fd dev/fd
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs run run
mount -t tmpfs tmp tmp
ip link set lo up
mkdir -p old
pivot_root . old
umount -l /old
# systemd hands credentials to units through mounts that must be seen outside of where it makes them.
mount --make-rshared /
exec env -i container=test PATH=/usr/sbin:/usr/bin /lib/systemd/systemd systemd.unit=carrel-test.target \
  --log-target=journal --show-status=0
