//! What programs do with documents: content in and out, versions, spaces, stewards, watching.

use carrel_client::{Channel, Options, Peer, TokenSource};
use carrel_proto::sync::v1::space_service_client::SpaceServiceClient;
use carrel_proto::sync::v1::steward_service_client::StewardServiceClient;
use carrel_proto::sync::v1::{self as pb, content::Form, watch_reply::What};
use carrel_service::identity::NewToken;
use carrel_sync::config::Limits;
use tonic::Code;

use crate::world::{PATIENCE, World, user_id};

fn text(text: &str) -> Option<pb::Content> {
    let form = Form::Text(pb::SharedText { name: String::new(), text: text.to_owned() });
    Some(pb::Content { form: Some(form) })
}

async fn read(world: &World, user: u128, id: &str) -> String {
    let request =
        pb::ExportDocumentRequest { id: id.to_owned(), form: pb::Form::Text.into(), ..Default::default() };
    let content = world.documents(user).export_document(request).await.expect("exported").into_inner();
    let Some(Form::Text(text)) = content.form else { panic!("no text: {content:?}") };
    text.text
}

fn spaces(world: &World, user: u128) -> SpaceServiceClient<Channel> {
    let options = Options { token: TokenSource::fixed(world.token(user)), ..Options::default() };
    SpaceServiceClient::new(Peer::new(&world.url, options).expect("a peer").channel())
}

fn steward(world: &World, name: &str) -> StewardServiceClient<Channel> {
    let token = world.issuer.issue(NewToken::service(name)).expect("signed").token;
    let options = Options { token: TokenSource::fixed(token), ..Options::default() };
    StewardServiceClient::new(Peer::new(&world.rack_url, options).expect("a peer").channel())
}

