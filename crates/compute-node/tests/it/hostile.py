# Runs inside a slot. Prints a line with REACHED for whatever it should not have got at.
import os, socket, struct, sys

LINK = "/run/carrel/link/node.sock"
tried = 0


def attempt(what, action):
    global tried
    tried += 1
    try:
        found = action()
    except Exception:
        return
    if found:
        print("REACHED", what, repr(found)[:200])


def tcp(host, port):
    with socket.create_connection((host, port), timeout=2):
        return "connected"


def unix(path):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(2)
        s.connect(path)
        return "connected"


def exchange(first, data):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(3)
        s.connect(LINK)
        answer = b""
        try:
            s.sendall(first + data)
            while len(answer) < 65536:
                piece = s.recv(65536)
                if not piece:
                    break
                answer += piece
        except (socket.timeout, ConnectionError):
            pass
        return answer


def proxied(head, body=b""):
    answer = exchange(b"carrel-link/1 egress\n", head.encode() + b"\r\nConnection: close\r\n\r\n" + body)
    return answer if b" 200 " in answer.split(b"\r\n")[0] else None


for host, port in [
    ("169.254.169.254", 80), ("127.0.0.1", 8080), ("127.0.0.1", 8081), ("172.17.0.1", 22), ("172.17.0.1", 2375),
    ("10.0.0.1", 80), ("8.8.8.8", 53), ("::1", 8080),
]:
    attempt("tcp %s:%d" % (host, port), lambda: tcp(host, port))

for path in ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock"]:
    attempt(path, lambda: unix(path))

for interface in os.listdir("/sys/class/net"):
    if interface != "lo":
        print("REACHED interface", interface)

attempt("write to the link", lambda: open("/run/carrel/link/x", "w"))
attempt("replace the socket", lambda: os.unlink(LINK) or "unlinked")
attempt("raw socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
attempt("packet socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3))
attempt("block device", lambda: [d for d in os.listdir("/dev") if d.startswith(("sd", "vd", "nvme", "loop", "mem"))])
attempt("another process's root", lambda: open("/proc/1/root/var/run/docker.sock"))
attempt("kernel memory", lambda: open("/proc/kcore", "rb").read(1))
attempt("sysrq", lambda: open("/proc/sysrq-trigger", "w"))
attempt("become root", lambda: os.setuid(0) or "root")

# Another slot's files, wherever they might show.
for top in ["/home", "/run", "/tmp", "/mnt", "/srv", "/var", "/nix"]:
    for folder, _, files in os.walk(top):
        for name in files:
            if name == "secret.txt":
                print("REACHED", os.path.join(folder, name))

GIT = "http://git.carrel.internal"
HOST = "\r\nHost: git.carrel.internal"
for head in [
    "CONNECT git.carrel.internal:80 HTTP/1.1" + HOST,
    "CONNECT 169.254.169.254:80 HTTP/1.1",
    "GET http://169.254.169.254/latest/meta-data/ HTTP/1.1",
    "GET http://127.0.0.1:8080/metrics HTTP/1.1",
    "GET http://example.org/ HTTP/1.1",
    "GET /api/v1/AccountService/ListUsers HTTP/1.1" + HOST,
    "GET /git/a/b.git/info/refs?service=git-upload-pack HTTP/1.1" + HOST,
    "GET %s/api/v1/AccountService/ListUsers HTTP/1.1%s" % (GIT, HOST),
    "GET %s/../api/v1/x.git/info/refs?service=git-upload-pack HTTP/1.1%s" % (GIT, HOST),
    "GET %s/a/../../metrics HTTP/1.1%s" % (GIT, HOST),
    "GET %s/%%2e%%2e/%%2e%%2e/metrics HTTP/1.1%s" % (GIT, HOST),
    "GET %s//metrics HTTP/1.1%s" % (GIT, HOST),
    "GET %s/s/se-1/telemetry HTTP/1.1%s" % (GIT, HOST),
    "GET %s@127.0.0.1/a/b.git/info/refs?service=git-upload-pack HTTP/1.1" % GIT,
    "GET %s/a/b.git/info/refs?service=git-upload-pack HTTP/1.1\r\nHost: 127.0.0.1:8080" % GIT,
    "GET http://cache.carrel.internal/rack/../../metrics HTTP/1.1\r\nHost: cache.carrel.internal",
    "PUT http://cache.carrel.internal/rack/nar/x.nar HTTP/1.1\r\nHost: cache.carrel.internal\r\nContent-Length: 0",
    "POST %s/carrel.compute.v1.NodeLinkService/MintGitToken HTTP/1.1%s\r\nContent-Length: 0" % (GIT, HOST),
]:
    attempt(head.split("\r\n")[0], lambda: proxied(head))

# A second request in the shadow of an allowed one.
hidden = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
smuggle = (
    "POST %s/a/b.git/git-upload-pack HTTP/1.1%s\r\nContent-Length: 5\r\nTransfer-Encoding: chunked" % (GIT, HOST)
)
exchange(b"carrel-link/1 egress\n", smuggle.encode() + b"\r\n\r\n0\r\n\r\n" + hidden)
tried += 1

# Garbage, and pretending to be an agent.
for data in [b"", b"\n", os.urandom(4096), b"carrel-link/9 serve\n", b"GET / HTTP/1.1\r\n\r\n"]:
    exchange(b"", data)
exchange(b"carrel-link/1 serve\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
exchange(b"carrel-link/1 serve\n", struct.pack(">I", 0xFFFFFFFF) * 1000)

# What is allowed works.
for head in [
    "GET %s/a/b.git/info/refs?service=git-upload-pack HTTP/1.1%s\r\nAuthorization: Basic eDp4" % (GIT, HOST),
    "GET http://cache.carrel.internal/rack/nix-cache-info HTTP/1.1\r\nHost: cache.carrel.internal",
]:
    if not proxied(head):
        sys.exit("not served: " + head)
print("tried", tried)
