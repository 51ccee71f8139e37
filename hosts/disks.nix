# Disks of a rack host: the system mirrored over two, slots' volumes on one of their own.
#
# Slots write much and mean little: their disk may fill up or die without taking the system along.
{
  config,
  lib,
  ...
}: let
  cfg = config.carrel.rack;
  inherit (cfg.hosts.${cfg.self}) disks roles;
  isNode = lib.elem "compute-node" roles;

  half = number: device: {
    name = "system${toString number}";
    value = {
      type = "disk";
      inherit device;
      content = {
        type = "gpt";
        partitions = {
          # Firmware reads no mirror of ours: it gets one of the old metadata format, whose start looks like the plain thing.
          esp = {
            size = "1G";
            type = "EF00";
            content = {
              type = "mdraid";
              name = "boot";
            };
          };
          system = {
            size = "100%";
            content = {
              type = "mdraid";
              name = "system";
            };
          };
        };
      };
    };
  };
in {
  disko.devices = {
    disk =
      lib.listToAttrs (lib.imap1 half disks.system)
      // lib.optionalAttrs (isNode && disks.slots != null) {
        slots = {
          type = "disk";
          device = disks.slots;
          content = {
            type = "gpt";
            partitions.slots = {
              size = "100%";
              content = {
                type = "filesystem";
                format = "xfs";
                mountpoint = "/var/lib/carrel-compute-node";
                # Volumes are sparse files whose deleted blocks come back; a machine without the disk boots and says so.
                mountOptions = ["noatime" "discard" "nofail" "x-systemd.device-timeout=30s"];
              };
            };
          };
        };
      };
    mdadm = {
      boot = {
        type = "mdadm";
        level = 1;
        metadata = "1.0";
        content = {
          type = "filesystem";
          format = "vfat";
          mountpoint = "/boot";
          mountOptions = ["umask=0077"];
        };
      };
      system = {
        type = "mdadm";
        level = 1;
        content = {
          type = "filesystem";
          format = "ext4";
          mountpoint = "/";
          mountOptions = ["noatime"];
        };
      };
    };
  };
}
