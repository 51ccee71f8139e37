# A change after which a daemon does not come up is seen by the probe that `deploy` asks; going back heals it, and a
# session lives through both, and through the drain that comes before. (How `deploy` itself then goes back is tested
# with machines that are scripts.)
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
      DROP_IN = "/run/systemd/system/carrel-compute-node.service.d"
      RESTART = "systemctl daemon-reload && systemctl restart carrel-compute-node.service"
      with subtest("negative control: a restart without a change passes the probe"):
          hands.succeed(RESTART)
          hands.wait_until_succeeds("carrel-probe", timeout=60)
      with subtest("the probe sees the broken one"):
          hands.succeed(f"mkdir -p {DROP_IN} && printf '[Service]\\nLoadCredential=token:/missing\\n' > {DROP_IN}/broken.conf")
          hands.fail(RESTART)
          hands.fail("carrel-probe")
      with subtest("going back heals, and the session has lived through both"):
          hands.succeed(f"rm {DROP_IN}/broken.conf && {RESTART}")
          hands.wait_until_succeeds("carrel-probe", timeout=60)
          wait_health("up")
          carrel(f"session run {session} --wait nothing -- true")
      with subtest("a drained node keeps its session and takes no other; negative control: afterwards it does"):
          OPEN = f"{CARREL} session open --class burst --without-environment --no-wait"
          carrel("node drain no-hands")
          door.fail(OPEN)
          carrel(f"session run {session} --wait nothing -- true")
          carrel("node undrain no-hands")
          wait_warm()
          carrel(f"session close --force {open_session()}")
    '';
}
