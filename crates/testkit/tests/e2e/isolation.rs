//! A program inside a slot tries to get out.

use crate::rack::{Pools, Rack};

/// Each line tries one way out and prints `OUT <which>` if it worked.
const PROBE: &str = r#"
import os, socket, urllib.request, urllib.error
def way(name, attempt):
    try:
        if attempt(): print("OUT", name)
    except Exception: pass
def tcp(host, port):
    def attempt():
        socket.create_connection((host, port), timeout=2).close(); return True
    return attempt
def unix(path):
    def attempt():
        s = socket.socket(socket.AF_UNIX); s.connect(path); return True
    return attempt
def proxied(url, ok=(200,)):
    def attempt():
        handler = urllib.request.ProxyHandler({"http": "http://127.0.0.1:3128"})
        opener = urllib.request.build_opener(handler)
        with opener.open(url, timeout=5) as reply: return reply.status in ok
    return attempt
way("metadata address", tcp("169.254.169.254", 80))
way("host bridge", tcp("172.17.0.1", 22))
way("front-end master", tcp("MASTER", 8080))
way("another loopback", tcp("127.0.0.1", 8080))
way("internet", tcp("1.1.1.1", 443))
way("engine", unix("/var/run/docker.sock"))
way("engine run", unix("/run/docker.sock"))
way("proxied engine", proxied("http://localhost/containers/json"))
way("proxied master", proxied("http://MASTER:8080/"))
way("proxied api", proxied("http://git.carrel.internal/api/v1/openapi.json"))
way("proxied metrics", proxied("http://git.carrel.internal/../metrics"))
way("proxied dots", proxied("http://git.carrel.internal/git/../.well-known/jwks.json"))
way("proxied encoded dots", proxied("http://git.carrel.internal/%2e%2e/.well-known/jwks.json"))
way("proxied metadata", proxied("http://169.254.169.254/"))
way("another's repository", proxied("http://git.carrel.internal/ada/secret.git/info/refs?service=git-upload-pack"))
way("root file", lambda: open("/etc/carrel-was-here", "w") or True)
way("link folder", lambda: open("/run/carrel/link/other", "w") or True)
way("link socket", lambda: os.unlink("/run/carrel/link/node.sock") or True)
way("setuid", lambda: os.setuid(0) or True)
way("mount", lambda: os.system("mount -t tmpfs none /tmp 2>/dev/null") == 0)
way("network device", lambda: set(os.listdir("/sys/class/net")) != {"lo"})
way("host devices", lambda: any(d.startswith(("sd", "vd", "loop", "nvme")) for d in os.listdir("/dev")))
way("kernel memory", lambda: open("/dev/mem", "rb").read(1) != b"")
way("another user's process", lambda: any(open(f"/proc/{p}/comm").read().strip() in ("dockerd", "containerd", "carrel-compute-n") for p in os.listdir("/proc") if p.isdigit()))
print("tried")
"#;

#[test]
fn a_slot_reaches_nothing_but_its_own_repository() {
    let rack = Rack::start(Pools { standard: 0, burst: 1 });
    rack.learner("ada");
    rack.learner("eve");
    rack.run("ada", &["repo", "create", "ada/secret", "--starters"]);
    rack.run("eve", &["repo", "create", "eve/own", "--starters"]);
    let session = rack.open("eve", &["eve/own", "--class", "burst", "--without-environment"]);
    let host = rack.url().trim_start_matches("http://").trim_end_matches(":8080").to_owned();
    let probe = PROBE.replace("MASTER", &host);
    let tried = rack.run("eve", &["session", "run", &session, "--", "python3", "-c", &probe]);
    assert_eq!(tried, "tried\n", "ways out of a slot");

    let own = "import urllib.request as u; o=u.build_opener(u.ProxyHandler({'http':'http://127.0.0.1:3128'})); \
               print(o.open('http://git.carrel.internal/eve/own.git/info/refs?service=git-upload-pack').status)";
    let reached = rack.run("eve", &["session", "run", &session, "--", "python3", "-c", own]);
    assert_eq!(reached, "200\n", "the control: its own repository is reached the same way");
    rack.run("eve", &["session", "close", &session, "--force"]);
}

#[test]
fn limits_hold() {
    let rack = Rack::start(Pools { standard: 0, burst: 1 });
    let session = rack.open("admin", &["--class", "burst"]);
    let run = |script: &str| rack.try_run("admin", &["session", "run", &session, "--", "sh", "-c", script]);
    let full = run(
        "dd if=/dev/zero of=/home/learner/big bs=1M count=4000 2>&1 | tail -1; df --output=pcent /home/learner",
    );
    assert!(String::from_utf8_lossy(&full.stdout).contains("100%"), "the disk has a fixed size: {full:?}");
    run("rm -f /home/learner/big");
    let forks = run("for i in $(seq 1 400); do sleep 30 & done 2>&1 | grep -c . ; true");
    assert!(forks.status.code().is_some());
    let memory = run("python3 -c 'x = bytearray(2 << 30)'");
    assert!(!memory.status.success(), "2 GiB in a slot of 256 MiB");
    let alive = run("echo alive");
    assert_eq!(String::from_utf8_lossy(&alive.stdout), "alive\n", "the slot outlives its greedy process");
}
