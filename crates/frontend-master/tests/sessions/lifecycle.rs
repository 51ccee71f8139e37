//! Open, list, watch, close; retries; whose session it is; what is refused and how.

use std::time::Duration;

use carrel_proto::compute::v1 as compute;
use carrel_proto::session::v1 as pb;
use carrel_proto::session::v1::SessionState::{Closed, Failed, Preparing, Ready};
use tokio_stream::StreamExt as _;
use tonic::Code;

use crate::node::Claims;
use crate::world::{World, code, eventually};

#[tokio::test]
async fn a_session_is_opened_watched_listed_and_closed() {
    let world = World::new().await;
    let node = world.node("no-a", 2).await;
    let opened = world.open("ada", "r-1").await.expect("opens");
    assert_eq!((opened.state(), opened.node_id.as_str()), (Preparing, "no-a"));
    assert_eq!((opened.user_name.as_str(), opened.repository.as_str()), ("ada", "ada/demo"));
    assert!(opened.direct_url.ends_with("/direct") && opened.slot_id.starts_with("sl-"));
    let claim = node.inside().claimed[0].clone();
    assert_eq!((claim.session_id.as_str(), claim.fence), (opened.id.as_str(), opened.fence));
    assert!(claim.with_environment && claim.git_token.is_some_and(|token| token.token.contains('.')));

    let watch = pb::WatchSessionRequest { id: opened.id.clone() };
    let mut states = world.user("ada").sessions.watch_session(watch).await.expect("watches").into_inner();
    let mut next = async || states.next().await.map(|session| session.expect("a session").state());
    assert_eq!(next().await, Some(Preparing));
    node.set_phase(compute::Phase::Ready);
    world.report(&node).await;
    assert_eq!(next().await, Some(Ready));

    let list = pb::ListSessionsRequest::default();
    let listed = world.user("ada").sessions.list_sessions(list).await.expect("lists").into_inner().sessions;
    assert_eq!(listed.len(), 1);
    let closed = world.close("ada", &opened.id).await.expect("closes");
    assert_eq!((closed.state(), closed.reason.as_str()), (Closed, "closed by ada"));
    assert!(node.inside().held.is_empty());
    let mut rest = Vec::new();
    while let Some(state) = next().await {
        rest.push(state);
    }
    assert_eq!(rest.last(), Some(&Closed), "the stream ends with the session");
    assert_eq!(world.close("ada", &opened.id).await.expect("again").state(), Closed);
    let states: Vec<_> = closed.timeline.iter().map(pb::StateEntered::state).collect();
    use pb::SessionState::{Claiming, Closing};
    assert_eq!(states, [Claiming, Preparing, Ready, Closing, Closed]);
}

#[tokio::test]
async fn a_repeated_request_finds_its_session_also_after_a_restart_and_its_end() {
    let mut world = World::new().await;
    let node = world.node("no-a", 3).await;
    let first = world.open("ada", "r-1").await.expect("opens");
    assert_eq!(world.open("ada", "r-1").await.expect("again").id, first.id);
    let other = pb::OpenSessionRequest { request_id: "r-1".to_owned(), ..Default::default() };
    assert_eq!(code(world.open_with("ada", other).await), Code::AlreadyExists);
    assert_ne!(world.open("bob", "r-1").await.expect("of another user").id, first.id);
    world.restart().await;
    world.report(&node).await;
    assert_eq!(world.open("ada", "r-1").await.expect("after a restart").id, first.id);
    world.close("ada", &first.id).await.expect("closes");
    assert_eq!(world.open("ada", "r-1").await.expect("closed").state(), Closed);
    world.restart().await;
    assert_eq!(world.open("ada", "r-1").await.expect("from the store").state(), Closed);
}

