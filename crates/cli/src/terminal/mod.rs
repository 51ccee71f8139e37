//! A terminal of a session on this machine's own terminal.
//!
//! `attach` decides, `frames` and `escape` read, `link` connects, `local` is this machine's side, `drive` moves the
//! bytes between them.

pub mod attach;
mod attach_tests;
pub mod drive;
pub mod escape;
pub mod frames;
pub mod link;
pub mod local;
pub mod raw;
pub mod screen;
