# `carrel-probe`: whether this host's daemons are well, as `deploy` asks after each switch.
{
  config,
  lib,
  pkgs,
  ...
}: let
  rack = import ../lib/rack.nix;
  cfg = config.carrel.rack;
  host = cfg.hosts.${cfg.self};
  daemons = lib.filter (daemon: lib.elem daemon host.roles) ["frontend-master" "compute-node" "sync"];
  ask = daemon: ''
    systemctl is-active --quiet carrel-${daemon}.service || fail "carrel-${daemon}.service is $(systemctl is-active carrel-${daemon}.service)"
    # An empty message, and the answer that says SERVING: both are a length and what it counts.
    answer=$(printf '\0\0\0\0\0' | curl --silent --http2 --max-time 5 --cacert ${cfg.secrets}/rack-ca.pem \
      --header 'content-type: application/grpc' --header 'te: trailers' --data-binary @- \
      https://${rack.fqdn cfg cfg.self}:${toString rack.ports.${daemon}}/grpc.health.v1.Health/Check \
      | od -An -tx1 | tr -d ' \n') || true
    [ "$answer" = 00000000020801 ] || fail "carrel-${daemon} does not say that it serves"
  '';
  probe = pkgs.writeShellApplication {
    name = "carrel-probe";
    runtimeInputs = [pkgs.coreutils pkgs.curl pkgs.systemd];
    text = ''
      fail() { echo "${cfg.self}: $*" >&2; exit 1; }
      # What a running session depends on, of a system that need not run.
      if [ "''${1:-}" = facts ]; then
        readlink -f "$2/kernel" "$2/sw/bin/dockerd" || true
        exit 0
      fi
      ${lib.concatMapStrings ask daemons}
    '';
    meta.description = "Whether this host's daemons are well";
  };
in {
  config = lib.mkIf cfg.enable {environment.systemPackages = [probe];};
}
