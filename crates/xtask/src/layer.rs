//! The files that are ours: laid out, packed with fixed owners and times, and put on top of a base image.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::hash::Inputs;
use crate::steps::output;
use crate::tree::Tree;

/// One file of the layer.
pub struct File {
    /// Below the root of the image, without a leading slash. Its folder is in the base.
    pub place: &'static str,
    pub source: PathBuf,
    mode: u32,
}

/// All files of the layer.
pub fn files(tree: &Tree, agent: &Path) -> Vec<File> {
    let ours = tree.image_files();
    let file = |place, source, mode| File { place, source, mode };
    vec![
        file("usr/bin/carrel-session-agent", agent.to_owned(), 0o755),
        file("usr/lib/carrel/entry", ours.join("entry"), 0o755),
        file("usr/lib/carrel/agent-run", ours.join("agent-run"), 0o755),
        file("usr/lib/carrel/flake-registry.json", ours.join("flake-registry.json"), 0o644),
        file("etc/nix/nix.conf", ours.join("nix.conf"), 0o644),
    ]
}

/// Puts the layer on `base` and names the result. A container that never runs carries the files over:
/// that works with every engine, also where no image builder is installed.
pub fn commit(tree: &Tree, base: &str, agent: &Path, config: &[String], name: &str) -> Result<(), Error> {
    let stage = stage(tree, agent)?;
    let container = output(Command::new("docker").args(["create", "--network=none", base, "true"]))?;
    let committed = copy(&stage, &files(tree, agent), &container).and_then(|()| {
        let mut commit = Command::new("docker");
        commit.arg("commit");
        for line in config {
            commit.args(["--change", line]);
        }
        output(commit.args([container.as_str(), name]))
    });
    let removed = output(Command::new("docker").args(["rm", container.as_str()]));
    committed?;
    removed?;
    Ok(())
}

fn stage(tree: &Tree, agent: &Path) -> Result<PathBuf, Error> {
    let stage = tree.scratch().join("layer");
    if stage.exists() {
        std::fs::remove_dir_all(&stage).map_err(Error::file(&stage))?;
    }
    for file in files(tree, agent) {
        let to = stage.join(file.place);
        let folder = to.parent().unwrap_or(&stage);
        std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
        std::fs::copy(&file.source, &to).map_err(Error::file(&file.source))?;
        let mode = std::fs::Permissions::from_mode(file.mode);
        std::fs::set_permissions(&to, mode).map_err(Error::file(&to))?;
    }
    Ok(stage)
}

/// Files only: a folder in the archive would set owner and mode of one that the base has.
fn copy(stage: &Path, files: &[File], container: &str) -> Result<(), Error> {
    let mut tar = Command::new("tar");
    tar.arg("-C").arg(stage);
    tar.args(["--owner=0", "--group=0", "--numeric-owner", "--mtime=@0", "-cf", "-"]);
    tar.args(files.iter().map(|file| file.place));
    let start = |source| Error::Start { program: "tar".into(), source };
    let mut packing = tar.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(start)?;
    let archive = packing.stdout.take().map_or_else(Stdio::null, Stdio::from);
    let mut unpack = Command::new("docker");
    unpack.args(["cp", "-", &format!("{container}:/")]).stdin(archive).stdout(Stdio::null());
    let unpacked = unpack.stderr(Stdio::piped()).output();
    let packed = packing.wait().map_err(start)?;
    let unpacked = unpacked.map_err(|source| Error::Start { program: "docker".into(), source })?;
    if packed.success() && unpacked.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&unpacked.stderr).trim().to_owned();
    Err(Error::Command { what: "tar | docker cp".into(), message })
}

/// A package repository of empty packages that satisfy a dependency without bringing it.
pub fn placeholder_repository(tree: &Tree, names: &[&str]) -> Result<PathBuf, Error> {
    let folder = tree.scratch().join("placeholders");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(Error::file(&folder))?;
    }
    let mut index = String::new();
    for name in names {
        let control = control(name);
        let source = folder.join(name);
        let debian = source.join("DEBIAN");
        std::fs::create_dir_all(&debian).map_err(Error::file(&debian))?;
        std::fs::write(debian.join("control"), &control).map_err(Error::file(&debian))?;
        let file = format!("{name}.deb");
        let package = folder.join(&file);
        let mut pack = Command::new("dpkg-deb");
        pack.args(["--root-owner-group", "--build"]).arg(&source).arg(&package);
        output(&mut pack)?;
        let bytes = std::fs::read(&package).map_err(Error::file(&package))?;
        let sum = Inputs::sha256(&bytes);
        index.push_str(&format!("{control}Filename: ./{file}\nSize: {}\nSHA256: {sum}\n\n", bytes.len()));
    }
    let packages = folder.join("Packages");
    std::fs::write(&packages, index).map_err(Error::file(&packages))?;
    Ok(folder)
}

/// Epoch 1 beats the real package's version.
fn control(name: &str) -> String {
    format!(
        "Package: {name}\nVersion: 1:0\nArchitecture: all\nMaintainer: Carrel <carrel@localhost>\n\
         Description: stands in for {name}, which a slot has no use for\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_has_what_an_index_needs() {
        let text = control("xdot");
        for field in ["Package: xdot\n", "Version: ", "Architecture: all\n", "Maintainer: ", "Description: "]
        {
            assert!(text.contains(field), "{field}");
        }
        assert!(text.ends_with('\n') && !text.contains("\n\n"));
    }

    #[test]
    fn every_file_of_the_layer_is_in_the_tree() {
        for file in files(&Tree::here(), Path::new("/bin/sh")) {
            assert!(file.source.is_file(), "{}", file.source.display());
            assert!(!file.place.starts_with('/'));
        }
    }
}
