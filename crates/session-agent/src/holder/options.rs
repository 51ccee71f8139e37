//! What `carrel-session-agent hold` is asked to do, and why it may not start.

use std::io;
use std::path::PathBuf;

use super::process::Connection;

/// What `hold` was asked to do.
#[derive(Debug)]
pub struct HoldOptions {
    /// The folder made for it; holds the socket.
    pub dir: PathBuf,
    /// Terminal or pipes.
    pub connection: Connection,
    /// The command.
    pub argv: Vec<String>,
}

/// Why `hold` did not start.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// Wrong arguments.
    #[error("usage: hold --dir DIR (--pipes | --pty COLSxROWS) -- COMMAND…")]
    Usage,
    /// The folder can't be used.
    #[error("listen in {dir}")]
    Listen {
        /// The holder's folder.
        dir: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The command can't be started.
    #[error("start {program}")]
    Start {
        /// The first word of the command.
        program: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The main loop can't wait.
    #[error("wait for events")]
    Poll(#[source] io::Error),
}

impl HoldOptions {
    /// Reads the arguments behind `hold`.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, HoldError> {
        let (mut dir, mut connection) = (None, None);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--dir" => dir = arguments.next().map(PathBuf::from),
                "--pipes" => connection = Some(Connection::Pipes),
                "--pty" => {
                    let size = arguments.next().unwrap_or_default();
                    let (cols, rows) = size.split_once('x').ok_or(HoldError::Usage)?;
                    let number = |text: &str| text.parse().map_err(|_| HoldError::Usage);
                    connection = Some(Connection::Pty { cols: number(cols)?, rows: number(rows)? });
                }
                "--" => break,
                _ => return Err(HoldError::Usage),
            }
        }
        let argv: Vec<String> = arguments.collect();
        match (dir, connection, argv.is_empty()) {
            (Some(dir), Some(connection), false) => Ok(Self { dir, connection, argv }),
            _ => Err(HoldError::Usage),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<HoldOptions, HoldError> {
        HoldOptions::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn what_the_agent_writes_is_read() {
        let options = parse("--dir /d --pty 80x24 -- sh -c --dir").unwrap();
        assert_eq!(options.connection, Connection::Pty { cols: 80, rows: 24 });
        assert_eq!(options.argv, ["sh", "-c", "--dir"]);
        assert_eq!(parse("--dir /d --pipes -- true").unwrap().connection, Connection::Pipes);
    }

    #[test]
    fn anything_else_is_refused() {
        for line in [
            "",
            "--dir",
            "--dir /d -- a",
            "--pipes -- a",
            "--dir /d --pty 80 -- a",
            "--dir /d --pipes --",
            "--x",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
