//! Files: whole, in time, and never outside of the workspace.

use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{PermissionsExt, symlink};

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;
use futures::StreamExt;
use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{World, eventually, soon};

async fn list(world: &World, path: &str, after: &str) -> pb::ListFilesReply {
    let request = pb::ListFilesRequest { path: path.to_owned(), after: after.to_owned() };
    world.post("ListFiles", &request).await.unwrap()
}

fn write(path: &str, content: &[u8], etag: &str) -> pb::WriteFileRequest {
    pb::WriteFileRequest { path: path.to_owned(), content: content.to_vec(), etag: etag.to_owned() }
}

#[tokio::test]
async fn a_file_is_written_read_renamed_and_deleted() {
    let world = World::new().await;
    world.ready().await;
    let folder: pb::FileEntry =
        world.post("CreateFolder", &pb::CreateFolderRequest { path: "src".to_owned() }).await.unwrap();
    assert_eq!((folder.kind.as_str(), folder.path.as_str()), ("folder", "src"));
    let entry: pb::FileEntry =
        world.post("WriteFile", &write("src/a.v", b"module a;", "none")).await.unwrap();
    assert_eq!((entry.kind.as_str(), entry.size, entry.executable), ("file", 9, false));
    let file: pb::File =
        world.post("ReadFile", &pb::ReadFileRequest { path: "src/a.v".to_owned() }).await.unwrap();
    assert_eq!((file.content.as_slice(), file.entry.as_ref()), (&b"module a;"[..], Some(&entry)));
    let rename = pb::RenameFileRequest { from: "src/a.v".to_owned(), to: "src/b.v".to_owned() };
    let renamed: pb::FileEntry = world.post("RenameFile", &rename).await.unwrap();
    assert_eq!(renamed.path, "src/b.v");
    let listed = list(&world, "src", "").await;
    assert_eq!(listed.entries, [renamed]);
    let delete = |recursive| pb::DeleteFileRequest { path: "src".to_owned(), recursive };
    assert_eq!(world.refused("DeleteFile", &delete(false)).await.0, ServiceCode::FailedPrecondition);
    let _: pb::DeleteFileReply = world.post("DeleteFile", &delete(true)).await.unwrap();
    assert_eq!(world.refused("DeleteFile", &delete(true)).await.0, ServiceCode::NotFound);
    assert!(list(&world, "", "").await.entries.is_empty());
}

#[tokio::test]
async fn nobodys_change_is_overwritten_unseen() {
    let world = World::new().await;
    world.ready().await;
    let first: pb::FileEntry = world.post("WriteFile", &write("a", b"1", "none")).await.unwrap();
    assert_eq!(world.refused("WriteFile", &write("a", b"2", "none")).await.0, ServiceCode::Aborted);
    let second: pb::FileEntry = world.post("WriteFile", &write("a", b"2", &first.etag)).await.unwrap();
    let (code, message) = world.refused("WriteFile", &write("a", b"3", &first.etag)).await;
    assert_eq!(code, ServiceCode::Aborted);
    assert!(message.contains("read it again"), "{message}");
    // An editor in the slot changes it in place.
    world.output(&["sh", "-c", "echo more >> a"]).await;
    assert_eq!(world.refused("WriteFile", &write("a", b"3", &second.etag)).await.0, ServiceCode::Aborted);
    // The mode of what is replaced stays.
    world.output(&["chmod", "755", "a"]).await;
    let third: pb::FileEntry = world.post("WriteFile", &write("a", b"#!/bin/sh\n", "")).await.unwrap();
    assert!(third.executable);
    assert_eq!(world.refused("WriteFile", &write("gone", b"", "1-2-3.4")).await.0, ServiceCode::Aborted);
}

