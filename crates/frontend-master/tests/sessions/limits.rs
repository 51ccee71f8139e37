//! What happens when the store fails, too many ask, or git asks about a fence.

use std::sync::Arc;

use carrel_frontend_master::fence::{FenceCheck as _, FenceVerdict, StoredFences};
use carrel_frontend_master::sessions::{LiveFences, Opener, SessionError};
use carrel_ids::SessionId;
use carrel_proto::session::v1::{OpenSessionRequest, WatchSessionRequest};
use carrel_service::Role;
use tonic::Code;

use crate::node::Claims;
use crate::world::{World, code, eventually, no_body, user_id};

#[tokio::test]
async fn a_store_that_fails_holds_decisions_back_and_everybody_is_told_at_once() {
    let mut world = World::new().await;
    let node = world.node("no-a", 2).await;
    let kept = world.ready("ada", &node).await;
    world.store.close().await;
    // More than the queue and one batch hold; none may be claimed before it is on disk.
    let opens = (0..3_000).map(|n| {
        let sessions = world.sessions.clone();
        let name = format!("user-{n}");
        let opener = Opener { id: user_id(&name), name, role: Role::Learner };
        tokio::spawn(async move { sessions.open(opener, OpenSessionRequest::default()).await.map(drop) })
    });
    let opens: Vec<_> = opens.collect();
    let (mut busy, mut waits, mut stuck) = (0, 0, 0);
    for open in opens {
        match open.await.expect("no panic").expect_err("none opens") {
            SessionError::Busy { .. } => busy += 1,
            SessionError::Waits { .. } => waits += 1,
            SessionError::Stuck { .. } => stuck += 1,
            other => panic!("{other}"),
        }
    }
    assert!(waits >= 1, "{busy} found the queue full, {waits} were told while they waited, {stuck} at once");
    assert_eq!(node.inside().claimed.len(), 1, "nothing follows from what is not on disk");
    let close = world.close("ada", &kept.id).await.expect_err("can't be noted");
    assert_eq!(close.code(), Code::Unavailable);
    assert!(close.message().contains("the log of the front-end master"), "{close}");
    assert_eq!(node.inside().held.len(), 1);
    world.stop().await;
}

#[tokio::test]
async fn only_the_newest_fence_of_a_live_session_may_push() {
    let world = World::new().await;
    let node = world.node("no-a", 1).await;
    let opened = world.open("ada", "").await.expect("opens");
    let id: SessionId = opened.id.parse().expect("an id");
    let board = world.sessions.board().clone();
    let fences = LiveFences { board, stored: StoredFences(world.store.clone()) };
    assert_eq!(fences.check(&id, opened.fence).await, FenceVerdict::Newest);
    assert_eq!(fences.check(&id, opened.fence - 1).await, FenceVerdict::Older);
    assert_eq!(fences.check(&SessionId::from_random(7), 1).await, FenceVerdict::Over);
    world.close("ada", &opened.id).await.expect("closes");
    assert_eq!(fences.check(&id, opened.fence).await, FenceVerdict::Over);
    assert!(node.inside().held.is_empty());
}

#[tokio::test]
async fn one_session_has_a_bounded_number_of_watchers() {
    let world = World::new().await;
    let _node = world.node("no-a", 1).await;
    let session = world.open("ada", "").await.expect("opens");
    let client = world.user("ada").sessions;
    let mut streams = Vec::new();
    let refused = loop {
        let request = WatchSessionRequest { id: session.id.clone() };
        match client.clone().watch_session(request).await {
            Ok(stream) => streams.push(stream),
            Err(status) => break status,
        }
    };
    assert_eq!((refused.code(), streams.len()), (Code::ResourceExhausted, 64));
}

#[tokio::test]
async fn a_session_closed_while_it_is_claimed_leaves_no_slot() {
    let world = Arc::new(World::new().await);
    let node = world.node("no-a", 1).await;
    node.inside().claims = Claims::HoldSilently;
    let opening = {
        let world = world.clone();
        tokio::spawn(async move { world.open("ada", "").await })
    };
    eventually("the node was asked", || !node.inside().claimed.is_empty()).await;
    let id = node.inside().claimed[0].session_id.clone();
    let request = http::Request::get(format!("/s/{id}/api/GetStatus")).body(no_body()).expect("a request");
    let answer = world.http("ada").send(request).await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 409, "no slot yet");
    world.close("ada", &id).await.expect("closes");
    assert_eq!(code(opening.await.expect("no panic")), Code::Aborted);
    eventually("the slot is free again", || node.inside().held.is_empty()).await;
}
