//! Branches and tags.

use std::collections::HashMap;

use carrel_proto::repo::v1::{ListRefsReply, Ref, RefKind};

use super::path::shown;
use super::{BrowseError, Look};
use crate::git::asking::Ask;
use crate::git::plumbing::settle_head;

/// Names of some 50,000 branches and tags.
const NAMES_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What is said of one page: 200 subjects of at most some kB.
const PAGE_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The longest subject shown.
const SUBJECT_MAX: usize = 500;

/// Id, time and subject of the commit: that of an annotated tag is behind it.
const FORMAT: &str = "--format=%(refname)%00%(if)%(*objectname)%(then)%(*objectname)%00%(*committerdate:unix)%00\
    %(*contents:subject)%(else)%(objectname)%00%(committerdate:unix)%00%(contents:subject)%(end)";

const BRANCHES: &str = "refs/heads/";
const TAGS: &str = "refs/tags/";

impl Look<'_> {
    /// A page of branches and tags: branches first, each by name.
    pub async fn refs(&self, after: &str, limit: u32) -> Result<ListRefsReply, BrowseError> {
        settle_head(self.git, &self.folder).await?;
        let ask = Ask::new(NAMES_BYTES_MAX, &["for-each-ref", "--format=%(refname)", BRANCHES, TAGS]);
        let names = self.git.ask(&self.folder, ask).await?;
        if names.cut_off {
            return Err(BrowseError::TooMany { what: "branches and tags" });
        }
        let names = shown(&names.bytes);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        // "refs/heads/" sorts before "refs/tags/", and git sorts by name.
        let mut page: Vec<&str> =
            names.lines().filter(|name| *name > after).take(limit.saturating_add(1)).collect();
        let more = page.len() > limit;
        page.truncate(limit);
        let next = page.last().filter(|_| more).map(|name| (*name).to_owned()).unwrap_or_default();
        if page.is_empty() {
            return Ok(ListRefsReply { refs: Vec::new(), next });
        }
        let default = self.default_branch().await.unwrap_or_default();
        let mut args = vec!["for-each-ref", FORMAT];
        args.extend(&page);
        let told = self.git.ask(&self.folder, Ask::new(PAGE_BYTES_MAX, &args)).await?;
        let told = shown(&told.bytes);
        let told: HashMap<&str, &str> = told.lines().filter_map(|line| line.split_once('\0')).collect();
        let refs = page.iter().filter_map(|name| one(name, told.get(name)?, &default)).collect();
        Ok(ListRefsReply { refs, next })
    }
}

fn one(refname: &str, told: &str, default: &str) -> Option<Ref> {
    let (kind, name) = match (refname.strip_prefix(BRANCHES), refname.strip_prefix(TAGS)) {
        (Some(name), _) => (RefKind::Branch, name),
        (None, Some(name)) => (RefKind::Tag, name),
        (None, None) => return None,
    };
    let mut fields = told.splitn(3, '\0');
    let (commit, at, subject) = (fields.next()?, fields.next()?, fields.next()?);
    Some(Ref {
        name: name.to_owned(),
        kind: kind.into(),
        commit: commit.to_owned(),
        // A tag of something that is no commit has no time.
        committed_at: at.parse::<i64>().unwrap_or_default().saturating_mul(1_000),
        subject: subject.chars().take(SUBJECT_MAX).collect(),
        is_default: kind == RefKind::Branch && name == default,
    })
}
