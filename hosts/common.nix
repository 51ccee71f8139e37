# What every host of ours has, whatever it does.
{lib, ...}: {
  system.stateVersion = "26.05";
  time.timeZone = lib.mkDefault "UTC";
  # Manuals are read elsewhere; without them a host evaluates in half the time.
  documentation.enable = false;
  nix.settings = {
    experimental-features = ["nix-command" "flakes"];
    trusted-users = ["root"];
    auto-optimise-store = true;
  };
  nix.gc = {
    automatic = true;
    # A rollback needs the generations of the last weeks.
    options = "--delete-older-than 30d";
  };
  # A journal that fills the disk stops more than it explains.
  services.journald.extraConfig = "SystemMaxUse=2G";
}
