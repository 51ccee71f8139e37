# No secret of a machine is in its store, and none is readable by others.
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
      SEARCH = "grep -rlF --include='*.toml' --include='*.service' --include='*.socket' -- '{}' $(nix-store -qR /run/current-system)"
      token = hands.succeed("cat /var/lib/carrel-secrets/node.token").strip()
      key = door.succeed("sed -n 2p /var/lib/carrel-secrets/tls.key").strip()
      with subtest("neither token nor key is in a unit or a configuration"):
          hands.fail(SEARCH.format(token))
          door.fail(SEARCH.format(key))
      with subtest("what rotates belongs to its daemon alone"):
          for path in ["identity.key", "tokens/no-hands"]:
              mode = door.succeed(f"stat -c %a /var/lib/carrel-frontend-master/{path}").strip()
              assert mode == "600", f"{path}: {mode}"
      with subtest("negative control: the search finds what is there"):
          hands.succeed(SEARCH.format("no-hands"))
    '';
}
