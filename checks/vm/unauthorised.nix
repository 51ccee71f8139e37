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
      with subtest("a name that is not the rack's is nobody's; negative control: one that is"):
          said = hands.fail("curl --insecure --show-error --silent --resolve other.example:443:192.0.2.10 https://other.example/ 2>&1")
          assert "unrecognized name" in said, said
          assert hands.succeed(f"{CODE} --header 'Host: other.example' https://carrel.example/").strip() == "421"
          assert hands.succeed(f"{CODE} --header 'Host: other.example' http://192.0.2.10/").strip() == "421"
          assert hands.succeed(f"{CODE} http://carrel.example/").strip() == "301"
      with subtest("limits count by the client's own address, whatever it says of itself"):
          TRY = "-X POST -H 'content-type: application/json' -d '{\"secret\": \"none\"}'"
          def tries(machine, times, more=""):
              link = f"https://carrel.example/api/v1/AuthService/RedeemLink?[1-{times}]"
              return machine.succeed(f"{CURL} {more} {TRY} --output /dev/null --write-out '%{{http_code}}\n' '{link}'").split()
          for _ in range(20):
              codes = tries(hands, 100, "-H 'X-Forwarded-For: 203.0.113.7'")
              if "429" in codes:
                  break
          assert "429" in codes, codes
          # Not the address that it made up has no more tries, but its own.
          assert "429" in tries(hands, 200)
          # Negative control: another client of the same proxy has tries left.
          codes = tries(door, 50)
          assert "429" not in codes and "401" in codes, codes
      with subtest("negative control: an admin is answered"):
          assert node() is not None
    '';
}
