//! Language servers: which program speaks for a language, and how its messages are cut out of its output.
//!
//! A server belongs to one connection and ends with it. Sharing one between pages would mean rewriting the numbers of
//! their requests and deciding whose text of a file counts; so messages pass untouched, and what a server learnt it
//! keeps in its own cache on the disk.

pub mod framing;
pub mod table;

/// Servers at once in one slot: one per language and page. Each may take hundreds of megabytes of the slot's memory.
pub const SERVERS_MAX: usize = 6;
/// The longest message. The editor takes files of up to 5 MB, and JSON writes each quote and line end as two.
pub const MESSAGE_MAX: usize = 12 * 1024 * 1024;
