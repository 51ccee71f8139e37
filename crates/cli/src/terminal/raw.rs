//! This machine's terminal: raw mode that always ends, hidden input, questions, its size.

use std::io::{self, IsTerminal, Read, Write};

use rustix::stdio::{stdin, stdout};
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, isatty, tcgetattr, tcgetwinsize, tcsetattr,
};

use super::frames::Size;
use crate::error::{CliError, Doing};

/// No password or answer is longer.
const LINE_MAX: usize = 1_024;

/// Raw mode, until dropped: also when a panic unwinds. Signals end the command's loop, which drops it too.
#[derive(Debug)]
pub struct RawMode {
    saved: Termios,
}

impl RawMode {
    /// Every key goes through as it is, Ctrl-C included.
    pub fn enter() -> io::Result<Self> {
        Self::with(|modes| modes.make_raw())
    }

    /// Keys one at a time, unseen; output stays as it is.
    fn hidden() -> io::Result<Self> {
        Self::with(|modes| {
            modes.local_modes &= !(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
            modes.special_codes[SpecialCodeIndex::VMIN] = 1;
            modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        })
    }

    fn with(change: impl FnOnce(&mut Termios)) -> io::Result<Self> {
        let saved = tcgetattr(stdin())?;
        let mut modes = saved.clone();
        change(&mut modes);
        tcsetattr(stdin(), OptionalActions::Now, &modes)?;
        Ok(Self { saved })
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        let _ = tcsetattr(stdin(), OptionalActions::Now, &self.saved);
    }
}

/// Whether a person sits at both ends of this command.
pub fn is_interactive() -> bool {
    isatty(stdin()) && isatty(stdout())
}

/// The terminal's size; `None` where there is none or it does not know.
pub fn window_size() -> Option<Size> {
    let size = tcgetwinsize(stdout()).or_else(|_| tcgetwinsize(stdin())).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some(Size { cols: size.ws_col, rows: size.ws_row })
}

/// Asks without showing what is typed.
pub fn read_hidden(prompt: &str) -> io::Result<String> {
    let _quiet = RawMode::hidden()?;
    let mut err = io::stderr();
    write!(err, "{prompt}")?;
    err.flush()?;
    let mut typed = HiddenLine::default();
    let mut stdin = io::stdin().lock();
    let mut byte = [0];
    let line = loop {
        match stdin.read(&mut byte)? {
            0 => break typed.end(),
            _ => match typed.key(byte[0]) {
                Typing::More => {}
                Typing::Done => break typed.end(),
                Typing::Cancelled => {
                    break Err(io::Error::new(io::ErrorKind::Interrupted, "cancelled"));
                }
            },
        }
    };
    writeln!(err)?;
    line
}

#[derive(Debug, Default)]
struct HiddenLine(Vec<u8>);

#[derive(Debug, PartialEq, Eq)]
enum Typing {
    More,
    Done,
    Cancelled,
}

impl HiddenLine {
    fn key(&mut self, key: u8) -> Typing {
        match key {
            b'\r' | b'\n' => return Typing::Done,
            // Ctrl-D on an empty line gives up, as everywhere.
            0x04 if self.0.is_empty() => return Typing::Cancelled,
            0x04 => return Typing::Done,
            0x03 | 0x1c => return Typing::Cancelled,
            0x15 => self.0.clear(),
            0x08 | 0x7f => {
                // A whole character, not a byte of it.
                while self.0.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
            }
            _ if self.0.len() < LINE_MAX => self.0.push(key),
            _ => {}
        }
        Typing::More
    }

    fn end(self) -> io::Result<String> {
        String::from_utf8(self.0).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
    }
}

/// Asks yes or no; without a terminal, says which flag answers instead.
pub fn confirm(question: &str, flag: &str) -> Result<bool, CliError> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(CliError::failed(
            question.trim_end_matches('?').to_owned() + ": not done",
            format!("repeat with {flag}"),
        ));
    }
    let mut err = io::stderr();
    write!(err, "{question} [y/N] ").and_then(|()| err.flush()).doing("ask")?;
    let mut answer = String::new();
    io::BufRead::read_line(&mut io::stdin().lock().take(LINE_MAX as u64), &mut answer)
        .doing("read the answer")?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> (Typing, String) {
        let mut line = HiddenLine::default();
        let mut last = Typing::More;
        for key in keys {
            last = line.key(*key);
            if last != Typing::More {
                break;
            }
        }
        (last, line.end().expect("UTF-8"))
    }

    #[test]
    fn a_hidden_line_can_be_corrected_and_cancelled() {
        assert_eq!(typed(b"secret\r"), (Typing::Done, "secret".into()));
        assert_eq!(typed(b"secrex\x7ft\n"), (Typing::Done, "secret".into()));
        assert_eq!(typed("ä\x7fo\r".as_bytes()), (Typing::Done, "o".into()));
        assert_eq!(typed(b"wrong\x15right\r"), (Typing::Done, "right".into()));
        assert_eq!(typed(b"abc\x03").0, Typing::Cancelled);
        assert_eq!(typed(b"\x04").0, Typing::Cancelled);
        assert_eq!(typed(b"\x7f\x7fa\x04"), (Typing::Done, "a".into()));
    }
}
