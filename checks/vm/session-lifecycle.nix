# A session opened on the second machine through the ingress, used, and closed for good.
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
      with subtest("a command runs inside, on the other machine"):
          said = carrel(f"session run {session} --wait nothing -- id -u").strip()
          assert said.endswith("1000"), said
          hands.succeed("docker ps --format '{{.Names}}' | grep ^carrel-sl-")
      with subtest("a slot has no network"):
          carrel(f"session run {session} --wait nothing -- sh -c '! ls /sys/class/net | grep -v ^lo$'")
      with subtest("a repository goes in by the ingress and comes out in a slot"):
          carrel("repo create --starters blinky")
          door.succeed(f"rm -rf /tmp/blinky && cd /tmp && {CARREL} repo clone blinky")
          GIT = "git -C /tmp/blinky -c user.name=a -c user.email=a@carrel.example"
          door.succeed(f"echo hello > /tmp/blinky/hello && {GIT} add hello && {GIT} commit -q -m hello && HOME=/root {GIT} push -q")
          second = open_session("blinky")
          assert carrel(f"session run {second} --wait repository -- cat hello").strip() == "hello"
          carrel(f"session close --force {second}")
      with subtest("an admin chooses the node; negative control: one that is not there"):
          wait_warm()
          chosen = open_session("--node no-hands")
          carrel(f"session close --force {chosen}")
          said = door.fail(f"{CARREL} session open --class burst --no-wait --node no-other 2>&1")
          assert "known are: no-hands" in said, said
      with subtest("a port's preview has a name of its own, and leads a stranger to the website"):
          PREVIEW = f"8000-{session}.sessions.carrel.example"
          ASK = f"curl --silent --show-error --cacert {CA} --output /dev/null --write-out '%{{http_code}} %{{redirect_url}}'"
          said = door.succeed(f"{ASK} --resolve {PREVIEW}:443:192.0.2.10 https://{PREVIEW}/")
          assert said.startswith(f"303 https://carrel.example/preview/8000-{session}?"), said
      with subtest("negative control: under another domain it is nothing"):
          OTHER = f"8000-{session}.others.carrel.example"
          said = door.fail(f"{ASK} --insecure --resolve {OTHER}:443:192.0.2.10 https://{OTHER}/ 2>&1")
          assert "unrecognized name" in said, said
      carrel(f"session close --force {session}")
      with subtest("negative control: a closed session takes no command"):
          door.fail(f"{CARREL} session run {session} --wait nothing -- true")
    '';
}
