# A rack's secrets from encrypted files in the owner's repository, instead of files carried to each host.
sops: {
  config,
  lib,
  ...
}: let
  cfg = config.carrel.rack;
  inherit (lib) mkOption types;
  host = cfg.hosts.${cfg.self};
  isNode = lib.elem "compute-node" host.roles;
  has = role: lib.elem role host.roles;
  # A certificate that was renewed is taken up at once.
  units =
    lib.optional isNode "carrel-compute-node.service"
    ++ lib.optional (has "sync") "carrel-sync.service"
    ++ lib.optional (has "frontend-master") "carrel-frontend-master.service";
in {
  imports = [sops];

  options.carrel.rack.sopsFile = mkOption {
    type = types.nullOr types.path;
    default = null;
    example = lib.literalExpression "./secrets/n01.yaml";
    description = ''
      The host's secrets, encrypted with sops for its SSH host key, under the keys `rack-ca.pem`, `tls.crt`, `tls.key`
      on compute nodes `node.token` and, apart from the front-end master, `sync.token`. They are decrypted at boot into {option}`carrel.rack.secrets`.
    '';
  };

  config = lib.mkIf (cfg.enable && cfg.sopsFile != null) {
    carrel.rack.secrets = "/run/secrets";
    sops.defaultSopsFile = cfg.sopsFile;
    sops.secrets =
      lib.genAttrs (
        ["rack-ca.pem" "tls.crt" "tls.key"]
        ++ lib.optional isNode "node.token"
        ++ lib.optional (has "sync" && !has "frontend-master") "sync.token"
      ) (name: {
        restartUnits = units;
        # Which authority to trust is no secret, and the front-end master's own user reads it.
        mode =
          if name == "rack-ca.pem"
          then "0444"
          else "0400";
      });
  };
}
