//! The carrel command.
