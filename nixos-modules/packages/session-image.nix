# The image of a slot: s6 watches the agent; git, Nix and a shell are there; a profile or the repository's own
# environment brings the rest. The same places as the image that `cargo xtask image` makes.
#
# A slot's own volume lies over /nix, so nothing of the image may live there. What the first process needs is static;
# the other programs' store paths are kept in /usr/lib/carrel/store, and the first process lays a link for each into
# the slot's store and registers them, so that its Nix knows them and a repository that uses the same ones fetches none.
{
  pkgs,
  profile,
  tools,
  agent,
  files,
}: let
  inherit (pkgs) lib;

  programs = pkgs.buildEnv {
    name = "carrel-slot-programs";
    paths = with pkgs;
      [
        bashInteractive
        coreutils
        curl
        findutils
        git
        gnugrep
        gnused
        gnutar
        gzip
        less
        nix
        procps
      ]
      ++ tools;
    pathsToLink = ["/bin" "/share" "/libexec"];
  };

  entry = pkgs.writeText "entry" ''
    #!/bin/sh
    # First process of a slot. The root file system is read-only, so the folder that s6 supervises is laid in /run.
    set -eu
    umask 022
    mkdir -p /run/service/agent
    ln -sf /usr/lib/carrel/agent-run /run/service/agent/run
    echo 3 > /run/service/agent/notification-fd
    if [ -w /nix ] && [ ! -e /nix/var/nix/gcroots/image ]; then
      mkdir -p /nix/store /nix/var/nix/gcroots
      ln -sf /usr/lib/carrel/store/* /nix/store/
      ${programs}/bin/nix-store --load-db < /usr/lib/carrel/registration
      # Last, so that a half-made store is made again.
      ln -s ${programs} /nix/var/nix/gcroots/image
    fi
    exec s6-svscan -t0 /run/service
  '';

  # Without its references: otherwise the whole closure would be in the image a second time, under /nix.
  tree =
    pkgs.runCommand "carrel-slot-tree"
    {
      __structuredAttrs = true;
      unsafeDiscardReferences.out = true;
      closure = pkgs.closureInfo {rootPaths = [programs];};
    }
    ''
      mkdir -p $out/{bin,etc/nix,home/learner,nix,run,tmp,proc,sys,dev,var,usr/bin,usr/lib/carrel/store}
      cp ${pkgs.pkgsStatic.busybox}/bin/busybox $out/bin/busybox
      for name in sh mkdir ln env cat; do ln -s busybox $out/bin/$name; done
      ln -s /nix/var/nix/gcroots/image/bin/bash $out/bin/bash
      ln -s ../../bin/env $out/usr/bin/env
      cp ${pkgs.pkgsStatic.s6}/bin/s6-{svscan,supervise} $out/usr/bin/
      cp ${lib.getExe agent} $out/usr/bin/carrel-session-agent
      cp ${files}/agent-run ${files}/flake-registry.json $out/usr/lib/carrel/
      cp ${entry} $out/usr/lib/carrel/entry
      chmod 0555 $out/usr/lib/carrel/{entry,agent-run}
      cp ${files}/nix.conf $out/etc/nix/nix.conf
      printf '%s\n' 'root:x:0:0:root:/:/bin/sh' 'learner:x:1000:1000:Learner:/home/learner:/bin/bash' > $out/etc/passwd
      printf '%s\n' 'root:x:0:' 'learner:x:1000:' > $out/etc/group
      while read -r path; do cp -a "$path" $out/usr/lib/carrel/store/; done < $closure/store-paths
      cp $closure/registration $out/usr/lib/carrel/registration
    '';
in
  pkgs.dockerTools.streamLayeredImage {
    name = "carrel-session-${profile}";
    contents = [];
    includeStorePaths = false;
    extraCommands = "cp -a ${tree}/. . && chmod -R u+w .";
    config = {
      Entrypoint = ["/usr/lib/carrel/entry"];
      User = "1000:1000";
      WorkingDir = "/home/learner";
      Env = [
        "PATH=/usr/local/bin:/usr/bin:/nix/var/nix/gcroots/image/bin:/bin"
        "HOME=/home/learner"
        "USER=learner"
        "LOGNAME=learner"
        "SHELL=/bin/bash"
        "LANG=C.UTF-8"
        "http_proxy=http://127.0.0.1:3128"
        "no_proxy=localhost,127.0.0.1"
        "CARREL_HOME=/home/learner"
        "CARREL_WORKSPACE=/home/learner/work"
        "CARREL_RUN=/run/carrel-agent"
        "CARREL_LINK=/run/carrel/link/node.sock"
      ];
    };
  }
