//! What every store must do; SQLite today, PostgreSQL by adding one line to `on_every_store`.

use std::future::Future;
use std::sync::Arc;

use carrel_frontend_master::store::*;
use carrel_ids::{NodeId, SessionId, UserId};

/// Runs a test on each kind of store, each time on an empty one.
async fn on_every_store<F, Fut>(test: F)
where
    F: Fn(SharedStore) -> Fut,
    Fut: Future<Output = ()>,
{
    let folder = tempfile::tempdir().expect("temporary folder");
    let store = SqliteStore::open(&folder.path().join("store.sqlite")).await.expect("open");
    test(Arc::new(store)).await;
}

fn user(n: u128, name: &str, role: Role) -> UserRecord {
    UserRecord {
        id: UserId::from_random(n),
        name: name.parse().expect("name"),
        role,
        password_hash: None,
        disabled: false,
        epoch: 0,
        created_at: i64::try_from(n).expect("small"),
    }
}

fn token(id: &str, owner: &UserRecord, expires_at: i64) -> TokenRecord {
    TokenRecord {
        id: id.to_owned(),
        user_id: owner.id.clone(),
        expires_at,
        name: String::new(),
        client: "a test".to_owned(),
        created_at: 5,
    }
}

pub(crate) fn session(n: u128, owner: &UserRecord, request: &str) -> SessionRecord {
    SessionRecord {
        id: SessionId::from_random(n),
        user_id: owner.id.clone(),
        user_name: owner.name.to_string(),
        repository: "ada/demo".to_owned(),
        slot_class: SlotClass::Burst,
        egress: Egress::Exam,
        with_environment: true,
        state: SessionState::Claiming,
        reason: String::new(),
        only_node: "no-chosen".parse().ok(),
        node_id: None,
        slot_id: None,
        fence: 0,
        request_id: request.to_owned(),
        created_at: i64::try_from(n).expect("small"),
        updated_at: i64::try_from(n).expect("small"),
        timeline: vec![(SessionState::Claiming, 5)],
    }
}

#[tokio::test]
async fn accounts() {
    on_every_store(|store| async move {
        let ada = user(1, "ada", Role::Admin);
        assert!(store.create_first_user(&ada).await.expect("first").is_some());
        assert!(store.create_first_user(&user(2, "eve", Role::Admin)).await.expect("second").is_none());
        let bob = user(3, "bob", Role::Learner);
        store.create_user(&bob).await.expect("create");
        let again = store.create_user(&user(4, "bob", Role::Learner)).await;
        assert!(matches!(again, Err(StoreError::NameTaken { .. })));
        assert_eq!(store.user_by_name(&bob.name).await.expect("find").as_ref(), Some(&bob));
        assert_eq!(store.user_by_id(&ada.id).await.expect("find").as_ref(), Some(&ada));
        assert_eq!(store.user_by_name(&"eve".parse().expect("name")).await.expect("find"), None);
        let names = |users: Vec<UserRecord>| users.iter().map(|u| u.name.to_string()).collect::<Vec<_>>();
        assert_eq!(names(store.list_users("", 1).await.expect("list")), ["ada"]);
        assert_eq!(names(store.list_users("ada", 9).await.expect("list")), ["bob"]);
    })
    .await;
}

#[tokio::test]
async fn imports_are_remembered_until_they_are_old() {
    on_every_store(|store| async move {
        let mut import = ImportRecord {
            id: "one".to_owned(),
            user_id: UserId::from_random(1),
            path: "ada/copy".parse().expect("path"),
            url: "https://git.example/x".to_owned(),
            standing: ImportStanding::Running,
            detail: "receiving".to_owned(),
            bytes: 0,
            started_at: 10,
            ended_at: 0,
        };
        store.put_import(&import, 1_000).await.expect("store");
        assert_eq!(
            store.imports(9).await.expect("list"),
            std::slice::from_ref(&import),
            "one that runs stays"
        );
        for (standing, ended_at) in ImportStanding::ALL.iter().zip(20..) {
            import.standing = *standing;
            import.ended_at = ended_at;
            import.bytes += 1;
            store.put_import(&import, 0).await.expect("change");
            assert_eq!(store.imports(9).await.expect("list"), std::slice::from_ref(&import));
        }
        let next = ImportRecord { id: "two".to_owned(), started_at: 30, ended_at: 0, ..import.clone() };
        store.put_import(&next, 0).await.expect("store");
        assert_eq!(store.imports(9).await.expect("list"), [next.clone(), import.clone()]);
        assert_eq!(store.imports(1).await.expect("list"), std::slice::from_ref(&next));
        store.put_import(&next, import.ended_at + 1).await.expect("store");
        assert_eq!(store.imports(9).await.expect("list"), [next]);
    })
    .await;
}

