//! `session get`, `put` and `ls`.

use std::path::{Path, PathBuf};

use carrel_proto::agent::v1::{Artefact, FileEntry, ListFilesReply, ListFilesRequest};
use carrel_proto::code::ServiceCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Method};
use indicatif::ProgressBar;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::find::find;
use super::task::artefacts;
use super::workspace::{Workspace, encode};
use crate::error::{CliError, Doing, During};
use crate::out::{Cell, Style, ago, bytes};
use crate::progress::transfer;
use crate::server::{Globals, Server, now_ms};

/// One read of a download.
const COPY_MAX: usize = 64 * 1024;
/// The most one upload may carry; the agent's own limit, told before the bytes travel.
const UPLOAD_MAX: u64 = 64 * 1024 * 1024;
/// Pages of a folder: 2,000 entries each.
const PAGES_MAX: usize = 100;

pub(super) async fn get(
    server: &Server,
    session: &str,
    path: &str,
    output: Option<PathBuf>,
    globals: &Globals,
) -> Result<(), CliError> {
    let workspace = Workspace::new(server, find(server, Some(session)).await?)?;
    let artefact = artefacts(&workspace).await?.into_iter().find(|artefact| artefact.name == path);
    let address = match &artefact {
        Some(artefact) => workspace.path(&format!("artefact?name={}", encode(&artefact.name))),
        None => workspace.path(&format!("raw?path={}", encode(path))),
    };
    let answer = workspace.server.http.download(&address).await;
    let (parts, body) = answer.during(&server.url, format!("download {path}"))?;
    let told: Option<u64> =
        parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let total = told.or(artefact.as_ref().map(|artefact| artefact.size));
    let bar = transfer(&globals.out, path, total.unwrap_or(0));
    let target = Target::choose(path, output)?;
    let received = target.receive(body, &bar).await;
    bar.finish_and_clear();
    let received = received?;
    verify(path, &received, total, artefact.as_ref())?;
    let place = target.keep()?;
    if globals.out.json && place.is_some() {
        return globals.out.object(&json!({
            "path": path, "file": place, "size": received.size, "sha256": received.sha256,
            "verified": artefact.is_some(),
        }));
    }
    if let Some(place) = place {
        let how = if artefact.is_some() { ", sha256 verified" } else { "" };
        globals.out.note(format!("{} ({}{how})", place.display(), bytes(received.size)));
    }
    Ok(())
}

struct Received {
    size: u64,
    sha256: String,
}

/// A file that appears whole or not at all, or standard output.
struct Target {
    place: Option<PathBuf>,
    fresh: Option<PathBuf>,
}

impl Target {
    fn choose(path: &str, output: Option<PathBuf>) -> Result<Self, CliError> {
        let name = || {
            safe_name(path)
                .ok_or_else(|| CliError::Usage(format!("\"{path}\" has no file name; give one with -o")))
        };
        let place = match output {
            Some(output) if output == Path::new("-") => return Ok(Self { place: None, fresh: None }),
            Some(output) if output.is_dir() => output.join(name()?),
            Some(output) => output,
            None => PathBuf::from(name()?),
        };
        let file_name = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let fresh = place.with_file_name(format!(".{file_name}.{}.part", std::process::id()));
        Ok(Self { place: Some(place), fresh: Some(fresh) })
    }

    async fn receive(&self, body: impl AsyncRead, bar: &ProgressBar) -> Result<Received, CliError> {
        match &self.fresh {
            None => copy(body, tokio::io::stdout(), bar).await,
            Some(fresh) => {
                let file = tokio::fs::File::create(fresh).await;
                let mut file = file.doing(format!("write {}", fresh.display()))?;
                let received = copy(body, &mut file, bar).await?;
                file.sync_all().await.doing(format!("write {}", fresh.display()))?;
                Ok(received)
            }
        }
    }

    fn keep(mut self) -> Result<Option<PathBuf>, CliError> {
        if let (Some(fresh), Some(place)) = (&self.fresh, &self.place) {
            std::fs::rename(fresh, place).doing(format!("write {}", place.display()))?;
        }
        self.fresh = None;
        Ok(self.place.take())
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(fresh) = &self.fresh {
            let _ = std::fs::remove_file(fresh);
        }
    }
}

async fn copy(
    body: impl AsyncRead,
    mut to: impl AsyncWrite + Unpin,
    bar: &ProgressBar,
) -> Result<Received, CliError> {
    tokio::pin!(body);
    let mut hash = Sha256::new();
    let mut size = 0;
    let mut buffer = vec![0; COPY_MAX];
    loop {
        let count = body.read(&mut buffer).await.doing("receive the file")?;
        if count == 0 {
            break;
        }
        hash.update(&buffer[..count]);
        to.write_all(&buffer[..count]).await.doing("write the file")?;
        size += count as u64;
        bar.set_position(size);
    }
    to.flush().await.doing("write the file")?;
    let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Received { size, sha256 })
}

fn verify(
    path: &str,
    received: &Received,
    total: Option<u64>,
    artefact: Option<&Artefact>,
) -> Result<(), CliError> {
    if let Some(total) = total.filter(|total| *total != received.size) {
        return Err(CliError::failed(
            format!("{path}: {} of {total} bytes arrived", received.size),
            "nothing was kept; download it again",
        ));
    }
    match artefact {
        Some(artefact) if artefact.sha256 != received.sha256 => Err(CliError::failed(
            format!("{path}: sha256 is {}, should be {}", received.sha256, artefact.sha256),
            "nothing was kept; it may have been rebuilt meanwhile: download it again",
        )),
        _ => Ok(()),
    }
}

