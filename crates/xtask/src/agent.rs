//! The session agent as one static program, so that it runs in any image.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::steps::{Steps, output};
use crate::tree::Tree;

const PACKAGE: &str = "carrel-session-agent";

/// Builds the agent in a target folder of its own: other flags there would make cargo build everything else again.
pub fn build(tree: &Tree, steps: &Steps) -> Result<PathBuf, Error> {
    let triple = host_triple()?;
    let target = tree.target().join("agent");
    let mut cargo = cargo();
    cargo.current_dir(tree.root());
    cargo.args(["build", "--package", PACKAGE, "--bin", PACKAGE, "--profile", "agent"]);
    // With --target, build scripts and macros keep the ordinary flags.
    cargo.args(["--target", &triple]).arg("--target-dir").arg(&target);
    cargo.env("RUSTFLAGS", "-Ctarget-feature=+crt-static");
    steps.run("build: the static agent", &mut [&mut cargo])?;
    checked(target.join(triple).join("agent").join(PACKAGE))
}

/// The cargo that runs us; its words go to a log, which wants no colours.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    cargo.env("CARGO_TERM_COLOR", "never");
    cargo
}

fn host_triple() -> Result<String, Error> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let mut ask = Command::new(rustc);
    let said = output(ask.arg("-vV"))?;
    let triple = said.lines().find_map(|line| line.strip_prefix("host: "));
    triple
        .map(str::to_owned)
        .ok_or_else(|| Error::Command { what: "rustc -vV".into(), message: "it named no host".into() })
}

/// Gives the path back if a static program is there.
pub fn checked(path: PathBuf) -> Result<PathBuf, Error> {
    let bytes = std::fs::read(&path).map_err(Error::file(&path))?;
    match needs_loader(&bytes) {
        Ok(false) => Ok(path),
        Ok(true) => Err(Error::NotStatic { path, reason: "it asks for a dynamic loader" }),
        Err(reason) => Err(Error::NotStatic { path, reason }),
    }
}

/// Whether a 64-bit little-endian ELF program has a PT_INTERP header, which is what makes it dynamic.
fn needs_loader(elf: &[u8]) -> Result<bool, &'static str> {
    const PT_INTERP: u32 = 3;
    if !elf.starts_with(b"\x7fELF\x02\x01") {
        return Err("it is not a 64-bit little-endian ELF file");
    }
    let truncated = "its program headers are cut off";
    let table = usize::try_from(number(elf, 32, 8).ok_or(truncated)?).map_err(|_| truncated)?;
    let entry = number(elf, 54, 2).ok_or(truncated)? as usize;
    let entries = number(elf, 56, 2).ok_or(truncated)? as usize;
    for index in 0..entries {
        let at = table.checked_add(index * entry).ok_or(truncated)?;
        if number(elf, at, 4).ok_or(truncated)? == u64::from(PT_INTERP) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn number(bytes: &[u8], at: usize, size: usize) -> Option<u64> {
    let part = bytes.get(at..at.checked_add(size)?)?;
    Some(part.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// Size of a file for people.
pub fn megabytes(path: &Path) -> String {
    let bytes = std::fs::metadata(path).map(|facts| facts.len()).unwrap_or_default();
    format!("{:.1} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header with `types` as its program headers.
    fn elf(types: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        bytes[32] = 64;
        bytes[54] = 56;
        bytes[56] = u8::try_from(types.len()).unwrap();
        for kind in types {
            bytes.extend(kind.to_le_bytes());
            bytes.extend([0; 52]);
        }
        bytes
    }

    #[test]
    fn a_loader_is_seen_among_the_headers() {
        assert_eq!(needs_loader(&elf(&[1, 2, 6])), Ok(false));
        assert_eq!(needs_loader(&elf(&[6, 3, 1])), Ok(true));
        assert_eq!(needs_loader(&elf(&[])), Ok(false));
    }

    #[test]
    fn cut_off_and_foreign_files_are_refused() {
        let whole = elf(&[1, 1, 1]);
        for length in 0..whole.len() - 56 {
            assert!(needs_loader(&whole[..length]).is_err(), "{length}");
        }
        assert!(needs_loader(b"#!/bin/sh\n").is_err());
        let mut far = elf(&[1]);
        far[32..40].fill(0xff);
        assert!(needs_loader(&far).is_err());
    }

    #[test]
    fn a_dynamic_program_is_refused_by_name() {
        let this = std::env::current_exe().unwrap();
        let error = checked(this.clone()).unwrap_err();
        assert!(error.to_string().contains(&*this.to_string_lossy()), "{error}");
    }
}
