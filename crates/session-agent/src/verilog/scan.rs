//! What a Verilog text declares, and where: enough to go to a name, to explain it and to complete it.
//!
//! This is no parser. It reads words and brackets, so that half-typed text still has its declarations.

use super::token::{At, Token, tokens};

/// Words that begin a list of names, with an optional type and ranges before them.
const LISTS: [&str; 26] = [
    "input",
    "output",
    "inout",
    "wire",
    "reg",
    "logic",
    "tri",
    "wand",
    "wor",
    "uwire",
    "supply0",
    "supply1",
    "integer",
    "genvar",
    "real",
    "time",
    "bit",
    "byte",
    "int",
    "shortint",
    "longint",
    "parameter",
    "localparam",
    "string",
    "event",
    "var",
];
/// Words between the beginning of a list and its first name.
const TYPES: [&str; 10] =
    ["signed", "unsigned", "type", "const", "static", "automatic", "ref", "enum", "struct", "packed"];
/// Words that end a list that somebody is still typing.
const ENDS: [&str; 12] = [
    "assign",
    "always",
    "always_ff",
    "always_comb",
    "initial",
    "begin",
    "endmodule",
    "module",
    "function",
    "task",
    "end",
    "generate",
];
/// Declarations of one text; more is generated code that nobody reads by name.
const DECLARATIONS_MAX: usize = 20_000;
/// Of the line that explains a name.
const DETAIL_MAX: usize = 200;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A module, interface, package, program, primitive or class.
    Module,
    /// A function or task.
    Function,
    /// A text macro.
    Macro,
    /// A parameter.
    Parameter,
    /// A port, net or variable.
    Net,
    /// A type.
    Type,
}

/// A name and where it is declared; lines and columns count from 0, columns in UTF-16 as the protocol does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Without the backslash or the backtick.
    pub name: String,
    /// What it stands for.
    pub kind: Kind,
    /// Its line.
    pub line: u32,
    /// Its column.
    pub column: u32,
    /// The line of text that declares it.
    pub detail: String,
}

/// All that a text declares, in its order.
pub fn declarations(text: &str) -> Vec<Declaration> {
    let tokens = tokens(text);
    let mut found: Vec<(usize, &str, Kind)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() && found.len() < DECLARATIONS_MAX {
        let next = match tokens[at].token {
            Token::Word(
                "module" | "macromodule" | "interface" | "package" | "program" | "primitive" | "class",
            ) => named(&tokens, at + 1, Kind::Module, &mut found),
            Token::Word("function" | "task") => {
                last_before(&tokens, at + 1, &['(', ';'], Kind::Function, &mut found)
            }
            Token::Word("typedef") => last_before(&tokens, at + 1, &[';'], Kind::Type, &mut found),
            Token::Directive("define") => named(&tokens, at + 1, Kind::Macro, &mut found),
            Token::Word(word) if LISTS.contains(&word) => {
                let kind =
                    if word.ends_with("param") || word == "parameter" { Kind::Parameter } else { Kind::Net };
                list(&tokens, at + 1, kind, &mut found)
            }
            _ => at + 1,
        };
        at = next.max(at + 1);
    }
    let lines = Lines::of(text);
    found.into_iter().map(|(start, name, kind)| lines.declaration(text, start, name, kind)).collect()
}

type Found<'a> = Vec<(usize, &'a str, Kind)>;

/// The next word is the name.
fn named<'a>(tokens: &[At<'a>], at: usize, kind: Kind, found: &mut Found<'a>) -> usize {
    let mut at = at;
    while let Some(At { token: Token::Word("automatic" | "static"), .. }) = tokens.get(at) {
        at += 1;
    }
    if let Some(At { token: Token::Word(name), start }) = tokens.get(at) {
        found.push((*start, name, kind));
        return at + 1;
    }
    at
}

/// The last word before one of these signs, outside of brackets, is the name.
fn last_before<'a>(
    tokens: &[At<'a>],
    from: usize,
    ends: &[char],
    kind: Kind,
    found: &mut Found<'a>,
) -> usize {
    let (mut depth, mut name) = (0_usize, None);
    for (at, At { token, start }) in tokens.iter().enumerate().skip(from) {
        match token {
            Token::Sign(c) if depth == 0 && ends.contains(c) => {
                found.extend(name.map(|(start, name)| (start, name, kind)));
                return at;
            }
            Token::Sign('[' | '{') => depth += 1,
            Token::Sign(']' | '}') => depth = depth.saturating_sub(1),
            Token::Word(word) if ENDS.contains(word) => return at,
            Token::Word(word) if depth == 0 => name = Some((*start, *word)),
            _ => {}
        }
    }
    tokens.len()
}

/// Names with commas between them, each with ranges and a value if it has some.
fn list<'a>(tokens: &[At<'a>], from: usize, kind: Kind, found: &mut Found<'a>) -> usize {
    let mut at = from;
    while let Some(At { token, start }) = tokens.get(at) {
        match token {
            Token::Sign('[') => at = past(tokens, at),
            // `wire #5 x`, `reg signed x` and a type's own name go before the name.
            Token::Sign('#') => at += 1,
            Token::Sign('(' | '{') => at = past(tokens, at),
            Token::Word(word) if ENDS.contains(word) => return at,
            Token::Word(word) if TYPES.contains(word) || LISTS.contains(word) => at += 1,
            Token::Word(word) => {
                let next = skip_ranges(tokens, at + 1);
                if matches!(tokens.get(next), Some(At { token: Token::Word(word), .. }) if !ENDS.contains(word))
                {
                    // Two names in a row: the first was a type.
                    at = next;
                    continue;
                }
                found.push((*start, word, kind));
                at = past_value(tokens, next);
                match tokens.get(at).map(|it| it.token) {
                    Some(Token::Sign(',')) => at += 1,
                    _ => return at,
                }
                // In a list of ports the next one may have a direction of its own.
                if matches!(tokens.get(at), Some(At { token: Token::Word(word), .. }) if LISTS.contains(word))
                {
                    return at;
                }
            }
            _ => return at,
        }
    }
    at
}