#[tokio::test]
async fn strangers_learn_nothing_and_admins_see_all() {
    let world = World::new().await;
    let _node = world.node("no-a", 1).await;
    let session = world.open("ada", "").await.expect("opens");
    let unknown = world.get("bob", "se-00000000000000000000").await.expect_err("none");
    let hidden = world.get("bob", &session.id).await.expect_err("hidden");
    let without_id = |status: &tonic::Status, id: &str| status.message().replace(id, "X");
    assert_eq!(unknown.code(), hidden.code());
    assert_eq!(without_id(&unknown, "se-00000000000000000000"), without_id(&hidden, &session.id));
    assert_eq!(code(world.close("bob", &session.id).await), Code::NotFound);
    let watch = pb::WatchSessionRequest { id: session.id.clone() };
    assert_eq!(code(world.user("bob").sessions.watch_session(watch).await), Code::NotFound);
    let ticket = pb::CreateTicketRequest { session_id: session.id.clone() };
    assert_eq!(code(world.user("bob").sessions.create_ticket(ticket).await), Code::NotFound);
    let all = pb::ListSessionsRequest { all_users: true, ..Default::default() };
    assert_eq!(code(world.user("bob").sessions.list_sessions(all).await), Code::PermissionDenied);
    let seen = world.user("root").sessions.list_sessions(all).await.expect("an admin").into_inner();
    assert_eq!(seen.sessions.len(), 1);
    assert_eq!(world.close("root", &session.id).await.expect("an admin").reason, "closed by root");
}

#[tokio::test]
async fn a_repository_is_checked_before_a_slot_is_spent() {
    let world = World::new().await;
    let node = world.node("no-a", 3).await;
    let of =
        |repository: &str| pb::OpenSessionRequest { repository: repository.to_owned(), ..Default::default() };
    assert_eq!(code(world.open_with("bob", of("ada/demo")).await), Code::NotFound);
    assert_eq!(code(world.open_with("ada", of("ada/nothing")).await), Code::NotFound);
    assert_eq!(code(world.open_with("ada", of("../../etc")).await), Code::InvalidArgument);
    let bare = world.open_with("ada", of("ada/bare")).await.expect_err("no environment");
    assert_eq!(bare.code(), Code::FailedPrecondition);
    assert!(
        bare.message().contains("Add a shell.nix.") && bare.message().contains("without_environment"),
        "{bare}"
    );
    assert!(node.inside().claimed.is_empty());
    let anyway = pb::OpenSessionRequest { without_environment: true, ..of("ada/bare") };
    world.open_with("ada", anyway).await.expect("opens");
    assert!(!node.inside().claimed[0].with_environment);
    let nothing = world.open_with("ada", of("")).await.expect("no repository");
    assert!(nothing.repository.is_empty() && node.inside().claimed[1].git_token.is_none());
}

#[tokio::test]
async fn an_admin_may_choose_the_node() {
    let world = World::new().await;
    let small = world.node("no-a", 1).await;
    let large = world.node("no-b", 3).await;
    let on = |node: &str| pb::OpenSessionRequest { node_id: node.to_owned(), ..Default::default() };
    assert_eq!(code(world.open_with("ada", on("no-a")).await), Code::PermissionDenied);
    let session = world.open_with("root", on("no-a")).await.expect("opens");
    assert_eq!(session.node_id, "no-a", "though the other one has more room");
    let full = world.open_with("root", on("no-a")).await.expect_err("its only slot is taken");
    assert_eq!(full.code(), Code::ResourceExhausted);
    assert!(full.message().contains("no-a has no free standard slot"), "{full}");
    let unknown = world.open_with("root", on("no-c")).await.expect_err("no such node");
    assert_eq!(unknown.code(), Code::NotFound);
    assert!(unknown.message().contains("known are: no-a, no-b"), "{unknown}");
    assert_eq!(code(world.open_with("root", on("/etc")).await), Code::InvalidArgument);
    assert_eq!((small.inside().claimed.len(), large.inside().claimed.len()), (1, 0));
}

