//! The clone, and what of it is not saved.

use std::sync::atomic::Ordering;

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;

use crate::support::{World, eventually, repository};

async fn unsaved(world: &World) -> (u32, u32) {
    let status: pb::Status = world.post("GetStatus", &pb::GetStatusRequest {}).await.unwrap();
    status.unsaved.map_or((9_999, 9_999), |unsaved| (unsaved.changed_files, unsaved.unpushed_commits))
}

#[tokio::test]
async fn a_repository_is_cloned_through_the_proxy_and_unsaved_work_counted() {
    let world = World::new().await;
    let url = repository(&world, "blinky", &[("README.md", "hello"), ("a/b", "1")]);
    world.bind(&url).await;
    let status = world.until_ready().await;
    assert_eq!((status.phase(), status.detail.as_str()), (pb::Phase::Ready, "Ready."));
    assert_eq!(world.output(&["cat", "README.md"]).await, "hello");
    assert_eq!(world.output(&["git", "config", "user.email"]).await, "ada@example.org\n");
    assert_eq!(unsaved(&world).await, (0, 0));
    world.output(&["sh", "-c", "echo new > n1; mkdir d; echo new > d/n2; echo x > a/b; rm README.md"]).await;
    // The folder of new files counts once, as git shows it.
    eventually("changes are counted", async || (unsaved(&world).await == (4, 0)).then_some(())).await;
    world.output(&["sh", "-c", "git add -A; git commit -qm one; git commit -qm two --allow-empty"]).await;
    eventually("commits are counted", async || (unsaved(&world).await == (0, 2)).then_some(())).await;
    assert_eq!(world.output(&["git", "log", "-1", "--format=%an"]).await, "Ada Lovelace\n");
}

#[tokio::test]
async fn a_server_that_is_away_for_a_moment_is_asked_again() {
    let world = World::new().await;
    let url = repository(&world, "blinky", &[("README.md", "hello")]);
    world.refuse.store(2, Ordering::SeqCst);
    world.bind(&url).await;
    assert_eq!(world.until_ready().await.phase(), pb::Phase::Ready);
    assert_eq!(world.refuse.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_failed_clone_says_why_and_can_be_tried_again() {
    let world = World::new().await;
    let url = "http://git.carrel.internal/ada/blinky.git";
    world.bind(url).await;
    let status = world.until_ready().await;
    assert_eq!(status.phase(), pb::Phase::Failed);
    assert!(status.detail.contains("there is no such repository"), "{}", status.detail);
    let request = pb::OpenTerminalRequest { pty: true, ..Default::default() };
    let (code, message) = world.refused("OpenTerminal", &request).await;
    assert_eq!((code, message), (ServiceCode::FailedPrecondition, status.detail));
    // One that waits for nothing opens even so: a person may want to look around.
    let request = pb::OpenTerminalRequest { wait_for: pb::WaitFor::Nothing.into(), ..request };
    world.open(request).await;
    repository(&world, "blinky", &[("README.md", "hello")]);
    world.bind(url).await;
    eventually("the second try succeeds", async || {
        (world.until_ready().await.phase() == pb::Phase::Ready).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_agent_killed_in_the_middle_of_a_clone_clones_again() {
    let mut world = World::new().await;
    let url = repository(&world, "blinky", &[("README.md", "hello")]);
    // Git waits for its server for as long as the agent lives.
    world.refuse.store(usize::MAX, Ordering::SeqCst);
    world.bind(&url).await;
    let begun = async || (world.refuse.load(Ordering::SeqCst) < usize::MAX).then_some(());
    eventually("the clone has begun", begun).await;
    world.kill().await;
    world.refuse.store(0, Ordering::SeqCst);
    std::fs::write(world.workspace().join("half"), "of a clone").unwrap();
    world.start().await;
    assert_eq!(world.until_ready().await.phase(), pb::Phase::Ready);
    assert_eq!(world.output(&["git", "status", "--porcelain"]).await, "");
}

#[tokio::test]
async fn what_is_in_the_workspace_is_never_overwritten() {
    let world = World::new().await;
    let url = repository(&world, "blinky", &[("README.md", "hello")]);
    std::fs::create_dir(world.workspace()).unwrap();
    std::fs::write(world.workspace().join("precious"), "x").unwrap();
    world.bind(&url).await;
    let status = world.until_ready().await;
    assert_eq!(status.phase(), pb::Phase::Failed);
    assert!(status.detail.contains("not a clone"), "{}", status.detail);
    assert!(world.workspace().join("precious").exists());
}