fn skip_ranges(tokens: &[At<'_>], from: usize) -> usize {
    let mut at = from;
    while matches!(tokens.get(at), Some(At { token: Token::Sign('['), .. })) {
        at = past(tokens, at);
    }
    at
}

/// Behind the bracket that closes the one at `from`.
fn past(tokens: &[At<'_>], from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, it) in tokens.iter().enumerate().skip(from) {
        match it.token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Token::Word(word) if ENDS.contains(&word) => return at,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// At the comma, bracket or semicolon after a value.
fn past_value(tokens: &[At<'_>], from: usize) -> usize {
    let mut at = from;
    while let Some(it) = tokens.get(at) {
        match it.token {
            Token::Sign('(' | '[' | '{') => at = past(tokens, at),
            Token::Sign(',' | ';' | ')' | ']' | '}') => return at,
            Token::Word(word) if ENDS.contains(&word) => return at,
            _ => at += 1,
        }
    }
    at
}

struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    fn declaration(&self, text: &str, start: usize, name: &str, kind: Kind) -> Declaration {
        let line = self.0.partition_point(|from| *from <= start) - 1;
        let from = self.0[line];
        let column = text[from..start].encode_utf16().count();
        let whole = text[from..].lines().next().unwrap_or_default().trim();
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let detail = whole.chars().take(DETAIL_MAX).collect();
        Declaration { name: name.to_owned(), kind, line: number(line), column: number(column), detail }
    }
}

/// The word at a place, as the protocol counts.
pub fn word_at(text: &str, line: u32, column: u32) -> Option<&str> {
    let line = text.lines().nth(line as usize)?;
    let mut units = 0;
    let at = line.char_indices().find(|(_, c)| {
        let here = units >= column as usize;
        units += c.len_utf16();
        here
    });
    let at = at.map_or(line.len(), |(at, _)| at);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    let from = line[..at]
        .rfind(|c| !plain(c))
        .map_or(0, |before| before + line[before..].chars().next().map_or(1, char::len_utf8));
    let to = line[at..].find(|c| !plain(c)).map_or(line.len(), |after| at + after);
    (from < to).then(|| &line[from..to])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(text: &str) -> Vec<String> {
        declarations(text)
            .into_iter()
            .map(|it| format!("{}:{}:{} {:?}", it.line, it.column, it.name, it.kind))
            .collect()
    }

    #[test]
    fn a_module_has_its_ports_nets_and_parameters() {
        let text = "// module no\nmodule top #(parameter W = 4'b0, D = f(1, 2)) (input wire [W-1:0] clk, é,\n  output reg q = 1);\n\
                    wire a, b = x & y, c [0:3];\nlocalparam integer Z = 3;\nreg signed [7:0] n;\nfunction [7:0] fun(input i); endfunction\nendmodule\n";
        assert_eq!(
            names(text),
            [
                "1:7:top Module",
                "1:23:W Parameter",
                "1:33:D Parameter",
                "1:66:clk Net",
                "2:13:q Net",
                "3:5:a Net",
                "3:8:b Net",
                "3:19:c Net",
                "4:19:Z Parameter",
                "5:17:n Net",
                "6:15:fun Function",
                "6:25:i Net",
            ]
        );
    }

    #[test]
    fn system_verilog_and_macros() {
        let text = "`define WIDTH 8\npackage p; typedef enum logic [1:0] {A, B} state_t; endpackage\nmodule m(input p::state_t s, input clk);\nlogic [`WIDTH-1:0] x; string t = \"module z\"; endmodule";
        let found = names(text);
        for name in [
            "0:8:WIDTH Macro",
            "1:8:p Module",
            "1:43:state_t Type",
            "2:7:m Module",
            "2:35:clk Net",
            "3:19:x Net",
            "3:29:t Net",
        ] {
            assert!(found.iter().any(|it| it == name), "{name} in {found:?}");
        }
        assert!(!found.iter().any(|it| it.contains(":z")));
    }

    #[test]
    fn half_a_text_keeps_the_rest() {
        assert!(names("module a(input x,\nmodule b; wire y; endmodule").contains(&"1:7:b Module".to_owned()));
        assert!(names("module a; wire [3:0\nassign y = 1; wire z;").contains(&"1:19:z Net".to_owned()));
    }

    #[test]
    fn the_word_under_the_cursor() {
        let text = "é = clk_2+b;\n";
        assert_eq!(word_at(text, 0, 5), Some("clk_2"));
        assert_eq!(word_at(text, 0, 9), Some("clk_2"));
        assert_eq!(word_at(text, 0, 10), Some("b"));
        assert_eq!((word_at(text, 0, 2), word_at(text, 7, 0), word_at("", 0, 3)), (None, None, None));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "([ \\n\\[\\](){};,#=`\\\\\"'/*é0-9a-z]|module |input |wire |typedef |function ){0,80}", line in 0u32..5, column in 0u32..60) {
            for it in declarations(&text) {
                prop_assert!(it.detail.chars().count() <= DETAIL_MAX);
                prop_assert!((it.line as usize) < text.split('\n').count());
            }
            let _ = word_at(&text, line, column);
        }
    }
}