#[tokio::test]
async fn the_last_admin_stays() {
    on_every_store(|store| async move {
        let (ada, bob) = (user(1, "ada", Role::Admin), user(2, "bob", Role::Admin));
        store.create_user(&ada).await.expect("create");
        store.create_user(&bob).await.expect("create");
        assert!(store.set_user_disabled(&ada.name, true).await.expect("disable").disabled);
        let refused = store.set_user_disabled(&bob.name, true).await;
        assert!(matches!(refused, Err(StoreError::LastAdmin { .. })), "{refused:?}");
        assert_eq!(store.first_admin().await.expect("admin").expect("one").name, bob.name);
        assert!(!store.set_user_disabled(&ada.name, false).await.expect("enable").disabled);
        store.set_user_disabled(&bob.name, true).await.expect("disable");
        let nobody = store.set_user_disabled(&"eve".parse().expect("name"), true).await;
        assert!(matches!(nobody, Err(StoreError::Missing { .. })));
    })
    .await;
}

#[tokio::test]
async fn two_admins_who_disable_each_other_at_once_leave_one() {
    on_every_store(|store| async move {
        let (ada, bob) = (user(1, "ada", Role::Admin), user(2, "bob", Role::Admin));
        store.create_user(&ada).await.expect("create");
        store.create_user(&bob).await.expect("create");
        let (a, b) =
            tokio::join!(store.set_user_disabled(&ada.name, true), store.set_user_disabled(&bob.name, true));
        assert!(a.is_ok() != b.is_ok());
    })
    .await;
}

