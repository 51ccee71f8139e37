# Checks that need no machine: the reference is the real one, units name nothing that only other systems have, files are
# formatted and hold nothing dead.
{
  pkgs,
  lib,
  modules,
}: let
  root = ./..;
  nix = lib.fileset.toSource {
    inherit root;
    fileset = lib.fileset.fileFilter (file: file.hasExt "nix" || file.hasExt "md") root;
  };
  example =
    (import ../hosts/default.nix {
      inherit lib pkgs modules;
      nixpkgs.lib.nixosSystem = args: import (pkgs.path + "/nixos/lib/eval-config.nix") ({system = null;} // args);
      disko.nixosModules.disko = {};
      revision = "check";
    })
    .dev-vm;
  reference = import ../nixos-modules/lib/reference.nix {
    inherit lib;
    inherit (example) options;
  };
  units = lib.filterAttrs (name: _: lib.hasPrefix "carrel-" name) example.config.systemd.units;
in {
  reference = pkgs.runCommand "carrel-reference" {} ''
    diff -u ${../nixos-modules/README.md} ${pkgs.writeText "README.md" reference.markdown}
    ${lib.optionalString (reference.incomplete != []) ''
      echo "no description or example: ${toString reference.incomplete}"; exit 1
    ''}
    touch $out
  '';

  units-verify =
    pkgs.runCommand "carrel-units-verify" {nativeBuildInputs = [pkgs.systemd];}
    ''
      ${lib.concatStrings (lib.mapAttrsToList (name: unit: "cat ${unit.unit}/${name} > ${name}\n") units)}
      if grep -nE '/usr/bin|[ =]/bin/' carrel-*; then echo "a unit names a path that NixOS has not"; exit 1; fi
      SYSTEMD_UNIT_PATH=$PWD: systemd-analyze verify --man=no carrel-*.service carrel-*.socket
      touch $out
    '';

  format = pkgs.runCommand "carrel-nix-format" {nativeBuildInputs = [pkgs.alejandra];} ''
    alejandra --check ${nix}
    touch $out
  '';

  dead-code = pkgs.runCommand "carrel-nix-dead-code" {nativeBuildInputs = [pkgs.deadnix];} ''
    deadnix --fail ${nix}
    touch $out
  '';

  alerts = import ../nixos-modules/rack/alerts.nix {inherit pkgs;};
}
