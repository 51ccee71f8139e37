//! One fixed-size file system per slot, so that no slot can fill the host's disk.
//!
//! A sparse file holds an ext4 without a journal (it dies with its slot), mounted through a loop device.
//! Layout: `<dir>/<slot>.img` is the file, `<dir>/<slot>/` the mount point with `home` and `nix` in it. Everything can
//! be found again by name, so a crash at any step leaves nothing that [`Volumes::remove`] would not clear.
//! Without the right to mount, a volume is a plain directory and [`Volumes::limits`] says so.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use carrel_ids::SlotId;
use rustix::mount::{UnmountFlags, unmount};
use tokio::process::Command;

use crate::procfs;
use crate::{DiskLimits, RuntimeError};

/// The two directories of a volume.
pub const HOME: &str = "home";
/// See [`HOME`].
pub const NIX: &str = "nix";

/// What must stay free on the host's disk, so that running slots can still write into their sparse files and the
/// daemons into their logs and ledgers.
pub const HOST_RESERVE_BYTES: u64 = 512 << 20;
/// ext4 itself needs some; anything smaller is a mistake in a config file.
pub const VOLUME_MIN_BYTES: u64 = 8 << 20;
/// mkfs and mount take 10 ms each on an idle machine; past this the disk is ill.
const TOOL_LIMIT: Duration = Duration::from_secs(30);
/// A mount point under which more than this were stacked is not ours.
const UNMOUNTS_MAX: usize = 8;
/// Bytes of disk per inode: source trees and package folders are full of small files.
const BYTES_PER_INODE: &str = "8192";

/// The volumes of one node.
#[derive(Debug, Clone)]
pub struct Volumes {
    dir: PathBuf,
    limits: DiskLimits,
    reserve: u64,
}

