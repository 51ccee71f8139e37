# The environment of every terminal and task. It needs no nixpkgs and no network: the FPGA tools are the
# system's own, and what Nix adds is the board's name and a folder of small commands on PATH.
{system ? builtins.currentSystem}: let
  commands = derivation {
    name = "blinky-commands";
    inherit system;
    builder = "/bin/bash";
    PATH = "/usr/bin:/bin";
    boardInfo = ''
      #!/bin/sh
      echo "$BOARD: $FPGA in $FPGA_PACKAGE, $CLOCK_MHZ MHz"
    '';
    # The shell itself ends last: bash would turn into a last chmod, which closes its output a moment before it
    # ends, and Nix takes closed output for the end and kills what is left.
    args = [
      "-ec"
      ''
        mkdir -p "$out/bin"
        printf '%s' "$boardInfo" > "$out/bin/board-info"
        chmod 0755 "$out/bin/board-info"
        exit 0
      ''
    ];
  };
in
  derivation {
    name = "blinky-shell";
    inherit system;
    # `nix develop` accepts only bash, and writes what it finds to the first of these outputs.
    builder = "/bin/bash";
    outputs = ["out"];
    args = ["-c" "echo 'shell.nix describes an environment; default.nix is what builds' >&2; exit 1"];

    PATH = "${commands}/bin:/usr/bin:/bin";
    BOARD = "icestick";
    FPGA = "ice40-hx1k";
    FPGA_PACKAGE = "tq144";
    CLOCK_MHZ = "12";
  }
