# A session opened on the second machine through the ingress, used, and closed for good.
{ machines, script, ... }:
machines { }
// {
  testScript = script + ''
    start_rack()
    wait_warm()
    session = open_session()
    with subtest("a command runs inside, on the other machine"):
        said = carrel(f"session run {session} --wait nothing -- id -u").strip()
        assert said.endswith("1000"), said
        hands.succeed("docker ps --format '{{.Names}}' | grep ^carrel-sl-")
    with subtest("a slot has no network"):
        carrel(f"session run {session} --wait nothing -- sh -c '! ls /sys/class/net | grep -v ^lo$'")
    carrel(f"session close --force {session}")
    with subtest("negative control: a closed session takes no command"):
        door.fail(f"{CARREL} session run {session} --wait nothing -- true")
  '';
}