#[tokio::test]
async fn no_path_leads_out() {
    let world = World::new().await;
    world.ready().await;
    let (w, secret) = (world.workspace(), world.path("home/secret"));
    std::fs::write(&secret, "secret").unwrap();
    symlink("../secret", w.join("out")).unwrap();
    symlink("/etc", w.join("etc")).unwrap();
    symlink("..", w.join("up")).unwrap();
    symlink("../created-outside", w.join("dangling")).unwrap();
    for path in
        ["../secret", "/etc/passwd", "a/../../secret", "out", "etc/passwd", "up/secret", "./../secret"]
    {
        let (code, _) = world.refused("ReadFile", &pb::ReadFileRequest { path: path.to_owned() }).await;
        assert_eq!(code, ServiceCode::PermissionDenied, "{path}");
        let (status, ..) = world.send("GET", &format!("/raw?path={path}"), &[], b"").await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
        let (status, ..) = world.send("GET", &format!("/artefact?name={path}"), &[], b"").await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
        let (status, ..) = world.send("PUT", &format!("/raw?path={path}"), &[], b"x").await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(world.refused("WriteFile", &write(path, b"x", "")).await.0, ServiceCode::PermissionDenied);
    }
    for path in ["dangling", "up/new", "etc/new"] {
        assert_eq!(world.refused("WriteFile", &write(path, b"x", "")).await.0, ServiceCode::PermissionDenied);
    }
    for path in ["up", "etc"] {
        let request = pb::ListFilesRequest { path: path.to_owned(), after: String::new() };
        assert_eq!(world.refused("ListFiles", &request).await.0, ServiceCode::PermissionDenied);
        let folder = pb::CreateFolderRequest { path: format!("{path}/new") };
        assert_eq!(world.refused("CreateFolder", &folder).await.0, ServiceCode::PermissionDenied);
        let rename = pb::RenameFileRequest { from: format!("{path}/secret"), to: "mine".to_owned() };
        assert_eq!(world.refused("RenameFile", &rename).await.0, ServiceCode::PermissionDenied);
        // The link goes, not what it leads to.
        let delete = pb::DeleteFileRequest { path: path.to_owned(), recursive: true };
        let _: pb::DeleteFileReply = world.post("DeleteFile", &delete).await.unwrap();
    }
    assert_eq!(std::fs::read_to_string(secret).unwrap(), "secret");
    assert!(std::path::Path::new("/etc/passwd").exists());
    assert!(!world.path("home/created-outside").exists() && !world.path("home/new").exists());
}

/// Folders swapped for links while files are read and written through them.
#[tokio::test]
async fn a_race_with_links_never_leads_out() {
    let world = World::new().await;
    world.ready().await;
    let script = "mkdir -p ../outside real; echo secret > ../outside/f; echo inside > real/f; \
                  for i in $(seq 1 400); do ln -sfn ../outside d; rm d; mv real d; mv d real; done; echo over > over";
    world.start_command(false, &["sh", "-c", script]).await;
    eventually("the race is over", async || {
        let read =
            world.post::<_, pb::File>("ReadFile", &pb::ReadFileRequest { path: "d/f".to_owned() }).await;
        if let Ok(file) = read {
            assert_ne!(file.content, b"secret\n");
        }
        let _ = world.post::<_, pb::FileEntry>("WriteFile", &write("d/new", b"x", "")).await;
        world.workspace().join("over").exists().then_some(())
    })
    .await;
    assert!(!world.path("home/outside/new").exists());
}

