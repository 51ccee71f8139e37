# The environment of every terminal and task. It needs no nixpkgs and no network: the FPGA tools are the
# system's own, and what Nix adds is the board's name and a folder of small commands on PATH.
let
  system = builtins.currentSystem;

  commands = derivation {
    name = "blinky-commands";
    inherit system;
    builder = "/bin/sh";
    PATH = "/usr/bin:/bin";
    boardInfo = ''
      #!/bin/sh
      echo "$BOARD: $FPGA in $FPGA_PACKAGE, $CLOCK_MHZ MHz"
    '';
    args = [ "-ec" ''
      mkdir -p "$out/bin"
      printf '%s' "$boardInfo" > "$out/bin/board-info"
      chmod 0755 "$out/bin/board-info"
    '' ];
  };
in
derivation {
  name = "blinky-shell";
  inherit system;
  builder = "/bin/sh";
  args = [ "-c" "echo 'shell.nix describes an environment; use default.nix to build' >&2; exit 1" ];

  PATH = "${commands}/bin:/usr/bin:/bin";
  BOARD = "icestick";
  FPGA = "ice40-hx1k";
  FPGA_PACKAGE = "tq144";
  CLOCK_MHZ = "12";
}
