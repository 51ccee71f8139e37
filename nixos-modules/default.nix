# Every module of ours. Nothing happens until something is enabled.
{
  imports = [
    ./frontend-master.nix
    ./compute-node.nix
    ./sync.nix
    ./engine.nix
    ./session-image.nix
    ./rack
  ];
}
