//! Repositories as folders and rows: created whole or not at all, moved aside when deleted.
//!
//! The row is the truth. A folder without a row is what a crash left between the two steps of a creation or a
//! deletion; it is moved aside before its name is used again.

use std::hash::{BuildHasher as _, RandomState};
use std::path::{Path, PathBuf};
use std::time::Duration;

use carrel_service::{Chain, Deps, Random, SharedClock};
use tokio::sync::{Mutex, MutexGuard};
use tracing::{info, warn};

use super::error::file;
use super::program::GitProgram;
use super::{GitError, GitServer};
use crate::config::Config;
use crate::names::{RepositoryName, RepositoryPath};
use crate::store::{RepositoryRecord, SharedStore, StoreError};

/// How long the bytes of a deleted repository are kept.
const DELETED_KEPT: Duration = Duration::from_secs(30 * 24 * 3_600);

/// What a killed push left behind is removed after this long.
const STALE_PUSH: Duration = Duration::from_secs(24 * 3_600);

/// Locks against creating and deleting the same repository at once; more names than locks only means waiting.
const LOCKS: usize = 64;

/// The repositories of this service.
pub struct Repositories {
    root: PathBuf,
    store: SharedStore,
    pub(super) git: GitProgram,
    /// Serves them over HTTP.
    pub server: GitServer,
    locks: Vec<Mutex<()>>,
    hasher: RandomState,
    clock: SharedClock,
    random: Random,
}

/// A repository that is not in its place yet; removed when it never gets there.
#[derive(Debug)]
pub struct Fresh(Option<PathBuf>);

impl Fresh {
    /// Its folder.
    pub fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or_else(|| Path::new("/dev/null"))
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        // One that failed before its folder was made has nothing to remove.
        if let Some(folder) = self.0.take().filter(|folder| folder.exists())
            && let Err(error) = std::fs::remove_dir_all(&folder)
        {
            warn!(path = %folder.display(), error = %Chain(&error), "remove an unfinished repository");
        }
    }
}

impl Repositories {
    /// Opens (or makes) the root and clears what a crash left in its working folders.
    pub async fn open(config: &Config, store: SharedStore, deps: &Deps) -> Result<Self, GitError> {
        let root = config.repositories();
        for dir in [root.clone(), root.join(".new"), root.join(".deleted"), root.join(".home")] {
            std::fs::create_dir_all(&dir).map_err(file("create", &dir))?;
        }
        let root = root.canonicalize().map_err(file("resolve", &root))?;
        remove_all_in(&root.join(".new"))?;
        let git = GitProgram::new(config.git.program.clone(), root.join(".home"));
        let server = GitServer::new(git.clone(), root.clone(), &config.git, deps.tasks.clone());
        let locks = (0..LOCKS).map(|_| Mutex::default()).collect();
        let (clock, random) = (deps.clock.clone(), deps.random.clone());
        Ok(Self { root, store, git, server, locks, hasher: RandomState::new(), clock, random })
    }

    /// How to run git on them.
    pub fn program(&self) -> &GitProgram {
        &self.git
    }

    /// The folder of a repository.
    pub fn folder(&self, path: &RepositoryPath) -> PathBuf {
        self.root.join(path.owner.as_str()).join(format!("{}.git", path.name))
    }

    /// A repository's row.
    pub async fn find(&self, path: &RepositoryPath) -> Result<Option<RepositoryRecord>, StoreError> {
        self.store.repository(path).await
    }

    /// Creates an empty repository. On disk and in the store when this returns.
    pub async fn create(&self, path: &RepositoryPath) -> Result<RepositoryRecord, GitError> {
        let _lock = self.lock(path).await;
        if self.store.repository(path).await?.is_some() {
            return Err(StoreError::RepositoryExists { path: path.clone() }.into());
        }
        let fresh = self.begin().await?;
        self.put_in_place(path, fresh).await
    }

    /// An empty repository outside of all, to be filled and then put into its place.
    pub async fn begin(&self) -> Result<Fresh, GitError> {
        let fresh = Fresh(Some(self.root.join(".new").join(format!("{:032x}.git", self.random.u128()))));
        self.init(fresh.path()).await?;
        Ok(fresh)
    }

    /// Makes a filled repository the one of this path, where there is none yet.
    pub async fn place(&self, path: &RepositoryPath, fresh: Fresh) -> Result<RepositoryRecord, GitError> {
        let _lock = self.lock(path).await;
        if self.store.repository(path).await?.is_some() {
            return Err(StoreError::RepositoryExists { path: path.clone() }.into());
        }
        sync_whole(fresh.path()).await?;
        self.put_in_place(path, fresh).await
    }

    /// The last step of a creation, under the path's lock.
    async fn put_in_place(
        &self,
        path: &RepositoryPath,
        mut fresh: Fresh,
    ) -> Result<RepositoryRecord, GitError> {
        let target = self.folder(path);
        if target.exists() {
            self.move_aside(path, &target)?;
        }
        let owner = self.root.join(path.owner.as_str());
        std::fs::create_dir_all(&owner).map_err(file("create", &owner))?;
        std::fs::rename(fresh.path(), &target).map_err(file("move into place", &target))?;
        fresh.0 = None;
        sync_dir(&owner)?;
        sync_dir(&self.root)?;
        let created_at = i64::try_from(self.clock.now_ms()).unwrap_or(i64::MAX);
        self.store.create_repository(path, created_at).await?;
        info!(repository = %path, "repository created");
        Ok(RepositoryRecord { path: path.clone(), grants: Vec::new(), created_at })
    }

