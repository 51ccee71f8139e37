# The front-end master may end at any time: no session is lost, and its socket refuses nobody meanwhile.
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
      with subtest("a kill loses no session"):
          door.succeed("systemctl kill -s KILL carrel-frontend-master.service")
          door.wait_until_succeeds("carrel-probe", timeout=60)
          wait_health("up")
          carrel(f"session run {session} --wait nothing -- true")
      with subtest("a restart keeps the socket open"):
          door.succeed("systemctl restart --no-block carrel-frontend-master.service")
          door.succeed("curl --fail --silent --max-time 60 http://127.0.0.1:8080/healthz")
      with subtest("negative control: without its sockets it is refused"):
          # All of them: a node's report to the other one would start the service, and with it this one.
          door.succeed("systemctl stop carrel-frontend-master.service 'carrel-frontend-master-*.socket'")
          door.fail("curl --fail --silent --max-time 5 http://127.0.0.1:8080/healthz")
    '';
}
