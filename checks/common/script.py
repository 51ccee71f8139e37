import json
import re

CA = "/var/lib/carrel-secrets/rack-ca.pem"
CARREL = f"CARREL_SERVER=https://carrel.example CARREL_CA_FILE={CA} HOME=/root carrel"


def carrel(words, machine=None):
    return (machine or door).succeed(f"{CARREL} {words}")


def start_rack():
    """Both machines up, the node's token carried over, an admin logged in on the door."""
    start_all()
    door.wait_for_unit("carrel-frontend-master.service")
    token = door.succeed("cat /var/lib/carrel-frontend-master/tokens/no-hands").strip()
    hands.succeed(f"install -m 0400 /dev/stdin /var/lib/carrel-secrets/node.token <<< '{token}'")
    hands.succeed("systemctl restart carrel-compute-node.service")
    hands.wait_for_unit("carrel-compute-node.service")
    door.wait_for_unit("nginx.service")
    link = door.succeed("carrel-frontend-master admin-link")
    address = re.search(r"https?://\S+", link)
    assert address, f"no link in {link!r}"
    carrel(f"login '{address.group(0)}'")


def node():
    nodes = json.loads(carrel("node list --json"))["nodes"]
    return nodes[0] if nodes else None


def wait_health(wanted):
    door.wait_until_succeeds(f"{CARREL} node list | grep -w {wanted}", timeout=120)


def wait_warm():
    door.wait_until_succeeds(f"{CARREL} node show no-hands | grep -E 'burst +[1-9][0-9]* of'", timeout=300)


def open_session(repository=""):
    said = carrel(f"session open {repository} --class burst --without-environment --no-wait")
    found = re.search(r"se-[a-z0-9]+", said)
    assert found, f"no session in {said!r}"
    return found.group(0)


def wait_state(session, wanted):
    door.wait_until_succeeds(f"{CARREL} session show {session} --json | grep -w {wanted}", timeout=120)


def pull_plug(machine):
    """Off at once where the driver can, in good order where it can't."""
    (machine.crash if hasattr(machine, "crash") else machine.shutdown)()
