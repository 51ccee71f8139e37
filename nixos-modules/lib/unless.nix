# Settings that hold unless somebody with a stronger word sets the same key.
{lib}: {
  unless = priority: settings:
    lib.mapAttrsRecursive (_: lib.mkOverride priority) (lib.filterAttrs (_: value: value != null) settings);
}
