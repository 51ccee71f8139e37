//! The Verilog files of a workspace: on the disk, and as they are being written.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use super::scan::{self, Declaration, Kind};

/// Files that are looked at; a workspace with more is no longer looked at while typing.
const FILES_MAX: usize = 300;
/// How deep they are looked for.
const DEPTH_MAX: usize = 8;
/// Of one file.
const FILE_MAX: u64 = 1024 * 1024;

/// What is known.
#[derive(Debug, Default)]
pub struct Files {
    /// The workspace.
    pub root: PathBuf,
    open: BTreeMap<PathBuf, String>,
}

impl Files {
    /// A text as it is now.
    pub fn set(&mut self, path: PathBuf, text: String) {
        self.open.insert(path, text);
    }

    /// The disk counts again.
    pub fn close(&mut self, path: &Path) {
        self.open.remove(path);
    }

    /// Texts that are being written.
    pub fn open(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.open.keys().cloned()
    }

    /// A text as it is being written, or as it is on the disk.
    pub fn text(&self, path: &Path) -> Option<String> {
        self.open.get(path).cloned().or_else(|| read(path))
    }

    /// All sources, headers left out.
    pub fn sources(&self) -> Vec<PathBuf> {
        let mut found = self.all();
        found.retain(|path| path.extension().is_some_and(|it| it == "v" || it == "sv"));
        found
    }

    fn all(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        walk(&self.root, 0, &mut found);
        found.sort();
        found
    }

    /// What any file may name: modules, types, macros, functions and parameters.
    pub fn public(&self) -> Vec<Declaration> {
        let of = |path: PathBuf| scan::declarations(&self.text(&path).unwrap_or_default());
        self.all().into_iter().flat_map(of).filter(is_public).collect()
    }

    /// Where such a name is declared.
    pub fn find(&self, name: &str) -> Option<(PathBuf, Declaration)> {
        self.all().into_iter().find_map(|path| {
            let all = scan::declarations(&self.text(&path)?);
            all.into_iter().find(|it| it.name == name && is_public(it)).map(|it| (path, it))
        })
    }
}

fn is_public(it: &Declaration) -> bool {
    it.kind != Kind::Net
}

fn read(path: &Path) -> Option<String> {
    let file = std::fs::File::open(path).ok().filter(|file| file.metadata().is_ok_and(|it| it.is_file()))?;
    let mut bytes = Vec::new();
    file.take(FILE_MAX).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if found.len() == FILES_MAX {
            return;
        }
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        if kind.is_dir() && !hidden && depth < DEPTH_MAX {
            walk(&path, depth + 1, found);
        } else if kind.is_file() && ["v", "sv", "vh", "svh"].contains(&extension) {
            found.push(path);
        }
    }
}

/// The file that an address names.
pub fn path_of(uri: &str) -> Option<PathBuf> {
    let encoded = uri.strip_prefix("file://")?;
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let (high, low) = (digit(rest.next())?, digit(rest.next())?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    let path = PathBuf::from(std::ffi::OsString::from_vec(bytes));
    path.is_absolute().then_some(path)
}

/// The address of a file.
pub fn uri_of(path: &Path) -> String {
    let mut uri = String::from("file://");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(*byte))
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_go_there_and_back() {
        for path in ["/w/a.v", "/w/ä b#%.v"] {
            assert_eq!(path_of(&uri_of(Path::new(path))).as_deref(), Some(Path::new(path)));
        }
        assert_eq!(uri_of(Path::new("/w/a b.v")), "file:///w/a%20b.v");
        for odd in ["http://x/a", "file://a", "file:///a%2", "file:///a%zz", ""] {
            assert_eq!(path_of(odd), None, "{odd}");
        }
    }

    #[test]
    fn names_are_found_in_other_files_and_in_what_is_not_saved() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("rtl/.git")).unwrap();
        std::fs::write(dir.path().join("rtl/a.v"), "module alpha; wire hidden; endmodule").unwrap();
        std::fs::write(dir.path().join("rtl/.git/no.v"), "module no; endmodule").unwrap();
        let mut files = Files { root: dir.path().to_owned(), ..Files::default() };
        assert_eq!(files.find("alpha").unwrap().0, dir.path().join("rtl/a.v"));
        assert!(files.find("hidden").is_none() && files.find("no").is_none());
        files.set(dir.path().join("rtl/a.v"), "module beta; endmodule".to_owned());
        assert!(files.find("alpha").is_none() && files.find("beta").is_some());
        assert_eq!(files.sources(), [dir.path().join("rtl/a.v")]);
    }
}
