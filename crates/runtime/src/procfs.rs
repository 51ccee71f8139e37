//! The few facts we need from `/proc`.

use std::fs;
use std::io;
use std::path::Path;

/// One line of `/proc/<pid>/stat`, as far as we need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) state: char,
    pub(crate) group: u32,
    pub(crate) session: u32,
    /// Clock ticks of this process and of those children it has waited for.
    pub(crate) cpu_ticks: u64,
    pub(crate) threads: u32,
    /// Clock ticks after boot: with the pid it names a process for good, within one boot.
    pub(crate) started: u64,
    pub(crate) resident_pages: u64,
}

impl Stat {
    /// Alive, or at least not yet dead?
    pub(crate) fn is_alive(&self) -> bool {
        !matches!(self.state, 'Z' | 'X' | 'x')
    }

    fn parse(text: &str) -> Option<Self> {
        // The name is in parentheses and may hold anything, even parentheses.
        let (_, rest) = text.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        // Field 3 of proc_pid_stat(5) is our index 0.
        let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
        Some(Self {
            state: fields.first()?.chars().next()?,
            group: number(5)?.try_into().ok()?,
            session: number(6)?.try_into().ok()?,
            cpu_ticks: number(14)? + number(15)? + number(16)? + number(17)?,
            threads: number(20)?.try_into().ok()?,
            started: number(22)?,
            resident_pages: number(24)?,
        })
    }
}

/// The process's line; `None` when there is no such process.
pub(crate) fn stat(pid: u32) -> Option<Stat> {
    Stat::parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// The control groups of a process; `None` when there is no such process.
pub(crate) fn cgroups(pid: u32) -> Option<String> {
    fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()
}

/// The user a process runs as.
pub(crate) fn uid(pid: u32) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    // The directory belongs to the effective user, except for processes that may not be traced; the
    // status file is always right.
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok();
    let from_status = status.and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("Uid:"))?;
        line.split_ascii_whitespace().next()?.parse().ok()
    });
    from_status.or_else(|| fs::metadata(format!("/proc/{pid}")).ok().map(|meta| meta.uid()))
}

/// Whether a process was started with this `NAME=value` in its environment.
pub(crate) fn has_env(pid: u32, pair: &str) -> bool {
    fs::read(format!("/proc/{pid}/environ"))
        .is_ok_and(|bytes| bytes.split(|byte| *byte == 0).any(|entry| entry == pair.as_bytes()))
}

/// The numbers of all processes.
pub(crate) fn pids() -> io::Result<Vec<u32>> {
    let mut pids = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        if let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) {
            pids.push(pid);
        }
    }
    Ok(pids)
}

/// Names this boot of the machine: process numbers and start times mean nothing in another one.
pub(crate) fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .map(|text| text.trim().to_owned())
        .unwrap_or_default()
}

/// Total memory of the machine in bytes; 0 when unknown.
pub(crate) fn memory_total() -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = line.and_then(|rest| rest.split_ascii_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1_024
}

/// How many file systems are mounted at this very path.
pub(crate) fn mounts_at(path: &Path) -> io::Result<usize> {
    let text = fs::read_to_string("/proc/self/mountinfo")?;
    Ok(count_mounts(&text, path))
}

fn count_mounts(mountinfo: &str, path: &Path) -> usize {
    let wanted = escaped(&path.to_string_lossy());
    mountinfo.lines().filter(|line| line.split(' ').nth(4) == Some(wanted.as_str())).count()
}

/// The kernel writes blanks, tabs, newlines and backslashes in paths as octal.
fn escaped(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            ' ' => text.push_str("\\040"),
            '\t' => text.push_str("\\011"),
            '\n' => text.push_str("\\012"),
            '\\' => text.push_str("\\134"),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_does_not_shift_the_fields() {
        let line = "42 (a) b) (c) S 1 42 7 0 -1 4194560 1 0 0 0 10 20 3 4 20 0 5 0 9999 1000 77 18";
        let stat = Stat::parse(line).expect("parses");
        assert_eq!(stat.state, 'S');
        assert_eq!((stat.group, stat.session), (42, 7));
        assert_eq!(stat.cpu_ticks, 37);
        assert_eq!((stat.threads, stat.started, stat.resident_pages), (5, 9_999, 77));
        assert_eq!(Stat::parse("42 (short) S 1"), None);
    }

    #[test]
    fn we_find_ourselves() {
        let me = std::process::id();
        assert!(stat(me).expect("own stat").is_alive());
        assert_eq!(uid(me), Some(rustix::process::getuid().as_raw()));
        assert!(pids().expect("list").contains(&me));
        assert!(cgroups(me).is_some());
        assert!(!boot_id().is_empty());
        assert!(memory_total() > 0);
    }

    #[test]
    fn mounts_are_counted_by_exact_path() {
        let info = "1 0 7:0 / /a\\040b rw - ext4 /dev/loop0 rw\n2 0 7:1 / /a\\040b rw - ext4 x rw\n\
                    3 0 7:1 / /a rw - ext4 x rw\n";
        assert_eq!(count_mounts(info, Path::new("/a b")), 2);
        assert_eq!(count_mounts(info, Path::new("/a")), 1);
        assert_eq!(count_mounts(info, Path::new("/b")), 0);
    }
}
