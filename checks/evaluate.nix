# The flake's outputs over given inputs, without fetching or copying them: for tests, and for machines without a network.
#
#   nix eval --impure --file checks/evaluate.nix --argstr nixpkgs /path --argstr disko /path --argstr sops-nix /path …
{
  nixpkgs,
  disko,
  sops-nix,
}:
let
  flake =
    path: inputs:
    let
      outputs = (import (/. + path + "/flake.nix")).outputs (inputs // { self = result; });
      result = outputs // { outPath = /. + path; };
    in
    result;
  nixpkgs' = flake nixpkgs { };
  ours = flake (toString ./..) {
    nixpkgs = nixpkgs';
    disko = flake disko { nixpkgs = nixpkgs'; };
    sops-nix = flake sops-nix { nixpkgs = nixpkgs'; };
  };
in
ours
// {
  facts = import ./facts.nix {
    inherit (nixpkgs') lib;
    hosts = ours.nixosConfigurations;
  };
  reference = import ../nixos-modules/lib/reference.nix {
    inherit (nixpkgs') lib;
    inherit (ours.nixosConfigurations.dev-vm) options;
  };
}
