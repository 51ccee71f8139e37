# From the one description of a rack to what each host does, as plain functions. Nothing but Nix itself.
let
  inherit (builtins) attrNames concatMap elem filter head listToAttrs toString;

  settings = import ./settings.nix;

  # As the daemons have them; see `classes` of the model and the pools of compute-node.
  classes = {
    standard = {
      threads = 4;
      memoryMiB = 8192;
    };
    burst = {
      threads = 1;
      memoryMiB = 512;
    };
  };
  ports = {
    frontend-master = 8080;
    compute-node = 8081;
    sync = 8083;
    node-exporter = 9100;
    cadvisor = 9101;
  };

  namesWith = rack: role: filter (name: elem role rack.hosts.${name}.roles) (attrNames rack.hosts);
  fqdn = rack: name: "${name}.${rack.domain}";
in rec {
  inherit classes ports fqdn;

  inherit (import ./rack-problems.nix {inherit classes namesWith;}) problems;
  inherit (import ./rack-doors.nix {inherit ports namesWith fqdn;}) doors targets;

  masterOf = rack: head (namesWith rack "frontend-master");

  # Every host by name, and the rack's public names at its front-end master.
  names = rack: let
    pairs = concatMap (
      name: let
        host = rack.hosts.${name};
        own = [(fqdn rack name) name];
        public =
          if name == masterOf rack
          then [rack.domain "git.${rack.domain}"]
          else [];
        entry = address: {
          name = address;
          value = own ++ public;
        };
      in
        map entry (filter (address: address != null) [host.address host.address6])
    ) (attrNames rack.hosts);
  in
    listToAttrs pairs;

  # Where the front-end master finds documents: on its own machine, on another one, nowhere.
  syncUrl = rack: let
    hosts = namesWith rack "sync";
    remote = "https://${fqdn rack (head hosts)}:${toString ports.sync}";
  in
    if hosts == []
    then null
    else if elem (masterOf rack) hosts
    then "unix:${settings.syncSocket}"
    else remote;

  # The settings of a host's daemons; `paths` are the programs and sockets only the host knows.
  settingsOf = rack: name: paths: let
    host = rack.hosts.${name};
    url = daemon: other: "https://${fqdn rack other}:${toString ports.${daemon}}";
    isMaster = name == masterOf rack;
  in {
    frontend-master = settings.frontend-master {
      inherit (rack) domain;
      inherit (paths) git webRoot;
      scheme = "https";
      tls = true;
      ca = true;
      sync = syncUrl rack;
      sessions = rack.sessionsDomain;
      # The ingress, on the same machine.
      proxies = ["127.0.0.1"];
    };
    sync = settings.sync {
      frontend =
        if isMaster
        then "unix:/run/carrel-frontend-master/rack.sock"
        else url "frontend-master" (masterOf rack);
      ca = !isMaster;
      front = isMaster;
      tls = true;
    };
    compute-node =
      settings.compute-node {
        inherit (paths) image docker;
        id = host.nodeId;
        frontend = url "frontend-master" (masterOf rack);
        ca = true;
        control = url "compute-node" name;
        tls = true;
      }
      // {
        pools = {
          standard.wanted = host.pools.standard;
          burst.wanted = host.pools.burst;
        };
      };
  };

  # The description with what a host may leave out, for those who read it without the module system.
  complete = rack:
    {sessionsDomain = null;}
    // rack
    // {
      hosts =
        builtins.mapAttrs (
          name: host:
            {
              address6 = null;
              nodeId = "no-${name}";
              pools = {
                standard = 0;
                burst = 0;
              };
            }
            // host
        )
        rack.hosts;
    };
}
