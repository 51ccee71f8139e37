# What scenarios share: a rack of two machines with certificates of their own, and words for the test script.
{
  pkgs,
  lib,
  modules,
  kind,
}: let
  certificates = import ./certificates.nix {inherit pkgs;};
  rack = {
    domain = "carrel.example";
    sessionsDomain = "sessions.carrel.example";
    adminEmail = "admin@carrel.example";
    hosts = {
      door = {
        roles = ["frontend-master" "monitoring" "sync"];
        address = "192.0.2.10";
      };
      hands = {
        roles = ["compute-node"];
        address = "192.0.2.11";
        threads = 2;
        memoryGiB = 4;
        pools.burst = 2;
        tags = ["canary"];
      };
    };
  };
in {
  inherit kind rack;

  # Both machines under the kind that this run asks for; `more` adds to each by name.
  machines = more: {
    ${kind} =
      lib.mapAttrs (name: _: {
        imports = [
          modules.default
          ./machine.nix
          (more.${name} or {})
        ];
        networking.hostName = name;
        networking.domain = rack.domain;
        carrel.rack =
          rack
          // {
            enable = true;
            ingress.certificate = "/var/lib/ingress-certificate";
          };
        systemd.tmpfiles.rules = [
          "C+ /var/lib/carrel-secrets 0755 root root - ${certificates}/${name}"
          "C+ /var/lib/ingress-certificate 0755 root root - ${certificates}/ingress"
        ];
      })
      rack.hosts;
  };

  # Functions of the test scripts.
  script = builtins.readFile ./script.py;
}
