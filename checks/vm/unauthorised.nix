# Strangers get nothing, and only the machines that the description names reach a daemon's own port.
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
      CURL = "curl --silent --cacert /var/lib/carrel-secrets/rack-ca.pem --max-time 10"
      CODE = CURL + " --output /dev/null --write-out '%{http_code}'"
      LIST = "https://carrel.example/api/v1/NodeAdminService/ListNodes"
      with subtest("no token, no answer"):
          code = door.succeed(f"{CODE} -X POST -H 'content-type: application/json' -d '{{}}' {LIST}").strip()
          assert code == "401", code
      with subtest("a forged token is none"):
          code = door.succeed(f"{CODE} -X POST -H 'authorization: Bearer a.b.c' -d '{{}}' {LIST}").strip()
          assert code == "401", code
      with subtest("figures are not for the public"):
          assert door.succeed(f"{CODE} https://carrel.example/metrics").strip() != "200"
      with subtest("negative control: the rack's own door answers them, to the rack"):
          hands.succeed(f"{CURL} --fail https://door.carrel.example:8080/metrics | grep carrel_frontend_master")
          hands.fail("curl --silent --max-time 5 http://192.0.2.10:9090/")
      with subtest("negative control: an admin is answered"):
          assert node() is not None
    '';
}
