# A switch after which a daemon is not well is seen by the probe, and going back heals it.
{ machines, script, ... }:
machines {
  hands = { lib, ... }: {
    specialisation.broken.configuration.services.carrel.compute-node.tokenFile = lib.mkForce "/var/lib/carrel-secrets/missing";
  };
}
// {
  testScript = script + ''
    start_rack()
    wait_warm()
    session = open_session()
    before = hands.succeed("readlink -f /run/current-system").strip()
    with subtest("negative control: a switch to the same system changes nothing"):
        hands.succeed(f"{before}/bin/switch-to-configuration test")
        hands.succeed("carrel-probe")
    with subtest("the probe sees the broken one"):
        hands.execute(f"{before}/specialisation/broken/bin/switch-to-configuration test")
        hands.fail("carrel-probe")
    with subtest("going back heals, and the session has lived through both"):
        hands.succeed(f"{before}/bin/switch-to-configuration test")
        hands.wait_until_succeeds("carrel-probe", timeout=60)
        wait_health("up")
        carrel(f"session run {session} --wait nothing -- true")
  '';
}
