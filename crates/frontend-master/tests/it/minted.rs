//! Credentials minted for one session: one repository, and a push only with the newest fence.

use std::time::Duration;

use carrel_frontend_master::store::{
    FenceChange, SessionState, SessionStore as _, SqliteStore, UserStore as _,
};
use carrel_ids::SessionId;
use carrel_service::Random;
use carrel_service::identity::{Issuer, NewToken};
use serde_json::json;

use crate::store::session;
use crate::world::{Person, World, commit, git, git_fails, project};

#[tokio::test]
async fn a_minted_credential_reaches_as_far_as_its_fence_and_its_person() {
    let world = World::start().await;
    let admin = world.admin().await;
    let (ada, bob) = (world.person(&admin, "ada").await, world.person(&admin, "bob").await);
    let here = project(world.folder.path(), "here", "main").await;
    for path in ["ada/demo", "ada/other"] {
        git(&here, &["push", "--quiet", &world.git_url(&ada, path), "main"]).await;
    }
    let store = SqliteStore::open(&world.state_dir().join("frontend-master.sqlite")).await.expect("open");
    let user = store.user_by_name(&bob.name.parse().expect("name")).await.expect("find").expect("bob");
    let mut record = session(5, &user, "");
    record.state = SessionState::Ready;
    record.fence = store.put_session(&record, FenceChange::Allocate).await.expect("put");
    let issuer = Issuer::open(
        &world.state_dir().join("identity.key"),
        "carrel",
        world.clock.clone(),
        Random::system(),
    )
    .expect("key");
    let mint = |session: &SessionId, fence| Person {
        name: "session".to_owned(),
        password: String::new(),
        token: issuer.issue(NewToken::git(session, "ada/demo", fence)).expect("mint").token,
    };
    let share = |access: &'static str| {
        let body = json!({ "path": "ada/demo", "user": "bob", "access": access });
        let (world, token) = (&world, &ada.token);
        async move { world.call(Some(token), "RepositoryService/SetAccess", &body).await.good() }
    };
    let minted = mint(&record.id, record.fence);
    let url = world.git_url(&minted, "ada/demo");

    // Bob has no access: neither has his session.
    git_fails(&here, &["ls-remote", &url]).await;
    share("ACCESS_READ").await;
    git(&here, &["ls-remote", &url]).await;
    commit(&here, "one", b"1").await;
    let refused = git_fails(&here, &["push", &url, "main"]).await;
    assert!(refused.contains("write access"), "{refused}");
    share("ACCESS_WRITE").await;
    git(&here, &["push", "--quiet", &url, "main"]).await;
    // Another repository of the same owner is out of reach, and nothing is created by it.
    git_fails(&here, &["ls-remote", &world.git_url(&minted, "ada/other")]).await;
    git_fails(&here, &["push", &world.git_url(&minted, "bob/new"), "main"]).await;
    // It opens nothing but git.
    let who = world.call(Some(&minted.token), "AuthService/WhoAmI", &json!({})).await;
    assert!(matches!(who.status.as_u16(), 401 | 403), "{who:?}");

    // The session moves on: the old slot may read what it works on, and no longer push.
    record.fence = store.put_session(&record, FenceChange::Allocate).await.expect("put");
    commit(&here, "two", b"2").await;
    git(&here, &["ls-remote", &url]).await;
    let refused = git_fails(&here, &["push", &url, "main"]).await;
    assert!(refused.contains("newest slot"), "{refused}");
    let newest = world.git_url(&mint(&record.id, record.fence), "ada/demo");
    git(&here, &["push", "--quiet", &newest, "main"]).await;
    let never = world.git_url(&mint(&SessionId::from_random(99), record.fence), "ada/demo");
    git_fails(&here, &["ls-remote", &never]).await;

    record.state = SessionState::Closed;
    store.put_session(&record, FenceChange::Keep).await.expect("put");
    let refused = git_fails(&here, &["ls-remote", &newest]).await;
    assert!(refused.contains("session is over"), "{refused}");

    world.clock.advance(Duration::from_secs(3_600 + 120));
    let refused = git_fails(&here, &["ls-remote", &newest]).await;
    assert!(refused.contains("Authentication failed"), "{refused}");
    world.stop().await;
}
