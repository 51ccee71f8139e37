# From the one description of a rack to what each host does, as plain functions. Nothing but Nix itself.
let
  inherit (builtins) attrNames concatMap elem filter head listToAttrs toString;

  settings = import ./settings.nix;

  # As the daemons have them; see `classes` of the model and the pools of compute-node.
  classes = {
    standard = { threads = 4; memoryMiB = 8192; };
    burst = { threads = 1; memoryMiB = 512; };
  };
  ports = {
    frontend-master = 8080;
    compute-node = 8081;
    sync = 8083;
    node-exporter = 9100;
    cadvisor = 9101;
  };

  namesWith = rack: role: filter (name: elem role rack.hosts.${name}.roles) (attrNames rack.hosts);
  unique = builtins.foldl' (known: one: if elem one known then known else known ++ [ one ]) [ ];
in
rec {
  inherit classes ports;

  inherit (import ./rack-problems.nix { inherit classes namesWith; }) problems;

  masterOf = rack: head (namesWith rack "frontend-master");
  fqdn = rack: name: "${name}.${rack.domain}";

  # Every host by name, and the rack's public names at its front-end master.
  names =
    rack:
    let
      pairs = concatMap (
        name:
        let
          host = rack.hosts.${name};
          own = [ (fqdn rack name) name ];
          public = if name == masterOf rack then [ rack.domain "git.${rack.domain}" ] else [ ];
          entry = address: { name = address; value = own ++ public; };
        in
        map entry (filter (address: address != null) [ host.address host.address6 ])
      ) (attrNames rack.hosts);
    in
    listToAttrs pairs;

  # Where the front-end master finds documents: on its own machine, on another one, nowhere.
  syncUrl =
    rack:
    let
      hosts = namesWith rack "sync";
      remote = "https://${fqdn rack (head hosts)}:${toString ports.sync}";
    in
    if hosts == [ ] then null else if elem (masterOf rack) hosts then "unix:${settings.syncSocket}" else remote;

  # Who may come to which port of a host: "everybody" or a list of host names.
  doors =
    rack: name:
    let
      has = role: elem role rack.hosts.${name}.roles;
      # Nodes and the documents' machine call the front-end master.
      nodes = filter (other: other != name) (namesWith rack "compute-node" ++ namesWith rack "sync");
      masters = namesWith rack "frontend-master";
      watchers = namesWith rack "monitoring";
      door = port: from: { inherit port; from = if from == "everybody" then from else unique from; };
    in
    (if has "frontend-master" then [ (door 80 "everybody") (door 443 "everybody") (door ports.frontend-master (nodes ++ watchers)) ] else [ ])
    ++ (if has "sync" then [ (door ports.sync (masters ++ watchers)) ] else [ ])
    ++ (if has "compute-node" then [ (door ports.compute-node (masters ++ watchers)) (door ports.cadvisor watchers) ] else [ ])
    ++ (if watchers != [ ] then [ (door ports.node-exporter watchers) ] else [ ]);

  # The settings of a host's daemons; `paths` are the programs and sockets only the host knows.
  settingsOf =
    rack: name: paths:
    let
      host = rack.hosts.${name};
      url = daemon: other: "https://${fqdn rack other}:${toString ports.${daemon}}";
      isMaster = name == masterOf rack;
    in
    {
      frontend-master = settings.frontend-master {
        inherit (rack) domain;
        inherit (paths) git webRoot;
        scheme = "https";
        tls = true;
        ca = true;
        sync = syncUrl rack;
        sessions = rack.sessionsDomain;
        # The ingress, on the same machine.
        proxies = [ "127.0.0.1" ];
      };
      sync = settings.sync {
        frontend = if isMaster then "unix:/run/carrel-frontend-master/rack.sock" else url "frontend-master" (masterOf rack);
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

  # What Prometheus asks: { job = [ "host:port" ]; }.
  targets =
    rack:
    let
      on = port: names: map (name: "${fqdn rack name}:${toString port}") names;
    in
    {
      carrel-frontend-master = on ports.frontend-master (namesWith rack "frontend-master");
      carrel-compute-node = on ports.compute-node (namesWith rack "compute-node");
      carrel-sync = on ports.sync (namesWith rack "sync");
      node = on ports.node-exporter (attrNames rack.hosts);
      cadvisor = on ports.cadvisor (namesWith rack "compute-node");
    };

  # The description with what a host may leave out, for those who read it without the module system.
  complete =
    rack:
    { sessionsDomain = null; }
    // rack
    // {
      hosts = builtins.mapAttrs (
        name: host:
        {
          address6 = null;
          nodeId = "no-${name}";
          pools = { standard = 0; burst = 0; };
        }
        // host
      ) rack.hosts;
    };
}
