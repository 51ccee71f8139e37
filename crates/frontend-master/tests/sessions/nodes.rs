//! Nodes that fall silent, come back, restart, hold too much, drain, or speak for others.

use carrel_proto::compute::v1 as pb;
use carrel_proto::session::v1::SessionState::{Failed, Preparing, Ready, Unreachable};
use tonic::Code;

use crate::world::{World, code, eventually};

#[tokio::test]
async fn a_silent_node_gets_nothing_and_its_sessions_come_back_or_fail() {
    let world = World::new().await;
    let node = world.node("no-a", 2).await;
    let session = world.ready("ada", &node).await;
    world.advance(16);
    world.until(&session.id, Unreachable).await;
    assert_eq!(code(world.open("bob", "").await), Code::ResourceExhausted);
    let list =
        world.user("root").node_admin.list_nodes(pb::ListNodesRequest::default()).await.expect("lists");
    assert_eq!(list.get_ref().nodes[0].health, "silent");
    world.report(&node).await;
    world.until(&session.id, Ready).await;
    world.advance(16);
    world.until(&session.id, Unreachable).await;
    world.advance(601);
    let failed = world.until(&session.id, Failed).await;
    assert!(failed.reason.contains("10 min"), "{}", failed.reason);
    world.report(&node).await;
    eventually("the returning slot is released", || node.inside().held.is_empty()).await;
}

#[tokio::test]
async fn what_a_node_holds_beyond_its_sessions_is_released() {
    let world = World::new().await;
    let node = world.node("no-a", 2).await;
    let session = world.open("ada", "").await.expect("opens");
    let stranger = carrel_ids::SessionId::from_random(5).to_string();
    let slot = carrel_ids::SlotId::from_random(5).to_string();
    let fence = session.fence;
    // Fence 1 of this store, on a session it never had: a slot that a lost message left behind.
    node.inside().held.insert(stranger.clone(), (fence, slot, pb::Phase::Ready, 0));
    world.report(&node).await;
    eventually("the stranger is released", || !node.inside().held.contains_key(&stranger)).await;
    assert!(node.inside().held.contains_key(&session.id));
}

#[tokio::test]
async fn a_restarted_node_learns_its_list_and_a_lost_slot_fails_its_session() {
    let world = World::new().await;
    let node = world.node("no-a", 3).await;
    let (kept, lost) = (world.ready("ada", &node).await, world.open("bob", "").await.expect("opens"));
    let lists = node.inside().reconciled.len();
    node.reboot();
    node.inside().held.remove(&lost.id);
    world.report(&node).await;
    assert_eq!(world.until(&lost.id, Failed).await.reason, "its slot ended unexpectedly");
    eventually("the list is sent", || node.inside().reconciled.len() > lists).await;
    let list = node.inside().reconciled.last().expect("a list").clone();
    assert!(list.sessions.iter().any(|held| held.session_id == kept.id));
    assert!(list.generation >= lost.fence);
    assert_eq!(world.get("ada", &kept.id).await.expect("kept").state(), Ready);
}

#[tokio::test]
async fn a_report_from_before_the_claim_does_not_fail_the_session() {
    let world = World::new().await;
    let node = world.node("no-a", 1).await;
    let early = pb::NodeReport { sessions: Vec::new(), ..node.report() };
    // The report is on its way when the claim is answered; the answer says that only later ones include it.
    let session = world.open("ada", "").await.expect("opens");
    world.send_report("no-a", early).await.expect("is taken");
    assert_eq!(world.get("ada", &session.id).await.expect("lives").state(), Preparing);
}

#[tokio::test]
async fn a_drained_node_keeps_its_sessions_and_gets_no_more() {
    let mut world = World::new().await;
    let node = world.node("no-a", 3).await;
    let session = world.ready("ada", &node).await;
    let drain = |node_id: &str, drain| pb::SetNodeDrainRequest { node_id: node_id.to_owned(), drain };
    let mut admin = world.user("root").node_admin;
    let unknown = admin.set_node_drain(drain("no-x", true)).await.expect_err("a typing error");
    assert!(unknown.code() == Code::NotFound && unknown.message().contains("no-a"), "{unknown}");
    assert_eq!(
        code(world.user("ada").node_admin.set_node_drain(drain("no-a", true)).await),
        Code::PermissionDenied
    );
    let drained = admin.set_node_drain(drain("no-a", true)).await.expect("drains").into_inner();
    assert!(drained.draining);
    assert_eq!(code(world.open("bob", "").await), Code::ResourceExhausted);
    assert!(world.report(&node).await, "the node is told");
    world.restart().await;
    assert!(world.report(&node).await, "also after a restart");
    assert_eq!(code(world.open("bob", "").await), Code::ResourceExhausted);
    assert_eq!(world.get("ada", &session.id).await.expect("stays").state(), Ready);
    world.user("root").node_admin.set_node_drain(drain("no-a", false)).await.expect("works again");
    world.open("bob", "").await.expect("opens");
}

