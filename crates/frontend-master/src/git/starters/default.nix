# What "build" means for this repository: `nix-build` leaves the result in ./result.
# As it stands it runs `make` where there is a Makefile and keeps the files. Change it to fit your project.
{pkgs ? import <nixpkgs> {}}:
pkgs.stdenv.mkDerivation {
  # The folder's name in /nix/store.
  name = "project";

  # Everything in this folder, except what git and earlier builds left behind.
  src = pkgs.lib.cleanSource ./.;

  # Programs that the build needs; find more at https://search.nixos.org/packages
  nativeBuildInputs = [];

  buildPhase = ''
    runHook preBuild
    if [ -e Makefile ]; then make; fi
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    mkdir -p "$out"
    cp -R . "$out/"
    runHook postInstall
  '';
}
