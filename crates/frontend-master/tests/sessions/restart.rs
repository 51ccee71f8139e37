//! The master is stopped and started again in every state of a session.

use crate::node::Claims;
use crate::world::{SOON, World, eventually};
use carrel_proto::compute::v1 as compute;
use carrel_proto::session::v1::SessionState::{Claiming, Closed, Closing, Preparing, Ready, Unreachable};

#[tokio::test]
async fn while_claiming() {
    let mut world = World::with_claim_deadline(SOON * 3).await;
    let node = world.node("no-a", 1).await;
    node.inside().claims = Claims::HoldSilently;
    let user = world.user("ada");
    let caller = tokio::spawn(async move {
        let request = carrel_proto::session::v1::OpenSessionRequest {
            repository: "ada/demo".to_owned(),
            request_id: "r-1".to_owned(),
            ..Default::default()
        };
        user.sessions.clone().open_session(request).await
    });
    eventually("the node was asked", || !node.inside().claimed.is_empty()).await;
    world.restart().await;
    assert!(caller.await.expect("no panic").is_err(), "the caller learns that it must ask again");
    let id = node.inside().claimed[0].session_id.clone();
    assert_eq!(world.get("ada", &id).await.expect("is kept").state(), Claiming);
    node.inside().claims = Claims::Normal;
    world.report(&node).await;
    let session = world.open("ada", "r-1").await.expect("the retry finds it");
    assert_eq!((session.id, session.fence), (id, node.inside().claimed[0].fence));
    assert_eq!(node.inside().held.len(), 1, "claimed once");
}

#[tokio::test]
async fn while_preparing_and_while_ready() {
    let mut world = World::new().await;
    let node = world.node("no-a", 1).await;
    let session = world.open("ada", "").await.expect("opens");
    world.restart().await;
    assert_eq!(world.get("ada", &session.id).await.expect("kept").state(), Preparing);
    node.set_phase(compute::Phase::Ready);
    world.report(&node).await;
    world.until(&session.id, Ready).await;
    let lists = node.inside().reconciled.len();
    world.restart().await;
    world.report(&node).await;
    eventually("the node is told its sessions", || node.inside().reconciled.len() > lists).await;
    let kept = world.get("ada", &session.id).await.expect("kept");
    assert_eq!((kept.state(), kept.fence, kept.user_name.as_str()), (Ready, session.fence, "ada"));
    assert!(node.inside().released.is_empty(), "a restart ends nothing");
    let list = node.inside().reconciled.last().expect("a list").sessions.clone();
    assert_eq!(list, [compute::SessionFence { session_id: session.id, fence: session.fence }]);
}

#[tokio::test]
async fn while_unreachable() {
    let mut world = World::new().await;
    let node = world.node("no-a", 1).await;
    let session = world.ready("ada", &node).await;
    world.advance(16);
    world.until(&session.id, Unreachable).await;
    world.restart().await;
    assert_eq!(world.get("ada", &session.id).await.expect("kept").state(), Unreachable);
    world.report(&node).await;
    world.until(&session.id, Ready).await;
}

#[tokio::test]
async fn while_closing() {
    let mut world = World::new().await;
    let node = world.node("no-a", 1).await;
    let session = world.ready("ada", &node).await;
    node.inside().release_hangs = true;
    let (user, id) = (world.user("ada"), session.id.clone());
    let caller = tokio::spawn(async move {
        let request = carrel_proto::session::v1::CloseSessionRequest { id, reason: String::new() };
        user.sessions.clone().close_session(request).await
    });
    eventually("the node was asked", || !node.inside().released.is_empty()).await;
    world.restart().await;
    assert!(caller.await.expect("no panic").is_err());
    assert_eq!(world.get("ada", &session.id).await.expect("kept").state(), Closing);
    node.inside().release_hangs = false;
    world.report(&node).await;
    world.until(&session.id, Closed).await;
    eventually("the slot is gone", || node.inside().held.is_empty()).await;
}

#[tokio::test]
async fn fences_only_grow_and_closed_sessions_stay_closed() {
    let mut world = World::new().await;
    let node = world.node("no-a", 2).await;
    let first = world.open("ada", "").await.expect("opens");
    world.close("ada", &first.id).await.expect("closes");
    world.restart().await;
    assert_eq!(world.get("ada", &first.id).await.expect("from the store").state(), Closed);
    world.report(&node).await;
    let second = world.open("ada", "").await.expect("opens");
    assert!(second.fence > first.fence);
}

#[tokio::test]
async fn a_store_from_an_older_copy_goes_above_what_nodes_have_seen() {
    let mut world = World::new().await;
    let node = world.node("no-a", 3).await;
    let ours = world.open("ada", "").await.expect("opens");
    // Slots of a history that this store does not know: learners may be at work in them.
    let lost = carrel_ids::SessionId::from_random(99).to_string();
    let slot = carrel_ids::SlotId::from_random(99).to_string();
    node.inside().highest_fence = 500;
    node.inside().held.insert(lost.clone(), (400, slot, compute::Phase::Ready, 0));
    world.report(&node).await;
    let next = world.open("ada", "").await.expect("opens");
    assert!(ours.fence < 400 && next.fence > 500);
    world.restart().await;
    node.reboot();
    world.report(&node).await;
    eventually("the list is sent again", || node.inside().reconciled.len() >= 2).await;
    let last = node.inside().reconciled.last().expect("a list").clone();
    assert!(last.sessions.iter().any(|held| held.session_id == lost), "left alone after a restart as well");
    assert!(node.inside().held.contains_key(&lost));
}
