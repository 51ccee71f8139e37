//! Looking into repositories: branches, folders, files, history, changes, downloads.

use http::StatusCode;
use serde_json::{Value, json};

use crate::client::Answer;
use crate::world::{Person, World, commit, git, project};

async fn ask(world: &World, person: &Person, method: &str, body: Value) -> Answer {
    world.call(Some(&person.token), &format!("BrowseService/{method}"), &body).await
}

fn names(answer: &Value, list: &str, key: &str) -> Vec<String> {
    let all = answer[list].as_array().cloned().unwrap_or_default();
    all.iter().map(|one| one[key].as_str().unwrap_or_default().to_owned()).collect()
}

/// A world in which ada has pushed a folder as `ada/demo`.
async fn pushed(fill: impl AsyncFnOnce(&std::path::Path)) -> (World, Person, Person) {
    let world = World::start().await;
    let admin = world.admin().await;
    let (ada, bob) = (world.person(&admin, "ada").await, world.person(&admin, "bob").await);
    let here = project(world.folder.path(), "here", "main").await;
    fill(&here).await;
    git(&here, &["push", "--quiet", &world.git_url(&ada, "ada/demo"), "--all"]).await;
    git(&here, &["push", "--quiet", &world.git_url(&ada, "ada/demo"), "--tags"]).await;
    (world, ada, bob)
}

/// Two commits on `main`, a tag there, and a change on `work/x`.
async fn grown() -> (World, Person, Person) {
    pushed(async |here| {
        std::fs::create_dir_all(here.join("src/deep")).expect("folder");
        commit(here, "src/a.v", b"module a;\nendmodule\n").await;
        commit(here, "src/deep/b.txt", b"b\n").await;
        git(here, &["tag", "-a", "-m", "first", "v1"]).await;
        git(here, &["checkout", "--quiet", "-b", "work/x"]).await;
        commit(here, "src/a.v", b"module a;\n// changed\nendmodule\n").await;
    })
    .await
}

fn source(revision: &str) -> Value {
    json!({ "path": "ada/demo", "revision": revision, "file": "src/a.v" })
}

#[tokio::test]
async fn branches_and_folders() {
    let (world, ada, _) = grown().await;
    let refs = ask(&world, &ada, "ListRefs", json!({ "path": "ada/demo" })).await.good();
    assert_eq!(names(&refs, "refs", "name"), ["main", "work/x", "v1"]);
    assert_eq!(refs["refs"][0]["isDefault"].as_bool(), Some(true));
    assert_eq!(refs["refs"][2]["commit"], refs["refs"][0]["commit"], "an annotated tag shows its commit");
    let page = ask(&world, &ada, "ListRefs", json!({ "path": "ada/demo", "limit": 2 })).await.good();
    let next = json!({ "path": "ada/demo", "limit": 2, "after": page["next"] });
    assert_eq!(names(&ask(&world, &ada, "ListRefs", next).await.good(), "refs", "name"), ["v1"]);

    let top = ask(&world, &ada, "ListFolder", json!({ "path": "ada/demo" })).await.good();
    assert_eq!(names(&top, "entries", "file"), ["src", "README"], "folders first");
    assert_eq!(top["revision"].as_str(), Some("main"));
    assert_eq!(top["entries"][1]["size"].as_str(), Some("6"));
    assert_eq!(top["latest"]["subject"].as_str(), Some("src/deep/b.txt"));
    let src = json!({ "path": "ada/demo", "folder": "src", "limit": 1 });
    let first = ask(&world, &ada, "ListFolder", src.clone()).await.good();
    let mut second = src;
    second["after"] = first["next"].clone();
    let second = ask(&world, &ada, "ListFolder", second).await.good();
    assert_eq!(
        (names(&first, "entries", "file"), names(&second, "entries", "file")),
        (vec!["src/deep".to_owned()], vec!["src/a.v".to_owned()])
    );
    assert!(second.get("next").is_none(), "{second}");
    world.stop().await;
}

#[tokio::test]
async fn files_and_their_history() {
    let (world, ada, _) = grown().await;
    assert_eq!(
        ask(&world, &ada, "GetFile", source("v1")).await.good()["text"].as_str(),
        Some("module a;\nendmodule\n")
    );
    let changed = ask(&world, &ada, "GetFile", source("work/x")).await.good();
    assert!(changed["text"].as_str().expect("text").contains("// changed"));
    let history = ask(&world, &ada, "ListCommits", source("work/x")).await.good();
    assert_eq!(names(&history, "commits", "subject"), ["src/a.v", "src/a.v"]);
    let all = json!({ "path": "ada/demo", "revision": "work/x", "limit": 3 });
    let page = ask(&world, &ada, "ListCommits", all).await.good();
    let rest = json!({ "path": "ada/demo", "limit": 3, "after": page["next"] });
    let rest = ask(&world, &ada, "ListCommits", rest).await.good();
    assert_eq!(
        (names(&page, "commits", "id").len(), names(&rest, "commits", "subject")),
        (3, vec!["README".to_owned()])
    );

    let id = changed["commit"].as_str().expect("id");
    let view = ask(&world, &ada, "GetCommit", json!({ "path": "ada/demo", "commit": id })).await.good();
    assert_eq!(
        view["changes"][0]["patch"].as_str(),
        Some("@@ -1,2 +1,3 @@\n module a;\n+// changed\n endmodule\n")
    );
    assert_eq!(
        (view["changes"][0]["additions"].as_u64(), view["changes"][0].get("deletions")),
        (Some(1), None)
    );
    let root = rest["commits"][0]["id"].as_str().expect("id");
    let view =
        ask(&world, &ada, "GetCommit", json!({ "path": "ada/demo", "commit": &root[..9] })).await.good();
    assert_eq!(view["changes"][0]["kind"].as_str(), Some("CHANGE_KIND_ADDED"));
    world.stop().await;
}

