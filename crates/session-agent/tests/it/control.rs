//! The node's questions: hello, bind, status.

use carrel_proto::agent::v1 as pb;
use tonic::Code;

use crate::support::{World, repository, soon};

#[tokio::test]
async fn a_warm_slot_says_hello() {
    let world = World::new().await;
    let hello = world.hello().await.unwrap();
    assert_eq!(hello.slot_id, "sl-test");
    assert_eq!(hello.session_id, "");
    assert_eq!(hello.version, env!("CARGO_PKG_VERSION"));
    let status: pb::Status = world.post("GetStatus", &pb::GetStatusRequest {}).await.unwrap();
    assert_eq!(status.phase(), pb::Phase::Warm);
}

#[tokio::test]
async fn a_slot_is_bound_once() {
    let world = World::new().await;
    let refusal = world.bind_as("no-session", "").await.unwrap_err();
    assert_eq!(refusal.code(), Code::InvalidArgument);
    world.bind_as("se-one", "").await.unwrap();
    world.bind_as("se-one", "").await.unwrap();
    let refusal = world.bind_as("se-two", "").await.unwrap_err();
    assert_eq!(refusal.code(), Code::FailedPrecondition);
    assert!(refusal.message().contains("se-one"), "{refusal}");
    assert_eq!(world.hello().await.unwrap().session_id, "se-one");
}

#[tokio::test]
async fn the_binding_survives_a_killed_agent() {
    let mut world = World::new().await;
    let url = repository(&world, "blinky", &[("README.md", "hello")]);
    world.bind(&url).await;
    assert_eq!(world.until_ready().await.phase(), pb::Phase::Ready);
    std::fs::write(world.workspace().join("mine"), "work").unwrap();
    world.kill().await;
    world.start().await;
    assert_eq!(world.hello().await.unwrap().session_id, "se-one");
    assert_eq!(world.until_ready().await.phase(), pb::Phase::Ready);
    assert_eq!(std::fs::read_to_string(world.workspace().join("mine")).unwrap(), "work");
    world.bind(&url).await;
    assert_eq!(world.bind_as("se-two", &url).await.unwrap_err().code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn the_status_stream_tells_each_phase() {
    let world = World::new().await;
    let mut control = world.control().await;
    let mut stream = control.watch_status(pb::WatchStatusRequest {}).await.unwrap().into_inner();
    let first = soon("the status now", stream.message()).await.unwrap().unwrap();
    assert_eq!(first.phase(), pb::Phase::Warm);
    let url = repository(&world, "blinky", &[("README.md", "hello")]);
    world.bind(&url).await;
    let mut phases = vec![first.phase()];
    while phases.last() != Some(&pb::Phase::Ready) {
        let status = soon("the next status", stream.message()).await.unwrap().unwrap();
        assert!(status.phase() >= *phases.last().unwrap(), "{phases:?} then {status:?}");
        phases.push(status.phase());
    }
    let terminal = world.start_command(true, &["sleep", "1000"]).await;
    loop {
        let status = soon("the terminal counts", stream.message()).await.unwrap().unwrap();
        if status.terminals == 1 {
            break;
        }
    }
    let _: pb::CloseTerminalReply =
        world.post("CloseTerminal", &pb::CloseTerminalRequest { id: terminal.id }).await.unwrap();
}
