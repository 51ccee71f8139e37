# The rack, in one place: a front-end master and 14 compute nodes with 56 threads and 128 GB each.
#
# Addresses are those reserved for documentation (RFC 5737, RFC 3849); replace them, the domain and the disks.
let
  two = number:
    if number < 10
    then "0${toString number}"
    else toString number;
  disk = slot: "/dev/disk/by-path/pci-0000:03:00.0-sas-phy${toString slot}-lun-0";

  machine = number: {
    address = "192.0.2.${toString (10 + number)}";
    address6 = "2001:db8::${toString (10 + number)}";
    threads = 56;
    memoryGiB = 128;
    # The system is mirrored over the first two; slots' volumes have the third for themselves.
    disks = {
      system = [(disk 0) (disk 1)];
      slots = disk 2;
    };
  };

  master =
    machine 0
    // {
      roles = ["frontend-master" "monitoring" "sync"];
      tags = ["door"];
    };

  node = number: {
    name = "n${two number}";
    value =
      machine number
      // {
        roles = ["compute-node"];
        # 13 × 4 threads, and the last 4 for small slots.
        pools = {
          standard = 13;
          burst = 16;
        };
        # The first is changed first.
        tags =
          if number == 1
          then ["canary"]
          else [];
      };
  };
in {
  domain = "carrel.example";
  adminEmail = "admin@carrel.example";
  monitoring.grafana = true;
  hosts =
    {
      fm01 = master;
    }
    // builtins.listToAttrs (map node [1 2 3 4 5 6 7 8 9 10 11 12 13 14]);
}
