//! Sessions, event by event.
