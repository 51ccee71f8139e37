//! The starter files of a repository that has none: enough to open a session and to build something.

/// A starter file.
pub struct Starter {
    /// Its name at the top of the repository.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// In the order in which they are named to people.
pub const STARTERS: [Starter; 3] = [
    Starter { name: "default.nix", text: include_str!("starters/default.nix") },
    Starter { name: "shell.nix", text: include_str!("starters/shell.nix") },
    Starter { name: "carrel.toml", text: include_str!("starters/carrel.toml") },
];

/// The files that can define the environment, in the order in which a session looks for them.
pub const ENVIRONMENT_FILES: [&str; 3] = ["shell.nix", "nix.shell", "flake.nix"];
