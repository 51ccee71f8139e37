//! Claims, releases, the tunnel and the engine's own events.

use std::process::Command;

use carrel_client::Body;
use carrel_ids::UserId;
use carrel_proto::compute::v1::{ListSlotsRequest, NodeReport, ReconcileRequest, SessionFence};
use carrel_service::{NewToken, Role};
use http::{Request, StatusCode};
use serde_json::json;
use tonic::Code;

use crate::world::{World, claim_request, image, owner};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_from_claim_to_release() {
    let Some(image) = image("a_session_from_claim_to_release") else { return };
    let world = World::start(&image, 1).await;
    let claim = claim_request(1);
    let slot = world.claim(claim.clone()).await.expect("claim");
    let (code, output) = world.run(&claim, &["sh", "-c", "id -u; pwd"]).await;
    assert_eq!((code, output.as_str()), (0, "1000\n/home/learner/work\n"));
    assert_eq!(
        world.ask(&claim.session_id, 2, "api/Run", &json!({})).await.0,
        StatusCode::PRECONDITION_FAILED
    );
    let listed =
        world.services().slots.clone().list_slots(ListSlotsRequest {}).await.expect("list").into_inner();
    let held = listed.slots.iter().find(|held| held.id == slot).expect("listed");
    assert_eq!(held.session_id, claim.session_id);
    let reported = world
        .master
        .reported("the session", |report| report.as_ref().is_some_and(|report| report.sessions.len() == 1))
        .await;
    assert_eq!((reported.sessions[0].fence, reported.highest_fence), (1, 1));
    assert!(world.release(&claim).await);
    assert!(!world.release(&claim).await);
    assert_eq!(world.ask(&claim.session_id, 1, "api/Run", &json!({})).await.0, StatusCode::NOT_FOUND);
    world.warm(1).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_claims_on_five_slots() {
    let Some(image) = image("fifty_claims_on_five_slots") else { return };
    let world = World::start(&image, 5).await;
    let claims: Vec<_> = (1..=50).map(claim_request).collect();
    let answers = futures::future::join_all(claims.iter().map(|claim| world.claim(claim.clone()))).await;
    let won = claims.iter().zip(&answers).filter(|(_, answer)| answer.is_ok()).collect::<Vec<_>>();
    let slots: std::collections::BTreeSet<_> =
        won.iter().filter_map(|(_, answer)| answer.as_ref().ok()).collect();
    assert_eq!(slots.len(), 5);
    let held = |report: &NodeReport| report.sessions.len() == 5;
    // A report from before the claims shows a warm pool as well.
    world.master.reported("the claims", |report| report.as_ref().is_some_and(held)).await;
    let refusals: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert_eq!(refusals.len(), 45);
    assert!(refusals.iter().all(|status| status.code() == Code::ResourceExhausted), "{refusals:?}");
    let list: Vec<_> = won
        .iter()
        .take(1)
        .map(|(claim, _)| SessionFence { session_id: claim.session_id.clone(), fence: claim.fence })
        .collect();
    let released = world.services().slots.clone();
    let reconcile = ReconcileRequest { generation: 50, sessions: list };
    let released = released.clone().reconcile(reconcile).await.expect("reconcile").into_inner().released;
    assert_eq!(released.len(), 4);
    assert!(world.release(won[0].0).await);
    world.warm(5).await;
    assert_eq!(world.engine_slots().await, 5, "no slot is left over");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_killed_from_outside_ends_its_session_and_is_replaced() {
    let Some(image) = image("a_slot_killed_from_outside") else { return };
    let world = World::start(&image, 1).await;
    let claim = claim_request(1);
    let slot = world.claim(claim.clone()).await.expect("claim");
    let held = |report: &NodeReport| report.sessions.len() == 1;
    world.master.reported("the session", |report| report.as_ref().is_some_and(held)).await;
    let name = format!("carrel-{slot}");
    let killed = Command::new("docker").args(["kill", &name]).output().expect("docker");
    assert!(killed.status.success(), "{killed:?}");
    let over = |report: &NodeReport| report.sessions.is_empty();
    world.master.reported("its end", |report| report.as_ref().is_some_and(over)).await;
    world.warm(1).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_are_denied() {
    let Some(image) = image("strangers_are_denied") else { return };
    let world = World::start(&image, 1).await;
    let claim = claim_request(1);
    world.claim(claim.clone()).await.expect("claim");
    let ada = world.master.issue(NewToken::user(&owner(), "ada", Role::Learner));
    let bob = world.master.issue(NewToken::user(&UserId::from_random(2), "bob", Role::Learner));
    for (token, expected) in [
        (String::new(), Code::Unauthenticated),
        (ada.clone(), Code::PermissionDenied),
        ("x.y.z".to_owned(), Code::Unauthenticated),
    ] {
        let services = carrel_client::compute_node(&world.peer(token));
        let refused = services.slots.clone().claim(claim_request(2)).await.expect_err("refused");
        assert_eq!(refused.code(), expected);
    }
    for (token, expected) in [(ada, 200), (bob, 404)] {
        let request = Request::get(format!("/s/{}/telemetry", claim.session_id))
            .body(Body::new(http_body_util::Empty::<bytes::Bytes>::new()))
            .expect("request");
        let response = world.peer(token).http().send(request).await.expect("answer");
        assert_eq!(response.status().as_u16(), expected);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_master_drains_a_node_through_its_reports() {
    let Some(image) = image("the_master_drains_a_node") else { return };
    let world = World::start(&image, 1).await;
    world.master.drain.send_replace(true);
    world.master.reported("draining", |report| report.as_ref().is_some_and(|report| report.draining)).await;
    let refused = world.claim(claim_request(1)).await.expect_err("refused");
    assert_eq!(refused.code(), Code::Unavailable);
    world.end().await;
}
