//! Progress on standard error: a line that changes, or a bar; nothing where nobody looks.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::out::Out;

/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// A line that says what is being waited for.
pub fn spinner(out: &Out, text: impl Into<String>) -> ProgressBar {
    let bar = bar_of(out, None, "{spinner} {msg} ({elapsed})");
    bar.set_message(text.into());
    bar.enable_steady_tick(TICK);
    bar
}

/// A bar over so many bytes.
pub fn transfer(out: &Out, name: &str, total: u64) -> ProgressBar {
    let bar = bar_of(out, Some(total), "{msg} [{bar:30}] {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    bar.set_message(name.to_owned());
    bar
}

/// A bar over so many steps.
pub fn steps(out: &Out, name: &str, total: u64) -> ProgressBar {
    let bar = bar_of(out, Some(total), "{msg} [{bar:30}] {pos}/{len} {eta}");
    bar.set_message(name.to_owned());
    bar
}

fn bar_of(out: &Out, total: Option<u64>, template: &str) -> ProgressBar {
    let target =
        if out.shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(total, target);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}
