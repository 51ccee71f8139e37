# A document through the ingress: what was acknowledged outlives the daemon, and who is not a member sees nothing.
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
      token = door.succeed("grep -rho 'eyJ[A-Za-z0-9_.-]*' /root/.config/carrel | head -1").strip()
      API = "https://carrel.example/api/v1/DocumentService"
      def call(method, body, bearer=token):
          words = f"curl --silent --max-time 10 -X POST -H 'content-type: application/json' -H 'authorization: Bearer {bearer}'"
          said = door.succeed(f"{words} --cacert /var/lib/carrel-secrets/rack-ca.pem -d '{json.dumps(body)}' {API}/{method}")
          return json.loads(said)
      door.wait_for_unit("carrel-sync.service")
      door.wait_until_succeeds("carrel-probe", timeout=60)
      with subtest("the front-end master passes people on, and only it reaches the socket"):
          made = call("CreateDocument", {"title": "notes"})
          assert made.get("id", "").startswith("do-"), made
          document = made["id"]
          # The text t is "hi", as Yjs writes it.
          call("ApplyUpdate", {"id": document, "update": "AQEBAAQBAXQCaGkA"})
          door.fail("setpriv --reuid 65534 --clear-groups curl --silent --fail --unix-socket /run/carrel-sync-front.sock http://sync/healthz")
      with subtest("negative control: a stranger gets no document"):
          assert "id" not in call("GetDocument", {"id": document}, bearer="a.b.c")
      with subtest("what was acknowledged is there after a kill"):
          before = call("GetDocument", {"id": document})
          assert len(before["update"]) > 8, before
          door.succeed("systemctl kill -s KILL carrel-sync.service")
          door.wait_until_succeeds("carrel-probe", timeout=60)
          assert call("GetDocument", {"id": document}) == before, before
    '';
}
