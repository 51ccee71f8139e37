//! The fake: as good as a real one, and scriptable.

use std::path::PathBuf;
use std::sync::Arc;

use carrel_runtime::fake::{Failure, FakeRuntime};
use carrel_runtime::{Runtime, RuntimeError, RuntimeEvent};
use futures::StreamExt;

use crate::conformance::{Subject, conformance};

fn subject(fake: &FakeRuntime) -> Subject {
    let (again, exiting) = (fake.clone(), fake.clone());
    Subject {
        runtime: Arc::new(fake.clone()),
        again: Box::new(move || Arc::new(again.clone())),
        image: "any".to_owned(),
        link_dir: PathBuf::from("/nowhere"),
        waiting: None,
        let_exit: Box::new(move |slot, _| assert!(exiting.exit(slot, 3, false))),
        codes_survive: true,
    }
}

fn open() -> Option<(Subject, FakeRuntime)> {
    let fake = FakeRuntime::default();
    Some((subject(&fake), fake))
}

conformance!(open());

#[tokio::test]
async fn failures_come_in_the_order_of_the_script() {
    let fake = FakeRuntime::default();
    let spec = subject(&fake).spec();
    fake.fail_next_create(Failure::ImageMissing);
    fake.fail_next_create(Failure::NoSpace);
    let first = fake.create(&spec).await;
    assert!(matches!(first, Err(RuntimeError::ImageMissing { .. })), "{first:?}");
    let second = fake.create(&spec).await;
    assert!(matches!(second, Err(RuntimeError::NoSpace { .. })), "{second:?}");
    fake.create(&spec).await.expect("the script is over");
    assert_eq!(fake.calls().create, 3);
}

#[tokio::test]
async fn a_held_create_waits_for_its_release() {
    let fake = FakeRuntime::default();
    let spec = subject(&fake).spec();
    let mut births = fake.births();
    fake.hold_creates(true);
    let mut create = Box::pin(fake.create(&spec));
    assert!(futures::poll!(create.as_mut()).is_pending());
    fake.hold_creates(false);
    create.await.expect("released");
    assert_eq!(births.recv().await.expect("born").slot, spec.slot);
}

#[tokio::test]
async fn a_lost_engine_fails_calls_but_not_kills() {
    let fake = FakeRuntime::default();
    let spec = subject(&fake).spec();
    fake.create(&spec).await.expect("create");
    let mut events = fake.events();
    fake.lose_engine();
    fake.lose_engine();
    assert!(fake.check().await.expect_err("lost").is_engine_lost());
    assert!(fake.remove(&spec.slot).await.expect_err("lost").is_engine_lost());
    fake.kill(&spec.slot).await.expect("kill needs no engine");
    fake.restore_engine();
    assert_eq!(events.next().await, Some(RuntimeEvent::EngineLost));
    assert!(matches!(events.next().await, Some(RuntimeEvent::Exited { .. })));
    assert_eq!(events.next().await, Some(RuntimeEvent::EngineBack));
    fake.remove(&spec.slot).await.expect("back");
}
