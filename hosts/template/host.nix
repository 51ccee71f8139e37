# What both machines have in common.
{
  config,
  lib,
  ...
}: let
  cfg = config.carrel.rack;
  host = cfg.hosts.${cfg.self};
in {
  system.stateVersion = "26.05";
  nixpkgs.hostPlatform = "x86_64-linux";
  boot.loader.systemd-boot.enable = true;
  services.openssh.enable = true;
  services.openssh.settings.PasswordAuthentication = false;
  # Your own key, or you are locked out.
  users.users.root.openssh.authorizedKeys.keys = [];

  disko.devices.disk.system = {
    type = "disk";
    device = lib.head host.disks.system;
    content = {
      type = "gpt";
      partitions = {
        esp = {
          size = "1G";
          type = "EF00";
          content = {
            type = "filesystem";
            format = "vfat";
            mountpoint = "/boot";
            mountOptions = ["umask=0077"];
          };
        };
        root = {
          size = "100%";
          content = {
            type = "filesystem";
            format = "ext4";
            mountpoint = "/";
          };
        };
      };
    };
  };
}
