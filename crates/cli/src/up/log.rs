//! Where the daemons of `up` write what they have to say.

use std::path::Path;

use crate::error::{CliError, Doing};

/// The daemons' log; a second call (tests) keeps the first.
pub(super) fn write_to(file: &Path) -> Result<(), CliError> {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(file);
    let log = log.doing(format!("write {}", file.display()))?;
    let filter = tracing_subscriber::EnvFilter::try_from_env("CARREL_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let _ = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_env_filter(filter)
        .with_writer(std::sync::Mutex::new(log))
        .try_init();
    Ok(())
}
