//! The slot pool, event by event.
