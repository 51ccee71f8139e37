//! History: all of it, or that of one path.

use std::time::Duration;

use carrel_proto::convert::InvalidField;
use carrel_proto::repo::v1::{Commit, ListCommitsReply};

use super::path::{TreePath, shown};
use super::{BrowseError, Look, Revision, is_id};
use crate::git::asking::Ask;

/// One page: 100 commits, names and subjects of any length.
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Pages start at most so far from the newest commit.
const SKIP_MAX: usize = 1_000_000;

/// How long the newest commit of a path is looked for before the page is shown without it.
const LATEST_TIME_MAX: Duration = Duration::from_secs(3);

/// Fields of a commit in [`FORMAT`].
const FIELDS: usize = 7;
const FORMAT: &str = "--format=tformat:%H%x00%P%x00%an%x00%ae%x00%at%x00%ct%x00%s";
const WITH_BODY: &str = "--format=tformat:%H%x00%P%x00%an%x00%ae%x00%at%x00%ct%x00%s%x00%b";

/// The longest name, address or subject shown; the longest list of parents of an octopus.
const WORDS_MAX: usize = 500;
const PARENTS_MAX: usize = 16;

/// The longest message shown below its subject.
const BODY_MAX: usize = 16 * 1024;

impl Look<'_> {
    /// A page of history.
    pub async fn commits(
        &self,
        revision: &str,
        file: Option<&TreePath>,
        after: &str,
        limit: usize,
    ) -> Result<ListCommitsReply, BrowseError> {
        let (start, skip) = if after.is_empty() {
            let Some(revision) = self.revision(revision).await? else {
                return Ok(ListCommitsReply::default());
            };
            (revision.commit, 0)
        } else {
            // Later pages go on from the commit of the first one, whatever is pushed meanwhile.
            cursor(after).ok_or_else(|| InvalidField::new("after", "is not the `next` of an earlier page"))?
        };
        let ask = Ask::new(PAGE_BYTES_MAX, &["--literal-pathspecs", "log", "-z", "--no-mailmap", FORMAT])
            .arg(format!("--max-count={}", limit.saturating_add(1)))
            .arg(format!("--skip={skip}"))
            .arg("--end-of-options")
            .arg(&start);
        let ask = with_path(ask, file);
        let told = self.git.ask(&self.folder, ask).await?;
        let mut commits = parse(&told.bytes, FIELDS);
        let more = commits.len() > limit || told.cut_off;
        commits.truncate(limit);
        let next = if more { format!("{start}.{}", skip + commits.len()) } else { String::new() };
        Ok(ListCommitsReply { commits, next })
    }

    /// The newest commit that changed a path; none where that takes too long to find.
    pub(super) async fn latest(&self, revision: &Revision, file: Option<&TreePath>) -> Option<Commit> {
        let ask =
            Ask::new(PAGE_BYTES_MAX, &["--literal-pathspecs", "log", "-z", "--no-mailmap", "-1", FORMAT])
                .within(LATEST_TIME_MAX)
                .arg("--end-of-options")
                .arg(&revision.commit);
        let told = self.git.ask(&self.folder, with_path(ask, file)).await.ok()?;
        parse(&told.bytes, FIELDS).pop()
    }

    /// One commit with its message.
    pub(super) async fn commit_with_body(&self, id: &str) -> Result<Commit, BrowseError> {
        let revision = self.existing(id).await?;
        let ask = Ask::new(PAGE_BYTES_MAX, &["log", "-z", "--no-mailmap", "-1", WITH_BODY])
            .arg("--end-of-options")
            .arg(&revision.commit)
            .arg("--");
        let told = self.git.ask(&self.folder, ask).await?;
        let missing = || BrowseError::NoRevision { path: self.path.clone(), revision: id.to_owned() };
        parse(&told.bytes, FIELDS + 1).pop().ok_or_else(missing)
    }
}

fn with_path<'a>(ask: Ask<'a>, file: Option<&TreePath>) -> Ask<'a> {
    let ask = ask.arg("--");
    match file {
        Some(file) => ask.arg(file.to_arg()),
        None => ask,
    }
}

/// `<commit>.<skipped>`
fn cursor(text: &str) -> Option<(String, usize)> {
    let (commit, skip) = text.split_once('.')?;
    let skip = skip.parse().ok().filter(|skip| *skip <= SKIP_MAX)?;
    is_id(commit).then(|| (commit.to_owned(), skip))
}

/// Commits as git prints them: so many fields each, every one ended by a zero byte.
fn parse(bytes: &[u8], fields: usize) -> Vec<Commit> {
    let parts: Vec<&[u8]> = bytes.split(|b| *b == 0).collect();
    parts.chunks_exact(fields).map(commit).collect()
}

fn commit(fields: &[&[u8]]) -> Commit {
    let words = |at: usize| shown(fields[at]).chars().take(WORDS_MAX).collect::<String>();
    let time = |at: usize| words(at).parse::<i64>().unwrap_or_default().saturating_mul(1_000);
    let body = fields.get(FIELDS).map(|body| shown(body)).unwrap_or_default();
    let mut cut = body.len().min(BODY_MAX);
    while !body.is_char_boundary(cut) {
        cut -= 1;
    }
    Commit {
        id: words(0),
        parents: shown(fields[1]).split_whitespace().take(PARENTS_MAX).map(str::to_owned).collect(),
        author_name: words(2),
        author_email: words(3),
        authored_at: time(4),
        committed_at: time(5),
        subject: words(6),
        body: body[..cut].trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_ours_alone() {
        let id = "a".repeat(40);
        assert_eq!(cursor(&format!("{id}.50")), Some((id.clone(), 50)));
        for bad in [
            "",
            "main.5",
            "--all.5",
            &format!("{id}.-1"),
            &format!("{id}.x"),
            &format!("{id}.9999999999"),
            &id,
        ] {
            assert_eq!(cursor(bad), None, "{bad}");
        }
    }

    #[test]
    fn commits_in_fields() {
        let told = b"id1\0p1 p2\0A\xff\0a@b\x000\x0012\0subject\0id2\0\0B\0\0x\x001\0\0";
        let found = parse(told, FIELDS);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].parents.len(), found[0].author_name.as_str()), (2, "A\u{fffd}"));
        assert_eq!((found[0].committed_at, found[1].authored_at), (12_000, 0));
    }
}
