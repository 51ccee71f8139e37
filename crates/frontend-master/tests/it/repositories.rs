//! The repository service: create, list, share, check, starters, delete.

use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{World, commit, git, git_fails, project};

fn path(path: &str) -> Value {
    json!({ "path": path })
}

#[tokio::test]
async fn create_list_delete() {
    let world = World::start().await;
    let admin = world.admin().await;
    let (ada, bob) = (world.person(&admin, "ada").await, world.person(&admin, "bob").await);
    let create = |token: String, body: Value| {
        let world = &world;
        async move { world.call(Some(&token), "RepositoryService/CreateRepository", &body).await }
    };
    let made = create(ada.token.clone(), path("ada/demo")).await.good();
    let url = made["cloneUrl"].as_str().expect("address");
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with("/git/ada/demo.git"), "{url}");
    assert_eq!(create(ada.token.clone(), path("ada/demo")).await.code(), "already_exists");
    assert_eq!(create(ada.token.clone(), path("bob/demo")).await.code(), "permission_denied");
    assert_eq!(create(admin.token.clone(), path("bob/demo")).await.status, StatusCode::OK);
    assert_eq!(create(admin.token.clone(), path("eve/demo")).await.code(), "not_found");
    for bad in ["", "ada", "ada/", "ada/../x", "ada/x.git", "ADA/x", "ada/.x"] {
        assert_eq!(create(ada.token.clone(), path(bad)).await.code(), "invalid_argument", "{bad}");
    }
    let list = |token: &str| {
        let (world, token) = (&world, token.to_owned());
        async move {
            let listed =
                world.call(Some(&token), "RepositoryService/ListRepositories", &json!({})).await.good();
            let all = listed["repositories"].as_array().cloned().unwrap_or_default();
            all.iter().map(|one| one["path"].as_str().expect("path").to_owned()).collect::<Vec<_>>()
        }
    };
    assert_eq!(list(&ada.token).await, ["ada/demo"]);
    assert_eq!(list(&admin.token).await, ["ada/demo", "bob/demo"]);
    let too_many =
        world.call(Some(&ada.token), "RepositoryService/ListRepositories", &json!({ "limit": 201 })).await;
    assert_eq!(too_many.code(), "invalid_argument");

    // Everything about somebody else's repository looks like missing.
    for method in ["DeleteRepository", "CheckRepository", "AddStarters"] {
        let answer =
            world.call(Some(&bob.token), &format!("RepositoryService/{method}"), &path("ada/demo")).await;
        assert_eq!(answer.code(), "not_found", "{method}");
    }
    let share = json!({ "path": "ada/demo", "user": "bob", "access": "ACCESS_READ" });
    let refused = world.call(Some(&bob.token), "RepositoryService/SetAccess", &share).await;
    assert_eq!(refused.code(), "not_found");
    world.call(Some(&ada.token), "RepositoryService/SetAccess", &share).await.good();
    assert_eq!(list(&bob.token).await, ["ada/demo", "bob/demo"]);
    for method in ["DeleteRepository", "AddStarters"] {
        let answer =
            world.call(Some(&bob.token), &format!("RepositoryService/{method}"), &path("ada/demo")).await;
        assert_eq!(answer.code(), "permission_denied", "{method}");
    }
    for (user, code) in [("ada", "invalid_argument"), ("nobody", "not_found"), ("No", "invalid_argument")] {
        let body = json!({ "path": "ada/demo", "user": user, "access": "ACCESS_READ" });
        let answer = world.call(Some(&ada.token), "RepositoryService/SetAccess", &body).await;
        assert_eq!(answer.code(), code, "{user}");
    }

    world.call(Some(&ada.token), "RepositoryService/DeleteRepository", &path("ada/demo")).await.good();
    assert!(!world.repository("ada/demo").exists());
    let aside = std::fs::read_dir(world.state_dir().join("repositories/.deleted")).expect("folder").count();
    assert_eq!(aside, 1, "its bytes are kept");
    git_fails(world.folder.path(), &["ls-remote", &world.git_url(&ada, "ada/demo")]).await;
    create(ada.token.clone(), path("ada/demo")).await.good();
    world.stop().await;
}

#[tokio::test]
async fn starters_fill_an_empty_repository_and_never_overwrite() {
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    let call = |method: &'static str, body: Value| {
        let (world, token) = (&world, &ada.token);
        async move { world.call(Some(token), &format!("RepositoryService/{method}"), &body).await.good() }
    };
    call("CreateRepository", path("ada/empty")).await;
    let check = call("CheckRepository", path("ada/empty")).await;
    assert_eq!(check["empty"].as_bool(), Some(true));
    assert_eq!(check["missing"], json!(["default.nix", "shell.nix", "carrel.toml"]));
    assert!(check["advice"].as_str().expect("advice").contains("carrel repo starters ada/empty"));
    let added = call("AddStarters", path("ada/empty")).await;
    assert_eq!(added["environmentFile"].as_str(), Some("shell.nix"));
    assert!(added.get("missing").is_none() && added.get("advice").is_none(), "{added}");
    git(world.folder.path(), &["clone", "--quiet", &world.git_url(&ada, "ada/empty"), "clone"]).await;
    let clone = world.folder.path().join("clone");
    assert!(std::fs::read_to_string(clone.join("shell.nix")).expect("read").contains("mkShell"));
    assert_eq!(git(&clone, &["log", "-1", "--format=%an <%ae>"]).await, "ada <ada@users.carrel.invalid>");

    let made = json!({ "path": "ada/born", "withStarters": true });
    call("CreateRepository", made).await;
    assert_eq!(call("CheckRepository", path("ada/born")).await["hasDefaultNix"].as_bool(), Some(true));

    // A flake defines the environment already; what is there stays as it is.
    let here = project(world.folder.path(), "here", "master").await;
    commit(&here, "flake.nix", b"{ outputs = _: { }; }\n").await;
    commit(&here, "default.nix", b"mine\n").await;
    let url = world.git_url(&ada, "ada/flake");
    git(&here, &["push", "--quiet", &url, "master"]).await;
    assert_eq!(call("CheckRepository", path("ada/flake")).await["missing"], json!(["carrel.toml"]));
    let twice = tokio::join!(call("AddStarters", path("ada/flake")), call("AddStarters", path("ada/flake")));
    assert_eq!(twice.0["environmentFile"].as_str(), Some("flake.nix"));
    git(&here, &["pull", "--quiet", &url, "master"]).await;
    assert_eq!(std::fs::read(here.join("default.nix")).expect("read"), b"mine\n");
    assert!(here.join("carrel.toml").exists() && !here.join("shell.nix").exists());
    assert_eq!(git(&here, &["rev-list", "--count", "HEAD"]).await, "4", "added once, however often asked");
    git(&world.repository("ada/flake"), &["fsck", "--strict"]).await;
    world.stop().await;
}

#[tokio::test]
async fn a_folder_that_a_crash_left_behind_does_not_block_its_name() {
    let world = World::start().await;
    let admin = world.admin().await;
    let ada = world.person(&admin, "ada").await;
    std::fs::create_dir_all(world.repository("ada/demo")).expect("leftover");
    std::fs::write(world.repository("ada/demo").join("HEAD"), "garbage").expect("leftover");
    let here = project(world.folder.path(), "here", "main").await;
    git(&here, &["push", "--quiet", &world.git_url(&ada, "ada/demo"), "main"]).await;
    git(&world.repository("ada/demo"), &["fsck"]).await;
    world.stop().await;
}
