# One description of the rack; what this host does follows from it.
{
  imports = [
    ./options.nix
    ./host.nix
    ./ingress.nix
    ./traefik.nix
    ./monitoring.nix
    ./probe.nix
  ];
}
