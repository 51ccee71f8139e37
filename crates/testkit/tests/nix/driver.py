"""Runs the scenarios of checks/vm on machines made of this one's files (machine.sh), with the words of NixOS' own driver.

driver.py FOLDER: FOLDER/rack.json names the machines with their addresses, FOLDER/<machine>/files is laid over each
one's root, FOLDER/scenarios/*.py are run in order on one rack. Says how each ended; ends with 1 if one did badly.
Must be started in a mount namespace of its own: the machines' disks are mounted there.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path

# Reached only when something is broken; a busy machine takes a tenth.
PATIENCE_SECS = 60
POLL_SECS = 0.05
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
HERE = Path(__file__).parent


class Machine:
    def __init__(self, name, folder, address):
        self.name, self.folder, self.address = name, folder, address
        self.started = self.leader = None
        disk = folder / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "disk", disk], check=True)

    def start(self):
        if self.leader:
            return
        words = ["bash", HERE / "machine.sh", self.folder / "files", self.folder / "disk"]
        log = open(self.folder / "log", "a")
        self.started = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        children = Path(f"/proc/{self.started.pid}/task/{self.started.pid}/children")
        until = time.monotonic() + PATIENCE_SECS
        while self.execute("test -S /run/systemd/private", quick=True)[0] != 0:
            assert self.started.poll() is None, f"{self.name} ended: {(self.folder / 'log').read_text()}"
            assert time.monotonic() < until, f"{self.name} does not start"
            self.leader = children.read_text().strip() or None
            time.sleep(POLL_SECS)

    def crash(self):
        """As if its plug were pulled; its disk is kept."""
        if self.leader:
            subprocess.run(["kill", "-KILL", self.leader], check=False)
            self.started.wait()
            groups = f"carrel-test-{self.started.pid}"
            ours = ["(", "-path", f"*/{groups}", "-o", "-path", f"*/{groups}/*", ")", "-type", "d"]
            found = subprocess.run(["find", "/sys/fs/cgroup", "-depth"] + ours, capture_output=True, text=True)
            for group in found.stdout.split():
                with contextlib.suppress(OSError):
                    os.rmdir(group)
        self.started = self.leader = None

    def execute(self, words, timeout=PATIENCE_SECS, quick=False):
        """Runs a shell's words inside: the exit code and what was said."""
        if not self.leader:
            return 255, f"{self.name} is off"
        enter = ["nsenter", "--target", self.leader, "--all", "--"] + ([] if quick else ["timeout", str(timeout)])
        environment = {"PATH": PATH, "HOME": "/root", "CARREL_CA_FILE": "/var/lib/carrel-secrets/rack-ca.pem"}
        words = f"set -euo pipefail; {words}"
        began = time.monotonic()
        done = subprocess.run(enter + ["bash", "-c", words], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
        self.complaint = done.stderr
        if os.environ.get("CARREL_TRACE"):
            print(f"  {self.name}: {time.monotonic() - began:.2f} s, {done.returncode}: {words[18:118]}", flush=True)
        return done.returncode, done.stdout

    def succeed(self, *commands, timeout=PATIENCE_SECS):
        said = ""
        for words in commands:
            code, out = self.execute(words, timeout)
            assert code == 0, f"{self.name}: `{words}` ended with {code}\n{out}{self.complaint}"
            said += out
        return said

    def fail(self, *commands, timeout=PATIENCE_SECS):
        said = ""
        for words in commands:
            code, out = self.execute(words, timeout)
            assert code != 0, f"{self.name}: `{words}` should have failed\n{out}"
            said += out
        return said

    def wait_until_succeeds(self, words, timeout=PATIENCE_SECS):
        timeout = min(timeout, PATIENCE_SECS)
        until = time.monotonic() + timeout
        while True:
            code, out = self.execute(words, timeout)
            if code == 0:
                return out
            assert time.monotonic() < until, f"{self.name}: waited {timeout} s for `{words}`\n{out}{self.complaint}"
            time.sleep(POLL_SECS)

    def wait_for_unit(self, unit, timeout=PATIENCE_SECS):
        until = time.monotonic() + timeout
        while True:
            state = self.execute(f"systemctl is-active {unit} || true")[1].strip()
            if state == "active":
                return
            assert state != "failed", f"{self.name}: {unit} failed\n{self.journal(unit)}"
            assert time.monotonic() < until, f"{self.name}: {unit} is {state}\n{self.journal(unit)}"
            time.sleep(POLL_SECS)

    def journal(self, unit="'carrel-*' -u nginx"):
        return self.execute(f"journalctl --no-pager -o short-precise -u {unit} | tail -60")[1]


class Rack:
    def __init__(self, folder):
        self.folder = folder
        known = json.loads((folder / "rack.json").read_text())
        self.machines = {name: Machine(name, folder / name, it["address"]) for name, it in known.items()}
        self.units = {name: " ".join(it["units"]) for name, it in known.items()}

    def start_all(self):
        """On, joined, and with everything running that an earlier scenario stopped."""
        for machine in self.machines.values():
            machine.start()
        self.join()
        for name, machine in self.machines.items():
            machine.succeed(f"systemctl reset-failed; systemctl start --no-block {self.units[name]}")

    def join(self):
        """A wire between the two, which is gone with either of them; the socket it is plugged into stays."""
        one, other = self.machines.values()
        if all(it.execute("ip link show wire")[0] == 0 for it in (one, other)):
            return
        add = ["ip", "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", other.leader]
        subprocess.run(["nsenter", "--target", one.leader, "--net"] + add, check=True)
        for machine in (one, other):
            new = f"ip link add eth1 type bridge; ip addr add {machine.address}/24 dev eth1; ip link set eth1 up"
            machine.succeed(f"if ! ip link show eth1; then {new}; fi; ip link set wire master eth1 up")

    def forget(self):
        """The next scenario finds no session of this one."""
        carrel = "CARREL_SERVER=https://carrel.example carrel session"
        door = next(iter(self.machines.values()))
        door.execute(f"{carrel} list | grep -o 'se-[a-z0-9]*' | xargs --no-run-if-empty -n 1 env {carrel} close --force")

    def stop(self):
        for machine in self.machines.values():
            machine.crash()

    def words(self):
        """What a scenario may say."""

        @contextlib.contextmanager
        def subtest(what):
            try:
                yield
            except Exception as error:
                raise AssertionError(f"not so: {what}") from error

        return {"start_all": self.start_all, "subtest": subtest, **self.machines}


def run(name, script, words):
    began = time.monotonic()
    try:
        exec(compile(script, name, "exec"), dict(words))
        said = "ok"
    except Exception:
        traceback.print_exc(file=sys.stdout)
        said = "FAILED"
    print(f"{name}: {said}, {time.monotonic() - began:.1f} s", flush=True)
    return said == "ok"


def main(folder):
    rack = Rack(folder)
    well = True
    try:
        for script in sorted((folder / "scenarios").glob("*.py")):
            ended_well = run(script.stem, script.read_text(), rack.words())
            rack.forget()
            if not ended_well:
                well = False
                for machine in rack.machines.values():
                    print(f"--- {machine.name}\n{machine.journal()}", flush=True)
    finally:
        rack.stop()
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
