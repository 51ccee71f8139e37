//! The servers from npm that ours is measured beside: installed once into a cache folder, from the lock that is part of
//! this command.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::error::{CliError, Doing};

const FILES: [(&str, &str); 4] = [
    ("package.json", include_str!("npm/package.json")),
    ("package-lock.json", include_str!("npm/package-lock.json")),
    ("hook.cjs", include_str!("npm/hook.cjs")),
    ("hocuspocus.mjs", include_str!("npm/hocuspocus.mjs")),
];
/// Holds the lock that was installed.
const INSTALLED: &str = "installed";

/// The folder with the peers in it; or why there is none.
pub(super) async fn install() -> Result<Result<PathBuf, String>, CliError> {
    let folder = cache().join("carrel").join("load-sync");
    let doing = || format!("prepare {}", folder.display());
    std::fs::create_dir_all(&folder).doing(doing())?;
    for (name, text) in FILES {
        std::fs::write(folder.join(name), text).doing(doing())?;
    }
    let lock = FILES[1].1;
    if std::fs::read_to_string(folder.join(INSTALLED)).is_ok_and(|installed| installed == lock) {
        return Ok(Ok(folder));
    }
    let arguments = ["ci", "--omit=optional", "--no-audit", "--no-fund"];
    let output = Command::new("npm").args(arguments).current_dir(&folder).kill_on_drop(true).output().await;
    Ok(match output {
        Err(error) => Err(format!("npm can't be run: {error}")),
        Ok(output) if !output.status.success() => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(format!("npm ci failed: {}", said.lines().last().unwrap_or_default()))
        }
        Ok(_) => {
            std::fs::write(folder.join(INSTALLED), lock).doing(doing())?;
            Ok(folder)
        }
    })
}

fn cache() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || set("HOME").map(|home| home.join(".cache"));
    set("XDG_CACHE_HOME").or_else(home).unwrap_or_else(|| Path::new("/var/tmp").to_path_buf())
}
