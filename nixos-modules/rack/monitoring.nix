# Figures and alarms: an exporter on every host, Prometheus where the role says so.
{
  config,
  lib,
  pkgs,
  ...
}: let
  rack = import ../lib/rack.nix;
  alerts = import ./alerts.nix {inherit pkgs;};
  cfg = config.carrel.rack;
  host = cfg.hosts.${cfg.self};
  has = role: lib.elem role host.roles;
  isWatched = lib.any (it: lib.elem "monitoring" it.roles) (lib.attrValues cfg.hosts);
  targets = rack.targets cfg;
  grafanaKey = "${config.services.grafana.dataDir}/secret-key";

  job = name: extra:
    {
      job_name = name;
      static_configs = [{targets = targets.${name};}];
      # `host` is the name in the description, whatever port a job asks on.
      relabel_configs = [
        {
          source_labels = ["__address__"];
          regex = "([^.]+)\\..*";
          target_label = "host";
        }
      ];
    }
    // extra;
  carrel = name:
    job name {
      scheme = "https";
      tls_config.ca_file = "/run/credentials/prometheus.service/rack-ca";
    };
  # Exporters listen on the rack's address, which may come up later than they do.
  patient = {
    startLimitIntervalSec = 0;
    serviceConfig = {
      Restart = "always";
      RestartSec = 1;
    };
  };
in {
  config = lib.mkIf cfg.enable (
    lib.mkMerge [
      (lib.mkIf isWatched {
        systemd.services.prometheus-node-exporter = patient;
        services.prometheus.exporters.node = {
          enable = true;
          listenAddress = host.address;
          port = rack.ports.node-exporter;
          enabledCollectors = ["systemd" "pressure"];
        };
      })
      (lib.mkIf (isWatched && has "compute-node") {
        systemd.services.cadvisor = patient;
        services.cadvisor = {
          enable = true;
          listenAddress = host.address;
          port = rack.ports.cadvisor;
        };
      })
      (lib.mkIf (has "monitoring") {
        services.prometheus = {
          enable = true;
          # Read by a browser through ssh; it knows no users.
          listenAddress = "127.0.0.1";
          # The authority's file is on the host, not where the build runs.
          checkConfig = "syntax-only";
          retentionTime = "30d";
          globalConfig = {
            scrape_interval = lib.mkDefault "15s";
            evaluation_interval = lib.mkDefault "15s";
          };
          ruleFiles = [alerts] ++ cfg.monitoring.rules;
          scrapeConfigs = [
            (carrel "carrel-frontend-master")
            (carrel "carrel-compute-node")
            (carrel "carrel-sync")
            (job "node" {})
            (job "cadvisor" {})
          ];
        };
        systemd.services.prometheus.serviceConfig.LoadCredential = ["rack-ca:${cfg.secrets}/rack-ca.pem"];
      })
      (lib.mkIf (has "monitoring" && cfg.monitoring.grafana) {
        services.grafana = {
          enable = true;
          settings = {
            # As Prometheus: read by a browser through ssh, so whoever comes is somebody who may log in here.
            server.http_addr = "127.0.0.1";
            server.http_port = 3000;
            "auth.anonymous" = {
              enabled = true;
              org_role = "Viewer";
            };
            auth.disable_login_form = true;
            security.secret_key = "$__file{${grafanaKey}}";
            analytics = {
              reporting_enabled = false;
              check_for_updates = false;
              check_for_plugin_updates = false;
            };
          };
          provision = {
            enable = true;
            datasources.settings = {
              apiVersion = 1;
              datasources = [
                {
                  name = "Prometheus";
                  type = "prometheus";
                  uid = "carrel-prometheus";
                  url = "http://127.0.0.1:${toString config.services.prometheus.port}";
                  isDefault = true;
                }
              ];
            };
            dashboards.settings = {
              apiVersion = 1;
              providers = lib.imap0 (number: folder: {
                name = "carrel-${toString number}";
                options.path = folder;
              }) ([./dashboards] ++ cfg.monitoring.dashboards);
            };
          };
        };
        # Grafana signs with it and has no other secret.
        systemd.services.grafana.preStart = lib.mkBefore ''
          if [ ! -s ${grafanaKey} ]; then
            (umask 077; head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' > ${grafanaKey})
          fi
        '';
      })
    ]
  );
}
