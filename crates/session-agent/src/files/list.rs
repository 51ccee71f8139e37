//! Listing a folder of any size, a page at a time.

use std::collections::BinaryHeap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use carrel_proto::agent::v1 as pb;
use rustix::fs::{AtFlags, OFlags};
use rustix::io::Errno;

use super::path::{decode_name, encode_name};
use super::{Files, entry, parse};
use crate::error::{Failure, file_failure};

/// Entries in one answer; about 300 kB as JSON.
const PAGE: usize = 2_000;

impl Files {
    /// The next page of a folder's entries, by the bytes of their names. Memory stays within one page.
    pub fn list(&self, text: &str, after: &str) -> Result<pb::ListFilesReply, Failure> {
        let path = parse(text)?;
        let after = decode_name(after);
        let failed = |errno: Errno| file_failure("list", text, &errno.into());
        let folder = self
            .root()?
            .get(&path, OFlags::RDONLY | OFlags::DIRECTORY)
            .map_err(|error| file_failure("list", text, &error))?;
        // The smallest names after `after`, and one more to know whether there is a next page.
        let mut names: BinaryHeap<OsString> = BinaryHeap::with_capacity(PAGE + 2);
        for found in rustix::fs::Dir::read_from(&folder).map_err(failed)? {
            let found = found.map_err(failed)?;
            let name = OsStr::from_bytes(found.file_name().to_bytes());
            let passed = !after.is_empty() && name <= after;
            let full = names.len() > PAGE;
            // Most names of a large folder are told apart without a copy.
            if passed || (full && names.peek().is_some_and(|largest| name >= largest.as_os_str())) {
                continue;
            }
            if name == "." || name == ".." || super::write::is_temporary(name) {
                continue;
            }
            if full {
                names.pop();
            }
            names.push(name.to_owned());
        }
        let mut names = names.into_sorted_vec();
        let more = names.len() > PAGE;
        names.truncate(PAGE);
        let next =
            if more { names.last().map(|name| encode_name(name)).unwrap_or_default() } else { String::new() };
        let mut entries = Vec::with_capacity(names.len());
        for name in names {
            match rustix::fs::statat(&folder, name.as_os_str(), AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => entries.push(entry(path.join(&name).to_text(), &stat)),
                // Deleted since its name was read.
                Err(Errno::NOENT) => {}
                Err(errno) => return Err(failed(errno)),
            }
        }
        Ok(pb::ListFilesReply { entries, next })
    }
}