#[tokio::test]
async fn hostile_names_travel_and_come_back() {
    let world = World::new().await;
    world.ready().await;
    let names =
        [b"\xff\xfe".to_vec(), b"a\nb".to_vec(), vec![b'n'; 255], "\u{ef80}ß".into(), b"\\x00".to_vec()];
    for name in &names {
        std::fs::write(world.workspace().join(std::ffi::OsString::from_vec(name.clone())), name).unwrap();
    }
    let listed = list(&world, "", "").await.entries;
    assert_eq!(listed.len(), names.len());
    for entry in listed {
        let file: pb::File =
            world.post("ReadFile", &pb::ReadFileRequest { path: entry.path.clone() }).await.unwrap();
        assert!(names.contains(&file.content));
        let delete = pb::DeleteFileRequest { path: entry.path, recursive: false };
        let _: pb::DeleteFileReply = world.post("DeleteFile", &delete).await.unwrap();
    }
    assert_eq!(std::fs::read_dir(world.workspace()).unwrap().count(), 0);
    let long = "n".repeat(256);
    assert_eq!(world.refused("WriteFile", &write(&long, b"", "")).await.0, ServiceCode::InvalidArgument);
    assert_eq!(world.refused("WriteFile", &write("a\0b", b"", "")).await.0, ServiceCode::InvalidArgument);
    assert_eq!(world.refused("WriteFile", &write("", b"", "")).await.0, ServiceCode::InvalidArgument);
    world.output(&["mkfifo", "pipe"]).await;
    let (code, _) = world.refused("ReadFile", &pb::ReadFileRequest { path: "pipe".to_owned() }).await;
    assert_eq!(code, ServiceCode::FailedPrecondition);
}

#[tokio::test]
async fn fifty_thousand_entries_come_in_pages() {
    let world = World::new().await;
    world.ready().await;
    world.output(&["sh", "-c", "mkdir many; cd many; seq -f f%06g 1 50000 | xargs touch"]).await;
    let (mut after, mut names, mut pages) = (String::new(), Vec::new(), 0);
    loop {
        let page = list(&world, "many", &after).await;
        assert!(page.entries.len() <= 2_000);
        names.extend(page.entries.into_iter().map(|entry| entry.path));
        pages += 1;
        if page.next.is_empty() {
            break;
        }
        after = page.next;
    }
    let wanted: Vec<String> = (1..=50_000).map(|i| format!("many/f{i:06}")).collect();
    assert!(names == wanted && pages == 25, "{} in {pages}", names.len());
}

#[tokio::test]
async fn raw_bytes_of_any_size_down_and_64_mib_up() {
    let world = World::new().await;
    world.ready().await;
    let content: Vec<u8> = (0..9_000_000u32).map(|i| (i % 251) as u8).collect();
    let (status, headers, _) =
        world.send("PUT", "/raw?path=big%20file", &[("if-none-match", "*")], &content).await;
    assert_eq!(status, StatusCode::OK);
    let tag = headers["etag"].to_str().unwrap().to_owned();
    let (status, headers, body) = world.send("GET", "/raw?path=big%20file", &[], b"").await;
    assert_eq!((status, headers["etag"].to_str().unwrap()), (StatusCode::OK, tag.as_str()));
    assert_eq!(headers["content-type"], "application/octet-stream");
    assert_eq!(headers["content-disposition"], "attachment; filename*=UTF-8''big%20file");
    assert!(body == content);
    let (status, ..) = world.send("GET", "/raw?path=big%20file", &[("if-none-match", &tag)], b"").await;
    assert_eq!(status, StatusCode::NOT_MODIFIED);
    for (header, value, wanted) in [
        ("if-none-match", "*", StatusCode::PRECONDITION_FAILED),
        ("if-match", "\"1-2\"", StatusCode::PRECONDITION_FAILED),
        ("if-match", "nonsense", StatusCode::BAD_REQUEST),
        ("if-match", tag.as_str(), StatusCode::OK),
    ] {
        let (status, ..) = world.send("PUT", "/raw?path=big%20file", &[(header, value)], b"new").await;
        assert_eq!(status, wanted, "{header}: {value}");
    }
    let (code, _) = world.refused("WriteFile", &write("x", &vec![0; 4 * 1024 * 1024 + 1], "")).await;
    assert_eq!(code, ServiceCode::TooLarge);
}

