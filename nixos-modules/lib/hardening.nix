# One base for every unit; a unit lists only its exceptions, each with its reason.
#
# `unit exceptions` gives a serviceConfig. `null` as a value takes a setting away.
let
  base = {
    AmbientCapabilities = "";
    CapabilityBoundingSet = "";
    DevicePolicy = "closed";
    KeyringMode = "private";
    LockPersonality = true;
    MemoryDenyWriteExecute = true;
    NoNewPrivileges = true;
    PrivateDevices = true;
    PrivateTmp = true;
    PrivateUsers = true;
    ProcSubset = "pid";
    ProtectClock = true;
    ProtectControlGroups = true;
    ProtectHome = true;
    ProtectHostname = true;
    ProtectKernelLogs = true;
    ProtectKernelModules = true;
    ProtectKernelTunables = true;
    ProtectProc = "invisible";
    ProtectSystem = "strict";
    RemoveIPC = true;
    RestrictAddressFamilies = ["AF_INET" "AF_INET6" "AF_UNIX"];
    RestrictNamespaces = true;
    RestrictRealtime = true;
    RestrictSUIDSGID = true;
    SystemCallArchitectures = "native";
    SystemCallErrorNumber = "EPERM";
    SystemCallFilter = ["@system-service" "~@privileged" "~@resources"];
    UMask = "0077";
  };

  values = builtins.mapAttrs (_: exception: exception.value);
  withoutNull = set: removeAttrs set (builtins.filter (key: set.${key} == null) (builtins.attrNames set));

  mounts = "slots' volumes are mounted here and must be seen by the engine; a mount namespace would hide them";
  own = value: {
    inherit value;
    reason = mounts;
  };
in rec {
  inherit base;
  unit = exceptions: withoutNull (base // values exceptions);

  # What each unit of ours does otherwise, and why. Generated into the option reference.
  exceptions = {
    carrel-frontend-master = {
      SystemCallFilter = {
        value = ["@system-service" "~@privileged"];
        reason = "git sets the priority of its background packing";
      };
      PrivateUsers = {
        value = null;
        reason = "the local socket is for root and the daemon's own user, so it must see who is at the other end";
      };
    };
    carrel-compute-node = {
      CapabilityBoundingSet = {
        value = [
          "CAP_CHOWN"
          "CAP_DAC_OVERRIDE"
          "CAP_DAC_READ_SEARCH"
          "CAP_FOWNER"
          "CAP_KILL"
          "CAP_SYS_ADMIN"
          "CAP_SYS_PTRACE"
        ];
        reason = "mounts volumes and gives them to the slot's user, measures and ends slots' processes";
      };
      DevicePolicy = {
        value = "closed";
        reason = "volumes are loop devices; only these are added by DeviceAllow";
      };
      DeviceAllow = {
        value = ["/dev/loop-control rw" "block-loop rw"];
        reason = "volumes are loop devices";
      };
      PrivateUsers = {
        value = null;
        reason = "mounting needs rights in the host's own user namespace";
      };
      ProcSubset = {
        value = null;
        reason = "reads memory, processors and control groups of the host";
      };
      SystemCallFilter = {
        value = ["@system-service" "@mount"];
        reason = "mounts volumes";
      };
      PrivateDevices = own null;
      PrivateTmp = own null;
      ProtectClock = own null;
      ProtectControlGroups = own null;
      ProtectHome = own null;
      ProtectHostname = own null;
      ProtectKernelLogs = own null;
      ProtectKernelModules = own null;
      ProtectKernelTunables = own null;
      ProtectProc = own null;
      ProtectSystem = own null;
    };
    carrel-sync = {};
    carrel-session-image = {
      RestrictAddressFamilies = {
        value = ["AF_UNIX"];
        reason = "speaks to the engine's socket only";
      };
      PrivateUsers = {
        value = null;
        reason = "the engine's socket belongs to root and its group";
      };
    };
  };
}
