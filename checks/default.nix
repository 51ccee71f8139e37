# Every check by name. A file in vm/ is a check.
{
  pkgs,
  lib,
  kind,
  modules,
  nixosConfigurations,
}: let
  common = import ./common {inherit pkgs lib modules kind;};
  named = lib.mapAttrs' (file: _: lib.nameValuePair (lib.removeSuffix ".nix" file) (./vm + "/${file}"));
  scenarios = lib.mapAttrs (
    name: file:
      pkgs.testers.runNixOSTest {
        inherit name;
        imports = [(import file common)];
        node.pkgsReadOnly = true;
      }
  ) (named (builtins.readDir ./vm));
in
  scenarios
  // lib.optionalAttrs (kind == "nodes") (
    import ./tree.nix {inherit pkgs lib modules;}
    // lib.optionalAttrs (pkgs.stdenv.hostPlatform.system == "x86_64-linux") (
      lib.mapAttrs' (
        name: host: lib.nameValuePair "host-${name}" host.config.system.build.toplevel
      )
      nixosConfigurations
    )
  )
