# A machine of a test: the rack's address beside the driver's own, room for slots, nothing that a test does not look at.
{
  config,
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
  environment.systemPackages = [pkgs.curl pkgs.git pkgs.jq pkgs.openssl];
  environment.sessionVariables.CARREL_CA_FILE = "${cfg.secrets}/rack-ca.pem";
}
