//! The suite on a PostgreSQL of its own, which is killed in the middle of writing.

use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use carrel_service::{Shutdown, Tasks};

use super::suite::conformance;
use super::{document, meta};
use crate::store::postgres::{PostgresConfig, PostgresStore};
use crate::store::{Change, Store, StoreError};

/// The server refuses to run as root.
const USER: &str = "postgres";
const PATIENCE: Duration = Duration::from_secs(60);

struct Cluster {
    folder: tempfile::TempDir,
    programs: PathBuf,
    server: Mutex<Option<Child>>,
}

/// Where Debian and others put the server's programs.
fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    for version in std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten() {
        folders.push(version.path().join("bin"));
    }
    folders.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

fn id_of(flag: &str) -> u32 {
    let output = Command::new("id").args([flag, USER]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.starts_with(b"0")
}

impl Cluster {
    /// `None`, and a line that says so, where there is no PostgreSQL.
    fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            let line = "sync: the suite on PostgreSQL: the server is missing (Debian package postgresql)\n";
            if let Some(file) = std::env::var_os("CARREL_SKIP_FILE") {
                use std::io::Write as _;
                let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
                file.write_all(line.as_bytes()).unwrap();
            }
            eprint!("{line}");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        if is_root() {
            chown(folder.path(), Some(id_of("-u")), Some(id_of("-g"))).unwrap();
        }
        let cluster = Self { folder, programs, server: Mutex::new(None) };
        let made = cluster
            .command("initdb")
            .args(["--auth=trust", "--username=carrel", "--no-sync", "--encoding=UTF8", "--no-locale", "-D"])
            .arg(cluster.data())
            .stdout(Stdio::null())
            .status();
        assert!(made.unwrap().success(), "initdb");
        cluster.serve();
        Some(cluster)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command
                .args([&format!("--reuid={USER}"), &format!("--regid={USER}"), "--clear-groups"])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir("/");
        command
    }

    /// On a socket in its folder only.
    fn serve(&self) {
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).arg("-k").arg(self.folder.path());
        command.args(["-c", "listen_addresses=", "-c", "max_connections=20", "-c", "shared_buffers=8MB"]);
        let log = std::fs::File::create(self.folder.path().join("log")).unwrap();
        let server = Some(command.stdout(Stdio::null()).stderr(log).spawn().unwrap());
        *self.server.lock().unwrap() = server;
    }

    fn kill(&self) {
        if let Some(mut server) = self.server.lock().unwrap().take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }

    fn config(&self) -> PostgresConfig {
        let folder: &Path = self.folder.path();
        PostgresConfig {
            url: format!("host={} user=carrel dbname=postgres", folder.display()),
            password_file: None,
        }
    }

    async fn open(&self, tasks: &Tasks) -> PostgresStore {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            match PostgresStore::open(&self.config(), tasks).await {
                Ok(store) => return store,
                Err(error) => {
                    let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                    assert!(tokio::time::Instant::now() < deadline, "{error:?}\n{log}");
                    let has_ended = {
                        let mut server = self.server.lock().unwrap();
                        server.as_mut().is_some_and(|server| server.try_wait().unwrap().is_some())
                    };
                    if has_ended {
                        // It refuses to start while the killed one's children are still ending.
                        self.serve();
                    }
                    // poll: the server says on its socket when it is up
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
    }
}

#[tokio::test]
async fn postgresql_conforms() {
    let Some(cluster) = Cluster::start() else { return };
    let tasks = Tasks::new(&Shutdown::new());
    conformance(|| async { Box::new(cluster.open(&tasks).await) as Box<dyn Store> }).await;
}

#[tokio::test]
async fn two_servers_on_one_database_agree() {
    let Some(cluster) = Cluster::start() else { return };
    let tasks = Tasks::new(&Shutdown::new());
    let (one, two) = (cluster.open(&tasks).await, cluster.open(&tasks).await);
    let create = |store: &PostgresStore| store.change(&document(1), Change::Create(meta(1), None));
    let (a, b) = tokio::join!(create(&one), create(&two));
    assert!(a.is_ok() != b.is_ok(), "one makes it: {a:?} {b:?}");
    let answers: Vec<_> = (0..200_u32)
        .map(|n| {
            let store = if n % 2 == 0 { &one } else { &two };
            store.append(&document(1), Bytes::copy_from_slice(&n.to_le_bytes()))
        })
        .collect();
    for answer in answers {
        answer.await.unwrap();
    }
    let (a, b) = (one.load(&document(1)).await.unwrap(), two.load(&document(1)).await.unwrap());
    assert_eq!((a.updates.len(), a.covers), (200, 200));
    assert_eq!(a.updates, b.updates);
}

#[tokio::test]
async fn a_killed_database_loses_nothing_that_was_acknowledged() {
    let Some(cluster) = Cluster::start() else { return };
    let tasks = Tasks::new(&Shutdown::new());
    let store = cluster.open(&tasks).await;
    store.change(&document(1), Change::Create(meta(1), None)).await.unwrap();
    let mut acknowledged = 0_u32;
    for round in 0..5 {
        let answers: Vec<_> = (0..300_u32)
            .map(|n| store.append(&document(1), Bytes::copy_from_slice(&(round * 300 + n).to_le_bytes())))
            .collect();
        let mut answers = answers.into_iter();
        for answer in answers.by_ref().take(20) {
            answer.await.unwrap();
            acknowledged += 1;
        }
        cluster.kill();
        let mut failures = 0;
        for answer in answers {
            match answer.await {
                Ok(()) => acknowledged += 1,
                Err(StoreError::Database { .. } | StoreError::DatabaseSilent) => failures += 1,
                Err(error) => panic!("{error}"),
            }
        }
        cluster.serve();
        let again = cluster.open(&tasks).await;
        let held = again.load(&document(1)).await.unwrap().updates.len();
        assert!(held as u32 >= acknowledged, "{held} of {acknowledged}, {failures} failed");
        // What was refused may be there; from here on it counts.
        acknowledged = held as u32;
        // The same store goes on by itself.
        store.append(&document(1), Bytes::from_static(b"after")).await.unwrap();
        acknowledged += 1;
    }
}
