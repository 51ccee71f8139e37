//! Which program speaks for a language: the repository's own choice, or a built-in one.

use std::collections::BTreeMap;
use std::path::Path;

use crate::process;
use crate::task_file::{self, Servers};

/// Longest name of a language.
const LANGUAGE_MAX: usize = 32;
/// The command of this very program that speaks for Verilog.
pub const VERILOG: &str = "verilog-ls";

/// A language without a choice in the repository.
struct BuiltIn {
    /// All names; the first is the one that connections are made for.
    languages: &'static [&'static str],
    command: &'static [&'static str],
    /// What nixpkgs calls the package that brings it.
    package: &'static str,
}

/// A slot has few cores and little memory, so clangd works in one thread; where a compile database names a compiler of
/// the repository's environment, it asks that one for its headers.
const BUILT_IN: [BuiltIn; 8] = [
    BuiltIn {
        languages: &["cpp", "c"],
        command: &["clangd", "--log=error", "-j=1", "--query-driver=/nix/store/*/bin/*"],
        package: "clang-tools",
    },
    BuiltIn { languages: &["python"], command: &["pylsp"], package: "python3Packages.python-lsp-server" },
    BuiltIn { languages: &["verilog", "systemverilog"], command: &[VERILOG], package: "iverilog" },
    BuiltIn { languages: &["rust"], command: &["rust-analyzer"], package: "rust-analyzer" },
    BuiltIn { languages: &["go"], command: &["gopls"], package: "gopls" },
    BuiltIn { languages: &["nix"], command: &["nil"], package: "nil" },
    BuiltIn {
        languages: &["shell"],
        command: &["bash-language-server", "start"],
        package: "bash-language-server",
    },
    BuiltIn {
        languages: &["typescript", "javascript"],
        command: &["typescript-language-server", "--stdio"],
        package: "typescript-language-server",
    },
];

/// A program to start.
#[derive(Debug, PartialEq, Eq)]
pub struct Server {
    /// What it is called.
    pub name: String,
    /// With its arguments.
    pub command: Vec<String>,
}

/// Why a language has no server here.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoServer {
    /// Not even a name.
    #[error("a language is 1 to {LANGUAGE_MAX} of a-z 0-9 -")]
    BadName,
    /// No built-in one and none named.
    #[error(
        "no language server is known for {0}; name one in carrel.toml: [language-servers.{0}] command = [\"…\"]"
    )]
    Unknown(String),
    /// `command = []`.
    #[error("carrel.toml switches the language server for {0} off")]
    Off(String),
    /// The file with the choice can't be read.
    #[error("the language server for {language} can't be looked up: {problem}")]
    File {
        /// Of which language.
        language: String,
        /// What is wrong with the file.
        problem: String,
    },
    /// A built-in one that nothing brings.
    #[error(
        "{program} is not in this session. Add pkgs.{package} to the packages in shell.nix, or name another server in carrel.toml: [language-servers.{language}] command = [\"…\"]"
    )]
    NotInstalled {
        /// Of which language.
        language: String,
        /// The program.
        program: String,
        /// Its package.
        package: &'static str,
    },
    /// A chosen one that is not there.
    #[error(
        "{program}, which carrel.toml names for {language}, is not in this session. Add its package to shell.nix"
    )]
    ChosenMissing {
        /// Of which language.
        language: String,
        /// The program.
        program: String,
    },
}

