//! The `~` escapes of an interactive shell, as `ssh` has them.
//!
//! A tilde right after a newline is held back until the next byte says what it meant.

/// Finds escapes in what the user types.
#[derive(Debug, Clone, Default)]
pub struct Escapes {
    place: Place,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    #[default]
    LineStart,
    AfterTilde,
    Inside,
}

/// What the user asked the client itself to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// `~.`: leave the terminal running and end the client.
    Disconnect,
    /// `~?`: list the escapes.
    Help,
}

/// Shown on `~?`.
pub const HELP: &str = "\r\nEscapes, at the start of a line:\r\n  ~.  disconnect; the shell goes on and can be attached again\r\n  ~~  send one tilde\r\n  ~?  this list\r\n";

impl Escapes {
    /// Takes typed bytes; returns those to send and what was asked. Bytes after `~.` are dropped.
    pub fn feed(&mut self, typed: &[u8]) -> (Vec<u8>, Vec<Ask>) {
        let mut forward = Vec::with_capacity(typed.len() + 1);
        let mut asks = Vec::new();
        for &byte in typed {
            match (self.place, byte) {
                (Place::LineStart, b'~') => {
                    self.place = Place::AfterTilde;
                    continue;
                }
                (Place::AfterTilde, b'.') => {
                    asks.push(Ask::Disconnect);
                    self.place = Place::LineStart;
                    return (forward, asks);
                }
                (Place::AfterTilde, b'?') => {
                    asks.push(Ask::Help);
                    self.place = Place::LineStart;
                    continue;
                }
                (Place::AfterTilde, b'~') => {}
                (Place::AfterTilde, _) => forward.push(b'~'),
                (Place::LineStart | Place::Inside, _) => {}
            }
            forward.push(byte);
            self.place = if matches!(byte, b'\r' | b'\n') { Place::LineStart } else { Place::Inside };
        }
        (forward, asks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(typed: &str, forward: &str, asks: &[Ask]) {
        let (sent, asked) = Escapes::default().feed(typed.as_bytes());
        assert_eq!((String::from_utf8_lossy(&sent).as_ref(), asked.as_slice()), (forward, asks), "{typed:?}");
    }

    #[test]
    fn escapes_work_only_at_the_start_of_a_line() {
        check("~.", "", &[Ask::Disconnect]);
        check("ls\r~.", "ls\r", &[Ask::Disconnect]);
        check("ls\n~.more", "ls\n", &[Ask::Disconnect]);
        check("cd ~.\r", "cd ~.\r", &[]);
        check("~~.", "~.", &[]);
        check("~~~.", "~~.", &[]);
        check("~/bin\r", "~/bin\r", &[]);
        check("~?x", "x", &[Ask::Help]);
        check("~?~.", "", &[Ask::Help, Ask::Disconnect]);
        check("~\r~.", "~\r", &[Ask::Disconnect]);
    }

    proptest! {
        #[test]
        fn cutting_the_input_anywhere_changes_nothing(
            typed in proptest::collection::vec(prop_oneof![Just(b'~'), Just(b'?'), Just(b'\r'), Just(b'a')], 0..40),
            at in 0_usize..40,
        ) {
            let at = at.min(typed.len());
            let whole = Escapes::default().feed(&typed);
            let mut parts = Escapes::default();
            let (mut forward, mut asks) = parts.feed(&typed[..at]);
            let second = parts.feed(&typed[at..]);
            forward.extend(second.0);
            asks.extend(second.1);
            prop_assert_eq!(whole, (forward, asks));
        }

        #[test]
        fn without_a_tilde_every_byte_passes(typed in proptest::collection::vec(any::<u8>().prop_filter("no tilde", |b| *b != b'~'), 0..200)) {
            prop_assert_eq!(Escapes::default().feed(&typed), (typed, vec![]));
        }
    }
}
