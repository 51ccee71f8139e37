# What each daemon's settings are unless an owner says otherwise, from a few facts. Nothing but Nix itself.
let
  stateDir = unit: "/var/lib/${unit}";
  credential = unit: name: "/run/credentials/${unit}.service/${name}";
  tlsOf = unit: {
    cert = credential unit "tls-cert";
    key = credential unit "tls-key";
  };
  fm = "carrel-frontend-master";
  node = "carrel-compute-node";
  docs = "carrel-sync";
  syncSocket = "/run/carrel-sync-front.sock";

  # What is null is left out of the settings.
  authority = unit: ca:
    if ca
    then credential unit "rack-ca"
    else null;
  when = condition: value:
    if condition
    then [value]
    else [];
  listener = audience: addr: {inherit addr audience;};
  # For the rack's other machines, which come by TLS alone.
  rackListener = unit: listener "rack" "systemd:rack" // {tls = tlsOf unit;};
in {
  inherit stateDir credential syncSocket;

  # tls: whether a certificate is there, and with it the listener for the rack's other machines. ca: whether the rack has
  # an authority of its own. sync: where documents are kept, or null. sessions: the domain of previews, or null. proxies:
  # who is believed when it says whom it speaks for.
  frontend-master = {
    domain,
    scheme,
    tls,
    git,
    ca,
    sync,
    webRoot,
    sessions,
    proxies,
  }: {
    inherit domain;
    sessions_domain = sessions;
    nodes_ca = authority fm ca;
    sync_url = sync;
    sync_ca = authority fm ca;
    web_root = webRoot;
    state_dir = stateDir fm;
    # Without a proxy in front, users come straight to the daemon's port.
    public_url =
      "${scheme}://${domain}"
      + (
        if scheme == "http"
        then ":8080"
        else ""
      );
    git.program = git;
    listeners =
      [
        (listener "public" "systemd:public"
          // {
            hosts = [domain "git.${domain}"] ++ when (sessions != null) "*.${sessions}";
            inherit proxies;
          })
        (listener "local" "unix:/run/${fm}/local.sock")
        (listener "rack" "unix:/run/${fm}/rack.sock")
      ]
      ++ when tls (rackListener fm);
  };

  # front: whether the front-end master is on the same machine.
  sync = {
    frontend,
    ca,
    front,
    tls,
  }: {
    state_dir = stateDir docs;
    frontend_url = frontend;
    frontend_ca = authority docs ca;
    token_file = credential docs "token";
    listeners = when front (listener "rack" "systemd:front") ++ when tls (rackListener docs);
  };

  compute-node = {
    id,
    frontend,
    ca,
    control,
    tls,
    image,
    docker,
  }: {
    inherit image;
    node = id;
    runtime = "docker";
    state_dir = stateDir node;
    docker.socket = docker;
    frontend_url = frontend;
    frontend_ca = authority node ca;
    token_file = credential node "token";
    control_url = control;
    # One that stands alone is called on its own loopback.
    listeners = [
      (
        if tls
        then rackListener node
        else listener "rack" "systemd:rack"
      )
    ];
  };
}
