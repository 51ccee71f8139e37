//! The router and the cookie layer as a browser meets them.

mod cookies;
mod files;
