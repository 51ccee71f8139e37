//! The flake, its modules, hosts and checks: what any Nix can prove, what a nixpkgs at hand proves beyond, and the
//! deploy program against machines that are scripts.

mod deploy;
mod evaluate;
mod render;
mod tools;
mod tree;
