//! The link with an agent that comes, goes and misbehaves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use carrel_proto::agent::v1::HelloRequest;
use http_body_util::BodyExt as _;
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::fakes::{FakeAgent, SOON, connect, eventually};

/// Sends back what it is sent.
#[derive(Default)]
struct EchoEgress(AtomicU32);

#[async_trait::async_trait]
impl EgressServer for EchoEgress {
    async fn serve(&self, mut stream: UnixStream) {
        self.0.fetch_add(1, Ordering::SeqCst);
        let (mut read, mut write) = stream.split();
        let _ = tokio::io::copy(&mut read, &mut write).await;
    }
}

struct World {
    _state: tempfile::TempDir,
    dirs: LinkDirs,
    slot: SlotId,
    link: SlotLink,
    egress: Arc<EchoEgress>,
}

fn world() -> World {
    let state = tempfile::tempdir().expect("temporary directory");
    let (dirs, slot, egress) =
        (LinkDirs::new(state.path()), SlotId::from_random(1), Arc::<EchoEgress>::default());
    let link = SlotLink::open(&dirs, &slot, egress.clone()).expect("open");
    World { _state: state, dirs, slot, link, egress }
}

impl World {
    fn socket(&self) -> PathBuf {
        self.dirs.link(&self.slot).join(SOCKET_NAME)
    }

    fn agent(&self) -> FakeAgent {
        FakeAgent::start(self.socket(), &self.slot)
    }
}

async fn hello(link: &SlotLink) -> String {
    let channel = link.channel().await.expect("channel");
    channel.control().hello(HelloRequest {}).await.expect("hello").into_inner().slot_id
}

async fn get_raw(link: &SlotLink) -> http::StatusCode {
    let mut sender = link.open_stream().await.expect("stream");
    let request =
        http::Request::get("/raw?path=a").header("host", "slot").body(Body::empty()).expect("request");
    let response = sender.send_request(request).await.expect("answer");
    let status = response.status();
    response.into_body().collect().await.expect("body");
    status
}

#[tokio::test]
async fn both_kinds_of_connection_reach_the_agent() {
    let world = world();
    let _agent = world.agent();
    assert_eq!(hello(&world.link).await, world.slot.to_string());
    for _ in 0..10 {
        assert_eq!(get_raw(&world.link).await, http::StatusCode::OK);
    }
    eventually("two spares again", || world.link.spares() >= 2).await;
}

#[tokio::test]
async fn an_agent_may_restart() {
    let world = world();
    let agent = world.agent();
    hello(&world.link).await;
    drop(agent);
    let mut channels = world.link.channels();
    let down = channels.wait_for(Option::is_none);
    tokio::time::timeout(SOON, down).await.expect("noticed").expect("open");
    let _agent = world.agent();
    assert_eq!(hello(&world.link).await, world.slot.to_string());
    assert_eq!(get_raw(&world.link).await, http::StatusCode::OK);
}

#[tokio::test]
async fn a_node_may_restart() {
    let mut world = world();
    let _agent = world.agent();
    hello(&world.link).await;
    world.link.close().await;
    assert!(matches!(world.link.channel().await, Err(LinkError::Closed { .. })));
    world.link = SlotLink::open(&world.dirs, &world.slot, world.egress.clone()).expect("open again");
    assert_eq!(hello(&world.link).await, world.slot.to_string());
}

#[tokio::test]
async fn egress_connections_go_to_the_proxy() {
    let world = world();
    let mut slot = connect(&world.socket(), b"carrel-link/1 egress\nearly").await.expect("connect");
    slot.write_all(b" late").await.expect("write");
    slot.shutdown().await.expect("shutdown");
    let mut answer = String::new();
    slot.read_to_string(&mut answer).await.expect("read");
    assert_eq!(answer, "early late");
}

#[tokio::test]
async fn a_slot_has_so_many_connections_and_no_more() {
    let world = world();
    let mut open = Vec::new();
    for _ in 0..CONNECTIONS_MAX {
        open.push(connect(&world.socket(), b"carrel-link/1 egress\n").await.expect("connect"));
    }
    let all = u32::try_from(CONNECTIONS_MAX).expect("small");
    eventually("all are served", || world.egress.0.load(Ordering::SeqCst) == all).await;
    let mut one_more = UnixStream::connect(world.socket()).await.expect("connect");
    let mut byte = [0; 1];
    let read = tokio::time::timeout(SOON, one_more.read(&mut byte)).await.expect("at once");
    assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
    open.clear();
    let _agent = world.agent();
    assert_eq!(hello(&world.link).await, world.slot.to_string());
}

#[tokio::test]
async fn servers_that_hang_up_or_talk_first_are_passed_over() {
    let world = world();
    let dead = connect(&world.socket(), b"carrel-link/1 serve\n").await.expect("connect");
    drop(dead);
    let _talker =
        connect(&world.socket(), b"carrel-link/1 serve\nHTTP/1.1 200 OK\r\n\r\n").await.expect("connect");
    let _agent = world.agent();
    assert_eq!(hello(&world.link).await, world.slot.to_string());
    assert_eq!(get_raw(&world.link).await, http::StatusCode::OK);
}

#[tokio::test]
async fn a_deep_state_directory_is_no_obstacle() {
    let state = tempfile::tempdir().expect("temporary directory");
    let deep = state.path().join("d".repeat(120));
    std::fs::create_dir(&deep).expect("directory");
    let (dirs, slot) = (LinkDirs::new(&deep), SlotId::from_random(1));
    let _link = SlotLink::open(&dirs, &slot, Arc::<EchoEgress>::default()).expect("open");
    let short = state.path().join("s");
    std::os::unix::fs::symlink(dirs.link(&slot), &short).expect("link");
    connect(&short.join(SOCKET_NAME), b"carrel-link/1 serve\n").await.expect("reachable");
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(dirs.link(&slot).join(SOCKET_NAME)).expect("socket").permissions(),
    );
    assert_eq!(mode & 0o777, 0o666);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn garbage_on_a_serving_connection_harms_nobody(
        garbage in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        runtime.block_on(async {
            let world = world();
            let mut rogue = connect(&world.socket(), b"carrel-link/1 serve\n").await.expect("connect");
            let mut channels = world.link.channels();
            let up = channels.wait_for(Option::is_some);
            tokio::time::timeout(SOON, up).await.expect("taken").expect("open");
            // The h2 client has spoken; the answer is garbage.
            let _ = rogue.write_all(&garbage).await;
            drop(rogue);
            let _agent = world.agent();
            let mut greeted = false;
            for _ in 0..100 {
                if let Ok(channel) = world.link.channel().await {
                    greeted = channel.control().hello(HelloRequest {}).await.is_ok();
                }
                if greeted { break; }
                tokio::task::yield_now().await;
            }
            assert!(greeted);
        });
    }
}