/// The last part of a path, if it names a file.
pub fn safe_name(path: &str) -> Option<&str> {
    path.rsplit('/').next().filter(|name| !matches!(*name, "" | "." | ".."))
}

pub(super) async fn put(
    server: &Server,
    session: &str,
    file: &Path,
    path: Option<String>,
    force: bool,
    globals: &Globals,
) -> Result<(), CliError> {
    let reading = || format!("read {}", file.display());
    let content = tokio::fs::File::open(file).await.doing(reading())?;
    let size = content.metadata().await.doing(reading())?.len();
    if size > UPLOAD_MAX {
        return Err(CliError::failed(
            format!(
                "{} has {}, more than the {} one upload may carry",
                file.display(),
                bytes(size),
                bytes(UPLOAD_MAX)
            ),
            "push it with git, or split it",
        ));
    }
    let name = file.file_name().and_then(|name| name.to_str()).and_then(safe_name);
    let path = match (path, name) {
        (Some(path), Some(name)) if path.ends_with('/') => format!("{path}{name}"),
        (Some(path), _) => path,
        (None, Some(name)) => name.to_owned(),
        (None, None) => return Err(CliError::Usage("give the path in the workspace".into())),
    };
    let workspace = Workspace::new(server, find(server, Some(session)).await?)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    if !force {
        headers.insert(IF_NONE_MATCH, HeaderValue::from_static("*"));
    }
    let bar = transfer(&globals.out, &path, size);
    let body = bar.wrap_async_read(content);
    let address = workspace.path(&format!("raw?path={}", encode(&path)));
    let answer = server.http.upload(Method::PUT, &address, headers, Some(size), body).await;
    bar.finish_and_clear();
    match answer.during(&server.url, format!("upload {path}")) {
        Err(CliError::Refused { problem, .. })
            if !force
                && matches!(
                    problem.code,
                    ServiceCode::FailedPrecondition | ServiceCode::Aborted | ServiceCode::AlreadyExists
                ) =>
        {
            Err(CliError::failed(format!("{path} is there already"), "replace it with --force"))
        }
        Err(error) => Err(error),
        Ok(_) if globals.out.json => globals.out.object(&json!({"path": path, "size": size})),
        Ok(_) => {
            globals.out.note(format!("{path} ({})", bytes(size)));
            Ok(())
        }
    }
}

pub(super) async fn ls(
    server: &Server,
    session: Option<&str>,
    path: String,
    globals: &Globals,
) -> Result<(), CliError> {
    let workspace = Workspace::new(server, find(server, session).await?)?;
    let mut entries: Vec<FileEntry> = Vec::new();
    let mut after = String::new();
    for _ in 0..PAGES_MAX {
        let request = ListFilesRequest { path: path.clone(), after };
        let action = format!("list {}", if path.is_empty() { "the workspace" } else { &path });
        let page: ListFilesReply = workspace.call("ListFiles", &request, &action).await?;
        entries.extend(page.entries);
        after = page.next;
        if after.is_empty() {
            break;
        }
    }
    if globals.out.json {
        return globals.out.object(&json!({"entries": entries}));
    }
    let now = now_ms().unsigned_abs();
    let rows: Vec<Vec<Cell>> = entries.iter().map(|entry| row(entry, now)).collect();
    globals.out.table(&["NAME", "SIZE", "CHANGED"], &rows, "the folder is empty")
}

fn row(entry: &FileEntry, now: u64) -> Vec<Cell> {
    let name = entry.path.rsplit('/').next().unwrap_or(&entry.path);
    let (mark, style) = match (entry.kind.as_str(), entry.executable) {
        ("folder", _) => ("/", Style::Bold),
        ("link", _) => ("@", Style::Dim),
        (_, true) => ("*", Style::Good),
        _ => ("", Style::Plain),
    };
    let size = if entry.kind == "file" { bytes(entry.size) } else { "-".into() };
    vec![Cell(format!("{name}{mark}"), style), Cell::plain(size), Cell::plain(ago(now, entry.modified_at))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_never_takes_a_name_that_leaves_the_folder() {
        assert_eq!(safe_name("out/blinky.bin"), Some("blinky.bin"));
        assert_eq!(safe_name("blinky.bin"), Some("blinky.bin"));
        for wrong in ["", "out/", "..", "a/..", "."] {
            assert_eq!(safe_name(wrong), None, "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_download_appears_whole_and_leaves_nothing_when_it_fails() {
        let dir = tempfile::tempdir().expect("dir");
        let place = dir.path().join("x.bin");
        let target = Target::choose("out/x.bin", Some(dir.path().into())).expect("target");
        let received = target.receive(&b"bits"[..], &ProgressBar::hidden()).await.expect("copy");
        assert!(!place.exists());
        let mut artefact = Artefact { size: 4, sha256: received.sha256.clone(), ..Artefact::default() };
        verify("x", &received, Some(4), Some(&artefact)).expect("right");
        assert!(verify("x", &received, Some(5), None).is_err());
        artefact.sha256 = "00".into();
        assert!(verify("x", &received, Some(4), Some(&artefact)).is_err());
        drop(target);
        assert_eq!(std::fs::read_dir(dir.path()).expect("list").count(), 0);

        let target = Target::choose("x.bin", Some(place.clone())).expect("target");
        target.receive(&b"bits"[..], &ProgressBar::hidden()).await.expect("copy");
        target.keep().expect("rename");
        assert_eq!(std::fs::read(&place).expect("read"), b"bits");
        assert_eq!(std::fs::read_dir(dir.path()).expect("list").count(), 1);
    }
}
