# A machine of the rack: reached by SSH with a key, static addresses, both kinds of firmware.
{
  config,
  lib,
  ...
}: let
  cfg = config.carrel.rack;
  host = cfg.hosts.${cfg.self};
in {
  nixpkgs.hostPlatform = lib.mkDefault "x86_64-linux";
  boot.loader.systemd-boot.enable = true;
  boot.loader.efi.canTouchEfiVariables = true;
  boot.initrd.availableKernelModules = ["ahci" "megaraid_sas" "mpt3sas" "nvme" "sd_mod" "usb_storage" "xhci_pci"];
  # Without a monitoring address a broken mirror only shows in the figures; the alert rule is about those.
  boot.swraid.mdadmConf = "MAILADDR root";
  services.smartd.enable = true;

  services.openssh = {
    enable = true;
    settings.PasswordAuthentication = false;
    settings.KbdInteractiveAuthentication = false;
  };
  users.users.root.openssh.authorizedKeys.keyFiles = lib.optional (builtins.pathExists ./authorized_keys) ./authorized_keys;

  networking.domain = cfg.domain;
  networking.useNetworkd = true;
  networking.useDHCP = false;
  systemd.network.networks."10-rack" = {
    # The first wired card, whatever its name.
    matchConfig.Type = "ether";
    matchConfig.Kind = "!*";
    address = ["${host.address}/24"] ++ lib.optional (host.address6 != null) "${host.address6}/64";
    routes = [{Gateway = "192.0.2.1";}];
    linkConfig.RequiredForOnline = "routable";
  };
  networking.nameservers = ["192.0.2.1"];
}
