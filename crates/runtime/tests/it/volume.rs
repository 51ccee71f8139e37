//! Volumes: fixed size, found again after a crash, gone after removal.

use std::fs;
use std::path::Path;

use carrel_runtime::volume::{VOLUME_MIN_BYTES, Volumes};
use carrel_runtime::{DiskLimits, RuntimeError};

use crate::conformance::fresh_slot;

const OWNER: u32 = 1000;

/// A folder whose mounts go with it, also when a test fails.
struct Dir(tempfile::TempDir);

impl Dir {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("temp dir"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let table = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        let mounted = table.lines().filter_map(|line| line.split(' ').nth(4));
        for path in mounted.filter(|path| Path::new(path).starts_with(self.path())) {
            let _ = rustix::mount::unmount(path, rustix::mount::UnmountFlags::DETACH);
        }
    }
}

fn is_mounted(path: &Path) -> bool {
    let table = fs::read_to_string("/proc/self/mountinfo").expect("mount table");
    table.lines().any(|line| line.split(' ').nth(4) == path.to_str())
}

/// `None` where this process may not mount; the plain kind is tested everywhere.
fn fixed(dir: &Dir) -> Option<Volumes> {
    let volumes = Volumes::open(dir.path()).expect("open");
    match volumes.limits() {
        DiskLimits::Enforced => Some(volumes),
        DiskLimits::NotEnforced(reason) => {
            println!("SKIPPED: {reason}");
            None
        }
    }
}

#[tokio::test]
async fn a_full_volume_fills_nothing_else() {
    let dir = Dir::new();
    let Some(volumes) = fixed(&dir) else { return };
    let slot = fresh_slot();
    let path = volumes.create(&slot, 16 << 20, OWNER).await.expect("create");
    assert!(is_mounted(&path));
    let (used, size) = volumes.usage(&slot).expect("usage");
    assert!(used < 1 << 20 && size > 13 << 20 && size <= 16 << 20, "{used} of {size}");

    let full = fs::write(path.join("home/big"), vec![7_u8; 20 << 20]).expect_err("must not fit");
    assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
    let (used, size) = volumes.usage(&slot).expect("usage");
    assert!(used * 100 / size >= 90, "{used} of {size}");

    volumes.remove(&slot).await.expect("remove");
    volumes.remove(&slot).await.expect("remove again");
    assert!(!is_mounted(&path));
    assert_eq!(fs::read_dir(dir.path()).expect("list").count(), 0);
}

#[tokio::test]
async fn another_process_finds_and_removes_what_a_crash_left() {
    let dir = Dir::new();
    let Some(volumes) = fixed(&dir) else { return };
    let (mounted, half_made) = (fresh_slot(), fresh_slot());
    let path = volumes.create(&mounted, VOLUME_MIN_BYTES, OWNER).await.expect("create");
    fs::write(dir.path().join(format!("{half_made}.img")), "not a file system").expect("write");

    let again = Volumes::open(dir.path()).expect("open again");
    let mut wanted = vec![mounted.clone(), half_made.clone()];
    wanted.sort();
    assert_eq!(again.list().expect("list"), wanted);
    // Making it anew clears the remains first.
    again.create(&half_made, VOLUME_MIN_BYTES, OWNER).await.expect("create over remains");
    for slot in [&mounted, &half_made] {
        again.remove(slot).await.expect("remove");
    }
    assert!(!is_mounted(&path) && again.list().expect("list").is_empty());
}

#[tokio::test]
async fn too_little_space_is_said_before_anything_is_made() {
    let dir = Dir::new();
    let volumes = Volumes::open(dir.path()).expect("open").with_reserve(u64::MAX);
    let refused = volumes.create(&fresh_slot(), VOLUME_MIN_BYTES, OWNER).await;
    assert!(matches!(refused, Err(RuntimeError::NoSpace { .. })), "{refused:?}");
    assert!(volumes.list().expect("list").is_empty());
}

#[tokio::test]
async fn a_volume_too_small_for_a_file_system_is_refused() {
    let dir = Dir::new();
    let Some(volumes) = fixed(&dir) else { return };
    let refused = volumes.create(&fresh_slot(), VOLUME_MIN_BYTES - 1, OWNER).await;
    assert!(matches!(refused, Err(RuntimeError::InvalidSpec { .. })), "{refused:?}");
    assert!(volumes.list().expect("list").is_empty());
}

#[tokio::test]
async fn plain_folders_say_that_they_are_just_that() {
    let dir = Dir::new();
    let volumes = Volumes::open_plain(dir.path(), "no reason").expect("open");
    assert_eq!(volumes.limits(), &DiskLimits::NotEnforced("no reason".to_owned()));
    let slot = fresh_slot();
    let path = volumes.create(&slot, 0, OWNER).await.expect("create");
    assert!(path.join("home").is_dir() && path.join("nix").is_dir());
    assert_eq!(volumes.usage(&slot).expect("usage"), (0, 0));
    assert_eq!(volumes.list().expect("list"), std::slice::from_ref(&slot));
    volumes.remove(&slot).await.expect("remove");
    assert!(!path.exists());
}
