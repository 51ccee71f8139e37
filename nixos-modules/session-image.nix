# Puts the image of a slot into the engine, before the first slot is made and whenever the image changes.
{
  config,
  lib,
  pkgs,
  ...
}: let
  inherit (lib) mkOption types;
  cfg = config.services.carrel.session-image;
  unit = "carrel-session-image";
  hardening = import ./lib/hardening.nix;
  packages = import ./packages {inherit pkgs;};
in {
  options.services.carrel.session-image = {
    enable = mkOption {
      type = types.bool;
      default = false;
      example = true;
      description = "Whether to load the image of a slot into the engine at boot and after changes.";
    };
    profile = mkOption {
      type = types.enum ["base" "fpga"];
      default = "base";
      example = "fpga";
      description = ''
        What a slot brings along: `base` has the agent, s6, git, Nix and a shell; `fpga` adds yosys, nextpnr, icestorm
        and Icarus Verilog, so that a first build needs no download.
      '';
    };
    package = mkOption {
      type = types.package;
      default = packages."session-image-${cfg.profile}";
      defaultText = lib.literalMD "`packages.<system>.session-image-<profile>` of the flake";
      example = lib.literalExpression "inputs.carrel.packages.x86_64-linux.session-image-fpga";
      description = "A program that writes the image to its output, as `dockerTools.streamLayeredImage` makes them.";
    };
    name = mkOption {
      type = types.str;
      default = "${cfg.package.imageName}:${cfg.package.imageTag}";
      defaultText = lib.literalMD "name and tag of {option}`services.carrel.session-image.package`";
      example = "carrel-session:dev";
      description = "What the engine calls the image; compute-node makes slots of it.";
    };
  };

  config = lib.mkIf cfg.enable {
    systemd.services.${unit} = {
      description = "Carrel: the image of a slot";
      wantedBy = ["multi-user.target"];
      requires = ["docker.service"];
      after = ["docker.service"];
      path = [config.virtualisation.docker.package];
      script = ''
        # The tag names the content, so an image that is there is the right one.
        if ! docker image inspect --format ok ${lib.escapeShellArg cfg.name} 2>/dev/null; then
          ${cfg.package} | docker load
        fi
      '';
      serviceConfig =
        hardening.unit hardening.exceptions.${unit}
        // {
          Type = "oneshot";
          RemainAfterExit = true;
          TimeoutStartSec = "10min";
        };
    };
  };
}
