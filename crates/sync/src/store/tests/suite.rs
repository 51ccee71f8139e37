//! What every store does alike.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use carrel_service::Random;

use super::model_disk::ModelDisk;
use super::{document, meta, user};
use crate::store::disk::RealDisk;
use crate::store::embedded::EmbeddedStore;
use crate::store::{Change, Expect, MemberRole, Put, Store, StoreError, versions_prefix};

fn text(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

/// Runs everything on stores that `open` opens, one after the other, on the same data.
pub(super) async fn conformance<F: Future<Output = Box<dyn Store>>>(open: impl Fn() -> F) {
    documents(&*open().await).await;
    after_a_restart(&*open().await).await;
    after_a_deletion(&*open().await).await;
    rows(&*open().await).await;
    rows_after_a_restart(&*open().await).await;
    many_at_once(&*open().await).await;
}

async fn documents(store: &dyn Store) {
    let (a, b, c) = (document(1), document(2), document(3));
    assert!(matches!(store.append(&a, text("x")).await, Err(StoreError::NotFound(_))));
    assert!(matches!(store.meta(&a).await, Err(StoreError::NotFound(_))));
    store.change(&a, Change::Create(meta(1), None)).await.unwrap();
    assert!(matches!(store.change(&a, Change::Create(meta(2), None)).await, Err(StoreError::Exists(_))));
    store.change(&b, Change::Create(meta(2), Some(text("seed")))).await.unwrap();
    let twice = store.change(&b, Change::Create(meta(2), Some(text("again")))).await;
    assert!(matches!(twice, Err(StoreError::Exists(_))));
    assert_eq!(store.load(&b).await.unwrap().updates, [text("seed")]);
    let answers: Vec<_> = (0..50_u8).map(|n| store.append(&a, Bytes::from(vec![n; 100]))).collect();
    for answer in answers {
        answer.await.unwrap();
    }
    store.append(&b, text("other")).await.unwrap();

    let reader = Change::Roles { roles: vec![(user(2), Some(MemberRole::Reader))], only: false };
    let now = store.change(&a, reader.clone()).await.unwrap();
    assert_eq!(now.role(&user(2)), Some(MemberRole::Reader));
    let all: Vec<_> = store.list(&user(2), "", 10).await.unwrap().into_iter().map(|(id, _)| id).collect();
    assert_eq!(all, [a.clone().min(b.clone()), a.clone().max(b.clone())]);
    assert_eq!(store.list(&user(2), "", 1).await.unwrap().len(), 1);
    assert_eq!(store.list(&user(2), all[0].as_str(), 10).await.unwrap().len(), 1);
    assert_eq!(store.list(&user(3), "", 10).await.unwrap().len(), 0);
    let too_many = (0..1_001).map(|n| (user(100 + n), Some(MemberRole::Reader))).collect();
    let too_many = store.change(&a, Change::Roles { roles: too_many, only: true }).await;
    assert!(matches!(too_many, Err(StoreError::TooManyMembers(_))));
    store.change(&a, Change::Title("héllo".to_owned())).await.unwrap();
    store.change(&a, Change::Space(Some("sp-1".to_owned()))).await.unwrap();

    assert_eq!(store.compact(&a, 30, text("state")).await.unwrap(), 30);
    assert!(matches!(store.compact(&c, 1, text("state")).await, Err(StoreError::NotFound(_))));
}

async fn after_a_restart(store: &dyn Store) {
    let (a, b) = (document(1), document(2));
    let loaded = store.load(&a).await.unwrap();
    assert_eq!(loaded.state.as_deref(), Some(&b"state"[..]));
    assert_eq!((loaded.updates.len(), loaded.covers, loaded.updates[0][0]), (20, 50, 30));
    assert_eq!(loaded.meta.role(&user(2)), Some(MemberRole::Reader));
    assert_eq!((loaded.meta.title.as_str(), loaded.meta.space.as_deref()), ("héllo", Some("sp-1")));
    // More than there is: what comes later must not be lost to it.
    assert_eq!(store.compact(&a, 900, text("more")).await.unwrap(), 20);
    store.append(&a, text("after")).await.unwrap();
    let loaded = store.load(&a).await.unwrap();
    assert_eq!((loaded.updates, loaded.covers), (vec![text("after")], 51));
    let only = Change::Roles { roles: vec![(user(4), Some(MemberRole::Writer))], only: true };
    store.change(&a, only).await.unwrap();
    assert_eq!(store.list(&user(2), "", 10).await.unwrap().len(), 1);
    assert_eq!(store.list(&user(4), "", 10).await.unwrap().len(), 1);
    let out = Change::Roles { roles: vec![(user(4), None)], only: false };
    assert_eq!(store.change(&a, out).await.unwrap().members, []);

    let key = format!("{}1", versions_prefix(&a));
    let version = Put { blob: Some(text("blob")), ..Put::new(key.clone(), Expect::Absent, b"v".to_vec()) };
    store.put(vec![version]).await.unwrap();
    store.change(&a, Change::Delete).await.unwrap();
    assert!(matches!(store.load(&a).await, Err(StoreError::NotFound(_))));
    assert!(matches!(store.append(&a, text("x")).await, Err(StoreError::NotFound(_))));
    assert!(matches!(store.change(&a, Change::Title(String::new())).await, Err(StoreError::NotFound(_))));
    assert_eq!((store.row(&key).await.unwrap(), store.blob(&key).await.unwrap()), (None, None));
    assert_eq!(store.load(&b).await.unwrap().updates.len(), 2);
}

async fn after_a_deletion(store: &dyn Store) {
    let (a, b) = (document(1), document(2));
    assert!(matches!(store.load(&a).await, Err(StoreError::NotFound(_))));
    assert!(matches!(store.change(&a, Change::Create(meta(1), None)).await, Err(StoreError::Exists(_))));
    assert_eq!(store.load(&b).await.unwrap().updates, [text("seed"), text("other")]);
    assert_eq!(store.list(&user(1), "", 10).await.unwrap().len(), 0);
    assert_eq!(store.figures().await.unwrap().documents, 1);
}

async fn rows(store: &dyn Store) {
    let put = |key: &str, expect, value: &str| Put::new(key.to_owned(), expect, value.as_bytes().to_vec());
    assert_eq!(store.row("a/1").await.unwrap(), None);
    assert_eq!(
        store.put(vec![put("a/1", Expect::Absent, "x"), put("a/2", Expect::Any, "y")]).await.unwrap(),
        [1, 1]
    );
    // One that does not fit keeps all the others from happening.
    let mixed = vec![put("a/1", Expect::Version(1), "z"), put("a/2", Expect::Absent, "z")];
    assert!(matches!(store.put(mixed).await, Err(StoreError::Conflict(key)) if key == "a/2"));
    assert_eq!(store.row("a/1").await.unwrap().map(|row| row.version), Some(1));
    assert_eq!(store.put(vec![put("a/1", Expect::Version(1), "z")]).await.unwrap(), [2]);
    assert!(matches!(
        store.put(vec![put("a/1", Expect::Version(1), "w")]).await,
        Err(StoreError::Conflict(_))
    ));
    for key in ["a/3", "a-1", "b/1"] {
        store.put(vec![put(key, Expect::Absent, key)]).await.unwrap();
    }
    let keys = |rows: Vec<crate::store::Row>| rows.into_iter().map(|row| row.key).collect::<Vec<_>>();
    assert_eq!(keys(store.rows("a/", "", 10).await.unwrap()), ["a/1", "a/2", "a/3"]);
    assert_eq!(keys(store.rows("a/", "a/1", 1).await.unwrap()), ["a/2"]);
    assert_eq!(keys(store.rows("a/", "a/3", 10).await.unwrap()), [""; 0]);
    assert_eq!(keys(store.rows("a/", "Z", 10).await.unwrap()).len(), 3);
    let large = Put { blob: Some(Bytes::from(vec![7; 100_000])), ..put("blob/1", Expect::Absent, "large") };
    store.put(vec![large.clone()]).await.unwrap();
    assert!(matches!(store.put(vec![large]).await, Err(StoreError::Conflict(_))));
    assert_eq!(store.blob("blob/1").await.unwrap().map(|blob| blob.len()), Some(100_000));
    assert_eq!(store.blob("a/1").await.unwrap(), None);
    store.put(vec![Put::remove("a/3".to_owned(), Expect::Version(1))]).await.unwrap();
    assert!(matches!(
        store.put(vec![Put::remove("a/3".to_owned(), Expect::Version(1))]).await,
        Err(StoreError::Conflict(_))
    ));
}

async fn rows_after_a_restart(store: &dyn Store) {
    let row = store.row("a/1").await.unwrap().unwrap();
    assert_eq!((row.version, &row.value[..]), (2, &b"z"[..]));
    assert_eq!(store.row("a/3").await.unwrap(), None);
    assert_eq!(store.blob("blob/1").await.unwrap().map(|blob| blob.len()), Some(100_000));
    let smaller =
        Put { blob: Some(text("small")), ..Put::new("blob/1".to_owned(), Expect::Version(1), vec![]) };
    store.put(vec![smaller]).await.unwrap();
    assert_eq!(store.blob("blob/1").await.unwrap(), Some(text("small")));
    store.put(vec![Put::remove("blob/1".to_owned(), Expect::Any)]).await.unwrap();
    assert_eq!(store.blob("blob/1").await.unwrap(), None);
}

/// Calls of one document take effect in their order, those of others beside them.
async fn many_at_once(store: &dyn Store) {
    let mut answers = Vec::new();
    for n in 0..400_u64 {
        let id = document(50 + u128::from(n % 4));
        if n < 4 {
            drop(store.change(&id, Change::Create(meta(1), None)));
        }
        answers.push(store.append(&id, Bytes::copy_from_slice(&n.to_le_bytes())));
    }
    // Of one row, one of many wins each time.
    let races: Vec<_> =
        (0..20_u8).map(|n| store.put(vec![Put::new("race".to_owned(), Expect::Absent, vec![n])])).collect();
    for answer in answers {
        answer.await.unwrap();
    }
    let mut won = 0;
    for race in races {
        match race.await {
            Ok(_) => won += 1,
            Err(error) => assert!(matches!(error, StoreError::Conflict(_)), "{error}"),
        }
    }
    assert_eq!(won, 1);
    for document_at in 0..4_u64 {
        let loaded = store.load(&document(50 + u128::from(document_at))).await.unwrap();
        let held: Vec<u64> =
            loaded.updates.iter().map(|update| u64::from_le_bytes(update[..].try_into().unwrap())).collect();
        let expected: Vec<u64> = (0..100).map(|n| n * 4 + document_at).collect();
        assert_eq!(held, expected);
    }
    let figures = store.figures().await.unwrap();
    assert!(figures.commits < 400, "one sync for everybody who waits: {}", figures.commits);
    assert_eq!(figures.queued_bytes, 0);
}

#[tokio::test]
async fn the_embedded_store_conforms_on_files() {
    let folder = tempfile::tempdir().unwrap();
    let disk = || Arc::new(RealDisk::open(folder.path()).unwrap());
    let first = disk();
    let second = RealDisk::open(folder.path()).err().unwrap();
    assert_eq!(second.kind(), std::io::ErrorKind::WouldBlock);
    drop(first);
    conformance(|| {
        let store = EmbeddedStore::on(disk(), 1_000, Random::system()).unwrap();
        async { Box::new(store) as Box<dyn Store> }
    })
    .await;
}

#[tokio::test]
async fn the_embedded_store_conforms_in_memory() {
    let disk = Arc::new(ModelDisk::default());
    conformance(|| {
        let store = EmbeddedStore::on(disk.clone(), 1_000, Random::seeded(4)).unwrap();
        async { Box::new(store) as Box<dyn Store> }
    })
    .await;
}
