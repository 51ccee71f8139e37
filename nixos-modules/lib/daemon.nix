# What every daemon's module has: the package, settings that the daemon itself checks at build, sockets, credentials, the unit.
{
  config,
  lib,
  pkgs,
  name,
  exampleSettings,
}: let
  cfg = config.services.carrel.${name};
  unit = "carrel-${name}";
  option = "services.carrel.${name}";
  hardening = import ./hardening.nix;

  # A wrong key fails the build, with the daemon's own words.
  configFile =
    pkgs.runCommand "${unit}.toml"
    {
      text = cfg.configText;
      passAsFile = ["text"];
      preferLocalBuild = true;
    }
    ''
      ${lib.getExe cfg.package} --config "$textPath" check-config
      cp "$textPath" "$out"
    '';

  # A path without quotes goes into the store as soon as a flake is evaluated.
  inStore = value: value != null && (builtins.isPath value || lib.hasPrefix builtins.storeDir (toString value));
  secretSettings =
    lib.optional (inStore (cfg.settings.token_file or null)) "settings.token_file"
    ++ lib.concatLists (
      lib.imap0 (
        index: listener: lib.optional (inStore (listener.tls.key or null)) "settings.listeners[${toString index}].tls.key"
      ) (cfg.settings.listeners or [])
    );
  secretCredentials = map (key: "credentials.${key}") (
    lib.attrNames (lib.filterAttrs (_: inStore) cfg.credentials)
  );

  named = lib.concatMap (
    listener: lib.optional (lib.hasPrefix "systemd:" listener.addr) (lib.removePrefix "systemd:" listener.addr)
  ) (cfg.settings.listeners or []);
in {
  inherit (import ./unless.nix {inherit lib;}) unless;
  inherit configFile;

  options = import ./daemon-options.nix {
    inherit lib pkgs name exampleSettings;
    text = import ./toml.nix cfg.settings;
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
      })
      named
      ++ map (socket: {
        assertion = lib.elem socket named;
        message = "${option}.sockets.${socket} is taken by no listener; add { addr = \"systemd:${socket}\"; … } to settings.listeners or remove the socket";
      }) (lib.attrNames cfg.sockets);

    systemd.sockets =
      lib.mapAttrs' (
        socket: address:
          lib.nameValuePair "${unit}-${socket}" {
            description = "Carrel ${name}: ${socket}";
            wantedBy = ["sockets.target"];
            listenStreams = [address];
            socketConfig =
              {
                FileDescriptorName = socket;
                Service = "${unit}.service";
              }
              // lib.optionalAttrs (!lib.hasPrefix "/" address) {
                # The rack's address may come up later than the socket.
                FreeBind = true;
              };
          }
      )
      cfg.sockets;

    systemd.services.${unit} = {
      description = "Carrel ${name}";
      wantedBy = ["multi-user.target"];
      wants = ["network-online.target"];
      after = ["network-online.target"];
      # A secret that comes late, a disk that is full for a while: it goes on trying.
      startLimitIntervalSec = 0;
      serviceConfig =
        hardening.unit hardening.exceptions.${unit}
        // {
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
