# What is wrong with a description of a rack, one sentence for each fault, with the way out. Nothing but Nix itself.
{
  classes,
  namesWith,
}: let
  inherit
    (builtins)
    attrNames
    concatMap
    concatStringsSep
    elem
    filter
    head
    length
    stringLength
    substring
    toString
    ;

  # So many times the memory that standard slots leave may be promised to small ones; as compute-node has it.
  overSubscription = 4;
  isMany = list: length list > 1;
  clashes = rack: what: value: let
    names = filter (name: value name != null) (attrNames rack.hosts);
    twins = name: filter (other: value other == value name) names;
  in
    map (name: "carrel.rack.hosts: ${what} ${toString (value name)} belongs to ${concatStringsSep " and " (twins name)}; give each its own") (
      filter (name: isMany (twins name) && head (twins name) == name) names
    );

  min = a: b:
    if a < b
    then a
    else b;
  misfits = name: host: let
    at = "carrel.rack.hosts.${name}.pools";
    inherit (host.pools) standard burst;
    memory = host.memoryGiB * 1024;
    reserve = min (memory / 8) 4096;
    free = memory - reserve - standard * classes.standard.memoryMiB;
    threads = host.threads - standard * classes.standard.threads;
    most = min (host.threads / classes.standard.threads) ((memory - reserve) / classes.standard.memoryMiB);
  in
    if threads < 0 || free < 0
    then [
      "${at}.standard: ${toString standard} slots of 4 threads and 8 GiB need more than the ${toString host.threads} threads and ${toString host.memoryGiB} GiB there are; set at most ${toString most}"
    ]
    else if burst > 0 && (threads < classes.burst.threads || burst * classes.burst.memoryMiB > free * overSubscription)
    then [
      "${at}.burst: ${toString burst} slots do not fit into the ${toString threads} threads and ${toString free} MiB that standard slots leave; set fewer of either, or 0"
    ]
    else [];
in {
  problems = rack: let
    masters = namesWith rack "frontend-master";
    nodes = namesWith rack "compute-node";
    documents = namesWith rack "sync";
    of = attribute: name: rack.hosts.${name}.${attribute};
    previews = rack.sessionsDomain;
    # Whether the name is the parent or lies below it.
    isWithin = parent: name: let
      extra = stringLength name - stringLength parent;
    in
      name == parent || (extra > 0 && substring (extra - 1) (-1) name == ".${parent}");
  in
    (
      if masters == []
      then ["carrel.rack.hosts: no host has the role \"frontend-master\"; give it to the machine that users reach"]
      else if isMany masters
      then ["carrel.rack.hosts: ${concatStringsSep " and " masters} have the role \"frontend-master\"; one rack has one"]
      else []
    )
    ++ (
      if isMany documents
      then ["carrel.rack.hosts: ${concatStringsSep " and " documents} have the role \"sync\"; documents are kept in one place"]
      else []
    )
    ++ (
      if previews == null
      then []
      else if isWithin previews rack.domain || isWithin "git.${rack.domain}" previews
      then ["carrel.rack.sessionsDomain: ${previews} has the names of the website or of git in it; take one for previews alone, such as sessions.${rack.domain}"]
      else
        concatMap (
          name:
            if isWithin previews "${name}.${rack.domain}"
            then ["carrel.rack.sessionsDomain: ${previews} has the host ${name}.${rack.domain} in it; rename either"]
            else []
        ) (attrNames rack.hosts)
    )
    ++ clashes rack "the address" (of "address")
    ++ clashes rack "the address" (of "address6")
    ++ clashes rack "the node id" (name:
      if elem name nodes
      then rack.hosts.${name}.nodeId
      else null)
    ++ concatMap (name: misfits name rack.hosts.${name}) nodes;
}
