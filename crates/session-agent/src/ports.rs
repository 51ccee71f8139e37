//! The ports that programs in the slot listen on, by the kernel's own lists.
//!
//! A slot has a network namespace to itself, so what is listed is the learner's; the agent's own socket is left out.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

/// A development server or two, a debugger, a database: what is beyond is no list for people.
const PORTS_MAX: usize = 256;
/// Lines read of each list: a slot may have that many sockets at all.
const LINES_MAX: usize = 16_384;
/// Processes looked at; a slot's limit of processes is below.
const PROCESSES_MAX: usize = 4_096;
/// Handles looked at of each process.
const HANDLES_MAX: usize = 1_024;
/// The kernel's number for a socket that listens.
const LISTENS: &str = "0A";

/// A port somebody listens on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its number.
    pub port: u16,
    /// What listens; empty when nobody shows it.
    pub program: String,
}

/// Reads the lists below `proc` (`/proc`). What can't be read is not listed.
pub fn list(proc: &Path, own: u32) -> Vec<Port> {
    let mut sockets = BTreeMap::new();
    for name in ["net/tcp", "net/tcp6"] {
        let text = fs::read_to_string(proc.join(name)).unwrap_or_default();
        for (port, inode) in text.lines().skip(1).take(LINES_MAX).filter_map(listening) {
            sockets.entry(port).or_insert(inode);
        }
    }
    let owners = owners(proc);
    let mut ports = Vec::new();
    for (port, inode) in sockets {
        match owners.get(&inode) {
            Some((process, _)) if *process == own => {}
            Some((_, program)) => ports.push(Port { port, program: program.clone() }),
            None => ports.push(Port { port, program: String::new() }),
        }
    }
    ports.truncate(PORTS_MAX);
    ports
}

/// `sl local_address rem_address st … inode …`, addresses as hexadecimal with the port after a colon.
fn listening(line: &str) -> Option<(u16, u64)> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let is_listening = *fields.get(3)? == LISTENS;
    let port = u16::from_str_radix(fields.get(1)?.rsplit_once(':')?.1, 16).ok()?;
    let inode = fields.get(9)?.parse().ok()?;
    is_listening.then_some((port, inode))
}

/// Which process holds which socket, and what it calls itself. A parent that handed its socket on comes first.
fn owners(proc: &Path) -> HashMap<u64, (u32, String)> {
    let mut owners = HashMap::new();
    let Ok(entries) = fs::read_dir(proc) else { return owners };
    let mut processes: Vec<u32> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .take(PROCESSES_MAX)
        .collect();
    processes.sort_unstable();
    for process in processes {
        let folder = proc.join(process.to_string());
        let Ok(handles) = fs::read_dir(folder.join("fd")) else { continue };
        for handle in handles.flatten().take(HANDLES_MAX) {
            let Ok(target) = fs::read_link(handle.path()) else { continue };
            let Some(inode) = target.to_str().and_then(socket) else { continue };
            owners.entry(inode).or_insert_with(|| {
                let name = fs::read_to_string(folder.join("comm")).unwrap_or_default();
                (process, name.chars().filter(|c| !c.is_control()).collect())
            });
        }
    }
    owners
}

fn socket(target: &str) -> Option<u64> {
    target.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn the_kernels_lines_are_read() {
        let listens = "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 x";
        assert_eq!(listening(listens), Some((8080, 4711)));
        let six = "   1: 00000000000000000000000001000000:0BB8 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 12 1";
        assert_eq!(listening(six), Some((3000, 12)));
        let connected = "   2: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 x";
        assert_eq!(listening(connected), None);
        for odd in ["", "sl", "0: zz 0 0A", "0: 0:99999 0:0 0A a b c d e f"] {
            assert_eq!(listening(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_listener_is_listed_with_its_program_but_never_the_agents_own() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let own = std::process::id();
        let others = list(Path::new("/proc"), 0);
        let found = others.iter().find(|found| found.port == port).unwrap();
        assert!(!found.program.is_empty());
        assert!(!list(Path::new("/proc"), own).iter().any(|found| found.port == port));
    }
}
