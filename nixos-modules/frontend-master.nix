# The door of a rack: accounts, tokens, git, sessions, tunnel.
{
  config,
  lib,
  pkgs,
  ...
}: let
  inherit (lib) mkOption types;
  cfg = config.services.carrel.frontend-master;
  unit = "carrel-frontend-master";
  settings = import ./lib/settings.nix;
  daemon = import ./lib/daemon.nix {
    inherit config lib pkgs;
    name = "frontend-master";
    exampleSettings = {
      accounts.sign_up = true;
      sessions.per_user_max = 2;
    };
  };

  packages = import ./packages {inherit pkgs;};
  tokensOf = "${settings.stateDir unit}/tokens";
  issueTokens = pkgs.writeShellScript "${unit}-tokens" ''
    set -eu
    ${lib.concatMapStrings (node: ''
        ${lib.getExe cfg.package} --set ${lib.escapeShellArg "state_dir=${cfg.settings.state_dir}"} \
          --set ${lib.escapeShellArg "issuer=${cfg.settings.issuer or "carrel"}"} \
          issue-service-token --subject ${lib.escapeShellArg node} --out ${lib.escapeShellArg "${tokensOf}/${node}"}
      '')
      cfg.issueTokensFor}
  '';
in {
  options.services.carrel.frontend-master =
    daemon.options
    // {
      domain = mkOption {
        type = types.str;
        default = "localhost";
        example = "carrel.example";
        description = "The name that users type. Git also answers on `git.<domain>`.";
      };
      scheme = mkOption {
        type = types.enum ["http" "https"];
        default = "http";
        example = "https";
        description = "How users reach the domain; `https` wherever a proxy with a certificate stands in front.";
      };
      sessionsDomain = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "sessions.carrel.example";
        description = ''
          What programs in slots serve is shown at `<port>-<session>.<this domain>`, which needs a wildcard entry in the
          name service and in the proxy's certificate. With `null` there are no previews.
        '';
      };
      proxies = mkOption {
        type = types.listOf types.str;
        default = lib.optional (cfg.scheme == "https") "127.0.0.1";
        defaultText = lib.literalExpression ''if scheme == "https" then [ "127.0.0.1" ] else [ ]'';
        example = ["192.0.2.9"];
        description = ''
          Addresses of proxies in front, believed when they say in `X-Forwarded-For` who asks. They must set that header
          themselves. Without them everybody behind a proxy shares one client's limits.
        '';
      };
      rackAddress = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "192.0.2.10:8080";
        description = ''
          Where other machines of the rack reach this daemon, over TLS with the credentials `tls-cert` and
          `tls-key`. Without it only daemons on this machine do, over `/run/${unit}/rack.sock`.
        '';
      };
      webRoot = mkOption {
        type = types.nullOr (types.either types.package types.str);
        default = packages.web-app;
        apply = lib.mapNullable (value: "${value}");
        defaultText = lib.literalMD "`packages.<system>.web-app` of the flake";
        example = "/srv/carrel-web-app";
        description = "The built browser app. With `null` people have the command line alone.";
      };
      syncUrl = mkOption {
        type = types.nullOr types.str;
        default =
          if config.services.carrel.sync.enable
          then "unix:${settings.syncSocket}"
          else null;
        defaultText = lib.literalMD "this host's own, if it has {option}`services.carrel.sync.enable`";
        example = "https://n15.carrel.example:8083";
        description = "Where documents are kept. With `null` there are none.";
      };
      issueTokensFor = mkOption {
        type = types.listOf types.str;
        default = [];
        example = ["no-n01" "sync"];
        description = ''
          Daemons for which a service token is written to `${tokensOf}/<name>` before each start of this one: compute
          nodes by id, and `sync`. One on this machine reads it there; carry it to other machines by hand.
        '';
      };
    };

  config = lib.mkIf cfg.enable (
    lib.mkMerge [
      daemon.config
      {
        services.carrel.frontend-master = {
          sockets.public = lib.mkDefault "127.0.0.1:8080";
          sockets.rack = lib.mkIf (cfg.rackAddress != null) cfg.rackAddress;
          settings = daemon.unless 1000 (
            settings.frontend-master {
              inherit (cfg) domain scheme webRoot proxies;
              sessions = cfg.sessionsDomain;
              tls = cfg.rackAddress != null;
              ca = cfg.credentials ? rack-ca;
              sync = cfg.syncUrl;
              git = lib.getExe pkgs.gitMinimal;
            }
          );
        };
        assertions = [
          {
            assertion = cfg.rackAddress != null -> cfg.credentials ? tls-cert && cfg.credentials ? tls-key;
            message = "services.carrel.frontend-master.rackAddress is ${toString cfg.rackAddress}, where nothing goes in plain text; set credentials.tls-cert and credentials.tls-key, or rackAddress = null";
          }
        ];
        users.users.${unit} = {
          isSystemUser = true;
          group = unit;
          description = "Carrel front-end master";
        };
        users.groups.${unit} = {};
        systemd.services.${unit}.serviceConfig = {
          User = unit;
          Group = unit;
          StateDirectory = lib.mkForce [unit "${unit}/tokens"];
          ExecStartPre = lib.mkIf (cfg.issueTokensFor != []) [issueTokens];
        };
        # The daemon's own commands, with the configuration it runs with: `carrel-frontend-master admin-link`.
        environment.systemPackages = [
          (pkgs.writeShellScriptBin unit ''exec ${lib.getExe cfg.package} --config ${daemon.configFile} "$@"'')
        ];
      }
    ]
  );
}
