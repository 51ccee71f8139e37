//! Log lines on standard error: for people on a terminal, JSON otherwise.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::{LogConfig, LogFormat};

/// The variable whose filter wins over the configured one.
pub const FILTER_VARIABLE: &str = "CARREL_LOG";

/// Checks a filter like `info,carrel_service=debug`.
pub(crate) fn parse_filter(filter: &str) -> Result<EnvFilter, String> {
    EnvFilter::try_new(filter).map_err(|error| format!("{error}; use e.g. \"info,carrel_service=debug\""))
}

/// Starts logging for the process; a second call changes nothing.
pub fn init(config: &LogConfig) {
    let chosen = std::env::var(FILTER_VARIABLE).ok().and_then(|filter| parse_filter(&filter).ok());
    let filter =
        chosen.or_else(|| parse_filter(&config.filter).ok()).unwrap_or_else(|| EnvFilter::new("info"));
    let human = match config.format {
        LogFormat::Human => true,
        LogFormat::Json => false,
        LogFormat::Auto => std::io::stderr().is_terminal(),
    };
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if human {
        builder.with_ansi(std::io::stderr().is_terminal()).try_init()
    } else {
        builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
    };
    // Only an embedding program (a test, `carrel up`) can have been first, and its choice is the better one.
    drop(started);
}
