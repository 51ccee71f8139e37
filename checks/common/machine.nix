# A machine of a test: the rack's address beside the driver's own, room for slots, nothing that a test does not look at.
{
  config,
  lib,
  pkgs,
  ...
}: let
  cfg = config.carrel.rack;
in {
  documentation.enable = false;
  networking.useDHCP = false;
  networking.interfaces.eth1.ipv4.addresses = [
    {
      inherit (cfg.hosts.${cfg.self}) address;
      prefixLength = 24;
    }
  ];
  # A quarter of a minute is long in a test.
  services.carrel.frontend-master.settings.sessions.node_silent_secs = 5;
  services.carrel.compute-node.settings.pools.burst = {
    disk_mib = 256;
    memory_mib = 256;
  };
  # Rules wait for minutes before they fire.
  services.prometheus = {
    globalConfig = {
      scrape_interval = "2s";
      evaluation_interval = "2s";
    };
    ruleFiles = lib.mkForce [
      (pkgs.writeText "alerts.yaml" (
        lib.concatMapStringsSep "\n" (
          line:
            if lib.hasPrefix "for: " (lib.trim line)
            then "        for: 5s"
            else line
        ) (lib.splitString "\n" (builtins.readFile ../../nixos-modules/rack/alerts.yaml))
      ))
    ];
  };
  environment.systemPackages = [pkgs.curl pkgs.git pkgs.jq pkgs.openssl];
  environment.sessionVariables.CARREL_CA_FILE = "${cfg.secrets}/rack-ca.pem";
}