#[tokio::test]
async fn links_work_once_and_in_time() {
    on_every_store(|store| async move {
        let ada = user(1, "ada", Role::Admin);
        store.create_user(&ada).await.expect("create");
        let link =
            |byte, expires_at| LinkRecord { secret_hash: [byte; 32], user_id: ada.id.clone(), expires_at };
        store.put_link(&link(1, 100), 0).await.expect("put");
        store.put_link(&link(2, 100), 0).await.expect("put");
        assert_eq!(store.take_link(&[1; 32], 100).await.expect("take"), Some(ada.id.clone()));
        assert_eq!(store.take_link(&[1; 32], 100).await.expect("take"), None);
        assert_eq!(store.take_link(&[2; 32], 101).await.expect("take"), None);
        assert_eq!(store.take_link(&[3; 32], 0).await.expect("take"), None);
        store.put_link(&link(4, 100), 0).await.expect("put");
        let hash = [4; 32];
        let takers = futures::future::join_all((0..8).map(|_| store.take_link(&hash, 0))).await;
        assert_eq!(takers.iter().filter(|taken| matches!(taken, Ok(Some(_)))).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn tokens_follow_credentials() {
    on_every_store(|store| async move {
        let ada = user(1, "ada", Role::Admin);
        store.create_user(&ada).await.expect("create");
        let changed = |result| assert!(matches!(result, Err(StoreError::CredentialsChanged)), "{result:?}");
        store.record_token(&token("t1", &ada, 50), 0, None, 0).await.expect("record");
        changed(store.record_token(&token("t2", &ada, 50), 1, None, 0).await);
        store.record_token(&token("t3", &ada, 50), 0, Some("t1"), 0).await.expect("renew");
        changed(store.record_token(&token("t4", &ada, 50), 0, Some("t9"), 0).await);
        store.set_password(&ada.id, 0, "hash").await.expect("password");
        changed(store.set_password(&ada.id, 0, "other").await);
        changed(store.record_token(&token("t5", &ada, 50), 0, None, 0).await);
        store.record_token(&token("t5", &ada, 50), 1, None, 0).await.expect("record");

        let ids = |list: &[RevocationRecord]| list.iter().map(|r| r.token_id.clone()).collect::<Vec<_>>();
        let one = store.revoke(&ada.id, &RevokeTokens::One("t1".into()), 90, 0).await.expect("revoke");
        assert_eq!(ids(&one), ["t1"]);
        assert_eq!(one[0].forget_after, 50);
        assert!(
            store.revoke(&ada.id, &RevokeTokens::One("t1".into()), 90, 0).await.expect("again").is_empty()
        );
        changed(store.record_token(&token("t6", &ada, 50), 1, Some("t1"), 0).await);
        let but = store.revoke(&ada.id, &RevokeTokens::AllBut("t5".into()), 90, 0).await.expect("revoke");
        assert_eq!(ids(&but), ["t3"]);
        let all = store.revoke(&ada.id, &RevokeTokens::All { before: 7 }, 90, 0).await.expect("revoke");
        assert_eq!(ids(&all), ["t5", ""]);
        assert_eq!((all[1].before, all[1].forget_after), (7, 90));
        assert_eq!(store.revocations(0).await.expect("list").len(), 4);
        assert_eq!(ids(&store.revocations(51).await.expect("list")), [""]);
        store.forget_ended_tokens(91).await.expect("forget");
        assert!(store.revocations(0).await.expect("list").is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_login_is_one_row_with_its_renewals_and_ends_as_one() {
    on_every_store(|store| async move {
        let (ada, bob) = (user(1, "ada", Role::Learner), user(2, "bob", Role::Learner));
        for one in [&ada, &bob] {
            store.create_user(one).await.expect("create");
        }
        store.record_token(&token("t1", &ada, 100), 0, None, 0).await.expect("record");
        let renewal = TokenRecord { client: String::new(), created_at: 9, ..token("t2", &ada, 200) };
        store.record_token(&renewal, 0, Some("t1"), 0).await.expect("renew");
        store.record_token(&token("t3", &ada, 300), 0, Some("t2"), 0).await.expect("renew the renewal");
        store.record_token(&token("b1", &bob, 100), 0, None, 0).await.expect("record");
        let named = TokenRecord { name: "ci".to_owned(), created_at: 20, ..token("n1", &ada, 900) };
        store.record_token(&named, 0, None, 0).await.expect("record");
        assert_eq!(store.token("n1").await.expect("find"), Some(named));
        store.note_used(&[("t2".to_owned(), 70), ("gone".to_owned(), 1)]).await.expect("note");
        store.note_used(&[("t2".to_owned(), 60)]).await.expect("an older note changes nothing");
        let logins = store.logins(&ada.id, 150).await.expect("list");
        let seen: Vec<_> =
            logins.iter().map(|it| (it.id.as_str(), it.name.as_str(), it.created_at)).collect();
        assert_eq!(seen, [("n1", "ci", 20), ("t1", "", 5)], "the first token has ended, its login has not");
        assert_eq!((logins[1].used_at, logins[1].expires_at, logins[1].client.as_str()), (70, 300, "a test"));
        assert_eq!(logins[1].tokens, ["t2", "t3"]);
        // By its own name, by a renewal, and nobody else's.
        let end = |id: &str| RevokeTokens::Login(id.to_owned());
        assert!(store.revoke(&ada.id, &end("b1"), 0, 0).await.expect("not hers").is_empty());
        assert!(store.revoke(&ada.id, &end("gone"), 0, 0).await.expect("none").is_empty());
        assert_eq!(store.revoke(&ada.id, &end("t3"), 0, 0).await.expect("end").len(), 3);
        assert_eq!(store.logins(&ada.id, 0).await.expect("list").len(), 1);
        assert_eq!(store.logins(&bob.id, 0).await.expect("list").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn live_tokens_are_bounded() {
    on_every_store(|store| async move {
        let ada = user(1, "ada", Role::Admin);
        store.create_user(&ada).await.expect("create");
        for n in 0..LIVE_TOKENS_MAX {
            store.record_token(&token(&n.to_string(), &ada, 50), 0, None, 0).await.expect("record");
        }
        let more = store.record_token(&token("more", &ada, 50), 0, None, 0).await;
        assert!(matches!(more, Err(StoreError::TooManyTokens)));
        store.record_token(&token("later", &ada, 90), 0, None, 51).await.expect("the others have ended");
    })
    .await;
}

#[tokio::test]
async fn repositories_and_grants() {
    on_every_store(|store| async move {
        let path = |text: &str| text.parse::<carrel_frontend_master::names::RepositoryPath>().expect("path");
        let name = |text: &str| text.parse::<carrel_frontend_master::names::UserName>().expect("name");
        for text in ["ada/a", "ada/b", "bob/a", "bob/c"] {
            store.create_repository(&path(text), 1).await.expect("create");
        }
        let again = store.create_repository(&path("ada/a"), 1).await;
        assert!(matches!(again, Err(StoreError::RepositoryExists { .. })));
        let granted = store.set_grant(&path("bob/c"), &name("ada"), Some(GrantAccess::Read)).await;
        assert_eq!(granted.expect("grant").grants, [(name("ada"), GrantAccess::Read)]);
        store.set_grant(&path("bob/c"), &name("ada"), Some(GrantAccess::Write)).await.expect("regrant");
        store.set_grant(&path("bob/c"), &name("eve"), Some(GrantAccess::Read)).await.expect("grant");
        let listed = |records: Vec<RepositoryRecord>| {
            records.iter().map(|record| record.path.to_string()).collect::<Vec<_>>()
        };
        let ada = name("ada");
        let mine = store.list_repositories(Some(&ada), "", 9).await.expect("list");
        assert_eq!(mine[2].grants.len(), 2, "a reader sees every grant");
        assert_eq!(listed(mine), ["ada/a", "ada/b", "bob/c"]);
        assert_eq!(listed(store.list_repositories(Some(&ada), "ada/a", 1).await.expect("list")), ["ada/b"]);
        assert_eq!(
            listed(store.list_repositories(None, "ada/b", 9).await.expect("list")),
            ["bob/a", "bob/c"]
        );
        let missing = store.set_grant(&path("bob/x"), &ada, Some(GrantAccess::Read)).await;
        assert!(matches!(missing, Err(StoreError::Missing { .. })));
        assert!(store.set_grant(&path("bob/c"), &ada, None).await.expect("take").grants.len() == 1);
        assert!(store.delete_repository(&path("bob/c")).await.expect("delete"));
        assert!(!store.delete_repository(&path("bob/c")).await.expect("delete"));
        store.create_repository(&path("bob/c"), 2).await.expect("create");
        let fresh = store.repository(&path("bob/c")).await.expect("find").expect("there");
        assert!(fresh.grants.is_empty(), "grants die with their repository");
    })
    .await;
}

#[tokio::test]
async fn sessions_come_back_as_they_were_put() {
    on_every_store(|store| async move {
        let ada = user(1, "ada", Role::Learner);
        let mut record = session(7, &ada, "r1");
        record.fence = store.put_session(&record, FenceChange::Allocate).await.expect("put");
        assert_eq!(record.fence, 1);
        assert_eq!(store.session(&record.id).await.expect("find").as_ref(), Some(&record));
        record.state = SessionState::Ready;
        record.node_id = Some("no-1".parse().expect("id"));
        record.slot_id = Some("sl-1".parse().expect("id"));
        record.timeline.push((SessionState::Ready, 9));
        assert_eq!(store.put_session(&record, FenceChange::Keep).await.expect("put"), 1);
        assert_eq!(store.load_sessions().await.expect("load"), [record.clone()]);
        assert_eq!(store.session_by_request(&ada.id, "r1").await.expect("find").as_ref(), Some(&record));
        let twin = store.put_session(&session(8, &ada, "r1"), FenceChange::Allocate).await;
        assert!(matches!(twin, Err(StoreError::RequestTaken { session }) if session == record.id));
        assert_eq!(store.fence().await.expect("fence"), 1, "a refused session takes no fence");
        for n in [9, 10] {
            store.put_session(&session(n, &ada, ""), FenceChange::Allocate).await.expect("no request id");
        }
        record.state = SessionState::Closed;
        record.updated_at = 50;
        store.put_session(&record, FenceChange::Keep).await.expect("close");
        let ids = |list: Vec<SessionRecord>| list.into_iter().map(|s| s.created_at).collect::<Vec<_>>();
        assert_eq!(ids(store.sessions_of(Some(&ada.id), false, 9).await.expect("list")), [10, 9]);
        assert_eq!(ids(store.sessions_of(None, true, 9).await.expect("list")), [10, 9, 7]);
        let stranger = UserId::from_random(2);
        assert!(store.sessions_of(Some(&stranger), true, 9).await.expect("list").is_empty());
        assert_eq!(store.forget_sessions(50).await.expect("forget"), 0);
        assert_eq!(store.forget_sessions(51).await.expect("forget"), 1);
        assert_eq!(store.session(&record.id).await.expect("find"), None);
    })
    .await;
}

#[tokio::test]
async fn fences_only_grow() {
    on_every_store(|store| async move {
        let ada = user(1, "ada", Role::Learner);
        assert_eq!(store.raise_fence(40).await.expect("raise"), 40);
        assert_eq!(store.raise_fence(4).await.expect("raise"), 40);
        let mut record = session(7, &ada, "");
        assert_eq!(store.put_session(&record, FenceChange::Allocate).await.expect("put"), 41);
        record.fence = 60;
        assert_eq!(store.put_session(&record, FenceChange::Raise).await.expect("put"), 60);
        assert_eq!(store.fence().await.expect("fence"), 60);
        record.fence = 59;
        let stale = store.put_session(&record, FenceChange::Keep).await;
        assert!(matches!(stale, Err(StoreError::StaleFence { fence: 59, .. })));
        let drawn = (100..120).map(|n| {
            let record = session(n, &ada, "");
            let store = store.clone();
            async move { store.put_session(&record, FenceChange::Allocate).await.expect("put") }
        });
        let mut drawn = futures::future::join_all(drawn).await;
        drawn.sort_unstable();
        assert_eq!(drawn, (61..81).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn drain_flags() {
    on_every_store(|store| async move {
        let node: NodeId = "no-rack1".parse().expect("id");
        store.set_node_drain(&node, true).await.expect("drain");
        assert_eq!(store.drained_nodes().await.expect("list"), std::slice::from_ref(&node));
        store.set_node_drain(&node, false).await.expect("resume");
        assert!(store.drained_nodes().await.expect("list").is_empty());
        store.ping().await.expect("ping");
    })
    .await;
}

#[tokio::test]
async fn quarantines_are_remembered_until_they_are_lifted() {
    on_every_store(|store| async move {
        let node: NodeId = "no-rack1".parse().expect("id");
        let put = |quarantine: Option<QuarantineRecord>| {
            let (store, node) = (store.clone(), node.clone());
            let decisions = Decisions { quarantines: vec![(node, quarantine)], ..Decisions::default() };
            async move { store.commit_decisions(&decisions).await.expect("commit") }
        };
        let first = QuarantineRecord { reason: "loses sessions".to_owned(), since: 5 };
        put(Some(first.clone())).await;
        put(Some(first.clone())).await;
        let other = QuarantineRecord { reason: "its disk fails".to_owned(), ..first };
        put(Some(other.clone())).await;
        assert_eq!(store.remembered().await.expect("read").quarantined, [(node.clone(), other)]);
        put(None).await;
        put(None).await;
        assert!(store.remembered().await.expect("read").quarantined.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_was_put_is_there_after_a_restart_and_two_openers_agree() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let file = folder.path().join("store.sqlite");
    let ada = user(1, "ada", Role::Learner);
    let first = SqliteStore::open(&file).await.expect("open");
    first.put_session(&session(7, &ada, "r"), FenceChange::Allocate).await.expect("put");
    // Opened again without closing, as after a crash.
    let second = SqliteStore::open(&file).await.expect("open again");
    assert_eq!(second.load_sessions().await.expect("load").len(), 1);
    assert_eq!(second.fence().await.expect("fence"), 1);
    first.close().await;
    assert!(first.ping().await.is_err());
    assert!(second.ping().await.is_ok());
}

#[test]
fn the_schema_only_expands() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/migrations");
    for entry in std::fs::read_dir(folder).expect("migrations") {
        let path = entry.expect("entry").path();
        let text = std::fs::read_to_string(&path).expect("read").to_uppercase();
        for word in ["DROP ", "RENAME ", "DELETE FROM", "UPDATE "] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}
