# Who may come to which port of a rack's hosts, and what Prometheus asks there. Nothing but Nix itself.
{
  ports,
  namesWith,
  fqdn,
}: let
  inherit (builtins) attrNames elem filter toString;

  when = condition: list:
    if condition
    then list
    else [];
  unique = builtins.foldl' (known: one:
    if elem one known
    then known
    else known ++ [one]) [];
in {
  # Who may come to which port of a host: "everybody" or a list of host names.
  doors = rack: name: let
    has = role: elem role rack.hosts.${name}.roles;
    # Nodes and the documents' machine call the front-end master.
    nodes = filter (other: other != name) (namesWith rack "compute-node" ++ namesWith rack "sync");
    masters = namesWith rack "frontend-master";
    watchers = namesWith rack "monitoring";
    open = port: {
      inherit port;
      from = "everybody";
    };
    door = port: from: {
      inherit port;
      from = unique from;
    };
  in
    when (has "frontend-master") [(open 80) (open 443) (door ports.frontend-master (nodes ++ watchers))]
    ++ when (has "sync") [(door ports.sync (masters ++ watchers))]
    ++ when (has "compute-node") [(door ports.compute-node (masters ++ watchers)) (door ports.cadvisor watchers)]
    ++ when (watchers != []) [(door ports.node-exporter watchers)];

  # What Prometheus asks: { job = [ "host:port" ]; }.
  targets = rack: let
    on = port: names: map (name: "${fqdn rack name}:${toString port}") names;
  in {
    carrel-frontend-master = on ports.frontend-master (namesWith rack "frontend-master");
    carrel-compute-node = on ports.compute-node (namesWith rack "compute-node");
    carrel-sync = on ports.sync (namesWith rack "sync");
    node = on ports.node-exporter (attrNames rack.hosts);
    cadvisor = on ports.cadvisor (namesWith rack "compute-node");
  };
}
