# Everything on one machine, to try and to work on: `nixos-rebuild build-vm --flake .#dev-vm`.
{
  config,
  lib,
  pkgs,
  ...
}: let
  token = "/var/lib/carrel-frontend-master/tokens/no-dev-vm";
in {
  networking.hostName = "dev-vm";
  nixpkgs.hostPlatform = lib.mkDefault "x86_64-linux";
  services.carrel = {
    frontend-master = {
      enable = true;
      issueTokensFor = [config.services.carrel.compute-node.id "sync"];
      settings.accounts.sign_up = true;
    };
    compute-node = {
      enable = true;
      tokenFile = token;
      settings.pools.standard.wanted = 0;
      settings.pools.burst = {
        wanted = 4;
        disk_mib = 1024;
      };
    };
    sync = {
      enable = true;
      tokenFile = "/var/lib/carrel-frontend-master/tokens/sync";
    };
    session-image.profile = "fpga";
  };
  # Tokens are written just before the front-end master starts.
  systemd.services.carrel-compute-node.requires = ["carrel-frontend-master.service"];
  systemd.services.carrel-sync.requires = ["carrel-frontend-master.service"];
  services.getty.autologinUser = "root";
  environment.systemPackages = [(import ../nixos-modules/packages {inherit pkgs;}).carrel];

  boot.loader.grub.device = lib.mkDefault "/dev/vda";
  fileSystems."/" = lib.mkDefault {
    device = "/dev/vda1";
    fsType = "ext4";
  };
  virtualisation.vmVariant.virtualisation = {
    memorySize = 4096;
    cores = 4;
    diskSize = 16 * 1024;
    forwardPorts = [
      {
        from = "host";
        host.port = 8080;
        guest.port = 8080;
      }
    ];
  };
}
