# Every target answers, and an alert really fires.
{
  machines,
  script,
  ...
}:
machines {
  # A minute is long in a test.
  door.services.prometheus.globalConfig.scrape_interval = "2s";
}
// {
  testScript =
    script
    + ''
      start_rack()
      door.wait_for_unit("prometheus.service")
      ASK = "curl --silent --fail http://127.0.0.1:9090/api/v1"
      DOWN = ASK + "/query --data-urlencode 'query=up == 0' | jq -e '.data.result | length == 0'"
      FIRING = ASK + "/alerts | jq -e '.data.alerts[] | select(.labels.alertname == \"CarrelDaemonDown\" and .state == \"firing\")'"
      with subtest("all targets answer"):
          door.wait_until_succeeds(DOWN, timeout=120)
      with subtest("negative control: nothing fires while all is well"):
          door.fail(FIRING)
      hands.succeed("systemctl stop carrel-compute-node.service carrel-compute-node-rack.socket")
      door.wait_until_succeeds(FIRING, timeout=180)
    '';
}
