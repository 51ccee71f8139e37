//! The flake, its modules, hosts and checks: what any Nix can prove, what a nixpkgs at hand proves beyond, the units
//! under a real systemd, and the deploy program against machines that are scripts.

mod deploy;
mod evaluate;
mod format;
mod lay;
mod lint;
mod offline;
mod rack;
mod render;
mod tools;
mod tree;
mod units;
