# The container engine as slots need it.
{
  config,
  lib,
  ...
}: let
  inherit (lib) mkOption types;
  cfg = config.services.carrel.engine;
in {
  options.services.carrel.engine = {
    enable = mkOption {
      type = types.bool;
      default = false;
      example = true;
      description = "Whether to run Docker the way slots need it. {option}`services.carrel.compute-node.enable` does.";
    };
    userNamespace = mkOption {
      type = types.bool;
      default = true;
      example = false;
      description = "Whether root in a slot is nobody on the host. Turn it off only where the kernel forbids user namespaces.";
    };
    firstUid = mkOption {
      type = types.ints.between 100000 2000000000;
      default = 400000000;
      example = 500000;
      description = "The host's user id that root in a slot has; 65,536 from here on belong to slots.";
    };
  };

  config = lib.mkIf cfg.enable {
    virtualisation.docker = {
      enable = true;
      enableOnBoot = true;
      daemon.settings =
        {
          # A restart of the engine ends no slot.
          live-restore = true;
          # A slot has no network, so there is nothing to join, no address to give and no rule to write.
          bridge = "none";
          iptables = false;
          ip6tables = false;
          ip-forward = false;
          userland-proxy = false;
          no-new-privileges = true;
          exec-opts = ["native.cgroupdriver=systemd"];
          log-driver = "local";
          log-opts = {
            max-size = "1m";
            max-file = "2";
          };
        }
        // lib.optionalAttrs cfg.userNamespace {userns-remap = "carrel-slots";};
    };
    # With no bridge there is nothing to forward between.
    boot.kernel.sysctl = {
      "net.ipv4.conf.all.forwarding" = lib.mkOverride 90 false;
      "net.ipv4.conf.default.forwarding" = lib.mkOverride 90 false;
    };
    users.users.carrel-slots = lib.mkIf cfg.userNamespace {
      isSystemUser = true;
      group = "carrel-slots";
      description = "Root inside of slots";
      subUidRanges = [
        {
          startUid = cfg.firstUid;
          count = 65536;
        }
      ];
      subGidRanges = [
        {
          startGid = cfg.firstUid;
          count = 65536;
        }
      ];
    };
    users.groups.carrel-slots = lib.mkIf cfg.userNamespace {};
    assertions = [
      {
        assertion = config.virtualisation.docker.daemon.settings.live-restore;
        message = "virtualisation.docker.daemon.settings.live-restore is off, so that a restart of Docker would end every session; leave it on";
      }
    ];
  };
}
