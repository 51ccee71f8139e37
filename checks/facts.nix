# What tests compare with golden files: what a host will really run, as data.
{
  lib,
  hosts,
  # With what nixpkgs makes of it, too: the proxy's configuration, the firewall, scripts. Enough to start the machine.
  whole ? false,
}: let
  squeezed = text: lib.concatStringsSep "\n" (lib.filter (line: lib.trim line != "") (lib.splitString "\n" text));
  said = value:
    if lib.isAttrs value
    then lib.mapAttrs (_: said) (lib.filterAttrs (name: value: name != "_module" && value != null) value)
    else if lib.isList value
    then map said value
    else value;
  facts = _: host: let
    inherit (host) config;
    has = name: config.services.carrel.${name}.enable;
    daemons = lib.filter has ["frontend-master" "compute-node" "sync"];
    # Nixpkgs' own units: what stands between users and the daemon, and what watches all of it, is agreed as well.
    others = ["nginx.service" "prometheus.service" "prometheus-node-exporter.service"];
    isOurs = name: lib.hasPrefix "carrel-" name || (whole && lib.elem name others);
  in
    {
      broken = map (it: it.message) (lib.filter (it: !it.assertion) config.assertions);
      units = lib.mapAttrs (_: unit: unit.text) (lib.filterAttrs (name: _: isOurs name) config.systemd.units);
      settings = lib.genAttrs daemons (name: config.services.carrel.${name}.configText);
      ports = config.networking.firewall.allowedTCPPorts;
      rules = config.networking.firewall.extraInputRules;
      engine =
        if config.virtualisation.docker.enable
        then config.virtualisation.docker.daemon.settings
        else null;
      forwards = config.boot.kernel.sysctl."net.ipv4.conf.all.forwarding" or null;
      scrapes = lib.optionals config.services.prometheus.enable (
        map (job: {inherit (job) job_name static_configs;}) config.services.prometheus.scrapeConfigs
      );
    }
    // lib.optionalAttrs whole {
      # What units start that is none of our programs.
      scripts =
        lib.optionalAttrs (has "frontend-master") {
          carrel-frontend-master-tokens = (lib.head config.systemd.services.carrel-frontend-master.serviceConfig.ExecStartPre).text;
        }
        // lib.optionalAttrs (has "compute-node") {carrel-session-image = config.systemd.services.carrel-session-image.script;}
        // lib.listToAttrs (
          map (program: lib.nameValuePair program.name program.text) (
            lib.filter (program: lib.elem (program.name or "") ["carrel-probe" "carrel-frontend-master"] && program ? text) config.environment.systemPackages
          )
        );
      ingress =
        if config.services.nginx.enable
        then squeezed config.environment.etc."nginx/nginx.conf".source.text
        else null;
      # What Prometheus is told, without what it is told by default.
      watch =
        if config.services.prometheus.enable
        then {
          global = said config.services.prometheus.globalConfig;
          scrape_configs = map said config.services.prometheus.scrapeConfigs;
        }
        else null;
      names = config.networking.hosts;
      firewall = lib.mapAttrs (_: table: squeezed "table ${table.family} ${table.name} {\n${table.content}\n}") config.networking.nftables.tables;
    };
in
  lib.mapAttrs facts hosts
