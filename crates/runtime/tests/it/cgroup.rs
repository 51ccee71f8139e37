//! Recorded trees of both hierarchies.
