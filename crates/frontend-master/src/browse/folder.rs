//! What is in a folder.

use carrel_proto::repo::v1::{Entry, EntryKind, ListFolderReply};

use super::path::{TreePath, encode, shown};
use super::{BrowseError, Look, Revision};
use crate::git::asking::Ask;

/// A listing of some 200,000 names: a folder beyond it is no folder that people look into.
const LISTING_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Sizes of one page of 1,000.
const SIZES_BYTES_MAX: usize = 64 * 1024;

/// One line of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) kind: EntryKind,
    pub(super) id: String,
    /// From the top.
    pub(super) path: Vec<u8>,
}

impl Line {
    fn name(&self) -> &[u8] {
        self.path.rsplit(|b| *b == b'/').next().unwrap_or_default()
    }

    /// Folders first, then by name.
    fn rank(&self) -> (bool, &[u8]) {
        (self.kind != EntryKind::Folder, self.name())
    }

    /// Where a page ends.
    fn cursor(&self) -> String {
        format!("{}{}", if self.kind == EntryKind::Folder { 'd' } else { 'f' }, encode(self.name()))
    }
}

impl Look<'_> {
    /// A page of a folder.
    pub async fn folder(
        &self,
        revision: &str,
        folder: Option<&TreePath>,
        after: &str,
        limit: usize,
    ) -> Result<ListFolderReply, BrowseError> {
        let Some(revision) = self.revision(revision).await? else {
            return match folder {
                None => Ok(ListFolderReply::default()),
                Some(_) => {
                    Err(self.existing("").await.err().unwrap_or(BrowseError::TooMany { what: "folders" }))
                }
            };
        };
        let listing = ["--literal-pathspecs", "ls-tree", "-z", "--full-tree"];
        let mut ask = Ask::new(LISTING_BYTES_MAX, &listing).arg(&revision.commit);
        if let Some(folder) = folder {
            ask = ask.arg("--").arg(folder.to_folder_arg());
        }
        let listed = self.git.ask(&self.folder, ask).await?;
        if listed.cut_off {
            return Err(BrowseError::TooMany { what: "files in this folder" });
        }
        let mut lines: Vec<Line> = listed.bytes.split(|b| *b == 0).filter_map(line).collect();
        if let (Some(folder), true) = (folder, lines.is_empty()) {
            return Err(self.no_file(folder, &revision));
        }
        lines.sort_by(|a, b| a.rank().cmp(&b.rank()));
        let start = if after.is_empty() {
            0
        } else {
            lines.iter().position(|it| it.cursor() == after).map_or(lines.len(), |at| at + 1)
        };
        let page = &lines[start..lines.len().min(start.saturating_add(limit))];
        let more = start + page.len() < lines.len();
        let next = page.last().filter(|_| more).map(Line::cursor).unwrap_or_default();
        let entries = self.entries(page).await?;
        let latest = if after.is_empty() { self.latest(&revision, folder).await } else { None };
        let Revision { commit, name } = revision;
        Ok(ListFolderReply { commit, revision: name, entries, next, latest })
    }

    /// The line of one path.
    pub(super) async fn line(&self, revision: &Revision, file: &TreePath) -> Result<Line, BrowseError> {
        let listing = ["--literal-pathspecs", "ls-tree", "-z", "--full-tree"];
        let ask = Ask::new(LISTING_BYTES_MAX, &listing).arg(&revision.commit).arg("--").arg(file.to_arg());
        let listed = self.git.ask(&self.folder, ask).await?;
        listed.bytes.split(|b| *b == 0).find_map(line).ok_or_else(|| self.no_file(file, revision))
    }

    /// The lines of a page with the sizes of its files.
    async fn entries(&self, page: &[Line]) -> Result<Vec<Entry>, BrowseError> {
        let has_size = |line: &Line| !matches!(line.kind, EntryKind::Folder | EntryKind::Submodule);
        let ids: String =
            page.iter().filter(|line| has_size(line)).map(|line| format!("{}\n", line.id)).collect();
        let ask =
            Ask::new(SIZES_BYTES_MAX, &["cat-file", "--batch-check=%(objectsize)"]).input(ids.as_bytes());
        let sizes = if ids.is_empty() { Vec::new() } else { self.git.ask(&self.folder, ask).await?.bytes };
        let sizes = shown(&sizes);
        let mut sizes = sizes.lines();
        let entry = |line: &Line| {
            let size = if has_size(line) { sizes.next().and_then(|size| size.parse().ok()) } else { None };
            Entry {
                name: shown(line.name()),
                file: encode(&line.path),
                kind: line.kind.into(),
                size: size.unwrap_or_default(),
            }
        };
        Ok(page.iter().map(entry).collect())
    }
}

/// `<mode> <type> <id>\t<path>`
fn line(bytes: &[u8]) -> Option<Line> {
    let tab = bytes.iter().position(|b| *b == b'\t')?;
    let head = std::str::from_utf8(&bytes[..tab]).ok()?;
    let mut words = head.split(' ');
    let (mode, id) = (words.next()?, words.nth(1)?.to_owned());
    let kind = match mode {
        "040000" => EntryKind::Folder,
        "100755" => EntryKind::Executable,
        "120000" => EntryKind::Link,
        "160000" => EntryKind::Submodule,
        _ => EntryKind::File,
    };
    Some(Line { kind, id, path: bytes[tab + 1..].to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_listing() {
        let of = |text: &[u8]| line(text).expect("a line");
        let file = of(b"100644 blob abc\tsrc/a\tb\n\xff");
        assert_eq!((file.kind, file.id.as_str(), file.name()), (EntryKind::File, "abc", &b"a\tb\n\xff"[..]));
        assert_eq!(of(b"040000 tree abc\tx").kind, EntryKind::Folder);
        assert_eq!(of(b"160000 commit abc\tx").kind, EntryKind::Submodule);
        for bad in [&b""[..], b"100644 blob\tx", b"nothing"] {
            assert_eq!(line(bad), None);
        }
    }
}