    /// Deletes a repository; its bytes are kept aside for 30 days.
    pub async fn delete(&self, path: &RepositoryPath) -> Result<(), GitError> {
        let _lock = self.lock(path).await;
        if !self.store.delete_repository(path).await? {
            return Err(GitError::Missing { path: path.to_string() });
        }
        let folder = self.folder(path);
        if folder.exists() {
            self.move_aside(path, &folder)?;
        }
        info!(repository = %path, "repository deleted");
        Ok(())
    }

    /// Removes deleted repositories that were kept long enough.
    pub fn forget_deleted(&self) {
        let now = self.clock.now_secs();
        let Ok(entries) = std::fs::read_dir(self.root.join(".deleted")) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let deleted = name.to_str().and_then(|name| name.split('-').next()?.parse::<u64>().ok());
            if deleted.is_some_and(|at| at + DELETED_KEPT.as_secs() < now)
                && let Err(error) = std::fs::remove_dir_all(entry.path())
            {
                warn!(path = %entry.path().display(), error = %Chain(&error), "remove a deleted repository");
            }
        }
    }

    /// Folders of all repositories, for housekeeping.
    pub fn folders(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let Ok(owners) = std::fs::read_dir(&self.root) else { return found };
        for owner in owners.flatten().filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."))
        {
            let Ok(entries) = std::fs::read_dir(owner.path()) else { continue };
            found.extend(entries.flatten().map(|entry| entry.path()));
        }
        found
    }

    /// Packs loose objects and drops unreachable ones of one repository, where git finds it worth while.
    pub async fn tidy(&self, folder: &Path) -> Result<(), GitError> {
        remove_stale_pushes(&folder.join("objects"));
        let settings = [("gc.auto", "2000".to_owned()), ("gc.autoDetach", "false".to_owned())];
        let mut command = self.git.command(&settings);
        command.arg("--git-dir").arg(folder).args(["gc", "--auto", "--quiet"]);
        let output = command
            .output()
            .await
            .map_err(|source| GitError::Start { program: self.git.program().to_owned(), source })?;
        if output.status.success() {
            return Ok(());
        }
        let stderr = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(GitError::Failed { command: "gc".to_owned(), stderr })
    }

    /// A bare repository in a new folder, every byte of it synced.
    async fn init(&self, folder: &Path) -> Result<(), GitError> {
        std::fs::create_dir(folder).map_err(file("create", folder))?;
        self.git.run(folder, &["init", "--bare", "--quiet", "--template="], &[]).await?;
        sync_whole(folder).await
    }

    fn move_aside(&self, path: &RepositoryPath, folder: &Path) -> Result<(), GitError> {
        let name =
            format!("{}-{}-{}-{:08x}", self.clock.now_secs(), path.owner, path.name, self.random.u64());
        let target = self.root.join(".deleted").join(name);
        std::fs::rename(folder, &target).map_err(file("move aside", folder))?;
        sync_dir(&self.root.join(".deleted"))?;
        sync_dir(&self.root.join(path.owner.as_str()))
    }

    async fn lock(&self, path: &RepositoryPath) -> MutexGuard<'_, ()> {
        let RepositoryPath { owner, name } = path;
        let names: (&str, &RepositoryName) = (owner.as_str(), name);
        let index = usize::try_from(self.hasher.hash_one(names) % LOCKS as u64).unwrap_or_default();
        self.locks[index].lock().await
    }
}

async fn sync_whole(folder: &Path) -> Result<(), GitError> {
    let folder = folder.to_owned();
    let synced = tokio::task::spawn_blocking(move || sync_tree(&folder)).await;
    synced.unwrap_or_else(|error| {
        let source = std::io::Error::other(error);
        Err(GitError::Talk { command: "init".to_owned(), source })
    })
}

fn remove_all_in(dir: &Path) -> Result<(), GitError> {
    for entry in std::fs::read_dir(dir).map_err(file("list", dir))? {
        let path = entry.map_err(file("list", dir))?.path();
        std::fs::remove_dir_all(&path).map_err(file("remove", &path))?;
    }
    Ok(())
}

/// Removes what a push left whose git was killed: no push lasts a day.
fn remove_stale_pushes(objects: &Path) {
    let Ok(entries) = std::fs::read_dir(objects) else { return };
    for entry in entries.flatten() {
        let named = entry.file_name().as_encoded_bytes().starts_with(b"tmp_objdir-");
        let age = entry.metadata().and_then(|data| data.modified()).ok().and_then(|at| at.elapsed().ok());
        if named
            && age.is_some_and(|age| age > STALE_PUSH)
            && let Err(error) = std::fs::remove_dir_all(entry.path())
        {
            warn!(path = %entry.path().display(), error = %Chain(&error), "remove a stale push");
        }
    }
}

fn sync_dir(dir: &Path) -> Result<(), GitError> {
    std::fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(file("sync", dir))
}

/// Syncs every file and folder below; a fresh bare repository has about ten.
fn sync_tree(dir: &Path) -> Result<(), GitError> {
    for entry in std::fs::read_dir(dir).map_err(file("list", dir))? {
        let entry = entry.map_err(file("list", dir))?;
        let path = entry.path();
        if path.is_dir() {
            sync_tree(&path)?;
        } else {
            std::fs::File::open(&path).and_then(|opened| opened.sync_all()).map_err(file("sync", &path))?;
        }
    }
    sync_dir(dir)
}
