# The description of a rack.
{
  config,
  lib,
  ...
}: let
  inherit (lib) mkOption types;
  rack = import ../lib/rack.nix;
  option = type: description: example:
    mkOption {inherit type description example;};
  optional = type: default: description: example:
    mkOption {inherit type default description example;};

  host = {name, ...}: {
    options = {
      roles = optional (types.listOf (types.enum ["frontend-master" "compute-node" "monitoring" "sync"])) [] "What this host does." ["compute-node"];
      address = option (types.strMatching "[0-9.]+") "Its address inside the rack." "192.0.2.11";
      address6 = optional (types.nullOr (types.strMatching "[0-9a-f:]+")) null "Its IPv6 address inside the rack." "2001:db8::11";
      nodeId = mkOption {
        type = types.strMatching "no-[a-z0-9]+(-[a-z0-9]+)*";
        default = "no-${name}";
        defaultText = lib.literalExpression ''"no-''${name}"'';
        description = "Its id as a compute node. Sessions and tokens name it, so a new machine in its place keeps it.";
        example = "no-n01";
      };
      threads = optional types.ints.positive 1 "Its hardware threads." 56;
      memoryGiB = optional types.ints.positive 1 "Its memory in GiB." 128;
      tags = optional (types.listOf types.str) [] "Words to pick hosts by; `deploy` changes those with `canary` first." ["canary"];
      pools.standard = optional types.ints.unsigned 0 "Slots of 4 threads and 8 GiB kept for sessions." 13;
      pools.burst = optional types.ints.unsigned 0 "Slots of 1 thread and 512 MiB that share what standard ones leave." 16;
      disks.system = optional (types.listOf types.str) [] "Disks of the system; two are mirrored." ["/dev/disk/by-path/pci-0000:03:00.0-sas-phy0-lun-0"];
      disks.slots = optional (types.nullOr types.str) null "The disk that holds slots' volumes, apart from the system." "/dev/disk/by-path/pci-0000:03:00.0-sas-phy2-lun-0";
    };
  };
in {
  options.carrel.rack = {
    enable = optional types.bool false "Whether this host is part of a rack and takes its configuration from {option}`carrel.rack.hosts`." true;
    self = mkOption {
      type = types.str;
      default = config.networking.hostName;
      defaultText = lib.literalExpression "config.networking.hostName";
      description = "Which of {option}`carrel.rack.hosts` this is.";
      example = "n01";
    };
    domain = option types.str "The domain users reach the rack under. Git also answers on `git.<domain>`, hosts are `<name>.<domain>`." "carrel.example";
    sessionsDomain = optional (types.nullOr types.str) null ''
      What programs in slots serve is shown at `<port>-<session>.<this domain>`. It needs a wildcard entry in the name
      service, `*.<this domain>`, that points to the front-end master, and a certificate for the same, see
      {option}`carrel.rack.ingress.certificate`. With `null` there are no previews.
    '' "sessions.carrel.example";
    adminEmail = option types.str "Where the certificate authority writes to." "admin@carrel.example";
    hosts = option (types.attrsOf (types.submodule host)) "Every host of the rack." {
      fm01 = {
        roles = ["frontend-master" "monitoring"];
        address = "192.0.2.10";
      };
      n01 = {
        roles = ["compute-node"];
        address = "192.0.2.11";
        threads = 56;
        memoryGiB = 128;
        pools.standard = 13;
      };
    };
    secrets = optional types.str "/var/lib/carrel-secrets" ''
      The folder on each host that holds its secrets: `rack-ca.pem`, `tls.crt` and `tls.key` (a certificate of that
      authority for `<name>.<domain>`), on compute nodes `node.token`, and where documents are kept apart from the
      front-end master `sync.token`. `nix run .#install` puts them there.
    '' "/run/secrets";
    ingress = {
      kind = optional (types.enum ["nginx" "traefik"]) "nginx" "Which proxy stands in front of the front-end master." "traefik";
      certificate = optional (types.nullOr types.str) null ''
        A folder with `cert.pem` and `key.pem` for the domain, its `git.` and, with {option}`carrel.rack.sessionsDomain`,
        `*.<sessionsDomain>`. Without it the proxy asks an ACME authority; wildcards are given by DNS alone, so that one
        needs its provider: `security.acme.certs.<sessionsDomain>.dnsProvider` and `.environmentFile` with nginx,
        `services.traefik.staticConfigOptions.certificatesResolvers.sessions` with Traefik.
      '' "/var/lib/ingress-certificate";
    };
    monitoring.grafana =
      optional types.bool false ''
        Whether hosts with the role `monitoring` show the dashboards of Carrel with Grafana, on loopback port 3000, to
        everybody who may log in to the host.
      ''
      true;
    monitoring.dashboards = optional (types.listOf types.path) [] "Folders with further dashboards for Grafana." (lib.literalExpression "[ ./dashboards ]");
    monitoring.rules = mkOption {
      type = types.listOf types.path;
      default = [];
      description = "Files with further alert rules.";
      example = lib.literalExpression "[ ./my-alerts.yaml ]";
    };
  };

  config = lib.mkIf config.carrel.rack.enable {
    assertions =
      map (message: {
        assertion = false;
        inherit message;
      }) (rack.problems config.carrel.rack)
      ++ [
        {
          assertion = config.carrel.rack.hosts ? ${config.carrel.rack.self};
          message = "carrel.rack.self is ${config.carrel.rack.self}, which carrel.rack.hosts does not have; add it there or set networking.hostName";
        }
      ];
  };
}