/// The server for a language: `program` is this very program, `variables` what commands have.
pub fn choose(
    workspace: &Path,
    program: &Path,
    variables: &BTreeMap<String, String>,
    language: &str,
) -> Result<Server, NoServer> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if language.is_empty() || language.len() > LANGUAGE_MAX || !language.chars().all(plain) {
        return Err(NoServer::BadName);
    }
    let built_in = BUILT_IN.iter().find(|it| it.languages.contains(&language));
    let file = |problem| NoServer::File { language: language.to_owned(), problem };
    let chosen = chosen(&task_file::servers(workspace).map_err(file)?, built_in, language);
    let there = |name: &str| {
        let path = variables.get("PATH").map_or("", String::as_str);
        if name.contains('/') { workspace.join(name).is_file() } else { process::find(name, path).is_some() }
    };
    if let Some(command) = chosen {
        let Some(program) = command.first().cloned() else { return Err(NoServer::Off(language.to_owned())) };
        if !there(&program) {
            return Err(NoServer::ChosenMissing { language: language.to_owned(), program });
        }
        let name = program.rsplit('/').next().unwrap_or_default().to_owned();
        return Ok(Server { name, command });
    }
    let Some(built_in) = built_in else { return Err(NoServer::Unknown(language.to_owned())) };
    let mut command: Vec<String> = built_in.command.iter().map(|word| (*word).to_owned()).collect();
    let name = command[0].clone();
    if name == VERILOG {
        command.insert(0, program.to_string_lossy().into_owned());
    } else if !there(&name) {
        let language = language.to_owned();
        return Err(NoServer::NotInstalled { language, program: name, package: built_in.package });
    }
    Ok(Server { name, command })
}

/// What the repository names for a language, under any of its names.
fn chosen(servers: &Servers, built_in: Option<&BuiltIn>, language: &str) -> Option<Vec<String>> {
    let others = built_in.map_or(&[][..], |it| it.languages);
    let names = std::iter::once(language).chain(others.iter().copied());
    names.into_iter().find_map(|name| servers.get(name).cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn in_world(toml: &str, language: &str) -> Result<Server, NoServer> {
        let dir = tempfile::tempdir().unwrap();
        let clangd = dir.path().join("clangd");
        std::fs::write(&clangd, "").unwrap();
        std::fs::set_permissions(&clangd, std::fs::Permissions::from_mode(0o755)).unwrap();
        if !toml.is_empty() {
            std::fs::write(dir.path().join("carrel.toml"), toml).unwrap();
        }
        let path = dir.path().to_string_lossy().into_owned();
        choose(dir.path(), Path::new("/agent"), &BTreeMap::from([("PATH".to_owned(), path)]), language)
    }

    fn command(toml: &str, language: &str) -> String {
        in_world(toml, language).unwrap().command.join(" ")
    }

    fn problem(toml: &str, language: &str) -> String {
        in_world(toml, language).unwrap_err().to_string()
    }

    #[test]
    fn a_language_has_a_built_in_server_under_all_its_names() {
        assert_eq!(command("", "c"), "clangd --log=error -j=1 --query-driver=/nix/store/*/bin/*");
        assert_eq!(command("", "cpp"), command("", "c"));
        assert_eq!(command("", "systemverilog"), "/agent verilog-ls");
    }

    #[test]
    fn the_repository_may_choose() {
        let toml = "[language-servers.c]\ncommand = [\"./clangd\", \"-x\"]\n";
        assert_eq!(command(toml, "cpp"), "./clangd -x");
        assert_eq!(in_world(toml, "c").unwrap().name, "clangd");
        assert_eq!(command("[language-servers.zig]\ncommand = [\"clangd\"]\n", "zig"), "clangd");
        assert!(problem("[language-servers.c]\ncommand = []\n", "c").contains("off"));
        assert!(
            problem("[language-servers.c]\ncommand = [\"ccls\"]\n", "cpp")
                .starts_with("ccls, which carrel.toml")
        );
    }

    #[test]
    fn a_missing_one_is_named_with_its_package() {
        assert!(problem("", "python").contains("pkgs.python3Packages.python-lsp-server"));
        assert!(problem("", "cobol").contains("[language-servers.cobol]"));
        assert!(problem("", "../c").contains("a-z"));
        assert!(problem("[language-servers.c]\ncommand = \"x\"\n", "c").contains("line 2"));
    }
}
