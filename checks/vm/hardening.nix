# How exposed each unit of ours is, by systemd's own measure, is as agreed; a softer unit is noticed.
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
      agreed = json.loads(r"""${builtins.readFile ../golden/exposure.json}""")
      start_all()
      def exposure(machine, unit):
          text = machine.succeed(f"systemd-analyze security --no-pager {unit} | tail -1")
          return float(re.search(r"([0-9.]+) [A-Z]+", text).group(1))
      for machine in [door, hands]:
          machine.wait_for_unit("multi-user.target")
      for unit, most in agreed.items():
          machine = door if "frontend" in unit or "sync" in unit else hands
          measured = exposure(machine, unit)
          assert measured <= most, f"{unit}: {measured}, agreed at most {most}"
      with subtest("negative control: a unit without walls is far above"):
          door.succeed("systemd-run --unit soft.service sleep infinity")
          assert exposure(door, "soft.service") > max(agreed.values())
    '';
}