fn member(user: u128, role: pb::MemberRole) -> pb::Member {
    pb::Member { user: user_id(user).to_string(), role: role.into() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_goes_in_and_out_and_versions_come_back() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits::default()).await;
    let mut ada = world.documents(1);
    let create =
        pb::CreateDocumentRequest { id: "do-story".to_owned(), content: text("one"), ..Default::default() };
    ada.create_document(create.clone()).await.expect("created");
    let again = pb::CreateDocumentRequest { content: text("other"), ..create };
    assert_eq!(ada.create_document(again).await.expect_err("seeded once").code(), Code::AlreadyExists);
    let id = "do-story".to_owned();
    assert_eq!(read(&world, 1, &id).await, "one");

    let version = pb::CreateVersionRequest { id: id.clone(), name: "first".to_owned() };
    let version = ada.create_version(version).await.expect("kept").into_inner();
    assert_eq!((version.version, version.author.as_str()), (1, user_id(1).as_str()));
    let import = pb::ImportDocumentRequest { id: id.clone(), content: text("one and two") };
    assert!(ada.import_document(import.clone()).await.expect("imported").into_inner().changed);
    assert!(!ada.import_document(import).await.expect("imported").into_inner().changed);
    ada.create_version(pb::CreateVersionRequest { id: id.clone(), name: "second".to_owned() })
        .await
        .expect("kept");
    let list = pb::ListVersionsRequest { id: id.clone(), limit: 1, ..Default::default() };
    let page = ada.list_versions(list.clone()).await.expect("listed").into_inner();
    assert_eq!((page.versions[0].name.as_str(), page.next), ("second", 2));
    let page =
        ada.list_versions(pb::ListVersionsRequest { before: 2, ..list }).await.expect("listed").into_inner();
    assert_eq!(page.versions[0].name, "first");
    let restore = pb::RestoreVersionRequest { id: id.clone(), version: 1 };
    assert!(ada.restore_version(restore.clone()).await.expect("restored").into_inner().changed);
    assert_eq!(read(&world, 1, &id).await, "one");
    assert!(!ada.restore_version(restore).await.expect("restored").into_inner().changed);
    let missing = pb::GetVersionRequest { id: id.clone(), version: 9 };
    assert_eq!(ada.get_version(missing).await.expect_err("none").code(), Code::NotFound);
    let json = pb::ExportDocumentRequest {
        id: id.clone(),
        form: pb::Form::Json.into(),
        version: 2,
        ..Default::default()
    };
    let json = ada.export_document(json).await.expect("exported").into_inner();
    assert_eq!(json.form, Some(Form::Json(r#"{"text":"one and two"}"#.to_owned())));
    ada.delete_version(pb::DeleteVersionRequest { id: id.clone(), version: 1 }).await.expect("deleted");

    // A reader keeps no versions and imports nothing; a stranger knows of nothing.
    let add = pb::AddMemberRequest {
        id: id.clone(),
        user: user_id(2).to_string(),
        role: pb::MemberRole::Reader.into(),
    };
    ada.add_member(add).await.expect("added");
    let mut bob = world.documents(2);
    let keep = pb::CreateVersionRequest { id: id.clone(), name: "mine".to_owned() };
    assert_eq!(bob.create_version(keep.clone()).await.expect_err("a reader").code(), Code::PermissionDenied);
    assert_eq!(world.documents(3).create_version(keep).await.expect_err("a stranger").code(), Code::NotFound);
    let garbage = pb::Content { form: Some(Form::Update(vec![9, 9, 9])) };
    let garbage = pb::ImportDocumentRequest { id: id.clone(), content: Some(garbage) };
    assert_eq!(ada.import_document(garbage).await.expect_err("garbage").code(), Code::InvalidArgument);
    world.end().await;

    let world = World::start(folder.path(), Limits::default()).await;
    assert_eq!(read(&world, 2, &id).await, "one");
    let kept = pb::GetVersionRequest { id, version: 2 };
    assert_eq!(
        world.documents(2).get_version(kept).await.expect("kept").into_inner().version.expect("one").name,
        "second"
    );
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_space_gives_its_members_its_documents() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits::default()).await;
    let (mut ada, mut bob) = (spaces(&world, 1), spaces(&world, 2));
    let space = ada.create_space(pb::CreateSpaceRequest::default()).await.expect("created").into_inner();
    let create = pb::CreateDocumentRequest { content: text("here"), ..Default::default() };
    let document = world.documents(1).create_document(create).await.expect("created").into_inner().id;
    let place = Some(pb::Place { x: 1.0, y: 2.0, z: 0.0, width: 3.0, height: 4.0 });
    let item = pb::Item {
        id: "a".to_owned(),
        document: document.clone(),
        place,
        metadata: r#"{"c":1}"#.to_owned(),
        revision: 0,
    };
    let put = pb::PutItemRequest { space: space.id.clone(), item: Some(item.clone()), if_revision: true };
    assert_eq!(ada.put_item(put.clone()).await.expect("put").into_inner().revision, 1);
    assert_eq!(ada.put_item(put.clone()).await.expect_err("changed since").code(), Code::Aborted);
    assert_eq!(bob.put_item(put).await.expect_err("a stranger").code(), Code::NotFound);
    let get = pb::GetDocumentRequest { id: document.clone(), ..Default::default() };
    assert_eq!(
        world.documents(2).get_document(get.clone()).await.expect_err("not yet").code(),
        Code::NotFound
    );

    let set = |role: pb::MemberRole| pb::SetSpaceMemberRequest {
        id: space.id.clone(),
        user: user_id(2).to_string(),
        role: role.into(),
    };
    ada.set_space_member(set(pb::MemberRole::Reader)).await.expect("set");
    let seen = world.documents(2).get_document(get.clone()).await.expect("by the space").into_inner();
    assert_eq!(seen.document.expect("it").role(), pb::MemberRole::Reader);
    let listed = bob.list_spaces(pb::ListSpacesRequest::default()).await.expect("listed").into_inner();
    assert_eq!((listed.spaces.len(), listed.spaces[0].items), (1, 1));
    let within = |x: f64| pb::ListItemsRequest {
        space: space.id.clone(),
        within: Some(pb::Place { x, ..Default::default() }),
        ..Default::default()
    };
    let inside = pb::Place { x: 2.0, y: 3.0, ..Default::default() };
    let inside = pb::ListItemsRequest { within: Some(inside), ..within(0.0) };
    assert_eq!(bob.list_items(inside).await.expect("listed").into_inner().items.len(), 1);
    assert_eq!(bob.list_items(within(9.0)).await.expect("listed").into_inner().items.len(), 0);
    let nowhere = within(f64::NAN);
    assert_eq!(bob.list_items(nowhere).await.expect_err("no place").code(), Code::InvalidArgument);
    let delete = pb::DeleteSpaceRequest { id: space.id.clone() };
    assert_eq!(
        ada.delete_space(delete.clone()).await.expect_err("not empty").code(),
        Code::FailedPrecondition
    );

    let mine = |revision| pb::PutSettingsRequest {
        json: r#"{"zoom":2}"#.to_owned(),
        revision,
        if_revision: true,
        ..Default::default()
    };
    assert_eq!(bob.put_settings(mine(0)).await.expect("set").into_inner().revision, 1);
    assert_eq!(bob.put_settings(mine(0)).await.expect_err("set already").code(), Code::Aborted);
    let of = |space: &str| pb::GetSettingsRequest { space: space.to_owned() };
    assert_eq!(bob.get_settings(of("")).await.expect("read").into_inner().json, r#"{"zoom":2}"#);
    assert_eq!(bob.get_settings(of(&space.id)).await.expect("read").into_inner().json, "{}");
    assert_eq!(ada.get_settings(of("")).await.expect("read").into_inner().revision, 0);

    ada.set_space_member(set(pb::MemberRole::None)).await.expect("set");
    assert_eq!(
        world.documents(2).get_document(get.clone()).await.expect_err("put out").code(),
        Code::NotFound
    );
    let gone = pb::DeleteDocumentRequest { id: document };
    world.documents(1).delete_document(gone).await.expect("deleted");
    ada.delete_space(delete).await.expect("empty, as its document is gone");
    world.end().await;
}

/// Members do not give it to others; other daemons and people have no part in it.
async fn nobody_else_keeps(world: &World, ensure: &pb::EnsureDocumentRequest) {
    let add = pb::AddMemberRequest {
        id: ensure.id.clone(),
        user: user_id(4).to_string(),
        role: pb::MemberRole::Reader.into(),
    };
    assert_eq!(world.documents(2).add_member(add).await.expect_err("not his").code(), Code::PermissionDenied);
    let other = steward(world, "no-1").ensure_document(ensure.clone()).await;
    assert_eq!(other.expect_err("somebody else's").code(), Code::AlreadyExists);
    let options = Options { token: TokenSource::fixed(world.token(1)), ..Options::default() };
    let mut person =
        StewardServiceClient::new(Peer::new(&world.rack_url, options).expect("a peer").channel());
    assert_eq!(
        person.ensure_document(ensure.clone()).await.expect_err("a person").code(),
        Code::PermissionDenied
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_steward_keeps_documents_for_others_and_they_are_told() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits::default()).await;
    let mut front = steward(&world, "frontend-master");
    let mut watch =
        world.documents(2).watch(pb::WatchRequest::default()).await.expect("watching").into_inner();
    let mut next = async || {
        let reply =
            tokio::time::timeout(PATIENCE, watch.message()).await.expect("in time").expect("no error");
        reply.expect("not the end").what.expect("something")
    };
    assert_eq!(next().await, What::Ready(pb::Ready {}));

    let id = "do-notes-1".to_owned();
    let ensure = pb::EnsureDocumentRequest {
        id: id.clone(),
        title: "Notes".to_owned(),
        content: text("# Notes"),
        roles: vec![member(2, pb::MemberRole::Writer)],
    };
    let made = front.ensure_document(ensure.clone()).await.expect("made").into_inner();
    assert!(made.created && made.document.expect("it").owner == "frontend-master");
    let told =
        |kind: pb::ChangeKind| What::Document(pb::DocumentChange { id: id.clone(), kind: kind.into() });
    assert_eq!(next().await, told(pb::ChangeKind::Created));
    world
        .documents(2)
        .import_document(pb::ImportDocumentRequest { id: id.clone(), content: text("mine") })
        .await
        .expect("imported");
    assert_eq!(next().await, told(pb::ChangeKind::Edited));
    let again =
        pb::EnsureDocumentRequest { roles: vec![member(3, pb::MemberRole::Reader)], ..ensure.clone() };
    assert!(!front.ensure_document(again).await.expect("there").into_inner().created);
    assert_eq!(next().await, told(pb::ChangeKind::Changed));
    assert_eq!(read(&world, 3, &id).await, "mine", "never seeded again");
    let roles =
        front.get_roles(pb::GetRolesRequest { id: id.clone() }).await.expect("read").into_inner().roles;
    assert_eq!(roles, [member(2, pb::MemberRole::Writer), member(3, pb::MemberRole::Reader)]);

    nobody_else_keeps(&world, &ensure).await;

    let only = pb::SetRolesRequest {
        id: id.clone(),
        roles: vec![member(3, pb::MemberRole::Writer)],
        only_these: true,
    };
    front.set_roles(only).await.expect("set");
    assert_eq!(next().await, told(pb::ChangeKind::Gone), "user 2 is no member any more");
    front.discard(pb::DiscardRequest { id: id.clone() }).await.expect("discarded");
    assert_eq!(
        front.ensure_document(ensure).await.expect_err("a tombstone").code(),
        Code::FailedPrecondition
    );

    let space = pb::EnsureSpaceRequest {
        id: "sp-room".to_owned(),
        title: "Room".to_owned(),
        roles: vec![member(2, pb::MemberRole::Reader)],
    };
    assert!(front.ensure_space(space.clone()).await.expect("made").into_inner().created);
    assert!(!front.ensure_space(space).await.expect("there").into_inner().created);
    let What::Space(told) = next().await else { panic!("the space is told") };
    assert_eq!((told.id.as_str(), told.kind()), ("sp-room", pb::ChangeKind::Created));
    world.end().await;
}
