# What a host of the rack does: its daemons by role, its names, its doors.
{
  config,
  lib,
  pkgs,
  ...
}: let
  rack = import ../lib/rack.nix;
  cfg = config.carrel.rack;
  host = cfg.hosts.${cfg.self};
  has = role: lib.elem role host.roles;
  secret = name: "${cfg.secrets}/${name}";
  at = daemon: "${host.address}:${toString rack.ports.${daemon}}";
  tls = {
    tls-cert = secret "tls.crt";
    tls-key = secret "tls.key";
  };
  settings = rack.settingsOf cfg cfg.self {
    inherit (config.services.carrel.frontend-master) webRoot;
    git = lib.getExe pkgs.gitMinimal;
    image = config.services.carrel.session-image.name;
    docker = "/run/docker.sock";
  };
  isMaster = has "frontend-master";

  # Before the modules' own defaults, after whatever an owner writes.
  inherit (import ../lib/unless.nix {inherit lib;}) unless;

  doors = rack.doors cfg cfg.self;
  isOpen = door: door.from == "everybody";
  addresses = attribute: names: lib.filter (it: it != null) (map (name: cfg.hosts.${name}.${attribute}) names);
  rule = door: let
    allow = family: from:
      lib.optionalString (from != [])
      "${family} saddr { ${lib.concatStringsSep ", " from} } tcp dport ${toString door.port} accept\n";
  in
    allow "ip" (addresses "address" door.from) + allow "ip6" (addresses "address6" door.from);
in {
  config = lib.mkIf cfg.enable {
    services.carrel.frontend-master = lib.mkIf (has "frontend-master") {
      enable = true;
      inherit (cfg) domain sessionsDomain;
      scheme = "https";
      rackAddress = at "frontend-master";
      credentials = tls // {rack-ca = secret "rack-ca.pem";};
      settings = unless 900 settings.frontend-master;
      issueTokensFor =
        lib.mapAttrsToList (_: node: node.nodeId) (
          lib.filterAttrs (_: node: lib.elem "compute-node" node.roles) cfg.hosts
        )
        ++ lib.optional (rack.syncUrl cfg != null) "sync";
    };
    services.carrel.sync = lib.mkIf (has "sync") {
      enable = true;
      rackAddress = at "sync";
      frontendUrl = settings.sync.frontend_url;
      tokenFile =
        if isMaster
        then "/var/lib/carrel-frontend-master/tokens/sync"
        else secret "sync.token";
      credentials = tls // lib.optionalAttrs (!isMaster) {rack-ca = secret "rack-ca.pem";};
      settings = unless 900 settings.sync;
    };
    services.carrel.compute-node = lib.mkIf (has "compute-node") {
      enable = true;
      id = host.nodeId;
      rackAddress = at "compute-node";
      frontendUrl = settings.compute-node.frontend_url;
      controlUrl = settings.compute-node.control_url;
      tokenFile = secret "node.token";
      credentials = tls // {rack-ca = secret "rack-ca.pem";};
      settings = unless 900 settings.compute-node;
    };

    networking = {
      hosts = rack.names cfg;
      nftables.enable = true;
      firewall.enable = true;
      firewall.allowedTCPPorts = map (door: door.port) (lib.filter isOpen doors);
      firewall.extraInputRules = lib.concatMapStrings rule (lib.filter (door: !isOpen door) doors);
    };

    # The command line, where an owner logs in to look at the rack.
    environment.systemPackages = [(import ../packages {inherit pkgs;}).carrel];
    environment.sessionVariables.CARREL_SERVER = "https://${cfg.domain}";
  };
}
