//! Verilog text as words, directives and signs.

/// A piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name or a keyword.
    Word(&'a str),
    /// `` `word ``
    Directive(&'a str),
    /// Anything else that is no space.
    Sign(char),
}

/// A piece and where it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    /// Which.
    pub(super) token: Token<'a>,
    /// Where its name begins, in bytes.
    pub(super) start: usize,
}

/// Words, directives and signs, without comments, strings and numbers.
pub(super) fn tokens(text: &str) -> Vec<At<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = &text[at..];
        match byte {
            b'/' if rest.starts_with("//") => at += rest.find('\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with("/*") => at += rest.find("*/").map_or(rest.len(), |end| end + 2),
            b'"' => at += string(rest),
            b'\\' => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                found.push(At { token: Token::Word(&rest[1..end]), start: at + 1 });
                at += end;
            }
            b'`' => {
                let length = word(&bytes[at + 1..]);
                found.push(At { token: Token::Directive(&rest[1..=length]), start: at + 1 });
                at += 1 + length;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let length = word(&bytes[at..]);
                found.push(At { token: Token::Word(&rest[..length]), start: at });
                at += length;
            }
            // A number with its base, so that the `b` of 4'b0 is no name.
            b'0'..=b'9' | b'\'' => {
                at += 1;
                at += bytes[at..]
                    .iter()
                    .take_while(|b| b.is_ascii_alphanumeric() || matches!(**b, b'_' | b'?' | b'\''))
                    .count();
            }
            _ => {
                let sign = rest.chars().next().unwrap_or(' ');
                if !sign.is_whitespace() {
                    found.push(At { token: Token::Sign(sign), start: at });
                }
                at += sign.len_utf8();
            }
        }
    }
    found
}

fn word(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(**b, b'_' | b'$')).count()
}

/// The length of a string with its quotes; one that is not closed ends with its line.
fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return at,
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    rest.len()
}
