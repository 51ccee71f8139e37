# Traefik in nginx's place, see `ingress.nix`.
{
  config,
  lib,
  ...
}: let
  cfg = config.carrel.rack;
  inherit (cfg.ingress) certificate;
  isMaster = cfg.enable && lib.elem "frontend-master" cfg.hosts.${cfg.self}.roles;
  names = [cfg.domain "git.${cfg.domain}"];
  previews = cfg.sessionsDomain;
  upstream = "127.0.0.1:8080";

  traefikRule = lib.concatMapStringsSep " || " (name: "Host(`${name}`)") names;
  traefikTls =
    if certificate == null
    then {certResolver = "acme";}
    else {};
in {
  config = lib.mkIf (isMaster && cfg.ingress.kind == "traefik") {
    assertions = [
      {
        assertion = certificate == null && previews != null -> config.services.traefik.staticConfigOptions.certificatesResolvers ? sessions;
        message = "carrel.rack.sessionsDomain: a certificate for *.${toString previews} is given by DNS alone; set services.traefik.staticConfigOptions.certificatesResolvers.sessions.acme with a dnsChallenge, or carrel.rack.ingress.certificate";
      }
    ];
    services.traefik = {
      enable = true;
      staticConfigOptions =
        {
          entryPoints.http = {
            address = ":80";
            http.redirections.entryPoint = {
              to = "https";
              scheme = "https";
            };
          };
          entryPoints.https = {
            address = ":443";
            transport.respondingTimeouts.readTimeout = "0s";
          };
        }
        // lib.optionalAttrs (certificate == null) {
          certificatesResolvers.acme.acme = {
            email = cfg.adminEmail;
            storage = "/var/lib/traefik/acme.json";
            tlsChallenge = {};
          };
        };
      dynamicConfigOptions =
        {
          http.routers.carrel = {
            rule = traefikRule;
            entryPoints = ["https"];
            service = "carrel";
            tls = traefikTls;
          };
          http.routers.carrel-grpc = {
            rule = "(${traefikRule}) && PathRegexp(`^/(carrel|grpc)\\.`)";
            entryPoints = ["https"];
            service = "carrel-grpc";
            tls = traefikTls;
          };
          http.routers.carrel-previews = lib.mkIf (previews != null) {
            rule = "HostRegexp(`^[0-9]+-se-[a-z0-9]+\\.${lib.escapeRegex (toString previews)}$`)";
            entryPoints = ["https"];
            service = "carrel";
            tls =
              if certificate == null
              then {
                certResolver = "sessions";
                domains = [{main = "*.${previews}";}];
              }
              else {};
          };
          http.services.carrel.loadBalancer = {
            servers = [{url = "http://${upstream}";}];
            healthCheck = {
              path = "/healthz";
              interval = "5s";
              timeout = "2s";
            };
            passHostHeader = true;
          };
          http.services.carrel-grpc.loadBalancer.servers = [{url = "h2c://${upstream}";}];
        }
        // lib.optionalAttrs (certificate != null) {
          tls.certificates = [
            {
              certFile = "${certificate}/cert.pem";
              keyFile = "${certificate}/key.pem";
            }
          ];
        };
    };
  };
}
