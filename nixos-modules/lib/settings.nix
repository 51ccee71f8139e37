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
in
{
  inherit stateDir credential syncSocket;

  # tls: whether a certificate is there, and with it the listener for the rack's other machines. ca: whether the rack has
  # an authority of its own. sync: where documents are kept, or null. sessions: the domain of previews, or null. proxies:
  # who is believed when it says whom it speaks for.
  frontend-master =
    { domain, scheme, tls, git, ca, sync, webRoot, sessions, proxies }:
    {
      inherit domain;
      sessions_domain = sessions;
      nodes_ca = if ca then credential fm "rack-ca" else null;
      sync_url = sync;
      sync_ca = if ca then credential fm "rack-ca" else null;
      web_root = webRoot;
      state_dir = stateDir fm;
      # Without a proxy in front, users come straight to the daemon's port.
      public_url = "${scheme}://${domain}" + (if scheme == "http" then ":8080" else "");
      git.program = git;
      listeners = [
        {
          addr = "systemd:public";
          audience = "public";
          hosts = [ domain "git.${domain}" ] ++ (if sessions == null then [ ] else [ "*.${sessions}" ]);
          inherit proxies;
        }
        { addr = "unix:/run/${fm}/local.sock"; audience = "local"; }
        { addr = "unix:/run/${fm}/rack.sock"; audience = "rack"; }
      ]
      ++ (if tls then [ { addr = "systemd:rack"; audience = "rack"; tls = tlsOf fm; } ] else [ ]);
    };

  # front: whether the front-end master is on the same machine.
  sync =
    { frontend, ca, front, tls }:
    {
      state_dir = stateDir docs;
      frontend_url = frontend;
      frontend_ca = if ca then credential docs "rack-ca" else null;
      token_file = credential docs "token";
      listeners =
        (if front then [ { addr = "systemd:front"; audience = "rack"; } ] else [ ])
        ++ (if tls then [ { addr = "systemd:rack"; audience = "rack"; tls = tlsOf docs; } ] else [ ]);
    };

  compute-node =
    { id, frontend, ca, control, tls, image, docker }:
    {
      inherit image;
      node = id;
      runtime = "docker";
      state_dir = stateDir node;
      docker.socket = docker;
      frontend_url = frontend;
      frontend_ca = if ca then credential node "rack-ca" else null;
      token_file = credential node "token";
      control_url = control;
      listeners = [
        (
          { addr = "systemd:rack"; audience = "rack"; }
          // (if tls then { tls = tlsOf node; } else { })
        )
      ];
    };
}
