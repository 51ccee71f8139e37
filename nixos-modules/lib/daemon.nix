# What every daemon's module has: the package, settings that the daemon itself checks at build, sockets, credentials, the unit.
{
  config,
  lib,
  pkgs,
  name,
  exampleSettings,
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.carrel.${name};
  unit = "carrel-${name}";
  option = "services.carrel.${name}";
  hardening = import ./hardening.nix;
  packages = import ../packages { inherit pkgs; };

  # A wrong key fails the build, with the daemon's own words.
  configFile =
    pkgs.runCommand "${unit}.toml"
      {
        text = cfg.configText;
        passAsFile = [ "text" ];
        preferLocalBuild = true;
      }
      ''
        ${lib.getExe cfg.package} --config "$textPath" check-config
        cp "$textPath" "$out"
      '';

  inStore = value: value != null && lib.hasPrefix builtins.storeDir (toString value);
  secretSettings =
    lib.optional (inStore (cfg.settings.token_file or null)) "settings.token_file"
    ++ lib.concatLists (
      lib.imap0 (
        index: listener: lib.optional (inStore (listener.tls.key or null)) "settings.listeners[${toString index}].tls.key"
      ) (cfg.settings.listeners or [ ])
    );
  secretCredentials = map (key: "credentials.${key}") (
    lib.attrNames (lib.filterAttrs (_: inStore) cfg.credentials)
  );

  named = lib.concatMap (
    listener: lib.optional (lib.hasPrefix "systemd:" listener.addr) (lib.removePrefix "systemd:" listener.addr)
  ) (cfg.settings.listeners or [ ]);
in
{
  inherit (import ./unless.nix { inherit lib; }) unless;

  options = {
    enable = mkOption {
      type = types.bool;
      default = false;
      example = true;
      description = "Whether to run the daemon `${unit}` on this host.";
    };
    package = mkOption {
      type = types.package;
      default = packages.${name};
      defaultText = lib.literalMD "`packages.<system>.${name}` of the flake";
      example = lib.literalExpression "inputs.carrel.packages.x86_64-linux.${name}";
      description = "The daemon. Its `check-config` also checks {option}`${option}.settings` at build.";
    };
    settings = mkOption {
      type = types.submodule { freeformType = (pkgs.formats.toml { }).type; };
      default = { };
      example = exampleSettings;
      description = ''
        The daemon's configuration, key by key as it reads it. What is not set here has the daemon's own default.
        Unknown keys and impossible values fail the build. Secrets do not belong here: give their files in
        {option}`${option}.credentials`.
      '';
    };
    sockets = mkOption {
      type = types.attrsOf types.str;
      default = { };
      example = { public = "127.0.0.1:8080"; };
      description = ''
        Sockets that systemd opens and hands over, so that a restart refuses nobody. A listener takes one by its
        name: `addr = "systemd:public"`.
      '';
    };
    credentials = mkOption {
      type = types.attrsOf (types.either types.str types.path);
      default = { };
      example = { tls-key = "/var/lib/carrel-secrets/tls.key"; };
      description = ''
        Files with secrets, read by systemd when the daemon starts and seen by the daemon alone, as
        `/run/credentials/${unit}.service/<name>`. Paths on the host, in quotes; never in the store.
      '';
    };
    configText = mkOption {
      type = types.str;
      readOnly = true;
      internal = true;
      default = import ./toml.nix cfg.settings;
      description = "The configuration as the daemon will read it.";
      example = "state_dir = \"/var/lib/${unit}\"";
    };
  };

  config = {
    assertions =
      map (key: {
        assertion = false;
        message = "${option}.${key} is in the world-readable store; pass the absolute path of a file on the host, in quotes, e.g. \"/var/lib/carrel-secrets/…\"";
      }) (secretSettings ++ secretCredentials)
      ++ map (socket: {
        assertion = cfg.sockets ? ${socket};
        message = "${option}.settings.listeners names the socket \"${socket}\" that ${option}.sockets does not have; add sockets.${socket} = \"address:port\"";
      }) named
      ++ map (socket: {
        assertion = lib.elem socket named;
        message = "${option}.sockets.${socket} is taken by no listener; add { addr = \"systemd:${socket}\"; … } to settings.listeners or remove the socket";
      }) (lib.attrNames cfg.sockets);

    systemd.sockets = lib.mapAttrs' (
      socket: address:
      lib.nameValuePair "${unit}-${socket}" {
        description = "Carrel ${name}: ${socket}";
        wantedBy = [ "sockets.target" ];
        listenStreams = [ address ];
        socketConfig = {
          FileDescriptorName = socket;
          Service = "${unit}.service";
          # The rack's address may come up later than the socket.
          FreeBind = true;
        };
      }
    ) cfg.sockets;

    systemd.services.${unit} = {
      description = "Carrel ${name}";
      wantedBy = [ "multi-user.target" ];
      wants = [ "network-online.target" ];
      after = [ "network-online.target" ];
      serviceConfig = hardening.unit hardening.exceptions.${unit} // {
        Type = "notify";
        ExecStart = "${lib.getExe cfg.package} --config ${configFile}";
        Sockets = map (socket: "${unit}-${socket}.socket") (lib.attrNames cfg.sockets);
        LoadCredential = lib.mapAttrsToList (key: path: "${key}:${toString path}") cfg.credentials;
        StateDirectory = unit;
        StateDirectoryMode = "0700";
        RuntimeDirectory = unit;
        # The daemon's main loop beats; a stuck one is ended and started again.
        WatchdogSec = 30;
        Restart = "always";
        RestartSec = 1;
        # 64: the configuration is wrong, which no restart changes.
        RestartPreventExitStatus = 64;
        # Its own drain, and a little more.
        TimeoutStopSec = (cfg.settings.drain_secs or 20) + 15;
        LimitNOFILE = 65536;
      };
    };
  };
}