#[tokio::test]
async fn refusals_say_what_to_do_with_numbers() {
    let mut world = World::new().await;
    let none = world.open("ada", "").await.expect_err("no node");
    assert_eq!(none.code(), Code::ResourceExhausted);
    assert!(none.message().contains("0 nodes"), "{none}");
    world.config.per_user_max = 2;
    world.restart().await;
    let node = world.node("no-a", 3).await;
    world.open("ada", "").await.expect("first");
    world.open("ada", "").await.expect("second");
    let quota = world.open("ada", "").await.expect_err("third");
    assert!(quota.message().contains("2 sessions open and may have 2"), "{quota}");
    node.inside().claims = Claims::Refuse;
    let refused = world.open("bob", "r-9").await.expect_err("the node refuses");
    assert_eq!(refused.code(), Code::Unavailable);
    assert!(refused.message().contains("no slot is warm"), "{refused}");
    let repeated = world.open("bob", "r-9").await.expect_err("that one failed");
    assert_eq!(repeated.code(), Code::FailedPrecondition);
    node.inside().warm = 0;
    world.report(&node).await;
    let full = world.open("bob", "").await.expect_err("no slot");
    assert!(full.message().contains("1 nodes report 0 warm"), "{full}");
}

#[tokio::test]
async fn a_claim_that_is_not_answered_goes_to_another_node_and_is_released_on_the_first() {
    // All that the test waits for the silent node, and all that the other one has on a busy machine.
    let world = World::with_claim_deadline(Duration::from_secs(3)).await;
    let silent = world.node("no-a", 9).await;
    let other = world.node("no-b", 1).await;
    silent.inside().claims = Claims::HoldSilently;
    let session = world.open("ada", "").await.expect("opens");
    assert_eq!(session.node_id, "no-b");
    eventually("the first claim is released", || silent.inside().held.is_empty()).await;
    let (old, new) = (silent.inside().released[0].fence, other.fences()[&session.id]);
    assert!(old < new && new == session.fence);
}

#[tokio::test]
async fn idle_failed_and_disabled_sessions_close_by_themselves() {
    let world = World::new().await;
    let node = world.node("no-a", 3).await;
    let idle = world.ready("ada", &node).await;
    node.inside().held.get_mut(&idle.id).expect("held").3 = 1_800;
    world.report(&node).await;
    assert_eq!(world.until(&idle.id, Closed).await.reason, "idle for 30 min");
    let failing = world.open("ada", "").await.expect("opens");
    node.set_phase(compute::Phase::Failed);
    world.report(&node).await;
    assert_eq!(world.until(&failing.id, Failed).await.reason, "clone failed");
    let orphan = world.open("bob", "").await.expect("opens");
    world
        .sessions
        .close_all_of(&crate::world::user_id("bob"), "the account was disabled")
        .await
        .expect("closes");
    assert_eq!(world.until(&orphan.id, Closed).await.reason, "the account was disabled");
    eventually("no slot is left", || node.inside().held.is_empty()).await;
}

#[tokio::test]
async fn a_hundred_opens_at_once_on_fifty_slots_have_fifty_winners_and_clear_losers() {
    let world = World::new().await;
    let nodes = [world.node("no-a", 25).await, world.node("no-b", 25).await];
    let opens = (0..100).map(|n| {
        let name = format!("user-{n}");
        let world = &world;
        async move { world.open(&name, "once").await }
    });
    let results = futures::future::join_all(opens).await;
    let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (50, 50));
    assert!(
        lost.iter().all(|lost| lost.as_ref().is_err_and(|status| status.code() == Code::ResourceExhausted))
    );
    let held: usize = nodes.iter().map(|node| node.inside().held.len()).sum();
    assert_eq!(held, 50);
    let mut fences: Vec<u64> = won.iter().flatten().map(|session| session.fence).collect();
    fences.sort_unstable();
    fences.dedup();
    assert_eq!(fences.len(), 50, "no fence is given out twice");
    let remembered = world.store.remembered().await.expect("remembers");
    assert_eq!(remembered.sessions.len(), 50);
    assert!(remembered.newest_fence >= *fences.last().expect("some"));
}