#[tokio::test]
async fn nothing_for_a_stranger_and_all_of_it_for_a_reader() {
    let (world, ada, bob) = grown().await;
    let refs = ask(&world, &ada, "ListRefs", json!({ "path": "ada/demo" })).await.good();
    let id = refs["refs"][0]["commit"].as_str().expect("id");
    // Not even that it is there.
    let asked = [
        ("ListRefs", json!({ "path": "ada/demo" })),
        ("ListFolder", json!({ "path": "ada/demo" })),
        ("GetFile", source("")),
        ("ListCommits", json!({ "path": "ada/demo" })),
        ("GetCommit", json!({ "path": "ada/demo", "commit": id })),
    ];
    for (method, body) in asked.clone() {
        let there = ask(&world, &bob, method, body.clone()).await;
        let mut elsewhere = body;
        elsewhere["path"] = "ada/nothing".into();
        let nowhere = ask(&world, &bob, method, elsewhere).await;
        assert_eq!(
            (there.status, there.text().replace("demo", "nothing")),
            (nowhere.status, nowhere.text()),
            "{method}"
        );
        assert_eq!(there.status, StatusCode::NOT_FOUND);
    }
    let share = json!({ "path": "ada/demo", "user": "bob", "access": "ACCESS_READ" });
    world.call(Some(&ada.token), "RepositoryService/SetAccess", &share).await.good();
    for (method, body) in asked {
        ask(&world, &bob, method, body).await.good();
    }
    world.stop().await;
}

#[tokio::test]
async fn an_empty_repository_and_what_is_not_there() {
    let (world, ada, _) = pushed(async |_| {}).await;
    let create = json!({ "path": "ada/empty" });
    world.call(Some(&ada.token), "RepositoryService/CreateRepository", &create).await.good();
    for method in ["ListRefs", "ListFolder", "ListCommits"] {
        assert_eq!(ask(&world, &ada, method, create.clone()).await.good(), json!({}), "{method}");
    }
    for (method, more, code) in [
        ("GetFile", json!({ "path": "ada/empty", "file": "x" }), "not_found"),
        ("ListFolder", json!({ "path": "ada/empty", "folder": "x" }), "not_found"),
        ("GetFile", json!({ "path": "ada/demo", "file": "nothing" }), "not_found"),
        ("GetFile", json!({ "path": "ada/demo" }), "invalid_argument"),
        ("ListFolder", json!({ "path": "ada/demo", "folder": "README" }), "not_found"),
        ("ListFolder", json!({ "path": "ada/demo", "folder": "../x" }), "invalid_argument"),
        ("ListFolder", json!({ "path": "ada/demo", "limit": 1001 }), "invalid_argument"),
        ("ListCommits", json!({ "path": "ada/demo", "after": "--all.1" }), "invalid_argument"),
        ("GetCommit", json!({ "path": "ada/demo" }), "invalid_argument"),
        ("GetCommit", json!({ "path": "ada/demo", "commit": "f".repeat(40) }), "not_found"),
    ] {
        assert_eq!(ask(&world, &ada, method, more.clone()).await.code(), code, "{method} {more}");
    }
    // Git's language for revisions is closed: ranges, searches, the work of others, options.
    for revision in
        ["main..x", "main~1", "main^{/x}", ":/hello", "@{-1}", "--all", "-x", "main:README", "a b", "\u{0}"]
    {
        let body = json!({ "path": "ada/demo", "revision": revision });
        assert_eq!(ask(&world, &ada, "ListFolder", body).await.code(), "invalid_argument", "{revision}");
    }
    let body = json!({ "path": "ada/demo", "revision": "no-such" });
    assert_eq!(ask(&world, &ada, "ListFolder", body).await.code(), "not_found");
    world.stop().await;
}