impl Volumes {
    /// Volumes under `dir`, which is made if missing, of fixed size if this process may mount.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, RuntimeError> {
        let limits = match why_not_mounted() {
            None => DiskLimits::Enforced,
            Some(reason) => DiskLimits::NotEnforced(reason),
        };
        Self::open_with(dir.into(), limits)
    }

    /// Volumes under `dir` that are plain directories.
    pub fn open_plain(dir: impl Into<PathBuf>, reason: &str) -> Result<Self, RuntimeError> {
        Self::open_with(dir.into(), DiskLimits::NotEnforced(reason.to_owned()))
    }

    fn open_with(dir: PathBuf, limits: DiskLimits) -> Result<Self, RuntimeError> {
        // Others may pass through (an engine with user namespaces mounts as nobody) but not look around.
        let made = fs::DirBuilder::new().recursive(true).mode(0o711).create(&dir);
        // Mount tables hold absolute paths without links.
        match made.and_then(|()| dir.canonicalize()) {
            Ok(dir) => Ok(Self { dir, limits, reserve: HOST_RESERVE_BYTES }),
            Err(source) => Err(RuntimeError::State { step: "make", path: dir, source }),
        }
    }

    /// Leaves this much free on the host instead of [`HOST_RESERVE_BYTES`].
    #[must_use]
    pub fn with_reserve(mut self, bytes: u64) -> Self {
        self.reserve = bytes;
        self
    }

    /// Whether sizes are enforced.
    pub fn limits(&self) -> &DiskLimits {
        &self.limits
    }

    /// Where the slot's volume is mounted, whether or not it exists.
    pub fn path(&self, slot: &SlotId) -> PathBuf {
        self.dir.join(slot.as_str())
    }

    fn image(&self, slot: &SlotId) -> PathBuf {
        self.dir.join(format!("{slot}.img"))
    }

    /// Whether anything of the slot's volume is on disk.
    pub fn exists(&self, slot: &SlotId) -> bool {
        self.path(slot).exists() || self.image(slot).exists()
    }

    /// The slots of which something is on disk.
    pub fn list(&self) -> Result<Vec<SlotId>, RuntimeError> {
        let fail = |source| RuntimeError::State { step: "list", path: self.dir.clone(), source };
        let mut slots = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(fail)? {
            let name = entry.map_err(fail)?.file_name();
            let Some(name) = name.to_str() else { continue };
            if let Ok(slot) = name.strip_suffix(".img").unwrap_or(name).parse() {
                slots.push(slot);
            }
        }
        slots.sort();
        slots.dedup();
        Ok(slots)
    }

    /// Makes the slot's volume with empty `home` and `nix` that belong to `owner`, clearing remains of an
    /// earlier one. Returns where it is mounted. Leaves nothing behind when it fails.
    pub async fn create(&self, slot: &SlotId, bytes: u64, owner: u32) -> Result<PathBuf, RuntimeError> {
        self.check_space()?;
        self.remove(slot).await?;
        let made = match &self.limits {
            DiskLimits::Enforced => self.create_fixed(slot, bytes, owner).await,
            DiskLimits::NotEnforced(_) => self.create_plain(slot, owner),
        };
        if made.is_err() {
            // The first error is the one to tell; what can't be cleared now is found by `list`.
            if let Err(error) = self.remove(slot).await {
                tracing::warn!(%slot, %error, "clear a half-made volume");
            }
        }
        made.map(|()| self.path(slot))
    }

    fn check_space(&self) -> Result<(), RuntimeError> {
        let fail = |source| RuntimeError::State { step: "measure", path: self.dir.clone(), source };
        let disk = rustix::fs::statvfs(&self.dir).map_err(|errno| fail(errno.into()))?;
        let free = disk.f_bavail * disk.f_frsize;
        if free < self.reserve {
            return Err(RuntimeError::NoSpace { path: self.dir.clone(), free, needed: self.reserve });
        }
        Ok(())
    }

    async fn create_fixed(&self, slot: &SlotId, bytes: u64, owner: u32) -> Result<(), RuntimeError> {
        if bytes < VOLUME_MIN_BYTES {
            let reason =
                format!("its disk limit of {bytes} bytes is too small: allow at least {VOLUME_MIN_BYTES}");
            return Err(RuntimeError::InvalidSpec { slot: slot.clone(), reason });
        }
        let (image, mount_point) = (self.image(slot), self.path(slot));
        // The mount point doubles as the tree that mkfs copies into the new file system, owners included.
        make_dirs(&mount_point, owner).map_err(self.fail("make", slot, &mount_point))?;
        let sparse = fs::OpenOptions::new().write(true).create_new(true).open(&image);
        sparse
            .and_then(|file| {
                file.set_permissions(fs::Permissions::from_mode(0o600))?;
                file.set_len(bytes)
            })
            .map_err(self.fail("make", slot, &image))?;
        let mut mkfs = Command::new("mkfs.ext4");
        mkfs.args([
            "-q",
            "-F",
            "-b",
            "4096",
            "-m",
            "0",
            "-i",
            BYTES_PER_INODE,
            "-O",
            "^has_journal,^resize_inode",
        ])
        .args(["-E", "lazy_itable_init=1,nodiscard", "-d"])
        .args([&mount_point, &image]);
        tool(mkfs).await.map_err(self.fail("format", slot, &image))?;
        let mut mount = Command::new("mount");
        // The image is a fresh sparse file, so its inode tables read as zeros already: writing them would only take
        // space on the host.
        mount
            .args(["-t", "ext4", "-o", "loop,nosuid,nodev,noatime,noinit_itable"])
            .args([&image, &mount_point]);
        tool(mount).await.map_err(self.fail("mount", slot, &image))
    }

    fn create_plain(&self, slot: &SlotId, owner: u32) -> Result<(), RuntimeError> {
        let dir = self.path(slot);
        make_dirs(&dir, owner).map_err(self.fail("make", slot, &dir))
    }

    /// Unmounts and deletes the slot's volume. Nothing to do is fine.
    pub async fn remove(&self, slot: &SlotId) -> Result<(), RuntimeError> {
        let (volumes, slot) = (self.clone(), slot.clone());
        let (path, name) = (self.path(&slot), slot.clone());
        let work = tokio::task::spawn_blocking(move || volumes.remove_blocking(&slot));
        match work.await {
            Ok(done) => done,
            Err(panicked) => Err(self.fail("delete", &name, &path)(io::Error::other(panicked))),
        }
    }

    fn remove_blocking(&self, slot: &SlotId) -> Result<(), RuntimeError> {
        let (image, dir) = (self.image(slot), self.path(slot));
        for _ in 0..UNMOUNTS_MAX {
            let mounts = procfs::mounts_at(&dir).map_err(self.fail("look for", slot, &dir))?;
            if mounts == 0 {
                break;
            }
            // Detached, since a dying container may hold the mount a little longer; the loop device goes
            // away by itself with the last user.
            unmount(&dir, UnmountFlags::DETACH)
                .map_err(|errno| self.fail("unmount", slot, &dir)(errno.into()))?;
        }
        absent_is_fine(fs::remove_dir_all(&dir)).map_err(self.fail("delete", slot, &dir))?;
        absent_is_fine(fs::remove_file(&image)).map_err(self.fail("delete", slot, &image))
    }

    /// Used bytes and size of the slot's file system; size 0 when no limit holds.
    pub fn usage(&self, slot: &SlotId) -> io::Result<(u64, u64)> {
        if self.limits != DiskLimits::Enforced {
            return Ok((0, 0));
        }
        let disk = rustix::fs::statvfs(self.path(slot))?;
        let used = disk.f_blocks.saturating_sub(disk.f_bfree) * disk.f_frsize;
        // What ext4 keeps back for itself is of no use to the slot, so it is not part of its size.
        Ok((used, used + disk.f_bavail * disk.f_frsize))
    }

    fn fail(
        &self,
        step: &'static str,
        slot: &SlotId,
        path: &Path,
    ) -> impl FnOnce(io::Error) -> RuntimeError + use<> {
        let (slot, path, dir) = (slot.clone(), path.to_owned(), self.dir.clone());
        move |source| match source.kind() {
            io::ErrorKind::StorageFull => {
                RuntimeError::NoSpace { path: dir, free: 0, needed: HOST_RESERVE_BYTES }
            }
            _ => RuntimeError::Volume { slot, step, path, source },
        }
    }
}

