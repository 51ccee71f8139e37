# The browser app, as files to serve. npm's lock file names and hashes what it needs, so no hash is kept here.
{
  pkgs,
  version,
  app,
  registry ? "https://registry.npmjs.org",
}: let
  inherit (pkgs) lib;
  src = lib.fileset.toSource {
    root = app;
    fileset = lib.fileset.unions (
      map (name: app + "/${name}") [
        "index.html"
        "package-lock.json"
        "package.json"
        "public"
        "scripts"
        "src"
        "tsconfig.json"
        "vite.config.ts"
      ]
    );
  };
  # The lock file has hashes and no addresses, so that any mirror will do; Nix wants one.
  lock = lib.importJSON (app + "/package-lock.json");
  located = path: module: let
    name = lib.last (lib.splitString "node_modules/" path);
  in
    if path == ""
    then module
    else module // {resolved = "${registry}/${name}/-/${baseNameOf name}-${module.version}.tgz";};
in
  pkgs.buildNpmPackage {
    pname = "carrel-web-app";
    inherit version src;
    npmDeps = pkgs.importNpmLock {
      npmRoot = app;
      packageLock = lock // {packages = lib.mapAttrs located lock.packages;};
    };
    inherit (pkgs.importNpmLock) npmConfigHook;
    # `npm run build` checks types, packs, compresses, and fails above the budget of bytes.
    installPhase = ''
      runHook preInstall
      cp -r dist $out
      runHook postInstall
    '';
    meta = {
      description = "Carrel in a browser";
      license = with lib.licenses; [asl20 mit];
      platforms = lib.platforms.all;
    };
  }
