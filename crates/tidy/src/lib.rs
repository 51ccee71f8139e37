//! Tests over the tree: layers, module lines, sizes, banned words. The rules are in `tests/tree.rs`; this library reads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates/");
    crates.parent().expect("the repository").to_path_buf()
}

/// Every file below `crates/` that people wrote, as (path from the root, text): sources, no generated code.
pub fn sources(extension: &str) -> Vec<(String, String)> {
    let root = root();
    let mut found = Vec::new();
    collect(&root.join("crates"), extension, &mut found);
    let relative = |path: PathBuf| {
        let name = path.strip_prefix(&root).expect("below the root").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("read {name}: {error}"));
        (name, text)
    };
    let mut files: Vec<_> = found.into_iter().map(relative).collect();
    files.sort();
    files
}

fn collect(dir: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(dir).unwrap_or_else(|error| panic!("read {}: {error}", dir.display()));
    for entry in entries {
        let path = entry.expect("folder entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "gen" | "target" | "node_modules" | "fixtures") {
                collect(&path, extension, found);
            }
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
}

/// The workspace's crates with the crates of ours that each depends on: without its tests, and with them.
pub fn dependencies() -> BTreeMap<String, Crate> {
    let mut crates = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("crates")).expect("read crates/") {
        let manifest = entry.expect("folder entry").path().join("Cargo.toml");
        let Ok(text) = std::fs::read_to_string(&manifest) else { continue };
        let manifest: toml::Table = text.parse().expect("a manifest");
        let name = manifest["package"]["name"].as_str().expect("a name").to_owned();
        crates.insert(
            short(&name),
            Crate { uses: ours(&manifest, "dependencies"), tests_use: ours(&manifest, "dev-dependencies") },
        );
    }
    crates
}

/// What a crate depends on, by short name (`model` for `carrel-model`).
#[derive(Debug, Clone, Default)]
pub struct Crate {
    /// Crates of ours.
    pub uses: Vec<String>,
    /// Crates of ours that only its tests use.
    pub tests_use: Vec<String>,
}

fn ours(manifest: &toml::Table, section: &str) -> Vec<String> {
    let Some(section) = manifest.get(section).and_then(toml::Value::as_table) else { return Vec::new() };
    section.keys().filter(|name| name.starts_with("carrel-")).map(|name| short(name)).collect()
}

fn short(name: &str) -> String {
    name.strip_prefix("carrel-").unwrap_or(name).to_owned()
}
