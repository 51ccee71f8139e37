//! Git requests that must not get through, and what they leave behind.

use std::path::Path;
use std::time::{Duration, Instant};

use http::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::world::{Person, World, commit, git, git_fails, project};

/// Bytes that don't compress.
fn noise(length: usize) -> Vec<u8> {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

#[tokio::test]
async fn a_push_beyond_the_limit_is_refused_and_harms_nothing() {
    let world = World::start_with(|config| config.git.push_max_bytes = 512 * 1024).await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let here = project(world.folder.path(), "here", "main").await;
    let url = world.git_url(&ada, "ada/demo");
    git(&here, &["push", "--quiet", &url, "main"]).await;
    commit(&here, "large", &noise(4 * 1024 * 1024)).await;
    // As a stream of unknown length, and as one body whose length says it all.
    for buffer in ["http.postBuffer=65536", "http.postBuffer=16777216"] {
        let refused = git_fails(&here, &["-c", buffer, "push", &url, "main"]).await;
        assert!(refused.contains("413"), "{buffer}: {refused}");
    }
    let bare = world.repository("ada/demo");
    git(&bare, &["fsck", "--strict"]).await;
    git(&here, &["reset", "--quiet", "--hard", "HEAD~1"]).await;
    commit(&here, "small", b"x").await;
    git(&here, &["push", "--quiet", &url, "main"]).await;
    world.stop().await;
}

/// Starts a push by hand and stops in the middle of its pack.
async fn half_a_push(world: &World, ada: &Person) -> TcpStream {
    let mut stream = TcpStream::connect(world.public).await.expect("connect");
    let head = format!(
        "POST /git/ada/demo.git/git-receive-pack HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
         content-type: application/x-git-receive-pack-request\r\ntransfer-encoding: chunked\r\n\r\n",
        world.public, ada.token
    );
    stream.write_all(head.as_bytes()).await.expect("write");
    let zero = "0".repeat(40);
    let command = format!("{zero} {} refs/heads/half\0report-status", "1".repeat(40));
    let mut body = format!("{:04x}{command}0000", command.len() + 4).into_bytes();
    // A pack that announces a thousand objects and brings none of them.
    body.extend_from_slice(b"PACK\0\0\0\x02\0\0\x03\xe8");
    let chunk = [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n"].concat();
    stream.write_all(&chunk).await.expect("write");
    stream.flush().await.expect("flush");
    stream
}

/// Waits until something holds, or says that it never did.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < deadline, "{what} within 20 s");
        // poll: a state, within the bound of this loop.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Processes whose environment names this folder.
fn running_below(folder: &Path) -> usize {
    let needle = format!("GIT_PROJECT_ROOT={}", folder.display());
    let processes = std::fs::read_dir("/proc").expect("/proc").flatten();
    let environments = processes.filter_map(|entry| std::fs::read(entry.path().join("environ")).ok());
    environments.filter(|bytes| bytes.split(|byte| *byte == 0).any(|pair| pair == needle.as_bytes())).count()
}

#[tokio::test]
async fn a_push_cut_in_the_middle_leaves_no_process_and_a_sound_repository() {
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let here = project(world.folder.path(), "here", "main").await;
    let url = world.git_url(&ada, "ada/demo");
    git(&here, &["push", "--quiet", &url, "main"]).await;

    let root = world.state_dir().join("repositories").canonicalize().expect("root");
    let stream = half_a_push(&world, &ada).await;
    until("git runs", || running_below(&root) >= 2).await;
    drop(stream);
    until("git has ended", || running_below(&root) == 0).await;

    let bare = world.repository("ada/demo");
    git(&bare, &["fsck", "--strict"]).await;
    assert_eq!(git(&bare, &["for-each-ref", "--format=%(refname)"]).await, "refs/heads/main");
    let left = std::fs::read_dir(bare.join("objects")).expect("objects").flatten();
    let left: Vec<_> = left.map(|entry| entry.file_name()).filter(|name| name.len() > 4).collect();
    assert!(left.iter().all(|name| name == "info" || name == "pack"), "{left:?}");
    commit(&here, "after", b"x").await;
    git(&here, &["push", "--quiet", &url, "main"]).await;
    world.stop().await;
}

#[tokio::test]
async fn garbage_gets_a_clear_refusal() {
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let here = project(world.folder.path(), "here", "main").await;
    git(&here, &["push", "--quiet", &world.git_url(&ada, "ada/demo"), "main"]).await;
    let bearer = format!("Bearer {}", ada.token);
    let garbage = noise(70_000);
    for (service, kind) in [("git-upload-pack", "upload"), ("git-receive-pack", "receive")] {
        let path = format!("/git/ada/demo.git/{service}");
        let content = format!("application/x-git-{kind}-pack-request");
        for body in [&garbage[..], b"", b"0000", b"zzzz", b"ffff", b"0007want"] {
            for encoding in ["identity", "gzip"] {
                let headers = [
                    ("authorization", bearer.as_str()),
                    ("content-type", &content),
                    ("content-encoding", encoding),
                ];
                let answer = world.request("POST", &path, &headers, body.to_vec()).await;
                let status = answer.status;
                assert!(!status.is_server_error(), "{service} {encoding} {:?}: {answer:?}", body.get(..8));
                assert!(
                    body.len() < 100 || status.is_client_error(),
                    "{service} {encoding}: {status} {}",
                    answer.text()
                );
            }
        }
        let wrong = [("authorization", bearer.as_str()), ("content-type", "text/plain")];
        let answer = world.request("POST", &path, &wrong, "0000").await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    for path in [
        "/git/",
        "/git/x",
        "/git/ada/demo/info/refs",
        "/git/../../etc/passwd",
        "/git/ada/%2e%2e.git/info/refs?service=git-upload-pack",
        "/git/ada/demo.git/info/refs",
        "/git/ada/demo.git/objects/info/packs",
        "/git/ada/demo.git/HEAD",
    ] {
        let answer = world.get(path, &[("authorization", &bearer)]).await;
        assert!(answer.status.is_client_error(), "{path}: {answer:?}");
        assert!(!answer.headers.contains_key("www-authenticate"), "{path} asks for a password");
    }
    for value in ["Basic", "Basic !!!", "Bearer", "Bearer a.b.c", "Negotiate x", "Basic YTpi"] {
        let path = "/git/ada/demo.git/info/refs?service=git-upload-pack";
        let answer = world.get(path, &[("authorization", value)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{value}: {answer:?}");
    }
    world.stop().await;
}

#[tokio::test]
async fn raw_bytes_on_the_socket_end_in_an_answer_or_a_closed_connection() {
    let world = World::start().await;
    let mut stream = TcpStream::connect(world.public).await.expect("connect");
    stream.write_all(&noise(64 * 1024)).await.ok();
    stream.shutdown().await.ok();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert_eq!(world.get("/", &[]).await.status, StatusCode::OK);
    world.stop().await;
}
