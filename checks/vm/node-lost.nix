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
      hands.succeed("systemctl kill -s KILL carrel-compute-node.service; systemctl mask --runtime --now carrel-compute-node.service")
      wait_health("silent")
      with subtest("its slots run on without it"):
          hands.succeed("docker ps --format '{{.Names}}' | grep ^carrel-sl-")
      hands.succeed("systemctl unmask --runtime carrel-compute-node.service; systemctl start carrel-compute-node.service")
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
