# A machine of its own from this machine's files, in namespaces, with control groups of its own: $1 is laid over the
# root, $2 is its disk. Ends as systemd; whoever ends that process ends the machine.
set -eu
files=$1 disk=$2 phase=${3:-outside}

# Groups for this machine alone, in whatever hierarchies there are; the new namespace takes them for the roots.
join_groups() {
  local name=$1 tree
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    for tree in $(cat /sys/fs/cgroup/cgroup.controllers); do
      echo "+$tree" > /sys/fs/cgroup/cgroup.subtree_control || true
    done
    mkdir "/sys/fs/cgroup/$name"
    echo $$ > "/sys/fs/cgroup/$name/cgroup.procs"
    return
  fi
  for tree in /sys/fs/cgroup/*/; do
    tree=${tree%/}
    [ ! -L "$tree" ] && [ -e "$tree/cgroup.procs" ] || continue
    mkdir "$tree/$name"
    if [ -e "$tree/cpuset.cpus" ]; then
      cat "$tree/cpuset.cpus" > "$tree/$name/cpuset.cpus"
      cat "$tree/cpuset.mems" > "$tree/$name/cpuset.mems"
    fi
    echo $$ > "$tree/$name/cgroup.procs"
  done
}

# The same hierarchies as outside, from the machine's own groups on.
mount_groups() {
  local name kind options
  [ -d sys/fs/cgroup ] || mount -t tmpfs sys sys/fs
  if [ -e /sys/fs/cgroup/cgroup.controllers ] || [ ! -d /sys/fs/cgroup/memory ]; then
    mkdir -p sys/fs/cgroup
    mount -t cgroup2 cgroup sys/fs/cgroup
    return
  fi
  mount -t tmpfs -o mode=755 cgroups sys/fs/cgroup
  while read -r _ name kind options _; do
    case $kind,$name in
      cgroup*,/sys/fs/cgroup/*) name=${name##*/} ;;
      *) continue ;;
    esac
    mkdir "sys/fs/cgroup/$name"
    case $kind,$name in
      cgroup2,*) mount -t cgroup2 cgroup "sys/fs/cgroup/$name" ;;
      cgroup,systemd) mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd ;;
      *) mount -t cgroup -o "$name" cgroup "sys/fs/cgroup/$name" ;;
    esac
  done < /proc/mounts
  mount -o remount,ro,mode=755 sys/fs/cgroup
}

if [ "$phase" = outside ]; then
  join_groups "carrel-test-$$"
  exec unshare --mount --uts --ipc --net --cgroup --pid --fork --kill-child bash "$0" "$files" "$disk" inside
fi

mount --make-rprivate /
# Whoever wants the disk to outlive the machine has mounted one. It may not lie on the file system of the root, which
# is a layer below.
mountpoint -q "$disk" || mount -t tmpfs disk "$disk"
if [ ! -d "$disk/upper" ]; then
  mkdir "$disk/upper" "$disk/work" "$disk/root"
  new=1
fi
mount -t overlay root -o "lowerdir=/,upperdir=$disk/upper,workdir=$disk/work" "$disk/root"
cd "$disk/root"
if [ -n "${new:-}" ]; then
  # What this machine starts is none of that one's business.
  rm -rf etc/systemd/system/*.wants
  cp -a "$files/." .
fi
# Engine and slots want a file system that is none of these.
for folder in docker carrel-compute-node; do
  mkdir -p "$disk/$folder" "var/lib/$folder"
  mount --bind "$disk/$folder" "var/lib/$folder"
done
mount -t proc proc proc
mount --rbind /sys sys
umount -l sys/fs/cgroup 2>/dev/null || true
mount_groups
mount -t tmpfs -o mode=755 dev dev
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty /dev/loop* dev/
mkdir dev/shm dev/pts
ln -s /proc/self/fd dev/fd
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs -o mode=755 run run
mount -t tmpfs tmp tmp
ip link set lo up
mkdir -p old
pivot_root . old
umount -l /old
hostname -F /etc/hostname
# systemd hands credentials to units through mounts that must be seen outside of where it makes them.
mount --make-rshared /
exec env -i container=test PATH=/usr/sbin:/usr/bin /lib/systemd/systemd systemd.unit=multi-user.target \
  --log-target=journal --show-status=0 SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1
