# The flake's outputs over given inputs, without fetching or copying them: for tests, and for machines without a network.
#
#   nix eval --impure --file checks/evaluate.nix --argstr nixpkgs /path --argstr disko /path --argstr sops-nix /path …
{
  nixpkgs,
  disko,
  sops-nix,
}: let
  flake = path: inputs: let
    outputs = (import (/. + path + "/flake.nix")).outputs (inputs // {self = result;});
    result = outputs // {outPath = /. + path;};
  in
    result;
  nixpkgs' = flake nixpkgs {};
  inputs = {
    nixpkgs = nixpkgs';
    disko = flake disko {nixpkgs = nixpkgs';};
    sops-nix = flake sops-nix {nixpkgs = nixpkgs';};
  };
  ours = flake (toString ./..) inputs;
  inherit (nixpkgs') lib;
  pkgs = nixpkgs'.legacyPackages.x86_64-linux;
  # The machines of scenarios, without the driver that would run them.
  scenarios = import ./common {
    inherit pkgs lib;
    modules = ours.nixosModules;
    kind = "nodes";
  };
  machine = module:
    lib.nixosSystem {
      modules = [
        module
        {
          nixpkgs.pkgs = pkgs;
          boot.isContainer = true;
          system.stateVersion = "26.05";
        }
      ];
    };
in
  ours
  // {
    # Every host's system, one after another: what a host's evaluation leaves behind is given back before the next.
    systems = map (
      name: builtins.unsafeDiscardStringContext (flake (toString ./..) inputs).nixosConfigurations.${name}.config.system.build.toplevel.drvPath
    ) (builtins.attrNames ours.nixosConfigurations);
    # What `nix flake init` gives an owner, unchanged.
    template = let
      own = (import ../hosts/template/flake.nix).outputs {
        carrel = ours;
        nixpkgs = nixpkgs';
        inherit (inputs) disko;
      };
    in
      lib.mapAttrs (_: host: builtins.unsafeDiscardStringContext host.config.system.build.toplevel.drvPath) own.nixosConfigurations;
    facts = import ./facts.nix {
      inherit lib;
      hosts = ours.nixosConfigurations;
    };
    machines = import ./facts.nix {
      inherit lib;
      hosts = lib.mapAttrs (_: machine) (scenarios.machines {}).nodes // {inherit (ours.nixosConfigurations) dev-vm;};
      whole = true;
    };
    reference = import ../nixos-modules/lib/reference.nix {
      inherit (nixpkgs') lib;
      inherit (ours.nixosConfigurations.dev-vm) options;
    };
  }
