# Two machines: one that users reach, one that holds their sessions.
{
  domain = "carrel.example";
  adminEmail = "admin@carrel.example";
  hosts = {
    door = {
      roles = ["frontend-master" "monitoring" "sync"];
      address = "192.0.2.10";
      disks.system = ["/dev/sda"];
    };
    hands = {
      roles = ["compute-node"];
      address = "192.0.2.11";
      threads = 8;
      memoryGiB = 32;
      pools.standard = 1;
      pools.burst = 8;
      tags = ["canary"];
      disks.system = ["/dev/sda"];
    };
  };
}
