//! What the command prints: colour only where a person reads it, JSON where a program asks for it.
//!
//! Results go to standard output, everything said about them to standard error.

use std::io::{IsTerminal, Write};

use serde::Serialize;

use crate::error::{CliError, Doing};

/// When to colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As it is.
    Plain,
    /// A heading, or the thing itself.
    Bold,
    /// Of less weight.
    Dim,
    /// Good.
    Good,
    /// Needs attention.
    Warn,
    /// Bad.
    Bad,
}

/// Where and how to print.
#[derive(Debug, Clone, Copy)]
pub struct Out {
    /// One JSON object instead of text.
    pub json: bool,
    color_out: bool,
    color_err: bool,
}

/// One cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell(pub String, pub Style);

impl Cell {
    /// A plain cell.
    pub fn plain(text: impl Into<String>) -> Self {
        Self(text.into(), Style::Plain)
    }
}

impl Out {
    /// Looks at the environment once.
    pub fn new(json: bool, choice: ColorChoice) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let decide = |terminal: bool| match choice {
            ColorChoice::Auto => wanted && terminal,
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        };
        Self {
            json,
            color_out: decide(std::io::stdout().is_terminal()),
            color_err: decide(std::io::stderr().is_terminal()),
        }
    }

    /// A text in a style, for standard output.
    pub fn paint(&self, style: Style, text: &str) -> String {
        paint(self.color_out, style, text)
    }

    /// One line of a result.
    pub fn line(&self, text: impl AsRef<str>) -> Result<(), CliError> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", text.as_ref()).and_then(|()| out.flush()).doing("write the result")
    }

    /// A result as one JSON object on one line.
    pub fn object(&self, value: &impl Serialize) -> Result<(), CliError> {
        let text =
            serde_json::to_string(value).map_err(std::io::Error::other).doing("write the result as JSON")?;
        self.line(text)
    }

    /// A table with a heading; nothing but `empty` (on standard error) where there are no rows.
    pub fn table(&self, heading: &[&str], rows: &[Vec<Cell>], empty: &str) -> Result<(), CliError> {
        if rows.is_empty() {
            self.note(empty);
            return Ok(());
        }
        self.line(render_table(self.color_out, heading, rows))
    }

    /// Something said about the work, not its result. Never fails: nobody has to read it.
    pub fn note(&self, text: impl AsRef<str>) {
        let _ = writeln!(std::io::stderr(), "{}", text.as_ref());
    }

    /// Something that needs attention.
    pub fn warn(&self, text: impl AsRef<str>) {
        self.note(format!("{} {}", paint(self.color_err, Style::Warn, "warning:"), text.as_ref()));
    }

    /// Why the command failed and what to do next.
    pub fn failure(&self, error: &CliError) {
        if error.is_quiet() {
            return;
        }
        let (message, hint) = (carrel_service::error::Chain(error).to_string(), error.hint());
        if self.json {
            let object =
                serde_json::json!({"error": {"code": error.code(), "message": message, "hint": hint}});
            self.note(object.to_string());
            return;
        }
        let tag = paint(self.color_err, Style::Bad, "error:");
        if matches!(error, CliError::Config(_)) {
            self.note(message);
        } else {
            self.note(format!("{tag} {message}"));
        }
        if !hint.is_empty() {
            self.note(format!("{} {hint}", paint(self.color_err, Style::Dim, " next:")));
        }
    }

    /// Whether a progress bar may be drawn.
    pub fn shows_progress(&self) -> bool {
        !self.json && std::io::stderr().is_terminal()
    }
}

fn paint(color: bool, style: Style, text: &str) -> String {
    let code = match style {
        Style::Plain => return text.to_owned(),
        Style::Bold => "1",
        Style::Dim => "2",
        Style::Good => "32",
        Style::Warn => "33",
        Style::Bad => "31",
    };
    if color && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Columns as wide as their widest cell, two blanks between, none at the end of a line.
pub fn render_table(color: bool, heading: &[&str], rows: &[Vec<Cell>]) -> String {
    let width = |text: &str| text.chars().count();
    let mut widths: Vec<usize> = heading.iter().map(|text| width(text)).collect();
    for row in rows {
        for (at, Cell(text, _)) in row.iter().enumerate() {
            widths[at] = widths[at].max(width(text));
        }
    }
    let mut lines = Vec::with_capacity(rows.len() + 1);
    let titles: Vec<Cell> = heading.iter().map(|text| Cell((*text).to_owned(), Style::Dim)).collect();
    for row in std::iter::once(&titles).chain(rows) {
        let mut line = String::new();
        for (at, Cell(text, style)) in row.iter().enumerate() {
            line.push_str(&paint(color, *style, text));
            if at + 1 < row.len() {
                line.extend(std::iter::repeat_n(' ', widths[at] - width(text) + 2));
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

/// "4.2 MiB".
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = count as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{count} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

/// "3 min ago"; both in milliseconds since 1970.
pub fn ago(now_ms: u64, then_ms: i64) -> String {
    let Ok(then) = u64::try_from(then_ms) else { return "-".into() };
    if then == 0 {
        return "-".into();
    }
    let secs = now_ms.saturating_sub(then) / 1000;
    match secs {
        0..=1 => "now".into(),
        2..=89 => format!("{secs} s ago"),
        90..=5_399 => format!("{} min ago", (secs + 30) / 60),
        5_400..=129_599 => format!("{} h ago", (secs + 1_800) / 3_600),
        _ => format!("{} days ago", (secs + 43_200) / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_lines_up_and_has_no_colour_unless_asked() {
        let rows = vec![
            vec![Cell::plain("se-1"), Cell("ready".into(), Style::Good), Cell::plain("ada/demo")],
            vec![Cell::plain("se-22"), Cell("closing".into(), Style::Warn), Cell::plain("é")],
        ];
        let heading = ["ID", "STATE", "REPOSITORY"];
        let plain = render_table(false, &heading, &rows);
        assert_eq!(plain, "ID     STATE    REPOSITORY\nse-1   ready    ada/demo\nse-22  closing  é");
        let mut stripped = render_table(true, &heading, &rows);
        for code in ["\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[0m"] {
            stripped = stripped.replace(code, "");
        }
        assert_eq!(stripped, plain);
    }

    #[test]
    fn sizes_and_ages_read_well() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(1023), "1023 B");
        assert_eq!(bytes(1536), "1.5 KiB");
        assert_eq!(bytes(u64::MAX), "16777216.0 TiB");
        assert_eq!(ago(10_000, 0), "-");
        assert_eq!(ago(10_000, 9_500), "now");
        assert_eq!(ago(70_000, 10_000), "60 s ago");
        assert_eq!(ago(610_000, 10_000), "10 min ago");
        assert_eq!(ago(5, 10_000), "now");
    }
}
