//! The reader over kept trees of both hierarchies.

use std::fs;
use std::path::{Path, PathBuf};

use carrel_runtime::cgroup::{CgroupPath, CgroupReader, CgroupStats};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn path_in(root: &Path) -> CgroupPath {
    let text = fs::read_to_string(root.join("proc-pid-cgroup")).expect("fixture");
    CgroupPath::parse(&text).expect("path")
}

/// Both trees show the same container.
const WANTED: CgroupStats = CgroupStats {
    cpu_usec: 163_311,
    // 2,650,112 in use, of which 1,986,560 are file cache that nobody uses.
    memory_bytes: 663_552,
    memory_limit: 67_108_864,
    pids: 2,
    oom_kills: 1,
};

#[test]
fn both_trees_say_the_same() {
    for name in ["cgroup-v1", "cgroup-v2"] {
        let root = fixture(name);
        let (reader, path) = (CgroupReader::new(&root), path_in(&root));
        assert_eq!(matches!(path, CgroupPath::V1 { .. }), name == "cgroup-v1");
        assert!(path.belongs_to("slot"));
        assert_eq!(reader.stats(&path).expect("stats"), WANTED, "{name}");
        assert_eq!(reader.processes(&path).expect("processes"), [25_861, 25_909], "{name}");
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("folder");
    for entry in fs::read_dir(from).expect("list") {
        let entry = entry.expect("entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copy");
        }
    }
}

#[test]
fn no_limit_is_zero_and_an_older_kernel_counts_no_kills() {
    let dir = tempfile::tempdir().expect("temp dir");
    for (name, folder, file, unlimited) in [
        ("cgroup-v1", "memory/docker/slot", "memory.limit_in_bytes", "9223372036854771712\n"),
        ("cgroup-v2", "system.slice/docker-slot.scope", "memory.max", "max\n"),
    ] {
        let root = dir.path().join(name);
        copy(&fixture(name), &root);
        fs::write(root.join(folder).join(file), unlimited).expect("write");
        if name == "cgroup-v1" {
            let control = root.join(folder).join("memory.oom_control");
            fs::write(control, "oom_kill_disable 0\nunder_oom 0\n").expect("write");
        }
        let stats = CgroupReader::new(&root).stats(&path_in(&root)).expect("stats");
        let oom_kills = u64::from(name == "cgroup-v2");
        assert_eq!(stats, CgroupStats { memory_limit: 0, oom_kills, ..WANTED });
    }
}

#[test]
fn a_group_that_is_gone_is_not_found_and_nonsense_is_named() {
    let root = fixture("cgroup-v2");
    let reader = CgroupReader::new(&root);
    let gone = CgroupPath::V2("/system.slice/docker-other.scope".to_owned());
    let error = reader.stats(&gone).expect_err("gone");
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    assert_eq!(reader.processes(&gone).expect("none"), Vec::<u32>::new());
    assert!(!reader.kill(&gone).expect("nothing to kill"));

    let dir = tempfile::tempdir().expect("temp dir");
    copy(&root, dir.path());
    fs::write(dir.path().join("system.slice/docker-slot.scope/pids.current"), "many\n").expect("write");
    let error = CgroupReader::new(dir.path()).stats(&path_in(dir.path())).expect_err("nonsense");
    assert!(error.to_string().contains("pids.current"), "{error}");
}

#[test]
fn a_unified_group_is_killed_through_its_own_file() {
    let dir = tempfile::tempdir().expect("temp dir");
    copy(&fixture("cgroup-v2"), dir.path());
    let file = dir.path().join("system.slice/docker-slot.scope/cgroup.kill");
    fs::write(&file, "").expect("write");
    assert!(CgroupReader::new(dir.path()).kill(&path_in(dir.path())).expect("kill"));
    assert_eq!(fs::read_to_string(file).expect("read"), "1");
    let one = fixture("cgroup-v1");
    assert!(!CgroupReader::new(&one).kill(&path_in(&one)).expect("v1 has no such file"));
}
