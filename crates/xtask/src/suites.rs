//! `cargo xtask test`.
use crate::{error::Error, steps::Steps, tree::Tree};
use std::process::ExitCode;
pub fn test(_: &Tree, _: &Steps) -> Result<ExitCode, Error> { Ok(ExitCode::SUCCESS) }
