{
  description = "Carrel: machines that you own become a place where people learn and build together";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
    disko.url = "github:nix-community/disko/master";
    disko.inputs.nixpkgs.follows = "nixpkgs";
    sops-nix.url = "github:Mic92/sops-nix";
    sops-nix.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = {
    self,
    nixpkgs,
    disko,
    sops-nix,
  }: let
    inherit (nixpkgs) lib;
    systems = ["x86_64-linux" "aarch64-linux"];
    pkgsOf = lib.genAttrs systems (system: nixpkgs.legacyPackages.${system});
    each = make: lib.genAttrs systems (system: make pkgsOf.${system});

    hosts = import ./hosts {
      inherit lib disko nixpkgs;
      modules = self.nixosModules;
      revision = self.rev or self.dirtyRev or "unknown";
      # One package set for all hosts: evaluating the rack costs it once.
      pkgs = pkgsOf.x86_64-linux;
    };
    checksOf = kind: pkgs:
      import ./checks {
        inherit pkgs lib kind;
        modules = self.nixosModules;
        inherit (self) nixosConfigurations;
      };
    appsOf = pkgs:
      import ./nixos-modules/apps {
        inherit pkgs;
        packages = import ./nixos-modules/packages {inherit pkgs;};
        reference = import ./nixos-modules/lib/reference.nix {
          inherit lib;
          inherit (hosts.dev-vm) options;
        };
      };
  in {
    packages = each (
      pkgs: let
        packages = import ./nixos-modules/packages {inherit pkgs;};
      in
        packages // {default = packages.carrel;}
    );

    nixosModules = {
      default = import ./nixos-modules;
      # Takes a rack's secrets from files in the repository, encrypted for each host.
      sops = import ./nixos-modules/sops.nix sops-nix.nixosModules.sops;
    };

    nixosConfigurations = hosts;

    # In virtual machines, where everything is real but slow; and in systemd's containers, which need no KVM.
    checks = each (checksOf "nodes");
    containersChecks = each (checksOf "containers");

    apps = each (
      pkgs:
        lib.mapAttrs (_: program: {
          type = "app";
          program = lib.getExe program;
          inherit (program) meta;
        }) (appsOf pkgs)
    );

    devShells = each (pkgs: {
      default = pkgs.mkShell {
        packages = with pkgs; [
          alejandra
          cargo
          cargo-nextest
          clippy
          e2fsprogs
          git
          prometheus.cli
          rustc
          rustfmt
        ];
      };
    });

    # Of the files that git knows, those in Nix. A test formats them as well, where there is no Nix.
    formatter = each (
      pkgs:
        pkgs.treefmt.withConfig {
          runtimeInputs = [pkgs.alejandra];
          settings = {
            on-unmatched = "debug";
            tree-root-file = "flake.nix";
            formatter.alejandra = {
              command = "alejandra";
              options = ["--quiet"];
              includes = ["*.nix"];
            };
          };
        }
    );

    templates.rack = {
      path = ./hosts/template;
      description = "A rack of your own: one description, one host per machine";
      welcomeText = "Edit `rack.nix`, then follow nixos-modules/docs/from-bare-machines.md of Carrel.";
    };
    templates.default = self.templates.rack;
  };
}
