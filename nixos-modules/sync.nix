# Documents that people edit together. Needs no rights at all: a folder, a socket, the front-end master.
{
  config,
  lib,
  pkgs,
  ...
}: let
  inherit (lib) mkOption types;
  cfg = config.services.carrel.sync;
  master = config.services.carrel.frontend-master;
  unit = "carrel-sync";
  settings = import ./lib/settings.nix;
  daemon = import ./lib/daemon.nix {
    inherit config lib pkgs;
    name = "sync";
    exampleSettings = {
      limits.connections_per_address = 100;
    };
  };
  isBeside = lib.hasPrefix "unix:" cfg.frontendUrl;
in {
  options.services.carrel.sync =
    daemon.options
    // {
      frontendUrl = mkOption {
        type = types.str;
        default = "unix:/run/carrel-frontend-master/rack.sock";
        example = "https://fm01.carrel.example:8080";
        description = "Where the front-end master is, whose tokens are good here.";
      };
      rackAddress = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "192.0.2.12:8083";
        description = ''
          Where other machines of the rack reach this daemon, over TLS with the credentials `tls-cert` and `tls-key`.
          Without it only the front-end master on this machine does, over `${settings.syncSocket}`.
        '';
      };
      tokenFile = mkOption {
        type = types.either types.str types.path;
        example = "/var/lib/carrel-secrets/sync.token";
        description = ''
          The daemon's service token, written by `carrel-frontend-master issue-service-token --subject sync` on the
          front-end master. A path on this host, in quotes.
        '';
      };
    };

  config = lib.mkIf cfg.enable (
    lib.mkMerge [
      daemon.config
      {
        services.carrel.sync = {
          sockets =
            lib.optionalAttrs master.enable {front = settings.syncSocket;}
            // lib.optionalAttrs (cfg.rackAddress != null) {rack = cfg.rackAddress;};
          credentials.token = cfg.tokenFile;
          settings = daemon.unless 1000 (
            settings.sync {
              frontend = cfg.frontendUrl;
              ca = cfg.credentials ? rack-ca;
              front = master.enable;
              tls = cfg.rackAddress != null;
            }
          );
        };
        assertions = [
          {
            assertion = cfg.rackAddress != null -> cfg.credentials ? tls-cert && cfg.credentials ? tls-key;
            message = "services.carrel.sync.rackAddress is ${toString cfg.rackAddress}, where nothing goes in plain text; set credentials.tls-cert and credentials.tls-key, or rackAddress = null";
          }
          {
            assertion = lib.hasPrefix "https://" cfg.frontendUrl -> cfg.credentials ? rack-ca;
            message = "services.carrel.sync.frontendUrl is ${cfg.frontendUrl}; set credentials.rack-ca to the file of the authority that signed its certificate";
          }
          {
            assertion = master.enable || cfg.rackAddress != null;
            message = "services.carrel.sync has no door: there is no front-end master on this host; set services.carrel.sync.rackAddress";
          }
        ];
        users.users.${unit} = {
          isSystemUser = true;
          group = unit;
          description = "Carrel sync";
        };
        users.groups.${unit} = {};
        systemd.sockets."${unit}-front" = lib.mkIf master.enable {
          # The front-end master's alone.
          socketConfig = {
            SocketGroup = "carrel-frontend-master";
            SocketMode = "0660";
          };
        };
        systemd.services.${unit} = {
          # Its token may be written there first.
          after = ["carrel-frontend-master.service"];
          serviceConfig = {
            User = unit;
            Group = unit;
            # The front-end master's socket is its group's.
            SupplementaryGroups = lib.mkIf isBeside ["carrel-frontend-master"];
          };
        };
      }
    ]
  );
}
