//! The end of a daemon: what is under way finishes, what overruns is ended, vital tasks count.

use std::time::Duration;

use carrel_service::{
    App, Auth, Deps, Keys, ListenerConfig, Listeners, Revocations, RunError, Shutdown, SystemClock, Verifier,
};
use http::Method;
use tokio::net::TcpStream;

use crate::world::World;

#[tokio::test]
async fn a_request_under_way_finishes_and_no_new_one_is_taken() {
    let world = World::loopback().await;
    let http = world.peer(0, None).http();
    let asked =
        tokio::spawn(async move { http.request_json::<(), String>(Method::GET, "/wait", None).await });
    world.waits.notified().await;
    let idle =
        TcpStream::connect(world.urls[0].trim_start_matches("http://")).await.expect("idle connection");
    world.shutdown.trigger();
    let address = world.urls[0].trim_start_matches("http://").to_owned();
    let refused = async {
        while TcpStream::connect(&address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), refused).await.expect("the listener closes");
    assert!(!world.running.is_finished());
    world.go_on.notify_one();
    assert_eq!(asked.await.expect("task").expect("answer"), "waited");
    world.stop().await;
    drop(idle);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_overruns_is_ended() {
    let world = World::start(&[ListenerConfig::tcp("127.0.0.1:0")], 3).await;
    let http = world.peer(0, None).http();
    let asked =
        tokio::spawn(async move { http.request_json::<(), String>(Method::GET, "/wait", None).await });
    world.waits.notified().await;
    let before = tokio::time::Instant::now();
    world.stop().await;
    assert!(before.elapsed() >= Duration::from_secs(3));
    asked.await.expect("task").expect_err("ended");
}

#[tokio::test]
async fn a_vital_task_that_fails_ends_the_daemon_with_its_error() {
    let listeners = Listeners::bind(&[ListenerConfig::tcp("127.0.0.1:0")]).await.expect("listeners");
    let deps = Deps::embedded("sample", listeners, Shutdown::new());
    deps.tasks.spawn_vital("core", async { Err(RunError::new("read the ledger")) });
    let verifier =
        Verifier::new("carrel", Keys::fixed(Vec::new()), Revocations::new(), SystemClock::shared());
    let failure = deps.serve(App::new(Auth::new(verifier))).await.expect_err("failed");
    assert_eq!(failure.to_string(), "read the ledger");
}
