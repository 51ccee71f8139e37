# A node that falls silent is told from one that is well; its session goes on when it comes back.
{
  machines,
  script,
  ...
}:
machines {}
// {
  testScript =
    script
    + ''
      start_rack()
      wait_warm()
      session = open_session()
      with subtest("negative control: a node that is there counts as up"):
          wait_health("up")
      # Its socket as well: whoever asks for figures would start it again.
      NODE = "carrel-compute-node-rack.socket carrel-compute-node.service"
      hands.succeed(f"systemctl kill -s KILL carrel-compute-node.service; systemctl stop {NODE}")
      wait_health("silent")
      with subtest("its slots run on without it"):
          hands.succeed("docker ps --format '{{.Names}}' | grep ^carrel-sl-")
      hands.succeed(f"systemctl start {NODE}")
      wait_health("up")
      carrel(f"session run {session} --wait nothing -- true")
      with subtest("a machine whose plug was pulled has lost its sessions, which is said, and takes new ones"):
          pull_plug(hands)
          wait_health("silent")
          start_rack()
          wait_state(session, "SESSION_STATE_FAILED")
          wait_warm()
          carrel(f"session run {open_session()} --wait nothing -- true")
    '';
}