#[tokio::test]
async fn a_node_in_quarantine_is_shown_and_gets_nothing_until_it_is_lifted() {
    let mut world = World::new().await;
    let node = world.node("no-a", 3).await;
    let session = world.ready("ada", &node).await;
    let set = |node_id: &str, quarantine, reason: &str| pb::SetNodeQuarantineRequest {
        node_id: node_id.to_owned(),
        quarantine,
        reason: reason.to_owned(),
    };
    let mut admin = world.user("root").node_admin;
    assert_eq!(code(admin.set_node_quarantine(set("no-x", true, "why")).await), Code::NotFound);
    assert_eq!(code(admin.set_node_quarantine(set("no-a", true, " \n")).await), Code::InvalidArgument);
    let stranger = world.user("ada").node_admin.set_node_quarantine(set("no-a", true, "why")).await;
    assert_eq!(code(stranger), Code::PermissionDenied);
    let before = admin.list_nodes(pb::ListNodesRequest::default()).await.expect("lists").into_inner().version;
    // Whoever waits for news hears of it.
    let mut watcher = world.user("root").node_admin;
    let waiting = watcher.list_nodes(pb::ListNodesRequest { known: before });
    let setting = admin.set_node_quarantine(set("no-a", true, "loses\nsessions"));
    let (news, held) = tokio::join!(waiting, setting);
    assert_eq!(held.expect("set").into_inner().quarantine.expect("held").reason, "loses sessions");
    assert!(news.expect("lists").into_inner().version > before);
    assert_eq!(code(world.open("bob", "").await), Code::ResourceExhausted);
    assert!(!world.report(&node).await, "the node is not told to drain");
    world.restart().await;
    world.report(&node).await;
    assert_eq!(code(world.open("bob", "").await), Code::ResourceExhausted, "also after a restart");
    let mut admin = world.user("root").node_admin;
    let list = admin.list_nodes(pb::ListNodesRequest::default()).await.expect("lists").into_inner();
    let (health, sessions) =
        (&list.nodes[0].health, list.nodes[0].report.as_ref().map(|it| it.sessions.len()));
    assert_eq!((health.as_str(), sessions), ("up", Some(1)), "its reports are shown");
    assert_eq!(world.get("ada", &session.id).await.expect("stays").state(), Ready);
    let lifted = admin.set_node_quarantine(set("no-a", false, "")).await.expect("lifts").into_inner();
    assert_eq!(lifted.quarantine, None);
    world.open("bob", "").await.expect("opens");
}

#[tokio::test]
async fn a_node_speaks_for_itself_alone() {
    let world = World::new().await;
    let node = world.node("no-a", 1).await;
    assert_eq!(code(world.send_report("no-b", node.report()).await), Code::PermissionDenied);
    let elsewhere = pb::NodeReport { control_url: "http://10.0.0.1:80".to_owned(), ..node.report() };
    assert_eq!(code(world.send_report("no-a", elsewhere).await), Code::InvalidArgument);
    assert!(world.user("root").node_link.report(node.report()).await.is_err(), "no person reports");
    let session = world.open("ada", "").await.expect("opens");
    let mint = |fence| pb::MintGitTokenRequest { session_id: session.id.clone(), fence };
    let minted = world.rack("no-a").node_link.mint_git_token(mint(session.fence)).await.expect("mints");
    assert!(minted.get_ref().token.split('.').count() == 3);
    let stale = world.rack("no-a").node_link.mint_git_token(mint(session.fence - 1)).await;
    assert_eq!(code(stale), Code::FailedPrecondition);
    let other = world.rack("no-b").node_link.mint_git_token(mint(session.fence)).await;
    assert_eq!(code(other), Code::NotFound);
    world.close("ada", &session.id).await.expect("closes");
    let over = world.rack("no-a").node_link.mint_git_token(mint(session.fence)).await;
    assert_eq!(code(over), Code::FailedPrecondition);
}
