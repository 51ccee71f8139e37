//! One file: shown where it is text, described where it is not, and as it is for a download.

use carrel_proto::repo::v1::{EntryKind, FileView};
use tokio::process::{Child, ChildStdout};
use tokio::sync::OwnedSemaphorePermit;

use super::folder::Line;
use super::path::{TreePath, shown};
use super::{BrowseError, Look};
use crate::git::GitError;
use crate::git::asking::Ask;

/// The beginning of a text that is shown: more lines than anybody reads without an editor.
const TEXT_MAX: usize = 512 * 1024;

/// The largest picture that is shown.
const PICTURE_MAX: usize = 1024 * 1024;

/// Where git itself looks for a zero byte to tell binary files.
const SNIFFED: usize = 8_000;

/// Pictures by their first bytes. SVG is none of them: it is a document.
const PICTURES: [(&[u8], &str); 4] = [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
];

/// A file on its way out.
pub struct RawFile {
    /// Its name, which may be no UTF-8.
    pub name: Vec<u8>,
    /// In bytes.
    pub size: u64,
    /// Its bytes.
    pub stdout: ChildStdout,
    /// Ends with this.
    pub child: Child,
    /// Its place among the downloads.
    pub turn: OwnedSemaphorePermit,
}

impl Look<'_> {
    /// A file for people.
    pub async fn file(&self, revision: &str, file: &TreePath) -> Result<FileView, BrowseError> {
        let revision = self.existing(revision).await?;
        let line = self.line(&revision, file).await?;
        let latest = self.latest(&revision, Some(file)).await;
        let view = match line.kind {
            EntryKind::Folder => return Err(self.no_file(file, &revision)),
            EntryKind::Submodule => FileView { text: line.id.clone(), ..FileView::default() },
            _ => self.content(&line).await?,
        };
        Ok(FileView {
            commit: revision.commit,
            revision: revision.name,
            kind: line.kind.into(),
            latest,
            ..view
        })
    }

    async fn content(&self, line: &Line) -> Result<FileView, BrowseError> {
        let id = format!("{}\n", line.id);
        // The head is "<id> blob <size>"; after the content follows a newline.
        let ask = Ask::new(PICTURE_MAX + 256, &["cat-file", "--batch"]).input(id.as_bytes());
        let answer = self.git.ask(&self.folder, ask).await?;
        let broken = || GitError::Failed { command: "cat-file".to_owned(), stderr: "no head".to_owned() };
        let end = answer.bytes.iter().position(|b| *b == b'\n').ok_or_else(broken)?;
        let head = shown(&answer.bytes[..end]);
        let size: u64 = head.rsplit(' ').next().and_then(|size| size.parse().ok()).ok_or_else(broken)?;
        let bytes = &answer.bytes[end + 1..];
        let bytes = &bytes[..bytes.len().min(usize::try_from(size).unwrap_or(usize::MAX))];
        Ok(view(size, bytes))
    }

    /// A file as it is.
    pub async fn raw(&self, revision: &str, file: &TreePath) -> Result<RawFile, BrowseError> {
        let revision = self.existing(revision).await?;
        let line = self.line(&revision, file).await?;
        if matches!(line.kind, EntryKind::Folder | EntryKind::Submodule) {
            return Err(self.no_file(file, &revision));
        }
        let turn = self.downloads.clone().try_acquire_owned().map_err(|_| GitError::Busy)?;
        let size = self.git.ask(&self.folder, Ask::new(64, &["cat-file", "-s"]).arg(&line.id)).await?;
        let size = shown(&size.bytes).trim().parse().unwrap_or_default();
        let mut command = self.git.command(&[]);
        command.arg("--git-dir").arg(&self.folder).args(["cat-file", "blob", &line.id]);
        command.stdin(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let start = |source| GitError::Start { program: self.git.program().to_owned(), source };
        let mut child = command.stdout(std::process::Stdio::piped()).spawn().map_err(start)?;
        let stdout = child.stdout.take().ok_or_else(|| start(std::io::Error::other("it has no pipe")))?;
        Ok(RawFile { name: file.name().to_owned(), size, stdout, child, turn })
    }
}

/// What is shown of a file that starts with these bytes.
fn view(size: u64, bytes: &[u8]) -> FileView {
    let whole = bytes.len() as u64 == size;
    if bytes[..bytes.len().min(SNIFFED)].contains(&0) {
        let picture = PICTURES.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, kind)| *kind);
        let picture =
            picture.filter(|kind| whole && (*kind != "image/webp" || bytes.get(8..12) == Some(b"WEBP")));
        let (picture, picture_type) = match picture {
            Some(kind) => (bytes.to_vec(), kind.to_owned()),
            None => (Vec::new(), String::new()),
        };
        return FileView { size, binary: true, picture, picture_type, ..FileView::default() };
    }
    let mut cut = bytes.len().min(TEXT_MAX);
    let truncated = (cut as u64) < size;
    // Not in the middle of a character: that would look like a fault of the file's.
    while truncated && cut > 0 && bytes.get(cut).is_some_and(|next| next & 0xc0 == 0x80) {
        cut -= 1;
    }
    let text = String::from_utf8_lossy(&bytes[..cut]);
    let lossy = matches!(text, std::borrow::Cow::Owned(_));
    FileView { size, text: text.into_owned(), truncated, lossy, ..FileView::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> FileView {
        view(bytes.len() as u64, bytes)
    }

    #[test]
    fn text_binary_picture() {
        let plain = of("h\u{e4}llo\n".as_bytes());
        assert!(plain.text == "h\u{e4}llo\n" && !plain.binary && !plain.truncated && !plain.lossy);
        assert!(of(b"").text.is_empty() && !of(b"").binary);
        let odd = of(b"caf\xe9");
        assert!(odd.lossy && odd.text == "caf\u{fffd}");
        assert!(of(b"a\0b").binary && of(b"a\0b").picture.is_empty());
        assert_eq!(of(b"\x89PNG\r\n\x1a\n\0\0").picture_type, "image/png");
        assert_eq!(of(b"RIFF\0\0\0\0WAVE").picture_type, "");
        assert_eq!(view(1 << 30, b"\x89PNG\r\n\x1a\n\0\0").picture_type, "", "a part of a picture is none");
        assert!(of(b"<svg onload='x()'/>").picture_type.is_empty());
    }

    #[test]
    fn a_long_text_ends_between_two_characters() {
        let long = "\u{20ac}".repeat(TEXT_MAX);
        let shown = of(long.as_bytes());
        assert!(
            shown.truncated
                && !shown.lossy
                && shown.text.len() <= TEXT_MAX
                && shown.text.len() > TEXT_MAX - 4
        );
    }
}
