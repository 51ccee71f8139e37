# Every target answers, and an alert really fires.
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
      door.wait_for_unit("prometheus.service")
      ASK = "curl --silent --fail http://127.0.0.1:9090/api/v1"
      # The three daemons, and an exporter on each machine; what is asked beside them must answer as well. Not all at
      # once: a machine that is busy elsewhere may miss a turn.
      ANSWER = ASK + "/query --data-urlencode 'query=max_over_time(up[10m])' | jq -e '.data.result | length >= 5 and all(.value[1] == \"1\")'"
      DOWN = ASK + "/alerts | jq -e '[.data.alerts[] | select(.state == \"firing\").labels.alertname] | index(\"CarrelDaemonDown\") {} null'"
      with subtest("all targets answer"):
          door.wait_until_succeeds(ANSWER, timeout=180)
      with subtest("the machine's own figures are there"):
          door.succeed(ASK + "/query --data-urlencode 'query=node_memory_MemTotal_bytes{host=\"hands\"}' | jq -e '.data.result != []'")
      with subtest("negative control: it does not fire while all is well"):
          door.wait_until_succeeds(DOWN.format("=="), timeout=60)
      hands.succeed("systemctl stop carrel-compute-node.service carrel-compute-node-rack.socket")
      door.wait_until_succeeds(DOWN.format("!="), timeout=180)
    '';
}
