//! What a development environment changes in the variables of a command.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The most that one evaluated environment may hold; the kernel takes about 2 MiB for a command.
pub const ENVIRONMENT_MAX: usize = 1024 * 1024;
/// The kernel refuses a longer single variable.
const VARIABLE_MAX: usize = 128 * 1024 - 1;

/// Variables that belong to the process, the terminal or the person, not to the environment.
const PERSONAL: [&str; 22] = [
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TERM",
    "PS1",
    "PWD",
    "OLDPWD",
    "SHLVL",
    "_",
    "TMP",
    "TMPDIR",
    "TEMP",
    "TEMPDIR",
    "NIX_BUILD_TOP",
    "NIX_BUILD_SHELL",
    "NIX_ENFORCE_PURITY",
    "TZ",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "LINES",
];

/// Variables set and unset by an environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlay {
    set: BTreeMap<String, String>,
    unset: Vec<String>,
}

/// Why an evaluated environment can't be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverlayError {
    /// More than a command can be started with.
    #[error("the environment holds more than {ENVIRONMENT_MAX} bytes; keep large data in files")]
    TooLarge,
}

/// Reads the output of `env -0`. Entries that are no text or have no name are left out.
pub fn parse(bytes: &[u8]) -> Result<BTreeMap<String, String>, OverlayError> {
    if bytes.len() > ENVIRONMENT_MAX {
        return Err(OverlayError::TooLarge);
    }
    let entries = bytes.split(|b| *b == 0).filter_map(|entry| {
        let (name, value) = std::str::from_utf8(entry).ok()?.split_once('=')?;
        let fits = !name.is_empty() && entry.len() < VARIABLE_MAX;
        fits.then(|| (name.to_owned(), value.to_owned()))
    });
    Ok(entries.collect())
}

impl Overlay {
    /// What changed from `before` to `after`.
    pub fn between(before: &BTreeMap<String, String>, after: BTreeMap<String, String>) -> Self {
        let personal = |name: &str| PERSONAL.contains(&name);
        let mut unset: Vec<String> =
            before.keys().filter(|name| !after.contains_key(*name) && !personal(name)).cloned().collect();
        unset.retain(|name| name != "PATH");
        let mut set = after;
        set.retain(|name, value| !personal(name) && before.get(name) != Some(value));
        if let Some(path) = set.get_mut("PATH") {
            *path = with_the_rest(path, before.get("PATH").map_or("", String::as_str));
        }
        Self { set, unset }
    }

    /// Changes variables as the environment does.
    pub fn apply(&self, variables: &mut BTreeMap<String, String>) {
        for name in &self.unset {
            variables.remove(name);
        }
        variables.extend(self.set.iter().map(|(name, value)| (name.clone(), value.clone())));
    }

    /// The value it gives a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.set.get(name).map(String::as_str)
    }
}

/// The environment's folders first, then those of the session it left out: `ls` must still be found.
fn with_the_rest(path: &str, base: &str) -> String {
    let mut folders: Vec<&str> = Vec::new();
    for folder in path.split(':').chain(base.split(':')).filter(|folder| !folder.is_empty()) {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders.join(":")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    proptest! {
        #[test]
        fn any_bytes_parse_or_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
            let parsed = parse(&bytes).unwrap();
            prop_assert!(parsed.keys().all(|name| !name.is_empty() && !name.contains(['=', '\0'])));
        }

        #[test]
        fn what_env_prints_is_read(vars in prop::collection::btree_map("[A-Za-z_][A-Za-z0-9_%()]{0,12}", "[^\0]{0,40}", 0..20)) {
            let printed: Vec<u8> = vars.iter().flat_map(|(n, v)| format!("{n}={v}\0").into_bytes()).collect();
            prop_assert_eq!(parse(&printed).unwrap(), vars);
        }

        #[test]
        fn applied_to_the_base_it_gives_the_environment(before in prop::collection::btree_map("[A-D]", "[xy]{0,2}", 0..4), after in prop::collection::btree_map("[A-D]", "[xy]{0,2}", 0..4)) {
            let mut variables = before.clone();
            Overlay::between(&before, after.clone()).apply(&mut variables);
            prop_assert_eq!(variables, after);
        }
    }

    #[test]
    fn the_path_keeps_what_the_session_needs() {
        let before = map(&[("PATH", "/usr/bin:/bin"), ("HOME", "/h")]);
        let after = map(&[("PATH", "/nix/store/x/bin:/usr/bin"), ("HOME", "/homeless-shelter"), ("X", "1")]);
        let overlay = Overlay::between(&before, after);
        assert_eq!(overlay.get("PATH"), Some("/nix/store/x/bin:/usr/bin:/bin"));
        assert_eq!((overlay.get("X"), overlay.get("HOME")), (Some("1"), None));
    }

    #[test]
    fn too_much_is_refused() {
        assert_eq!(parse(&vec![b'a'; ENVIRONMENT_MAX + 1]), Err(OverlayError::TooLarge));
    }
}
