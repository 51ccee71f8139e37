//! A disk in memory that knows what was synced, and loses the rest when the power goes.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex};

use carrel_service::Random;

use crate::store::disk::{Disk, ReadAt};

/// Files in memory that know what was synced; fails for good after so many operations.
#[derive(Default)]
pub(super) struct ModelDisk(pub(super) Arc<Mutex<Model>>);

struct Handle(Arc<Mutex<Model>>, u64);

impl ReadAt for Handle {
    fn length(&self) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().files[&self.1].bytes.len() as u64)
    }
    fn read_at(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let at = offset as usize;
        let model = self.0.lock().unwrap();
        let bytes = model.files[&self.1].bytes.get(at..at + length);
        bytes.map(<[u8]>::to_vec).ok_or_else(|| io::Error::other("beyond the end"))
    }
}

#[derive(Default)]
pub(super) struct Model {
    /// Names as the running system sees them, and as they are after a power cut.
    pub(super) seen: BTreeMap<String, u64>,
    kept: BTreeMap<String, u64>,
    pub(super) files: BTreeMap<u64, Contents>,
    next: u64,
    pub(super) left: Option<u64>,
    /// Appending writes a part and fails.
    pub(super) is_full: bool,
}

#[derive(Default, Clone)]
pub(super) struct Contents {
    pub(super) bytes: Vec<u8>,
    synced: Vec<u8>,
}

impl ModelDisk {
    fn step<T>(&self, torn: Option<(&str, &[u8])>, work: impl FnOnce(&mut Model) -> T) -> io::Result<T> {
        let mut model = self.0.lock().unwrap();
        if let Some(left) = &mut model.left {
            if *left == 0 {
                return Err(io::Error::other("no power"));
            }
            *left -= 1;
            if *left == 0 {
                if let Some((path, bytes)) = torn {
                    let file = model.file(path);
                    let half = &bytes[..bytes.len() / 2];
                    model.files.get_mut(&file).unwrap().bytes.extend_from_slice(half);
                }
                return Err(io::Error::other("the power went"));
            }
        }
        Ok(work(&mut model))
    }

    /// Whether it still does what it is asked to.
    pub(super) fn has_power(&self) -> bool {
        self.0.lock().unwrap().left != Some(0)
    }

    /// A file as a power cut would leave it, written by somebody else.
    pub(super) fn put(&self, path: &str, bytes: &[u8]) {
        self.append(path, bytes).unwrap();
        self.sync(path).unwrap();
        let folder = path.split('/').next().unwrap();
        self.sync_folder(folder).unwrap();
    }

    /// What a power cut leaves: of what was not synced, names and bytes up to some point, as chance has it.
    pub(super) fn cut(&self, random: &Random) -> Self {
        let model = self.0.lock().unwrap();
        let mut after = Model { next: model.next, ..Model::default() };
        let names: BTreeSet<_> = model.seen.keys().chain(model.kept.keys()).collect();
        for name in names {
            let both = [model.seen.get(name), model.kept.get(name)];
            let Some(file) = both[random.below(2) as usize] else { continue };
            let mut contents = model.files[file].clone();
            let is_longer = contents.bytes.starts_with(&contents.synced);
            if is_longer {
                let more = contents.bytes.len() - contents.synced.len();
                contents.bytes.truncate(contents.synced.len() + random.below(more as u64 + 1) as usize);
                // A page in between may be missing as well.
                if more > 8 && random.below(3) == 0 && contents.bytes.len() > contents.synced.len() + 4 {
                    let at = contents.synced.len() + 2;
                    contents.bytes[at] = 0;
                }
            } else {
                contents.bytes.clone_from(&contents.synced);
            }
            contents.synced.clone_from(&contents.bytes);
            after.files.insert(*file, contents);
            after.seen.insert(name.clone(), *file);
        }
        after.kept.clone_from(&after.seen);
        Self(Arc::new(Mutex::new(after)))
    }
}

impl Model {
    fn file(&mut self, path: &str) -> u64 {
        if let Some(file) = self.seen.get(path) {
            return *file;
        }
        self.next += 1;
        self.seen.insert(path.to_owned(), self.next);
        self.files.insert(self.next, Contents::default());
        self.next
    }
}

impl Disk for ModelDisk {
    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let start = format!("{folder}/");
        self.step(None, |model| {
            model.seen.keys().filter_map(|name| name.strip_prefix(&start).map(str::to_owned)).collect()
        })
    }
    fn open(&self, path: &str) -> io::Result<Option<Arc<dyn ReadAt>>> {
        let file = self.step(None, |model| model.seen.get(path).copied())?;
        Ok(file.map(|file| Arc::new(Handle(self.0.clone(), file)) as Arc<dyn ReadAt>))
    }
    fn append(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.step(Some((path, bytes)), |model| {
            let file = model.file(path);
            let fits = if model.is_full { bytes.len() / 2 } else { bytes.len() };
            model.files.get_mut(&file).unwrap().bytes.extend_from_slice(&bytes[..fits]);
            if fits == bytes.len() { Ok(()) } else { Err(io::Error::other("full")) }
        })?
    }
    fn truncate(&self, path: &str, length: u64) -> io::Result<()> {
        self.step(None, |model| {
            let file = model.file(path);
            model.files.get_mut(&file).unwrap().bytes.truncate(length as usize);
        })
    }
    fn sync(&self, path: &str) -> io::Result<()> {
        self.step(None, |model| {
            let file = model.file(path);
            let contents = model.files.get_mut(&file).unwrap();
            contents.synced.clone_from(&contents.bytes);
        })
    }
    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        let start = format!("{folder}/");
        self.step(None, |model| {
            model.kept.retain(|name, _| !name.starts_with(&start));
            let seen = model.seen.iter().filter(|(name, _)| name.starts_with(&start));
            model.kept.extend(seen.map(|(name, file)| (name.clone(), *file)));
        })
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.step(None, |model| {
            let file = model.seen.remove(from).unwrap();
            model.seen.insert(to.to_owned(), file);
        })
    }
    fn remove(&self, path: &str) -> io::Result<()> {
        self.step(None, |model| model.seen.remove(path)).map(|_| ())
    }
}
