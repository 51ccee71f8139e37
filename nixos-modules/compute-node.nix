# The hands of a rack: slots on this machine. It holds the engine's socket and so is as good as root here.
{
  config,
  lib,
  pkgs,
  ...
}: let
  inherit (lib) mkOption types;
  cfg = config.services.carrel.compute-node;
  unit = "carrel-compute-node";
  settings = import ./lib/settings.nix;
  daemon = import ./lib/daemon.nix {
    inherit config lib pkgs;
    name = "compute-node";
    exampleSettings = {
      pools.standard.wanted = 13;
      pools.burst.wanted = 16;
      starts_at_once = 4;
    };
  };
in {
  options.services.carrel.compute-node =
    daemon.options
    // {
      id = mkOption {
        type = types.strMatching "no-[a-z0-9]+(-[a-z0-9]+)*";
        default = "no-${config.networking.hostName}";
        defaultText = lib.literalExpression ''"no-''${config.networking.hostName}"'';
        example = "no-n01";
        description = "This node's name in the rack. Its service token is made out to it.";
      };
      frontendUrl = mkOption {
        type = types.str;
        default = "unix:/run/carrel-frontend-master/rack.sock";
        example = "https://fm01.carrel.example:8080";
        description = "Where the front-end master is.";
      };
      controlUrl = mkOption {
        type = types.str;
        default = "http://127.0.0.1:8081";
        example = "https://n01.carrel.example:8081";
        description = "Where the front-end master reaches this node; it tells it so.";
      };
      rackAddress = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "192.0.2.11:8081";
        description = ''
          Where other machines of the rack reach this node, over TLS with the credentials `tls-cert` and `tls-key`.
          Without it only this machine does, on 127.0.0.1:8081.
        '';
      };
      tokenFile = mkOption {
        type = types.either types.str types.path;
        example = "/var/lib/carrel-secrets/node.token";
        description = ''
          The node's service token, written by `carrel-frontend-master issue-service-token` on the front-end master.
          A path on this host, in quotes.
        '';
      };
    };

  config = lib.mkIf cfg.enable (
    lib.mkMerge [
      daemon.config
      {
        services.carrel.compute-node = {
          sockets.rack =
            if cfg.rackAddress == null
            then "127.0.0.1:8081"
            else cfg.rackAddress;
          credentials.token = cfg.tokenFile;
          settings = daemon.unless 1000 (
            settings.compute-node {
              inherit (cfg) id;
              frontend = cfg.frontendUrl;
              control = cfg.controlUrl;
              ca = cfg.credentials ? rack-ca;
              tls = cfg.rackAddress != null;
              image = config.services.carrel.session-image.name;
              docker = "/run/docker.sock";
            }
          );
        };
        services.carrel.engine.enable = true;
        services.carrel.session-image.enable = lib.mkDefault true;
        assertions = [
          {
            assertion = cfg.rackAddress != null -> cfg.credentials ? tls-cert && cfg.credentials ? tls-key;
            message = "services.carrel.compute-node.rackAddress is ${toString cfg.rackAddress}, where nothing goes in plain text; set credentials.tls-cert and credentials.tls-key, or rackAddress = null";
          }
          {
            assertion = lib.hasPrefix "https://" cfg.frontendUrl -> cfg.credentials ? rack-ca;
            message = "services.carrel.compute-node.frontendUrl is ${cfg.frontendUrl}; set credentials.rack-ca to the file of the authority that signed its certificate";
          }
        ];
        # Volumes are files mounted through loop devices.
        boot.kernelModules = ["loop"];
        systemd.services.${unit} = {
          # The engine may come and go: a node without it refuses claims, and slots outlive both.
          wants = ["docker.service" "carrel-session-image.service"];
          after = [
            "docker.service"
            "carrel-session-image.service"
            "carrel-frontend-master.service"
          ];
          path = [pkgs.e2fsprogs pkgs.util-linux];
          # An engine with a user namespace reaches the slots' volumes as nobody: it may pass, not look around.
          serviceConfig.StateDirectoryMode = lib.mkForce "0711";
        };
      }
    ]
  );
}
