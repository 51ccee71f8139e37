# The proxy in front of the front-end master: TLS, websockets, gRPC, git under a host name of its own.
{ config, lib, ... }:
let
  cfg = config.carrel.rack;
  inherit (cfg.ingress) certificate;
  isMaster = cfg.enable && lib.elem "frontend-master" cfg.hosts.${cfg.self}.roles;
  names = [ cfg.domain "git.${cfg.domain}" ];
  upstream = "127.0.0.1:8080";

  # gRPC methods are paths like /carrel.session.v1.SessionService/OpenSession. Streams stay open for as long as
  # somebody watches; HTTP/2 pings of the daemon notice a dead peer.
  host = {
    forceSSL = true;
    http2 = true;
    locations."/" = {
      proxyPass = "http://carrel";
      extraConfig = ''
        proxy_http_version 1.1;
        proxy_set_header Host $host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $carrel_connection;
        # What a client says of itself is not passed on.
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        # A push or an upload passes through as it comes; the daemon has its own limits.
        client_max_body_size 0;
        proxy_request_buffering off;
        proxy_buffering off;
        proxy_read_timeout 1h;
        proxy_send_timeout 1h;
      '';
    };
    locations."~ ^/(carrel|grpc)\\.[a-z0-9.]+\\.[A-Za-z]+/" = {
      extraConfig = ''
        grpc_pass grpc://carrel-grpc;
        grpc_set_header Host $host;
        grpc_read_timeout 1d;
        grpc_send_timeout 1d;
        client_body_timeout 1d;
        client_max_body_size 0;
      '';
    };
  }
  // (
    if certificate == null then
      { enableACME = true; }
    else
      {
        sslCertificate = "${certificate}/cert.pem";
        sslCertificateKey = "${certificate}/key.pem";
      }
  );

  traefikRule = lib.concatMapStringsSep " || " (name: "Host(`${name}`)") names;
  traefikTls = if certificate == null then { certResolver = "acme"; } else { };
in
{
  config = lib.mkIf isMaster (
    lib.mkMerge [
      (lib.mkIf (cfg.ingress.kind == "nginx") {
        services.nginx = {
          enable = true;
          # A change of the proxy lets old workers finish, so that open terminals stay open.
          enableReload = true;
          recommendedTlsSettings = true;
          recommendedOptimisation = true;
          # A websocket takes its connection along; any other request leaves it open for the next one.
          appendHttpConfig = "map $http_upgrade $carrel_connection { default upgrade; \"\" \"\"; }";
          # A restart of the daemon keeps its socket, so a refusal means that the machine is ill: say so at once, and try
          # again with the next request. Two by name for the same place: a kept HTTP/2 connection must not be taken for
          # HTTP/1.1.
          upstreams = lib.genAttrs [ "carrel" "carrel-grpc" ] (_: {
            servers.${upstream} = { max_fails = 0; };
            extraConfig = "keepalive 32;";
          });
          virtualHosts = lib.genAttrs names (_: host);
        };
      })
      (lib.mkIf (cfg.ingress.kind == "nginx" && certificate == null) {
        security.acme.acceptTerms = true;
        security.acme.defaults.email = cfg.adminEmail;
      })
      (lib.mkIf (cfg.ingress.kind == "traefik") {
        services.traefik = {
          enable = true;
          staticConfigOptions = {
            entryPoints.http = {
              address = ":80";
              http.redirections.entryPoint = { to = "https"; scheme = "https"; };
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
              tlsChallenge = { };
            };
          };
          dynamicConfigOptions = {
            http.routers.carrel = {
              rule = traefikRule;
              entryPoints = [ "https" ];
              service = "carrel";
              tls = traefikTls;
            };
            http.routers.carrel-grpc = {
              rule = "(${traefikRule}) && PathRegexp(`^/(carrel|grpc)\\.`)";
              entryPoints = [ "https" ];
              service = "carrel-grpc";
              tls = traefikTls;
            };
            http.services.carrel.loadBalancer = {
              servers = [ { url = "http://${upstream}"; } ];
              healthCheck = { path = "/healthz"; interval = "5s"; timeout = "2s"; };
              passHostHeader = true;
            };
            http.services.carrel-grpc.loadBalancer.servers = [ { url = "h2c://${upstream}"; } ];
          }
          // lib.optionalAttrs (certificate != null) {
            tls.certificates = [
              { certFile = "${certificate}/cert.pem"; keyFile = "${certificate}/key.pem"; }
            ];
          };
        };
      })
    ]
  );
}
