# What `nix run .#…` runs.
{
  pkgs,
  packages,
  reference,
}: let
  script = name: description: inputs:
    pkgs.writeShellApplication {
      inherit name;
      runtimeInputs = inputs;
      text = builtins.readFile (./. + "/${name}.sh");
      meta = {inherit description;};
    };
in {
  up = pkgs.writeShellApplication {
    name = "up";
    # `carrel up` falls back to processes where no engine answers, and says so; git and mkfs are needed by both.
    runtimeInputs = [pkgs.git pkgs.e2fsprogs pkgs.util-linux];
    text = ''exec ${pkgs.lib.getExe packages.carrel} up "$@"'';
    meta.description = "The whole topology on this machine";
  };
  reference = pkgs.writeShellApplication {
    name = "reference";
    text = ''cp --no-preserve=mode ${pkgs.writeText "README.md" reference.markdown} "''${1:-nixos-modules/README.md}"'';
    meta.description = "Write the option reference anew";
  };
  install = script "install" "Put a host of the flake onto a bare machine" [
    pkgs.nixos-anywhere
    pkgs.openssh
    pkgs.nix
  ];
  deploy = script "deploy" "Change hosts of the rack one after another, and back if one is not well" [
    packages.carrel
    pkgs.gawk
    pkgs.openssh
    pkgs.nixos-rebuild-ng
    pkgs.nix
    pkgs.git
  ];
}
