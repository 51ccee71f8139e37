# The options that every daemon's module has.
{
  lib,
  pkgs,
  name,
  exampleSettings,
  text,
}: let
  inherit (lib) mkOption types;
  unit = "carrel-${name}";
  option = "services.carrel.${name}";
  packages = import ../packages {inherit pkgs;};
in {
  enable = mkOption {
    type = types.bool;
    default = false;
    example = true;
    description = "Whether to run the daemon `${unit}` on this host.";
  };
  package = mkOption {
    type = types.package;
    default = packages.${name};
    defaultText = lib.literalMD "`packages.<system>.${name}` of the flake";
    example = lib.literalExpression "inputs.carrel.packages.x86_64-linux.${name}";
    description = "The daemon. Its `check-config` also checks {option}`${option}.settings` at build.";
  };
  settings = mkOption {
    type = types.submodule {freeformType = (pkgs.formats.toml {}).type;};
    default = {};
    example = exampleSettings;
    description = ''
      The daemon's configuration, key by key as it reads it. What is not set here has the daemon's own default.
      Unknown keys and impossible values fail the build. Secrets do not belong here: give their files in
      {option}`${option}.credentials`.
    '';
  };
  sockets = mkOption {
    type = types.attrsOf types.str;
    default = {};
    example = {public = "127.0.0.1:8080";};
    description = ''
      Sockets that systemd opens and hands over, so that a restart refuses nobody. A listener takes one by its
      name: `addr = "systemd:public"`.
    '';
  };
  credentials = mkOption {
    type = types.attrsOf (types.either types.str types.path);
    default = {};
    example = {tls-key = "/var/lib/carrel-secrets/tls.key";};
    description = ''
      Files with secrets, read by systemd when the daemon starts and seen by the daemon alone, as
      `/run/credentials/${unit}.service/<name>`. Paths on the host, in quotes; never in the store.
    '';
  };
  configText = mkOption {
    type = types.str;
    readOnly = true;
    internal = true;
    default = text;
    description = "The configuration as the daemon will read it.";
    example = "state_dir = \"/var/lib/${unit}\"";
  };
}
