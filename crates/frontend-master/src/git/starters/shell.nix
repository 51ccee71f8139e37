# The environment of this repository: every terminal and every task of a session runs inside it,
# and `nix-shell` gives you the same on your own machine.
{pkgs ? import <nixpkgs> {}}:
pkgs.mkShell {
  # Programs you want at hand; find more at https://search.nixos.org/packages
  packages = [
    pkgs.git
    pkgs.gnumake
    # pkgs.gcc
    # pkgs.python3
  ];

  # Variables are set like this:
  # EDITOR = "nano";
}
