//! `load git`: push and clone over smart HTTP, beside `git http-backend` behind nginx.

use std::path::{Path, PathBuf};
use std::time::Duration;

use carrel_proto::repo::v1::{CreateRepositoryRequest, DeleteRepositoryRequest};
use clap::Args;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::Instant;

use super::nginx::{Nginx, spawn};
use super::open::url_with_login;
use super::rack::{Rack, Wanted};
use super::report::{Row, Target, percentile};
use crate::doctor::DEFAULT_IMAGE;
use crate::error::{CliError, Doing, During};
use crate::out::Out;
use crate::progress::steps;
use crate::repo::full_path;
use crate::server::Globals;
use crate::up::RuntimeArg;

/// Of each kind, in turns.
const TURNS: u32 = 15;
/// Not measured: the first loads files.
const WARM_UP: u32 = 1;
/// A learner's repository has some files, a course's with its data some dozen MiB.
const KINDS: [Kind; 2] =
    [Kind { name: "small", files: 20, bytes: 2 << 10 }, Kind { name: "32 MiB", files: 64, bytes: 512 << 10 }];
const PEER: &str = "git http-backend behind nginx";
/// What our service asks of repositories; the peer's are asked the same.
const RULES: [(&str, &str); 3] =
    [("core.fsync", "all"), ("receive.fsckObjects", "true"), ("http.receivepack", "true")];
/// Requests that the peer answers at once.
const PEER_PROCESSES: &str = "2";

/// How much.
#[derive(Debug, Args)]
pub struct GitArgs {
    /// How many pushes and clones of each kind.
    #[arg(long, default_value_t = TURNS, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub n: u32,
    /// Leave nginx out.
    #[arg(long)]
    pub no_peer: bool,
}

struct Kind {
    name: &'static str,
    files: u32,
    bytes: usize,
}

#[derive(Default)]
struct Samples {
    push: Vec<Duration>,
    clone: Vec<Duration>,
}

pub(super) async fn run(args: &GitArgs, globals: &Globals) -> Result<Vec<Row>, CliError> {
    let peer = if args.no_peer { None } else { Some(Peer::start().await?) };
    let mut rack = Rack::own(&globals.out, RuntimeArg::Process, DEFAULT_IMAGE, Wanted::slots(0)).await?;
    let measured = async {
        let mut rows = Vec::new();
        for kind in &KINDS {
            rows.extend(measure(&rack, peer.as_ref(), kind, args.n, &globals.out).await?);
        }
        Ok(rows)
    };
    let rows = measured.await;
    let put_away = rack.put_away(&globals.out).await;
    let rows = rows?;
    put_away?;
    Ok(rows)
}