#[tokio::test]
async fn hostile_names_and_contents_are_data() {
    let evil = "<img src=x onerror=alert(1)>\n%41.html";
    let (world, ada, bob) = pushed(async |here| {
        commit(here, evil, b"<script>alert(1)</script>").await;
        commit(here, "bin", b"\0\x01\x02").await;
        commit(here, "pic", b"\x89PNG\r\n\x1a\n\0\0\0\0").await;
        commit(here, "latin", b"caf\xe9\n").await;
        commit(here, "big", &b"0123456789abcdef\n".repeat(100_000)).await;
        std::os::unix::fs::symlink("/etc/passwd", here.join("link")).expect("link");
        commit(here, "--output=x", b"option\n").await;
        commit(here, ":(top)x", b"magic\n").await;
    })
    .await;
    let top = ask(&world, &ada, "ListFolder", json!({ "path": "ada/demo" })).await.good();
    let listed = top["entries"].as_array().expect("entries").clone();
    let entry = |name: &str| listed.iter().find(|it| it["name"] == name).expect(name).clone();
    let get = |name: &str| {
        let (world, ada, file) = (&world, &ada, entry(name)["file"].clone());
        async move { ask(world, ada, "GetFile", json!({ "path": "ada/demo", "file": file })).await.good() }
    };
    assert_eq!(get(evil).await["text"].as_str(), Some("<script>alert(1)</script>"));
    assert_eq!(get("--output=x").await["text"].as_str(), Some("option\n"));
    assert_eq!(get(":(top)x").await["text"].as_str(), Some("magic\n"));
    let bin = get("bin").await;
    assert!(bin["binary"].as_bool() == Some(true) && bin.get("text").is_none(), "{bin}");
    assert_eq!(get("pic").await["pictureType"].as_str(), Some("image/png"));
    assert_eq!(get("latin").await["lossy"].as_bool(), Some(true));
    let big = get("big").await;
    assert_eq!((big["truncated"].as_bool(), big["size"].as_str()), (Some(true), Some("1700000")));
    assert!(big["text"].as_str().expect("text").len() <= 512 * 1024);
    let link = get("link").await;
    assert_eq!(
        (link["kind"].as_str(), link["text"].as_str()),
        (Some("ENTRY_KIND_LINK"), Some("/etc/passwd"))
    );
    let history = json!({ "path": "ada/demo", "file": entry("--output=x")["file"] });
    assert_eq!(names(&ask(&world, &ada, "ListCommits", history).await.good(), "commits", "subject").len(), 1);

    // A download is an attachment without a type, for readers only.
    let file = entry(evil)["file"].as_str().expect("file").replace('%', "%25");
    let raw = |token: Option<&str>, query: &str| {
        let header = token.map(|token| format!("Bearer {token}"));
        let (world, path) = (&world, format!("/raw/ada/demo?{query}"));
        async move {
            let headers: Vec<_> = header.iter().map(|value| ("authorization", value.as_str())).collect();
            world.get(&path, &headers).await
        }
    };
    let got = raw(Some(&ada.token), &format!("at=main&file={file}")).await;
    assert_eq!((got.status, got.text().as_str()), (StatusCode::OK, "<script>alert(1)</script>"));
    let header = |name: &str| got.headers[name].to_str().expect("text").to_owned();
    assert_eq!(header("content-type"), "application/octet-stream");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(
        header("content-disposition").starts_with("attachment; filename*=UTF-8''%3Cimg"),
        "{}",
        header("content-disposition")
    );
    assert!(header("content-security-policy").contains("sandbox"));
    assert_eq!(raw(Some(&ada.token), "file=big").await.body.len(), 1_700_000);
    assert_eq!(raw(Some(&ada.token), "file=link").await.text(), "/etc/passwd", "the link, not what it names");
    assert_eq!(raw(None, "file=big").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(raw(Some(&bob.token), "file=big").await.status, StatusCode::NOT_FOUND);
    for (query, status) in
        [("", 400), ("file=../x", 400), ("file=nothing", 404), ("at=--all&file=big", 400), ("file=%FF", 404)]
    {
        assert_eq!(raw(Some(&ada.token), query).await.status.as_u16(), status, "{query}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_commit_with_too_much_in_it_is_cut_off() {
    let (world, ada, _) = pushed(async |here| {
        for number in 0..320 {
            std::fs::write(here.join(format!("f{number:03}")), format!("{number}\n")).expect("write");
        }
        commit(here, "long", &b"line\n".repeat(30_000)).await;
        git(here, &["mv", "long", "longer"]).await;
        git(here, &["rm", "--quiet", "f000"]).await;
        commit(here, "f001", b"changed\n").await;
    })
    .await;
    let commits = ask(&world, &ada, "ListCommits", json!({ "path": "ada/demo" })).await.good();
    let view = |at: usize| {
        let (world, ada, id) = (&world, &ada, commits["commits"][at]["id"].clone());
        async move { ask(world, ada, "GetCommit", json!({ "path": "ada/demo", "commit": id })).await.good() }
    };
    let big = view(1).await;
    assert_eq!(
        (big["changes"].as_array().map(Vec::len), big["truncated"].as_bool()),
        (Some(300), Some(true))
    );
    let small = view(0).await;
    let kinds: Vec<_> = names(&small, "changes", "kind");
    assert_eq!(kinds, ["CHANGE_KIND_DELETED", "CHANGE_KIND_MODIFIED", "CHANGE_KIND_RENAMED"]);
    assert_eq!(small["changes"][2]["oldName"].as_str(), Some("long"));
    world.stop().await;
}
