//! Garbage at every door of real daemons, hostile names and a hostile slot.

use serde_json::json;

use crate::rack::{Pools, Rack, find, text, wait_for};
use crate::wire::{Reply, Socket, ask, bearer, call, throw};

/// Reproducible noise.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// After an attack: a normal session works, nobody panicked and nothing was an error of ours.
pub fn assert_well(rack: &Rack) {
    wait_for("a warm slot", || (rack.slots("warm") > 0).then_some(()));
    let session = rack.open("admin", &["--class", "burst"]);
    assert_eq!(rack.run("admin", &["session", "run", &session, "--", "echo", "well"]), "well\n");
    rack.run("admin", &["session", "close", &session, "--force"]);
    let log = rack.whole_log();
    let bad: Vec<_> =
        log.lines().filter(|line| line.contains("panicked") || line.contains("ERROR")).collect();
    assert!(bad.is_empty(), "in the logs: {bad:#?}");
}

pub fn not_our_fault(what: &str, reply: &Reply) {
    assert!(reply.status < 500, "{what} was answered {} {}", reply.status, reply.said());
}

fn raw_garbage(host: &str) -> Vec<(&'static str, Vec<u8>)> {
    let get = |rest: &str| format!("GET / HTTP/1.1\r\nhost: {host}\r\n{rest}").into_bytes();
    let post = |rest: &str| {
        format!("POST /api/v1/AuthService/Login HTTP/1.1\r\nhost: {host}\r\n{rest}").into_bytes()
    };
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    vec![
        ("noise", noise(8_192)),
        ("nothing", Vec::new()),
        ("zeroes", vec![0; 4_096]),
        ("a TLS hello", [&[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3][..], &noise(500)].concat()),
        ("half a line", b"GET / HT".to_vec()),
        ("half a head", get("accept: ")),
        ("half a body", post("content-length: 50\r\ncontent-type: application/json\r\n\r\n{")),
        (
            "a long address",
            format!("GET /{} HTTP/1.1\r\nhost: {host}\r\n\r\n", "a".repeat(80_000)).into_bytes(),
        ),
        ("a huge header", get(&format!("x: {}\r\n\r\n", "a".repeat(200_000)))),
        ("many headers", get(&("x: y\r\n".repeat(1_000) + "\r\n"))),
        ("a zero in a header", get("x: a\0b\r\n\r\n")),
        ("two lengths", post("content-length: 1\r\ncontent-length: 2\r\n\r\nab")),
        ("a negative length", post("content-length: -1\r\n\r\n")),
        ("a vast length", post("content-length: 99999999999999999999999\r\n\r\n")),
        ("length and chunks", post("content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")),
        ("a bad chunk", post("transfer-encoding: chunked\r\ncontent-type: application/json\r\n\r\nzz\r\n")),
        ("no host", b"GET / HTTP/1.1\r\n\r\n".to_vec()),
        ("another host", b"GET / HTTP/1.1\r\nhost: evil.example\r\n\r\n".to_vec()),
        ("an odd method", format!("\u{7f}!! / HTTP/1.1\r\nhost: {host}\r\n\r\n").into_bytes()),
        ("an odd version", format!("GET / HTTP/7.3\r\nhost: {host}\r\n\r\n").into_bytes()),
        ("a tunnel", b"CONNECT 169.254.169.254:80 HTTP/1.1\r\nhost: x\r\n\r\n".to_vec()),
        (
            "a proxy's address",
            b"GET http://169.254.169.254/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_vec(),
        ),
        (
            "h2c",
            get("connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n\r\n"),
        ),
        ("a wrong preface", b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n".to_vec()),
        ("half a preface", preface[..16].to_vec()),
        ("noise as frames", [&preface[..], &noise(4_096)].concat()),
        ("a huge frame", [&preface[..], &[0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1]].concat()),
        (
            "headers on stream 0",
            [&preface[..], &[0, 0, 0, 4, 0, 0, 0, 0, 0], &[0, 0, 1, 1, 5, 0, 0, 0, 0, 0x82]].concat(),
        ),
    ]
}

#[test]
fn garbage_at_the_front_doors() {
    let rack = Rack::start(Pools { standard: 0, burst: 1 });
    for door in [rack.master_door(), rack.node_door()] {
        let host = door.split(':').next().expect("a host");
        for (what, bytes) in raw_garbage(host) {
            if let Some(reply) = throw(&door, &bytes) {
                not_our_fault(&format!("{what} at {door}"), &reply);
            }
        }
    }
    let (door, token) = (rack.master_door(), rack.token("admin"));
    garbage_as_json(&door, &token);
    garbage_as_git(&door, &token);
    assert_well(&rack);
}

fn garbage_as_json(door: &str, token: &str) {
    let deep = "[".repeat(100_000);
    let wrong_types = r#"{"repository":{"a":[1]},"requestId":7,"slotClass":"SLOT_CLASS_NONE","id":[]}"#;
    let bodies: [&[u8]; 10] = [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\"x\"",
        b"1e999",
        b"{\"id\":\"\\ud800\"}",
        deep.as_bytes(),
        wrong_types.as_bytes(),
        &noise(2_000),
    ];
    let methods = [
        "SessionService/OpenSession",
        "SessionService/GetSession",
        "SessionService/CloseSession",
        "SessionService/ListSessions",
        "SessionService/CreateTicket",
        "AuthService/Login",
        "AccountService/CreateUser",
        "RepositoryService/CreateRepository",
        "NodeService/ListNodes",
        "No/Such",
    ];
    for (method, body) in methods.iter().flat_map(|method| bodies.iter().map(move |body| (method, body))) {
        // An empty request is a good one where nothing is asked for: these fields are all needed.
        let headers = [bearer(token), "content-type: application/json".to_owned()];
        let reply = ask(door, &format!("POST /api/v1/{method}"), &headers, body);
        not_our_fault(&format!("{method} with {:?}", text(&body[..body.len().min(60)])), &reply);
    }
    for body in [&b""[..], b"\0\0\0\0\x05abcde", b"\x01\xff\xff\xff\xff", &noise(300)] {
        let headers = [bearer(token), "content-type: application/grpc".to_owned(), "te: trailers".to_owned()];
        let reply = ask(door, "POST /carrel.session.v1.SessionService/GetSession", &headers, body);
        not_our_fault("garbage as gRPC", &reply);
        let status = reply.header("grpc-status");
        // 2 and 13 are gRPC's "unknown" and "internal".
        assert!(!matches!(status, Some("2")), "garbage as gRPC: {}", reply.head);
    }
}

fn garbage_as_git(door: &str, token: &str) {
    let pairs = [
        ("GET /git/admin/none.git/info/refs?service=git-evil", ""),
        ("GET /git/admin/none.git/info/refs?service=git-upload-pack", ""),
        ("GET /git/../../etc/passwd", ""),
        ("GET /git/admin/..%2f..%2fx.git/info/refs?service=git-upload-pack", ""),
        ("GET /git/admin/x%00.git/info/refs?service=git-upload-pack", ""),
        ("GET /git/admin/-x.git/info/refs?service=git-upload-pack", ""),
        ("GET /git/admin/made.git/HEAD", ""),
        ("POST /git/admin/made.git/git-upload-pack", "application/x-git-upload-pack-request"),
        ("POST /git/admin/made.git/git-receive-pack", "application/x-git-receive-pack-request"),
        ("POST /git/admin/made.git/git-receive-pack", "text/plain"),
    ];
    let made =
        call(door, "/api/v1/RepositoryService/CreateRepository", token, &json!({ "path": "admin/made" }));
    assert_eq!(made.status, 200, "{}", made.said());
    for (what, kind) in pairs {
        for (encoding, body) in [
            ("identity", &noise(3_000)[..]),
            ("gzip", &noise(3_000)),
            ("identity", b"0000"),
            ("identity", b"ffff"),
        ] {
            let body = if what.starts_with("GET") { &[] } else { body };
            let mut headers = vec![bearer(token), format!("content-encoding: {encoding}")];
            headers.extend((!kind.is_empty()).then(|| format!("content-type: {kind}")));
            not_our_fault(&format!("{what} ({encoding})"), &ask(door, what, &headers, body));
        }
    }
}

/// The doors by which a user reaches a session, each with the token's header.
pub fn session_doors(rack: &Rack) -> [String; 2] {
    [rack.master_door(), rack.node_door()]
}

#[test]
fn garbage_in_websockets() {
    let rack = Rack::start(Pools { standard: 0, burst: 1 });
    let session = rack.open("admin", &["--class", "burst"]);
    let (base, auth) = (format!("/s/{session}"), [bearer(&rack.token("admin"))]);
    let cat = json!({ "argv": ["cat"], "pty": false, "waitFor": "WAIT_FOR_NOTHING" });
    let opened = call(&rack.master_door(), &format!("{base}/api/OpenTerminal"), &rack.token("admin"), &cat);
    let terminal = find(&serde_json::from_slice(&opened.body).expect("JSON"), "id").expect("an id");
    let path = format!("{base}/terminal/{terminal}?client=probe");

    let big_offset = [&[0x10][..], &(1_u64 << 60).to_be_bytes(), b"x"].concat();
    let frames: [(&str, u8, Vec<u8>, Option<u16>); 12] = [
        ("text", 0x81, b"hello".to_vec(), Some(4400)),
        ("no kind", 0x82, Vec::new(), Some(4400)),
        ("an unknown kind", 0x82, vec![0xff; 9], Some(4400)),
        ("the server's kind", 0x82, vec![0x00; 20], Some(4400)),
        ("an offset beyond", 0x82, big_offset, Some(4400)),
        ("half an offset", 0x82, vec![0x10, 0, 0], Some(4400)),
        ("half a size", 0x82, vec![0x11, 0], Some(4400)),
        ("half a signal", 0x82, vec![0x12], Some(4400)),
        ("noise", 0x82, [&[0x77][..], &noise(60_000)].concat(), Some(4400)),
        ("bad UTF-8", 0x81, vec![0xff, 0xfe], None),
        ("a piece of nothing", 0x80, b"x".to_vec(), None),
        ("a reserved kind", 0x8b, b"x".to_vec(), None),
    ];
    for door in session_doors(&rack) {
        for (what, head, payload, wanted) in &frames {
            let mut socket = Socket::open(&door, &path, &auth).unwrap_or_else(|no| panic!("{no:?}"));
            socket.send(*head, payload);
            let code = socket.close_code();
            assert!(wanted.is_none() || code == *wanted, "{what} at {door}: closed with {code:?}");
        }
        let raw: [&[u8]; 3] =
            [&noise(5_000), &[0x82, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255], &[0x82, 5, 1]];
        for bytes in raw {
            let mut socket = Socket::open(&door, &path, &auth).unwrap_or_else(|no| panic!("{no:?}"));
            socket.raw(bytes);
            socket.0.shutdown(std::net::Shutdown::Write).expect("half close");
            socket.close_code();
        }
        for (odd, wanted) in [("terminal/te-none?client=a", 4404), ("terminal/te-none", 4400)] {
            let socket = Socket::open(&door, &format!("{base}/{odd}"), &auth);
            match socket {
                Ok(socket) => assert_eq!(socket.close_code(), Some(wanted), "{odd}"),
                Err(refused) => assert_eq!(refused.status, 404, "{odd}: {refused:?}"),
            }
        }
        let mut watch = Socket::open(&door, &format!("{base}/watch"), &auth).expect("a watch");
        watch.raw(&noise(5_000));
        watch.0.shutdown(std::net::Shutdown::Write).expect("half close");
        watch.close_code();
        for path in ["/raw?path=a", "/watch/../api/GetStatus", "/terminal/%2e%2e", "/api/Bind", "/"] {
            let refused = Socket::open(&door, &format!("{base}{path}"), &auth);
            let Err(refused) = refused else { panic!("{path} became a websocket") };
            not_our_fault(path, &refused);
        }
        // The terminal itself has not noticed: the first message says that nothing was taken in.
        let mut socket = Socket::open(&door, &path, &auth).expect("a terminal");
        let (_, attached) = socket.next().expect("a first message");
        assert_eq!((attached[0], attached.len()), (0x03, 26), "{attached:?}");
        assert_eq!((&attached[17..25], attached[25]), (&[0; 8][..], 1), "input was taken, or it ended");
    }
    rack.run("admin", &["session", "close", &session, "--force"]);
    assert_well(&rack);
}

/// What the slot's own program throws at the link and at the proxy. Prints what answered in a wrong way.
const INSIDE: &str = r#"
import os, socket, threading
LINK = "/run/carrel/link/node.sock"
def link():
    s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(LINK); return s
def proxy():
    return socket.create_connection(("127.0.0.1", 3128), timeout=20)
def throw(dial, data):
    try:
        s = dial()
        try:
            s.sendall(data); s.shutdown(socket.SHUT_WR)
        except OSError: pass
        got = b""
        while True:
            piece = s.recv(65536)
            if not piece: break
            got += piece
        return got
    except TimeoutError:
        print("left open:", data[:40]); return b""
    except OSError: return b""
for line in [b"", b"\n", os.urandom(3000), b"x" * 100000, b"GET / HTTP/1.1\r\n\r\n", b"carrel-link/2 serve\n",
             b"carrel-link/1 serve", b"carrel-link/1 serve \n", b"\0" * 64, b"carrel-link/1 egress\n" + os.urandom(500),
             b"carrel-link/1 egress\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]:
    throw(link, line)
# Never-ending first lines, as many as there can be, held open while all else goes on.
held = []
for _ in range(200):
    try:
        s = link(); s.sendall(b"carrel-link/1"); held.append(s)
    except OSError: pass
for s in held: s.close()
HEAD = b"GET http://git.carrel.internal/admin/none.git/info/refs?service=git-upload-pack HTTP/1.1\r\nhost: git.carrel.internal\r\n"
for name, data in {
    "noise": os.urandom(3000), "half": HEAD, "huge": HEAD + b"x: " + b"a" * 100000 + b"\r\n\r\n",
    "many": HEAD + b"x: y\r\n" * 500 + b"\r\n", "connect": b"CONNECT 1.1.1.1:443 HTTP/1.1\r\nhost: x\r\n\r\n",
    "lengths": HEAD + b"content-length: 1\r\ncontent-length: 2\r\n\r\n", "h2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + os.urandom(300),
    "other": b"GET http://1.1.1.1/ HTTP/1.1\r\nhost: 1.1.1.1\r\nconnection: close\r\n\r\n", "file": b"GET file:///etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    "ftp": b"GET ftp://git.carrel.internal/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    "user": b"GET http://a:b@git.carrel.internal/x/y.git/info/refs HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    "none": HEAD + b"connection: close\r\n\r\n",
}.items():
    got = throw(proxy, data)
    if got.startswith(b"HTTP/1.1 5") or got.startswith(b"HTTP/1.1 2"): print(name, got[:200])
# More than the agent takes at once: it lets the rest wait at its door.
flood = []
for _ in range(200):
    try:
        s = socket.create_connection(("127.0.0.1", 3128), timeout=0.3); s.sendall(b"GET "); flood.append(s)
    except OSError: break
for s in flood: s.close()
print("thrown")
"#;

#[test]
fn garbage_from_inside_a_slot() {
    let rack = Rack::start(Pools { standard: 0, burst: 2 });
    let session = rack.open("admin", &["--class", "burst"]);
    let thrown = rack.run("admin", &["session", "run", &session, "--", "python3", "-c", INSIDE]);
    assert_eq!(thrown, "thrown\n");
    let alive = rack.run("admin", &["session", "run", &session, "--", "echo", "alive"]);
    assert_eq!(alive, "alive\n", "the slot that did it is still of use to its owner");
    assert_well(&rack);
    rack.run("admin", &["session", "close", &session, "--force"]);
}

/// Takes the agent's place on the link and answers everything as badly as it can.
const IMPOSTOR: &str = r#"
import os, signal, socket, threading, sys
if os.fork(): sys.exit(0)
os.setsid()
def find(part):
    for p in os.listdir("/proc"):
        if p.isdigit():
            try: words = open(f"/proc/{p}/cmdline", "rb").read().split(b"\0")
            except OSError: continue
            if words[0].endswith(part[0]) and words[1:2] == part[1:]: yield int(p)
for p in find([b"s6-supervise"]): os.kill(p, signal.SIGSTOP)
for p in find([b"s6-supervise", b"agent"]): os.kill(p, signal.SIGSTOP)
for p in find([b"carrel-session-agent", b"serve"]): os.kill(p, signal.SIGKILL)
BODY = b"<script>alert(1)</script>"
ANSWER = b"HTTP/1.1 200 OK\r\nset-cookie: carrel_token=stolen; path=/\r\ncontent-security-policy: script-src *\r\n" \
    b"content-type: text/html\r\ncontent-disposition: inline\r\nrefresh: 0; url=http://evil.example\r\nclear-site-data: \"*\"\r\n" \
    b"access-control-allow-origin: *\r\nstrict-transport-security: max-age=1\r\nlocation: http://evil.example\r\n" \
    b"service-worker-allowed: /\r\nlink: <x>; rel=preload\r\ncontent-length: %d\r\n\r\n" % len(BODY) + BODY
AWAY = b"HTTP/1.1 302 Found\r\nlocation: http://evil.example/\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n"
def serve():
    while True:
        try:
            s = socket.socket(socket.AF_UNIX); s.connect("/run/carrel/link/node.sock")
            s.sendall(b"carrel-link/1 serve\n")
            asked = s.recv(65536)
            if asked.startswith(b"GET") or asked.startswith(b"PUT"):
                s.sendall(AWAY if b"away" in asked else ANSWER)
                s.recv(65536)
            s.close()
        except OSError: pass
for _ in range(8): threading.Thread(target=serve).start()
"#;

#[test]
fn a_hostile_slots_answers_do_nothing_on_our_origin() {
    let rack = Rack::start(Pools { standard: 0, burst: 2 });
    let session = rack.open("admin", &["--class", "burst"]);
    let auth = [bearer(&rack.token("admin"))];
    rack.try_run("admin", &["session", "run", &session, "--", "python3", "-c", IMPOSTOR]);
    for door in session_doors(&rack) {
        let get = |path: &str| ask(&door, &format!("GET /s/{session}/{path}"), &auth, &[]);
        let evil = wait_for("the impostor to answer", || {
            let reply = get("raw?path=x.html");
            (reply.status == 200).then_some(reply)
        });
        assert!(evil.said().contains("alert"), "{evil:?}");
        for header in [
            "set-cookie",
            "refresh",
            "clear-site-data",
            "access-control-allow-origin",
            "location",
            "link",
            "strict-transport-security",
            "service-worker-allowed",
        ] {
            assert_eq!(evil.header(header), None, "{door}: {header} crossed: {}", evil.head);
        }
        let shown = |name| evil.header(name).unwrap_or_default().to_owned();
        assert_eq!(evil.head.matches("content-security-policy").count(), 1, "{}", evil.head);
        assert_eq!(shown("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(shown("x-content-type-options"), "nosniff");
        assert_eq!(shown("content-type"), "application/octet-stream");
        assert!(shown("content-disposition").starts_with("attachment"), "{}", evil.head);

        let away = wait_for("the impostor to send us away", || {
            let reply = get("raw?path=away");
            (reply.status != 503).then_some(reply)
        });
        assert!(!(300..400).contains(&away.status), "{door}: {}", away.head);
        assert!(!away.head.contains("evil.example") && !away.head.contains("set-cookie"), "{}", away.head);
    }
    rack.run("admin", &["session", "close", &session, "--force"]);
    assert_well(&rack);
}

/// Names that lead out of the workspace; `out`, `passwd` and `loop` are links.
const ESCAPES: [&str; 12] = [
    "../escaped",
    "/tmp/escaped",
    "a/../../escaped",
    "out/escaped",
    "passwd",
    "loop/x",
    "x\0escaped",
    "%2e%2e/escaped",
    "..%2fescaped",
    "./../escaped",
    "out",
    "../../../../../../etc/passwd",
];

#[test]
fn hostile_names_stay_inside() {
    let rack = Rack::start(Pools { standard: 0, burst: 1 });
    let session = rack.open("admin", &["--class", "burst"]);
    let run = |script: &str| rack.run("admin", &["session", "run", &session, "--", "sh", "-c", script]);
    run("ln -s /tmp out; ln -s /etc/passwd passwd; ln -s loop loop; echo good > plain");
    let token = rack.token("admin");
    for door in session_doors(&rack) {
        for name in ESCAPES {
            let mut replies = Vec::new();
            for (method, body) in [
                ("ReadFile", json!({ "path": name })),
                ("WriteFile", json!({ "path": format!("{name}/escaped"), "content": "ZXZpbA==" })),
                ("CreateFolder", json!({ "path": format!("{name}/escaped") })),
                ("RenameFile", json!({ "from": "plain", "to": format!("{name}/escaped") })),
                ("RenameFile", json!({ "from": format!("{name}/passwd"), "to": "stolen" })),
                ("DeleteFile", json!({ "path": format!("{name}/passwd"), "recursive": true })),
                ("ListFiles", json!({ "path": format!("{name}/.") })),
            ] {
                replies.push((method, call(&door, &format!("/s/{session}/api/{method}"), &token, &body)));
            }
            let query: String = name.bytes().map(|byte| format!("%{byte:02x}")).collect();
            for what in ["GET /raw?path=", "GET /artefact?name=", "PUT /raw?path="] {
                let asked = what.replace(" /", &format!(" /s/{session}/")) + &query;
                let asked = if what.starts_with("PUT") { asked + "%2fescaped" } else { asked };
                replies.push((what, ask(&door, &asked, &[bearer(&token)], b"")));
            }
            for (what, reply) in replies {
                let refused = (400..500).contains(&reply.status) && reply.said().contains("message");
                assert!(refused, "{what} {name:?} at {door}: {reply:?}");
                assert!(!reply.said().contains("root:"), "{what} {name:?} read the host's file");
            }
        }
        for odd in ["a\nb", "a\r\nset-cookie: x=y", "\u{202e}x", "a\"b", "\u{1b}[2J"] {
            let query: String = odd.bytes().map(|byte| format!("%{byte:02x}")).collect();
            let put = ask(&door, &format!("PUT /s/{session}/raw?path={query}"), &[bearer(&token)], b"odd");
            assert_eq!(put.status, 200, "{odd:?} is a fine name: {put:?}");
            let got = ask(&door, &format!("GET /s/{session}/raw?path={query}"), &[bearer(&token)], b"");
            assert_eq!((got.status, got.body.as_slice()), (200, &b"odd"[..]), "{odd:?}");
            assert_eq!(got.header("set-cookie"), None, "{odd:?} split the head: {}", got.head);
        }
    }
    let found =
        run("find / -xdev -name '*escaped*' 2>/dev/null; find /tmp /home -name '*escaped*'; cat plain");
    assert_eq!(found, "good\n", "something was written outside");
    uploads_have_a_limit(&rack, &session, &token);
    rack.run("admin", &["session", "close", &session, "--force"]);
    assert_well(&rack);
}

fn uploads_have_a_limit(rack: &Rack, session: &str, token: &str) {
    const LIMIT: usize = 64 << 20;
    let put = format!("PUT /s/{session}/raw?path=big");
    let mut chunked = Vec::new();
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..65 {
        chunked.extend_from_slice(b"100000\r\n");
        chunked.extend_from_slice(&piece);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    for door in session_doors(rack) {
        let announced = [bearer(token), format!("content-length: {}", LIMIT + 1)];
        let reply = ask(&door, &put, &announced, b"");
        assert!(reply.status == 413 && reply.said().contains("67108864"), "{door}: {reply:?}");
        let streamed = [bearer(token), "transfer-encoding: chunked".to_owned()];
        let reply = ask(&door, &put, &streamed, &chunked);
        assert!(reply.status == 413 && reply.said().contains("67108864"), "chunked at {door}: {reply:?}");
        let nothing = ask(&door, &put.replace("PUT", "GET"), &[bearer(token)], b"");
        assert_eq!(nothing.status, 404, "half an upload was kept");
    }
}
