//! Typed channels to every daemon: deadlines, retry with jitter, auth.
