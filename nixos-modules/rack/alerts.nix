# The alert rules as one file, which exists only if their tests pass.
{pkgs}:
pkgs.runCommand "carrel-alerts.yaml"
{
  nativeBuildInputs = [pkgs.prometheus.cli];
  preferLocalBuild = true;
}
''
  cp ${./alerts.yaml} alerts.yaml
  cp ${./alerts-test.yaml} alerts-test.yaml
  promtool check rules alerts.yaml
  promtool test rules alerts-test.yaml
  cp alerts.yaml $out
''
