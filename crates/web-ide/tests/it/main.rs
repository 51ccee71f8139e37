//! The router and the cookie layer as a browser meets them.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop there")]

mod cookies;
mod files;
