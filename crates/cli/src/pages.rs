//! Completions and manual pages, both made from the command line's own description.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::error::{CliError, Doing};
use crate::server::Globals;

/// Prints a shell's completions.
pub fn completions(shell: Shell) -> Result<(), CliError> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "carrel", &mut text);
    std::io::Write::write_all(&mut std::io::stdout().lock(), &text).doing("write the completions")
}

/// Writes one page per command.
pub fn man(dir: &Path, globals: &Globals) -> Result<(), CliError> {
    std::fs::create_dir_all(dir).doing(format!("make the folder {}", dir.display()))?;
    clap_mangen::generate_to(Cli::command(), dir)
        .doing(format!("write the manual pages to {}", dir.display()))?;
    globals.out.note(format!("read them with `man -l {}`", dir.join("carrel.1").display()));
    Ok(())
}
