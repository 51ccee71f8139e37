//! Git with the real client: push, clone, fetch, who may, many at once.

use http::StatusCode;
use serde_json::json;

use crate::world::{World, commit, git, git_fails, git_raw, project};

#[tokio::test]
async fn push_creates_clone_reads_fetch_follows() {
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let here = project(world.folder.path(), "here", "master").await;
    let url = world.git_url(&ada, "ada/demo");
    git(&here, &["push", "--quiet", &url, "master"]).await;

    // HEAD of the new repository says "main"; a clone must find "master" nevertheless.
    git(world.folder.path(), &["clone", "--quiet", &url, "there"]).await;
    let there = world.folder.path().join("there");
    assert_eq!(std::fs::read(there.join("README")).expect("read"), b"hello\n");

    commit(&there, "more", b"more\n").await;
    git(&there, &["push", "--quiet", "origin", "HEAD"]).await;
    git(&here, &["pull", "--quiet", &url, "master"]).await;
    assert!(here.join("more").exists());

    // The password works as well as a token, and a partial clone is served.
    let by_password = url.replace(&ada.token, "password%20of%20ada");
    git(world.folder.path(), &["clone", "--quiet", "--bare", "--filter=blob:none", &by_password, "bare"])
        .await;
    let wrong = url.replace(&ada.token, "wrong%20password");
    let refused = git_fails(world.folder.path(), &["ls-remote", &wrong]).await;
    assert!(refused.contains("Authentication failed"), "{refused}");

    let bare = world.repository("ada/demo");
    git(&bare, &["fsck", "--strict"]).await;
    world.stop().await;
}

#[tokio::test]
async fn a_long_negotiation_arrives_compressed() {
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let here = project(world.folder.path(), "here", "main").await;
    let url = world.git_url(&ada, "ada/demo");
    git(&here, &["push", "--quiet", &url, "main"]).await;
    let there = project(world.folder.path(), "there", "main").await;
    for n in 0..40 {
        git(&there, &["commit", "--quiet", "--allow-empty", "-m", &n.to_string()]).await;
    }
    git(&there, &["-c", "protocol.version=2", "fetch", "--quiet", &url, "main"]).await;
    // The same with the oldest protocol, whose requests repeat everything and are compressed beyond 1 KiB.
    git(&there, &["-c", "protocol.version=0", "fetch", "--quiet", &url, "main"]).await;
    world.stop().await;
}

#[tokio::test]
async fn what_is_not_yours_looks_like_missing() {
    let world = World::start().await;
    let admin = world.admin().await;
    let (ada, bob) = (world.person(&admin, "ada").await, world.person(&admin, "bob").await);
    let here = project(world.folder.path(), "here", "main").await;
    git(&here, &["push", "--quiet", &world.git_url(&ada, "ada/demo"), "main"]).await;

    let bearer = format!("Bearer {}", bob.token);
    let ask = |path: &'static str| {
        let bearer = bearer.clone();
        let world = &world;
        async move { world.get(path, &[("authorization", &bearer)]).await }
    };
    let private = ask("/git/ada/demo.git/info/refs?service=git-upload-pack").await;
    let missing = ask("/git/ada/nope.git/info/refs?service=git-upload-pack").await;
    assert_eq!((private.status, missing.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!(private.text().replace("demo", "nope"), missing.text());
    let push = ask("/git/ada/nope.git/info/refs?service=git-receive-pack").await;
    assert_eq!(push.status, StatusCode::NOT_FOUND, "nobody creates in somebody else's name");
    assert!(!world.repository("ada/nope").exists());
    let stranger = world.get("/git/ada/demo.git/info/refs?service=git-upload-pack", &[]).await;
    let nothing = world.get("/git/ada/nope.git/info/refs?service=git-upload-pack", &[]).await;
    assert_eq!((stranger.status, nothing.status), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
    assert!(stranger.headers.contains_key("www-authenticate"));

    let share = |access: &'static str| {
        let body = json!({ "path": "ada/demo", "user": "bob", "access": access });
        let (world, token) = (&world, &ada.token);
        async move { world.call(Some(token), "RepositoryService/SetAccess", &body).await.good() }
    };
    let url = world.git_url(&bob, "ada/demo");
    share("ACCESS_READ").await;
    git(world.folder.path(), &["clone", "--quiet", &url, "bobs"]).await;
    let bobs = world.folder.path().join("bobs");
    commit(&bobs, "from-bob", b"x").await;
    let refused = git_fails(&bobs, &["push", &url, "main"]).await;
    assert!(refused.contains("403") && refused.contains("write access"), "{refused}");
    share("ACCESS_WRITE").await;
    git(&bobs, &["push", "--quiet", &url, "main"]).await;
    share("ACCESS_NONE").await;
    git_fails(&bobs, &["ls-remote", &url]).await;
    // An admin reaches everything.
    git(&bobs, &["ls-remote", &world.git_url(&admin, "ada/demo")]).await;
    world.stop().await;
}

#[tokio::test]
async fn many_push_at_once_and_one_branch_has_one_winner() {
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let url = world.git_url(&ada, "ada/demo");
    let mut clones = Vec::new();
    for n in 0..6 {
        let clone = project(world.folder.path(), &format!("c{n}"), "main").await;
        commit(&clone, "who", format!("{n}").as_bytes()).await;
        clones.push(clone);
    }
    // The repository does not exist yet: six first pushes, each to its own branch.
    let branches: Vec<String> = (0..clones.len()).map(|n| format!("main:branch-{n}")).collect();
    let pushes = clones.iter().zip(&branches).map(|(clone, branch)| {
        let url = &url;
        async move { git(clone, &["push", "--quiet", url, branch]).await }
    });
    futures::future::join_all(pushes).await;
    let contenders = clones.iter().map(|clone| {
        let url = &url;
        async move { git_raw(clone, &["push", "--quiet", url, "main:one"]).await }
    });
    let outcomes = futures::future::join_all(contenders).await;
    assert_eq!(outcomes.iter().filter(|output| output.status.success()).count(), 1);

    let bare = world.repository("ada/demo");
    git(&bare, &["fsck", "--strict"]).await;
    let refs = git(&bare, &["for-each-ref", "--format=%(refname)"]).await;
    assert_eq!(refs.lines().count(), 7, "{refs}");
    world.stop().await;
}

#[tokio::test]
async fn git_answers_on_its_own_host() {
    let world = World::start_with(|config| config.domain = "localhost".to_owned()).await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let here = project(world.folder.path(), "here", "main").await;
    git(&here, &["push", "--quiet", &world.git_url(&ada, "ada/demo"), "main"]).await;
    let bearer = format!("Bearer {}", ada.token);
    let path = "/ada/demo.git/info/refs?service=git-upload-pack";
    let elsewhere = world.get(path, &[("authorization", &bearer)]).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    let wanted = format!("git.localhost:{}", world.public.port());
    let refs = world.get(path, &[("authorization", &bearer), ("host", &wanted)]).await;
    assert_eq!(refs.status, StatusCode::OK, "{refs:?}");
    assert!(refs.text().contains("git-upload-pack"));
    let page = world.get("/ada/demo.git/", &[("authorization", &bearer), ("host", &wanted)]).await;
    assert!(page.status.is_client_error(), "{page:?}");
    world.stop().await;
}
