# What a slot may not do: gain rights, reach the engine or a neighbour, take more memory than it has.
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
      slot = hands.succeed("docker ps --format '{{.Names}}' | grep ^carrel-sl- | head -1").strip()
      facts = json.loads(hands.succeed(f"docker inspect {slot}"))[0]["HostConfig"]
      with subtest("limits and walls are set before anybody comes"):
          assert facts["NetworkMode"] == "none", facts["NetworkMode"]
          assert facts["ReadonlyRootfs"] and facts["Memory"] > 0 and facts["PidsLimit"] > 0, facts
          assert "ALL" in facts["CapDrop"], facts["CapDrop"]
      with subtest("root in a slot is nobody here"):
          uid = hands.succeed(f"cat /proc/$(docker inspect -f '{{{{.State.Pid}}}}' {slot})/uid_map").split()[1]
          assert int(uid) >= 100000, uid
      with subtest("the engine is out of reach"):
          carrel(f"session run {session} --wait nothing -- sh -c '! test -e /run/docker.sock && ! test -e /var/run/docker.sock'")
      with subtest("limits hold: of memory, of processes"):
          def run(words):
              return f"{CARREL} session run {session} --wait nothing -- sh -c '{words}'"
          door.fail(run("tail /dev/zero"), timeout=60)
          most = facts["PidsLimit"]
          door.fail(run(f"i=0; while [ $i -lt {most} ]; do sleep 20 & i=$((i+1)); done"), timeout=60)
          # Negative control: less of both is no trouble, neither before nor after.
          door.succeed(run("head -c 9999999 /dev/zero | tail -c 1 && sleep 0 & wait"))
      with subtest("negative control: the engine's socket is there, for root on the host"):
          hands.succeed("test -S /run/docker.sock && docker info")
    '';
}
