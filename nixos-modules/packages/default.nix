# One package per program, all from one function; and the image of a slot.
{pkgs}: let
  inherit (pkgs) lib;
  root = ../..;
  src = lib.fileset.toSource {
    inherit root;
    fileset = lib.fileset.unions [
      (root + "/Cargo.toml")
      (root + "/Cargo.lock")
      # The app is a package of its own, and changes more often.
      (lib.fileset.difference (root + "/crates") (root + "/crates/web-ide/app"))
    ];
  };
  inherit ((lib.importTOML (root + "/Cargo.toml")).workspace.package) version;

  program = {
    name,
    binary ? "carrel-${name}",
    pkgs' ? pkgs,
    buildType ? "release",
    about,
  }:
    pkgs'.rustPlatform.buildRustPackage {
      pname = binary;
      inherit version src buildType;
      cargoLock.lockFile = root + "/Cargo.lock";
      cargoBuildFlags = ["--package" "carrel-${name}" "--bin" binary];
      # `cargo xtask test` runs every suite; here it would build the workspace once more per package.
      doCheck = false;
      strictDeps = true;
      meta = {
        description = about;
        license = with lib.licenses; [asl20 mit];
        mainProgram = binary;
        platforms = lib.platforms.linux;
      };
    };

  daemons = {
    frontend-master = program {
      name = "frontend-master";
      about = "The door of a Carrel rack: accounts, tokens, git, sessions, tunnel";
    };
    compute-node = program {
      name = "compute-node";
      about = "Runs the slots of one machine of a Carrel rack";
    };
    sync = program {
      name = "sync";
      about = "Keeps documents that people of a Carrel rack edit together";
    };
    # Runs in any image, so it must bring everything along.
    session-agent = program {
      name = "session-agent";
      pkgs' = pkgs.pkgsStatic;
      buildType = "agent";
      about = "What Carrel runs inside a slot";
    };
    carrel = program {
      name = "cli";
      binary = "carrel";
      about = "Use, own and measure a Carrel";
    };
  };

  image = profile: tools:
    import ./session-image.nix {
      inherit pkgs profile tools;
      agent = daemons.session-agent;
      files = root + "/crates/xtask/image";
    };
in
  daemons
  // {
    web-app = import ./web-app.nix {
      inherit pkgs version;
      app = root + "/crates/web-ide/app";
    };
    session-image-base = image "base" [];
    session-image-fpga = image "fpga" (
      with pkgs; [
        clang-tools
        gnumake
        icestorm
        iverilog
        nextpnr
        (python3.withPackages (it: [
          it.autopep8
          it.pycodestyle
          it.pyflakes
          it.python-lsp-server
        ]))
        yosys
      ]
    );
  }
