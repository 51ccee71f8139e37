//! An engine that restarts.
