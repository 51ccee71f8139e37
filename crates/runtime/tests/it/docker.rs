//! The Docker driver against a real engine: the suite, and the errors it must tell apart.

use std::path::PathBuf;

use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{CreateContainerOptions, RemoveContainerOptions};
use bollard::{API_DEFAULT_VERSION, Docker};
use carrel_runtime::docker::{DockerConfig, DockerRuntime};
use carrel_runtime::{CgroupVersion, FoundState, Runtime, RuntimeError, RuntimeEvent};
use futures::StreamExt;

use crate::conformance::{PATIENCE, conformance, exit_of, find, fresh_slot};
use crate::docker_world::{IMAGE, open, shell};

conformance!(open().await);

#[tokio::test]
async fn the_engine_is_described() {
    let Some((subject, _world)) = open().await else { return };
    let info = subject.runtime.check().await.expect("check");
    assert_eq!(info.name, "docker");
    assert!(info.version.contains('.'), "{info:?}");
    assert_ne!(info.cgroup, CgroupVersion::None);
}

#[tokio::test]
async fn an_engine_that_is_not_there_is_said_and_survived() {
    let dir = tempfile::tempdir().expect("temp dir");
    let socket = dir.path().join("no.sock");
    let config = DockerConfig {
        socket: socket.clone(),
        node: "no-a".parse().expect("id"),
        state_dir: dir.path().join("state"),
    };
    let runtime = DockerRuntime::open(config).expect("opens without an engine");
    let mut events = runtime.events();
    let error = runtime.check().await.expect_err("no engine");
    assert!(error.is_engine_lost(), "{error:?}");
    assert!(error.to_string().contains(&socket.display().to_string()), "{error}");
    let lost = tokio::time::timeout(PATIENCE, events.next()).await.expect("in time");
    assert_eq!(lost, Some(RuntimeEvent::EngineLost));
}

#[tokio::test]
async fn a_missing_image_is_said_with_what_to_do_and_leaves_nothing() {
    let Some((subject, _world)) = open().await else { return };
    let mut spec = subject.spec();
    spec.image = "carrel-no-such-image:1".to_owned();
    let error = subject.runtime.create(&spec).await.expect_err("no image");
    assert!(matches!(&error, RuntimeError::ImageMissing { image } if *image == spec.image), "{error:?}");
    assert!(error.to_string().contains("cargo xtask image"), "{error}");
    assert_eq!(find(&*subject.runtime, &spec.slot).await, None);
}

#[tokio::test]
async fn a_program_that_is_not_in_the_image_leaves_nothing() {
    let Some((subject, _world)) = open().await else { return };
    let mut spec = subject.spec();
    spec.command = Some(vec!["/no/such/program".to_owned()]);
    let error = subject.runtime.create(&spec).await.expect_err("can't start");
    assert!(matches!(&error, RuntimeError::EngineRefused { call: "start", .. }), "{error:?}");
    assert_eq!(find(&*subject.runtime, &spec.slot).await, None);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_before_the_engine_is_asked() {
    let Some((subject, world)) = open().await else { return };
    let (mut label, mut link, mut memory) = (subject.spec(), subject.spec(), subject.spec());
    label.labels.insert("carrel.slot".to_owned(), "x".to_owned());
    link.link_dir = world.dir.path().join("not-made");
    memory.limits.memory_bytes = 1;
    for spec in [label, link, memory] {
        let refused = subject.runtime.create(&spec).await;
        assert!(matches!(refused, Err(RuntimeError::InvalidSpec { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn a_name_that_is_anothers_is_left_alone() {
    let Some((subject, world)) = open().await else { return };
    let socket = world.socket.to_string_lossy();
    let client = Docker::connect_with_unix(&socket, 60, API_DEFAULT_VERSION).expect("client");
    let spec = subject.spec();
    let name = format!("carrel-{}", spec.slot);
    let options = CreateContainerOptions { name: Some(name.clone()), ..Default::default() };
    let body = ContainerCreateBody {
        image: Some(IMAGE.to_owned()),
        cmd: Some(vec!["/bin/true".to_owned()]),
        ..ContainerCreateBody::default()
    };
    client.create_container(Some(options), body).await.expect("a stranger's container");
    let refused = subject.runtime.create(&spec).await;
    assert!(matches!(refused, Err(RuntimeError::NameTaken { .. })), "{refused:?}");
    let refused = subject.runtime.remove(&spec.slot).await;
    assert!(matches!(refused, Err(RuntimeError::NameTaken { .. })), "{refused:?}");
    let options = RemoveContainerOptions { force: true, ..Default::default() };
    client.remove_container(&name, Some(options)).await.expect("it is still there");
}

#[tokio::test]
async fn a_volume_without_a_container_is_listed_and_removed() {
    let Some((subject, world)) = open().await else { return };
    let slot = fresh_slot();
    let volumes = carrel_runtime::volume::Volumes::open(world.config().state_dir.join("volumes"));
    volumes.expect("open").create(&slot, 16 << 20, 1000).await.expect("create");
    let found = find(&*subject.runtime, &slot).await.expect("listed");
    assert_eq!(found.state, FoundState::Dead { code: None, oom: false });
    subject.runtime.remove(&slot).await.expect("remove");
    assert_eq!(find(&*subject.runtime, &slot).await, None);
}

#[tokio::test]
async fn two_nodes_on_one_engine_do_not_see_each_other() {
    let Some((subject, _world)) = open().await else { return };
    let Some((other, _other_world)) = open().await else { return };
    let spec = subject.spec();
    subject.runtime.create(&spec).await.expect("create");
    assert_eq!(other.runtime.list().await.expect("list"), []);
    subject.runtime.remove(&spec.slot).await.expect("remove");
}

#[tokio::test]
async fn an_exit_at_once_is_told_after_the_creation() {
    let Some((subject, _world)) = open().await else { return };
    let mut events = subject.runtime.events();
    let mut spec = subject.spec();
    spec.command = shell("exit 9");
    subject.runtime.create(&spec).await.expect("create");
    assert_eq!(exit_of(&mut events, &spec.slot).await, (Some(9), false));
}

#[tokio::test]
async fn a_removal_by_hand_is_told() {
    let Some((subject, world)) = open().await else { return };
    let mut events = subject.runtime.events();
    let spec = subject.spec();
    subject.runtime.create(&spec).await.expect("create");
    let socket = world.socket.to_string_lossy();
    let client = Docker::connect_with_unix(&socket, 60, API_DEFAULT_VERSION).expect("client");
    let options = RemoveContainerOptions { force: true, ..Default::default() };
    let name = format!("carrel-{}", spec.slot);
    client.remove_container(&name, Some(options)).await.expect("by hand");
    let (_, oom) = exit_of(&mut events, &spec.slot).await;
    assert!(!oom);
    let found = find(&*subject.runtime, &spec.slot).await.expect("its volume is left");
    assert!(matches!(found.state, FoundState::Dead { .. }), "{found:?}");
    assert_ne!(found.volume, PathBuf::new());
}
