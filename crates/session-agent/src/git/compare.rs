//! Two versions of a file.

use std::ffi::OsString;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;

use super::change::kernel;
use super::run::{Ask, Git};
use crate::error::{Failure, fail};
use crate::files::Files;

/// Of one version; a person reads no longer comparison, and two of them travel in one answer.
const CONTENT_MAX: usize = 1024 * 1024;
/// Where git looks for a zero byte, too.
const SNIFFED: usize = 8_000;

fn content(mut bytes: Vec<u8>, cut: bool, link: bool) -> pb::VersionContent {
    let binary = bytes.iter().take(SNIFFED).any(|byte| *byte == 0);
    let truncated = cut || bytes.len() > CONTENT_MAX;
    bytes.truncate(CONTENT_MAX);
    if binary {
        bytes.clear();
    }
    pb::VersionContent { exists: true, content: bytes, truncated, binary, link }
}

/// Both versions.
pub async fn compare(
    git: &Git,
    files: &Files,
    request: pb::CompareFileRequest,
) -> Result<pb::FileComparison, Failure> {
    let from = if request.from.is_empty() { &request.path } else { &request.from };
    let (before, after) = tokio::try_join!(
        version(git, files, from, request.before()),
        version(git, files, &request.path, request.after()),
    )?;
    Ok(pb::FileComparison { before: Some(before), after: Some(after) })
}

async fn version(
    git: &Git,
    files: &Files,
    text: &str,
    version: pb::FileVersion,
) -> Result<pb::VersionContent, Failure> {
    let prefix = match version {
        pb::FileVersion::Head => "HEAD:",
        pb::FileVersion::Index => ":0:",
        pb::FileVersion::Base => ":1:",
        pb::FileVersion::Ours => ":2:",
        pb::FileVersion::Theirs => ":3:",
        pb::FileVersion::Work => {
            let text = text.to_owned();
            return files.blocking(move |files| work(files, &text)).await;
        }
        pb::FileVersion::Unspecified => {
            return Err(fail(ServiceCode::InvalidArgument, "say which versions to compare"));
        }
    };
    let mut name = OsString::from(prefix);
    name.push(kernel(text)?);
    // Endings of lines and the like as the workspace has them; else every line would differ.
    let ask = Ask::new(&["cat-file", "--filters"]).word(name).at_most(CONTENT_MAX + 1);
    let done = git.look(ask).await?;
    if done.code != 0 && !done.truncated {
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        let absent = ["does not exist", "exists on disk", "not in the index", "is in the index, but not at"];
        // "invalid object name 'HEAD'" before the first commit; a submodule is no file.
        let other = ["invalid object name", "not a valid object name", "could not get object info"];
        if absent.iter().chain(&other).any(|sign| said.to_ascii_lowercase().contains(sign)) {
            return Ok(pb::VersionContent::default());
        }
        return Err(super::explain::explain("read that version", &done));
    }
    Ok(content(done.stdout, done.truncated, false))
}

fn work(files: &Files, text: &str) -> Result<pb::VersionContent, Failure> {
    if let Some(target) = files.link(text)? {
        return Ok(content(target.as_bytes().to_vec(), false, true));
    }
    match files.open(text) {
        Ok((file, _)) => {
            let mut bytes = Vec::new();
            file.take(CONTENT_MAX as u64 + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| crate::error::file_failure("read", text, &error))?;
            Ok(content(bytes, false, false))
        }
        Err(failure) if failure.code == ServiceCode::NotFound => Ok(pb::VersionContent::default()),
        Err(failure) => Err(failure),
    }
}
