{
  description = "A rack of my own";

  inputs = {
    # Where you keep your copy of Carrel.
    carrel.url = "git+https://git.carrel.example/owner/carrel.git";
    nixpkgs.follows = "carrel/nixpkgs";
    disko.follows = "carrel/disko";
  };

  outputs = {
    carrel,
    nixpkgs,
    disko,
    ...
  }: let
    rack = import ./rack.nix;
    host = name:
      nixpkgs.lib.nixosSystem {
        modules = [
          carrel.nixosModules.default
          carrel.nixosModules.sops
          disko.nixosModules.disko
          ./host.nix
          {
            networking.hostName = name;
            carrel.rack = rack // {enable = true;};
          }
        ];
      };
  in {
    nixosConfigurations = builtins.mapAttrs (name: _: host name) rack.hosts;
    # nix run .#install -- <host>, nix run .#deploy -- <hosts>
    inherit (carrel) apps;
  };
}
