# The proxy in front of the front-end master: TLS, websockets, gRPC, git under a host name of its own.
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

  site =
    {
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
    }
    // lib.optionalAttrs (certificate != null) {
      sslCertificate = "${certificate}/cert.pem";
      sslCertificateKey = "${certificate}/key.pem";
    };

  # gRPC methods are paths like /carrel.session.v1.SessionService/OpenSession. Streams stay open for as long as
  # somebody watches; HTTP/2 pings of the daemon notice a dead peer.
  host = lib.recursiveUpdate site {
    enableACME = certificate == null;
    locations."~ ^/(carrel|grpc)\\.[a-z0-9.]+\\.[A-Za-z]+/" = {
      extraConfig = ''
        grpc_pass grpc://carrel-grpc;
        grpc_set_header Host $host;
        grpc_set_header X-Forwarded-For $remote_addr;
        grpc_read_timeout 1d;
        grpc_send_timeout 1d;
        client_body_timeout 1d;
        client_max_body_size 0;
      '';
    };
  };
  # What slots serve: whatever its paths are called, it is never gRPC of ours.
  preview = site // lib.optionalAttrs (certificate == null) {useACMEHost = previews;};
in {
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
          upstreams = lib.genAttrs ["carrel" "carrel-grpc"] (_: {
            servers.${upstream} = {max_fails = 0;};
            extraConfig = "keepalive 32;";
          });
          virtualHosts =
            lib.genAttrs names (_: host)
            // lib.optionalAttrs (previews != null) {"*.${previews}" = preview;}
            // {
              # Whoever asks for a name that is none of these would otherwise be taken to the first one.
              unknown = {
                serverName = "_";
                default = true;
                rejectSSL = true;
                # "Misdirected": the client may ask again over a connection of its own.
                locations."/".return = "421";
              };
            };
        };
      })
      (lib.mkIf (cfg.ingress.kind == "nginx" && certificate == null) {
        security.acme.acceptTerms = true;
        security.acme.defaults.email = cfg.adminEmail;
        security.acme.certs = lib.optionalAttrs (previews != null) {
          ${previews} = {
            domain = "*.${previews}";
            inherit (config.services.nginx) group;
          };
        };
        assertions = [
          {
            assertion = previews != null -> config.security.acme.certs.${previews}.dnsProvider != null;
            message = "carrel.rack.sessionsDomain: a certificate for *.${toString previews} is given by DNS alone; set security.acme.certs.\"${toString previews}\".dnsProvider and .environmentFile, or carrel.rack.ingress.certificate";
          }
        ];
      })
    ]
  );
}