/// Why this process can't mount a file, in a sentence; `None` when it can.
fn why_not_mounted() -> Option<String> {
    if !rustix::process::geteuid().is_root() {
        return Some("the node does not run as root, so slots share the host's disk".to_owned());
    }
    if !Path::new("/dev/loop-control").exists() {
        return Some("the kernel has no loop devices, so slots share the host's disk".to_owned());
    }
    None
}

fn make_dirs(dir: &Path, owner: u32) -> io::Result<()> {
    let root = rustix::process::geteuid().is_root();
    fs::DirBuilder::new().recursive(true).mode(0o755).create(dir)?;
    for name in [HOME, NIX] {
        let path = dir.join(name);
        fs::DirBuilder::new().recursive(true).mode(0o755).create(&path)?;
        if root {
            chown(&path, Some(owner), Some(owner))?;
        } else if rustix::process::geteuid().as_raw() != owner {
            // Not ours to give away: let the slot's user in.
            fs::set_permissions(&path, fs::Permissions::from_mode(0o777))?;
        }
    }
    Ok(())
}

/// Runs a program to its end; what it complained about becomes the error.
async fn tool(mut command: Command) -> io::Result<()> {
    let name = command.as_std().get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let Ok(output) = tokio::time::timeout(TOOL_LIMIT, command.output()).await else {
        return Err(io::Error::new(
            io::ErrorKind::TimedOut,
            format!("`{name}` did not finish within {TOOL_LIMIT:?}"),
        ));
    };
    let output = output
        .map_err(|error| io::Error::new(error.kind(), format!("run `{name}` (is it installed?): {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let kind = if said.contains("No space left") { io::ErrorKind::StorageFull } else { io::ErrorKind::Other };
    Err(io::Error::new(kind, format!("`{name}` said: {}", said.trim())))
}

fn absent_is_fine(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
