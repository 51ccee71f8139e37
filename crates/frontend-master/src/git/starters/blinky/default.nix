# What "build" means for this repository: the bitstream, in the Nix store. No nixpkgs, no network.
{system ? builtins.currentSystem}: let
  sources = ["Makefile" "blinky.v" "icestick.pcf"];
in
  derivation {
    name = "blinky";
    inherit system;
    builder = "/bin/bash";
    PATH = "/usr/bin:/bin";
    # Only what the bitstream depends on, so that editing the README rebuilds nothing.
    src = builtins.path {
      name = "blinky-sources";
      path = ./.;
      filter = path: _type: builtins.elem (baseNameOf path) sources;
    };
    # `exit` at the end for the reason given in shell.nix.
    args = [
      "-ec"
      ''
        cp -r "$src" sources
        chmod -R u+w sources
        make -C sources build/blinky.bin
        mkdir -p "$out"
        cp sources/build/blinky.bin "$out/blinky.bin"
        exit 0
      ''
    ];
  }
