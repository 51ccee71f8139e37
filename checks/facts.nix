# What tests compare with golden files: what a host will really run, as data.
{ lib, hosts }:
let
  facts =
    _: host:
    let
      inherit (host) config;
      has = name: config.services.carrel.${name}.enable;
      daemons = lib.filter has [ "frontend-master" "compute-node" ];
      isOurs = name: lib.hasPrefix "carrel-" name;
    in
    {
      broken = map (it: it.message) (lib.filter (it: !it.assertion) config.assertions);
      units = lib.mapAttrs (_: unit: unit.text) (lib.filterAttrs (name: _: isOurs name) config.systemd.units);
      settings = lib.genAttrs daemons (name: config.services.carrel.${name}.configText);
      ports = config.networking.firewall.allowedTCPPorts;
      rules = config.networking.firewall.extraInputRules;
      engine = if config.virtualisation.docker.enable then config.virtualisation.docker.daemon.settings else null;
      forwards = config.boot.kernel.sysctl."net.ipv4.conf.all.forwarding" or null;
      scrapes = lib.optionals config.services.prometheus.enable (
        map (job: { inherit (job) job_name static_configs; }) config.services.prometheus.scrapeConfigs
      );
    };
in
lib.mapAttrs facts hosts
