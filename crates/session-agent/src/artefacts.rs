//! The files that tasks declare as their results: found by pattern, with size and digest.
//!
//! Invariant: an artefact is in the workspace, or in the one store path that a link `result` (or ours) leads to.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;
use rustix::fs::{FileType, OFlags};
use sha2::{Digest, Sha256};

use crate::environment::hex;
use crate::error::{Failure, fail, file_failure};
use crate::files::path::{RelPath, encode_name};
use crate::files::root::Root;
use crate::files::{etag, parse};

/// Files found at most.
const FOUND_MAX: usize = 1_000;
/// Folder entries looked at for all patterns together: a pattern `**` in a large tree must end.
const VISITED_MAX: usize = 100_000;
/// Folders below each other that are walked.
const DEPTH_MAX: usize = 64;
/// The name under which the result of a build is offered.
const RESULT: &str = "result";

/// Digests already computed, by the file's state.
#[derive(Debug, Default)]
pub struct Digests(Mutex<BTreeMap<(String, String), String>>);

/// Where artefacts may be.
#[derive(Debug, Clone)]
pub struct Places {
    /// The clone.
    pub workspace: PathBuf,
    /// The link that "build" makes, outside of the workspace.
    pub build_link: PathBuf,
    /// The Nix store, which a link `result` in the workspace may lead to.
    pub store: PathBuf,
}

impl Places {
    /// The folder and the path in it that a name means.
    fn resolve(&self, path: &RelPath) -> std::io::Result<(Root, RelPath)> {
        let [first, rest @ ..] = path.names() else {
            return Ok((Root::open(&self.workspace)?, path.clone()));
        };
        let inner = rest.iter().fold(RelPath::default(), |path, name| path.join(name));
        let own = self.workspace.join(first);
        if let Ok(target) = std::fs::read_link(&own)
            && self.is_store_path(&target)
        {
            return Ok((Root::open(&target)?, inner));
        }
        if first == RESULT
            && own.symlink_metadata().is_err()
            && let Ok(target) = std::fs::read_link(&self.build_link)
            && self.is_store_path(&target)
        {
            return Ok((Root::open(&target)?, inner));
        }
        Ok((Root::open(&self.workspace)?, path.clone()))
    }

    fn is_store_path(&self, target: &Path) -> bool {
        let inside = target.strip_prefix(&self.store).ok().and_then(RelPath::from_kernel);
        inside.is_some_and(|path| path.names().len() == 1)
    }

    /// Opens an artefact by its name, declared or not: it is a file the user may read anyway.
    pub fn open(&self, name: &str) -> Result<std::fs::File, Failure> {
        let failed = |error: std::io::Error| file_failure("read the artefact", name, &error);
        let (root, path) = self.resolve(&parse(name)?).map_err(failed)?;
        let fd = root.get(&path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY).map_err(failed)?;
        let stat = rustix::fs::fstat(&fd).map_err(|errno| failed(errno.into()))?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Ok(fd.into()),
            _ => Err(fail(ServiceCode::FailedPrecondition, format!("{name:?} is not a regular file"))),
        }
    }

    /// All artefacts of some tasks. Blocks; reads what it has not read before.
    pub fn list(&self, tasks: &[pb::Task], digests: &Digests) -> Result<Vec<pb::Artefact>, Failure> {
        let mut search = Search { places: self, found: BTreeMap::new(), visited: 0 };
        for pattern in tasks.iter().flat_map(|task| &task.artefacts) {
            let Ok(pattern) = RelPath::parse(pattern) else { continue };
            let names: Vec<&OsStr> = pattern.names().iter().map(|name| name.as_os_str()).collect();
            search.walk(&RelPath::default(), &names)?;
        }
        let mut artefacts = Vec::with_capacity(search.found.len());
        for name in search.found.into_keys() {
            // Gone or replaced by something else since it was found: no artefact any more.
            let Ok(file) = self.open(&name) else { continue };
            artefacts.push(describe(name, file, digests)?);
        }
        digests.keep(&artefacts);
        Ok(artefacts)
    }
}

impl Digests {
    fn keep(&self, artefacts: &[pb::Artefact]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(name, _), _| artefacts.iter().any(|artefact| artefact.name == *name));
    }
}

fn describe(name: String, mut file: std::fs::File, digests: &Digests) -> Result<pb::Artefact, Failure> {
    let failed = |error: std::io::Error| file_failure("read the artefact", &name, &error);
    let stat = rustix::fs::fstat(&file).map_err(|errno| failed(errno.into()))?;
    let key = (name.clone(), etag(&stat));
    let known = digests.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    let sha256 = match known {
        Some(known) => known,
        None => {
            let computed = digest(&mut file).map_err(failed)?;
            digests.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, computed.clone());
            computed
        }
    };
    let modified_at = stat.st_mtime.saturating_mul(1_000)
        + i64::try_from(stat.st_mtime_nsec / 1_000_000).unwrap_or_default();
    Ok(pb::Artefact { size: u64::try_from(stat.st_size).unwrap_or_default(), sha256, modified_at, name })
}

fn digest(file: &mut std::fs::File) -> std::io::Result<String> {
    file.rewind()?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&digest.finalize())),
            count => digest.update(&buffer[..count]),
        }
    }
}

struct Search<'a> {
    places: &'a Places,
    found: BTreeMap<String, ()>,
    visited: usize,
}

