# Both machines come up whole, and what the description says is what listens.
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
      with subtest("every unit is well"):
          for machine in [door, hands]:
              failed = machine.succeed("systemctl --failed --no-legend --plain").strip()
              assert failed == "", failed
      with subtest("the daemons say that they serve"):
          door.succeed("carrel-probe")
          hands.succeed("carrel-probe")
      with subtest("negative control: the probe sees a daemon that is gone"):
          hands.succeed("systemctl stop carrel-compute-node.service carrel-compute-node-rack.socket")
          hands.fail("carrel-probe")
    '';
}