#[tokio::test]
async fn an_upload_over_the_limit_is_refused_and_leaves_nothing() {
    let world = World::new().await;
    world.ready().await;
    // Announced: refused before a byte is sent.
    let mut stream = world.spare().await;
    let head = "PUT /raw?path=big HTTP/1.1\r\nhost: a\r\ncontent-length: 67108865\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    soon("the refusal", stream.read_exact(&mut answer)).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 413");
    // Not announced: refused as soon as it is too much.
    let (mut from, mut to) = world.spare().await.into_split();
    let sending = tokio::spawn(async move {
        let _ = to
            .write_all(b"PUT /raw?path=big HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n")
            .await;
        let chunk = [b"100000\r\n".to_vec(), vec![b'x'; 1 << 20], b"\r\n".to_vec()].concat();
        for _ in 0..70 {
            if to.write_all(&chunk).await.is_err() {
                break;
            }
        }
        to
    });
    let mut answer = vec![0; 12];
    soon("the refusal", from.read_exact(&mut answer)).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 413");
    drop(sending.await);
    // Cut off: nothing remains either.
    let mut stream = world.spare().await;
    stream
        .write_all(b"PUT /raw?path=cut HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nhalf")
        .await
        .unwrap();
    drop(stream);
    eventually("nothing is left", async || {
        (std::fs::read_dir(world.workspace()).unwrap().count() == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_and_forbidden_places_are_said_clearly() {
    let world = World::new().await;
    world.ready().await;
    std::fs::create_dir(world.workspace().join("locked")).unwrap();
    let file = pb::RenameFileRequest { from: "locked".to_owned(), to: "locked/inside".to_owned() };
    assert_eq!(world.refused("RenameFile", &file).await.0, ServiceCode::InvalidArgument);
    std::fs::write(world.workspace().join("a"), "").unwrap();
    let over = pb::RenameFileRequest { from: "a".to_owned(), to: "locked".to_owned() };
    assert_eq!(world.refused("RenameFile", &over).await.0, ServiceCode::AlreadyExists);
    assert_eq!(
        world.refused("WriteFile", &write("locked", b"", "")).await.0,
        ServiceCode::FailedPrecondition
    );
    assert_eq!(world.refused("WriteFile", &write("a/b", b"", "")).await.0, ServiceCode::FailedPrecondition);
    assert_eq!(world.refused("WriteFile", &write("no/b", b"", "")).await.0, ServiceCode::NotFound);
    let mode = std::fs::metadata(world.workspace()).unwrap().permissions().mode();
    assert_eq!(mode & 0o700, 0o700);
}

#[tokio::test]
async fn changes_are_told_as_they_happen() {
    let world = World::new().await;
    world.ready().await;
    world.output(&["sh", "-c", "git init -q .; mkdir deep"]).await;
    let mut socket = world.socket("/watch").await;
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut until = async |kind: &str, path: &str| {
        while !seen.contains(&(kind.to_owned(), path.to_owned())) {
            let Some(Ok(Message::Text(text))) = soon(path, socket.next()).await else { panic!("{seen:?}") };
            let change: pb::FileChange = serde_json::from_str(text.as_str()).unwrap();
            seen.push((change.kind, change.path));
        }
    };
    until("rescan", "").await;
    let _: pb::FileEntry = world.post("WriteFile", &write("by-hand", b"1", "")).await.unwrap();
    until("created", "by-hand").await;
    world
        .output(&["sh", "-c", "echo 1 > deep/a; git add -A; git -c user.name=a -c user.email=b commit -qm x"])
        .await;
    until("created", "deep/a").await;
    world.output(&["sh", "-c", "mkdir deep/er; echo 2 >> deep/a; rm by-hand; mv deep/a deep/b"]).await;
    until("removed", "by-hand").await;
    until("created", "deep/b").await;
    assert!(seen.iter().all(|(_, path)| !path.starts_with(".git/") && !path.contains(".part~")), "{seen:?}");
}