impl Search<'_> {
    fn walk(&mut self, at: &RelPath, pattern: &[&OsStr]) -> Result<(), Failure> {
        let Some((first, rest)) = pattern.split_first() else { return Ok(()) };
        if at.names().len() > DEPTH_MAX {
            return Ok(());
        }
        let text = encode_name(first);
        if text == "**" {
            if !rest.is_empty() {
                self.walk(at, rest)?;
            }
            return self.each(at, |search, path, kind| match kind {
                // Links are not walked: they may lead round in circles.
                FileType::Directory => search.walk(path, pattern),
                FileType::RegularFile if rest.is_empty() => search.take(path),
                _ => Ok(()),
            });
        }
        if !text.contains(['*', '?']) {
            let path = at.join(first);
            return if rest.is_empty() { self.take(&path) } else { self.walk(&path, rest) };
        }
        self.each(at, |search, path, kind| {
            let Some(name) = path.names().last() else { return Ok(()) };
            if !matches(&text, &encode_name(name)) {
                Ok(())
            } else if rest.is_empty() {
                if kind == FileType::Directory { Ok(()) } else { search.take(path) }
            } else {
                search.walk(path, rest)
            }
        })
    }

    /// Visits the entries of a folder, if it is one.
    fn each(
        &mut self,
        at: &RelPath,
        mut visit: impl FnMut(&mut Self, &RelPath, FileType) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY;
        let folder = self.places.resolve(at).and_then(|(root, path)| root.get(&path, flags));
        let Some(entries) = folder.ok().and_then(|folder| rustix::fs::Dir::read_from(folder).ok()) else {
            return Ok(());
        };
        for found in entries.flatten() {
            use std::os::unix::ffi::OsStrExt;
            let name = OsStr::from_bytes(found.file_name().to_bytes());
            if name == "." || name == ".." || (at.names().is_empty() && name == ".git") {
                continue;
            }
            self.visited += 1;
            if self.visited > VISITED_MAX {
                let text =
                    "the artefact patterns look at more than 100,000 files; name the folders more closely";
                return Err(fail(ServiceCode::ResourceExhausted, text));
            }
            visit(self, &at.join(name), found.file_type())?;
        }
        Ok(())
    }

    fn take(&mut self, path: &RelPath) -> Result<(), Failure> {
        if self.found.len() >= FOUND_MAX {
            let text =
                format!("the artefact patterns match more than {FOUND_MAX} files; name them more closely");
            return Err(fail(ServiceCode::ResourceExhausted, text));
        }
        let name = path.to_text();
        if self.places.open(&name).is_ok() {
            self.found.insert(name, ());
        }
        Ok(())
    }
}

/// Whether a name fits a pattern of `*` (any characters) and `?` (one).
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // Where the last star was and what it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match &mut star {
                Some((at, taken)) => {
                    *taken += 1;
                    (p, n) = (*at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::os::unix::fs::symlink;

    fn slow(pattern: &[char], name: &[char]) -> bool {
        match pattern.split_first() {
            None => name.is_empty(),
            Some(('*', rest)) => (0..=name.len()).any(|skip| slow(rest, &name[skip..])),
            Some((c, rest)) => {
                name.split_first().is_some_and(|(n, left)| (*c == '?' || c == n) && slow(rest, left))
            }
        }
    }

    proptest! {
        #[test]
        fn matching_agrees_with_its_definition(pattern in "[ab*?]{0,8}", name in "[ab]{0,8}") {
            let expected = slow(&pattern.chars().collect::<Vec<_>>(), &name.chars().collect::<Vec<_>>());
            prop_assert_eq!(matches(&pattern, &name), expected);
        }
    }

    #[test]
    fn artefacts_are_found_by_pattern_and_stay_inside() {
        let dir = tempfile::tempdir().unwrap();
        let places = Places {
            workspace: dir.path().join("w"),
            build_link: dir.path().join("build"),
            store: dir.path().join("store"),
        };
        for folder in ["w/out/deep", "w/.git", "store/abc-x/bin"] {
            std::fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        for (file, text) in
            [("w/out/a.bin", "abc"), ("w/out/deep/b.bin", ""), ("w/.git/c.bin", ""), ("secret.bin", "")]
        {
            std::fs::write(dir.path().join(file), text).unwrap();
        }
        std::fs::write(dir.path().join("store/abc-x/bin/tool"), "t").unwrap();
        symlink("../secret.bin", dir.path().join("w/out/leak.bin")).unwrap();
        symlink(dir.path().join("store/abc-x"), dir.path().join("build")).unwrap();
        let names = |patterns: &[&str]| {
            let artefacts = patterns.iter().map(|p| (*p).to_owned()).collect();
            let tasks = [pb::Task { artefacts, ..pb::Task::default() }];
            let found = places.list(&tasks, &Digests::default()).unwrap();
            found.into_iter().map(|a| a.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&["out/*.bin"]), ["out/a.bin"]);
        assert_eq!(names(&["**/*.bin"]), ["out/a.bin", "out/deep/b.bin"]);
        assert_eq!(names(&["out/a.bin", "nothing", "out"]), ["out/a.bin"]);
        assert_eq!(names(&["result/**"]), ["result/bin/tool"]);
        assert!(places.open("out/leak.bin").is_err());
        let task = pb::Task { artefacts: vec!["out/a.bin".to_owned()], ..pb::Task::default() };
        let found = places.list(&[task], &Digests::default()).unwrap();
        assert_eq!(found[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(found[0].size, 3);
    }
}