async fn measure(
    rack: &Rack,
    peer: Option<&Peer>,
    kind: &Kind,
    turns: u32,
    out: &Out,
) -> Result<Vec<Row>, CliError> {
    let folder = tempfile::tempdir().doing("make a folder for a repository")?;
    let source = make(folder.path(), kind).await?;
    let bar = steps(out, kind.name, u64::from(turns));
    let (mut ours, mut theirs) = (Samples::default(), Samples::default());
    for turn in 0..turns + WARM_UP {
        let name = full_path(&rack.server, &format!("load-{}-{turn}", std::process::id()))?;
        let repositories = &rack.server.fm.repositories;
        let request =
            CreateRepositoryRequest { path: name.clone(), with_starters: false, sample: String::new() };
        let created = repositories.clone().create_repository(request).await;
        let created = created.during(&rack.server.url, format!("create {name}"))?;
        let url = url_with_login(rack, created.get_ref());
        let there = folder.path().join("there");
        let mine = round(&source, &url, &there).await?;
        let request = DeleteRepositoryRequest { path: name.clone() };
        let deleted = repositories.clone().delete_repository(request).await;
        deleted.during(&rack.server.url, format!("delete {name}"))?;
        let other = match peer {
            Some(peer) => Some(round(&source, &peer.fresh().await?, &there).await?),
            None => None,
        };
        if turn >= WARM_UP {
            ours.add(mine);
            other.into_iter().for_each(|other| theirs.add(other));
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    let mut row = |what: &str, percent: f64, of: fn(&mut Samples) -> &mut Vec<Duration>| {
        let peer = peer.map(|_| (PEER, percentile(of(&mut theirs), percent)));
        let target = Target::default().and_times_faster(if percent == 50.0 { 0.95 } else { 0.0 });
        let what = format!("{what} of a {} repository, p{percent}", kind.name);
        Row::new(what, "ms", percentile(of(&mut ours), percent), peer, target)
    };
    Ok(vec![row("push", 50.0, |it| &mut it.push), row("clone", 50.0, |it| &mut it.clone)])
}

impl Samples {
    fn add(&mut self, (push, clone): (Duration, Duration)) {
        self.push.push(push);
        self.clone.push(clone);
    }
}

/// A push to an empty repository and a clone of it.
async fn round(source: &Path, url: &str, there: &Path) -> Result<(Duration, Duration), CliError> {
    let push = timed(source, &["push", "-q", url, "HEAD:refs/heads/main"]).await?;
    let there_text = there.display().to_string();
    let clone =
        timed(source, &["clone", "-q", "--no-checkout", "--branch", "main", url, &there_text]).await?;
    std::fs::remove_dir_all(there).doing("remove a clone")?;
    Ok((push, clone))
}

/// Bytes that don't compress, so that the packs are as large as they are called.
async fn make(folder: &Path, kind: &Kind) -> Result<PathBuf, CliError> {
    let source = folder.join("source");
    std::fs::create_dir(&source).doing("make a repository")?;
    timed(&source, &["init", "-q", "-b", "main"]).await?;
    for number in 0..kind.files {
        let mut bytes = vec![0; kind.bytes];
        getrandom::fill(&mut bytes)
            .map_err(|error| CliError::failed(format!("no random bytes: {error}"), "run it again"))?;
        std::fs::write(source.join(format!("{number}.bin")), bytes).doing("fill a repository")?;
    }
    timed(&source, &["add", "."]).await?;
    let person = ["-c", "user.name=load", "-c", "user.email=load@localhost"];
    timed(&source, &[&person[..], &["commit", "-q", "-m", "All"]].concat()).await?;
    Ok(source)
}

/// nginx, fcgiwrap, git.
struct Peer {
    nginx: Nginx,
    _wrap: Child,
    folder: TempDir,
    made: std::sync::atomic::AtomicU32,
}

impl Peer {
    async fn start() -> Result<Self, CliError> {
        let folder = tempfile::tempdir().doing("make a folder for the peer's repositories")?;
        let root = folder.path().display();
        let mut wrap = Command::new("fcgiwrap");
        wrap.args(["-c", PEER_PROCESSES, "-s", &format!("unix:{root}/fcgi.sock")]);
        let wrap = spawn("fcgiwrap", wrap)?;
        let backend = git(folder.path(), &["--exec-path"]).output().await.doing("run git")?;
        let backend = String::from_utf8_lossy(&backend.stdout).trim().to_owned();
        let location = format!(
            "fastcgi_pass unix:{root}/fcgi.sock;
      fastcgi_param SCRIPT_FILENAME {backend}/git-http-backend;
      fastcgi_param GIT_PROJECT_ROOT {root};
      fastcgi_param GIT_HTTP_EXPORT_ALL 1;
      fastcgi_param PATH_INFO $uri;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;
      fastcgi_param REMOTE_USER load;
      fastcgi_buffering off;
      fastcgi_request_buffering off;"
        );
        let nginx = Nginx::start(&location).await?;
        Ok(Self { nginx, _wrap: wrap, folder, made: std::sync::atomic::AtomicU32::new(0) })
    }

    /// The address of a repository with nothing in it.
    async fn fresh(&self) -> Result<String, CliError> {
        let name = format!("{}.git", self.made.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        timed(self.folder.path(), &["init", "-q", "--bare", "-b", "main", &name]).await?;
        let repository = self.folder.path().join(&name);
        for (key, value) in RULES {
            timed(&repository, &["config", key, value]).await?;
        }
        Ok(format!("http://{}/{name}", self.nginx.address))
    }
}

/// Without what the machine's or the user's settings would change.
fn git(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(folder).kill_on_drop(true);
    command
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0");
    command
}

async fn timed(folder: &Path, arguments: &[&str]) -> Result<Duration, CliError> {
    let began = Instant::now();
    let output = git(folder, arguments).output().await.doing("run git")?;
    let took = began.elapsed();
    if output.status.success() {
        return Ok(took);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(CliError::failed(format!("git {}: {}", arguments[0], said.trim()), "run it again"))
}
