# Every host of ours by name: the rack from its one description, and a machine to try things on.
{
  lib,
  disko,
  nixpkgs,
  modules,
  revision,
  pkgs,
}: let
  rack = import ./rack.nix;
  system = extra:
    nixpkgs.lib.nixosSystem {
      modules =
        [
          modules.default
          modules.sops
          disko.nixosModules.disko
          ./common.nix
          {
            nixpkgs.pkgs = pkgs;
            system.configurationRevision = revision;
          }
        ]
        ++ extra;
    };
in
  lib.mapAttrs (
    name: _:
      system [
        ./server.nix
        ./disks.nix
        {
          networking.hostName = name;
          carrel.rack = rack // {enable = true;};
        }
      ]
  )
  rack.hosts
  // {
    dev-vm = system [./dev-vm.nix];
  }
