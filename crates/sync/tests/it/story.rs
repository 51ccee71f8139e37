//! Programs: gRPC, websockets by hand, members, limits, deletion.

use std::time::Duration;

use carrel_proto::sync::v1::{
    AddMemberRequest, ApplyUpdateRequest, CompactDocumentRequest, CreateDocumentRequest,
    DeleteDocumentRequest, GetDocumentRequest, ListDocumentsRequest, MemberRole,
};
use carrel_service::Role;
use carrel_service::identity::NewToken;
use carrel_sync::config::Limits;
use carrel_sync::wire;
use futures::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tonic::Code;
use yrs::updates::decoder::Decode as _;
use yrs::{Doc, GetString as _, Text as _, Transact as _, Update};

use crate::world::{PATIENCE, World, user_id};

pub type Socket = tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>;

pub fn text_of(update: &[u8]) -> String {
    let doc = Doc::new();
    let text = doc.get_or_insert_text("text");
    doc.transact_mut().apply_update(Update::decode_v1(update).expect("an update")).expect("applied");
    text.get_string(&doc.transact())
}

pub fn insertion(doc: &Doc, what: &str) -> Vec<u8> {
    let text = doc.get_or_insert_text("text");
    let mut txn = doc.transact_mut();
    text.push(&mut txn, what);
    txn.encode_update_v1()
}

pub async fn connect(world: &World, id: &str, query: &str, token: Option<&str>) -> Result<Socket, u16> {
    let url = format!("{}/doc/{id}{query}", world.url.replace("http:", "ws:"));
    let mut request = url.into_client_request().expect("a request");
    if let Some(token) = token {
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().expect("a value"));
    }
    let address = world.url.trim_start_matches("http://");
    let stream = tokio::net::TcpStream::connect(address).await.expect("connect");
    match tokio_tungstenite::client_async(request, stream).await {
        Ok((socket, _)) => Ok(socket),
        Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

/// The next frame that matters: pings and the rest are skipped.
pub async fn next(socket: &mut Socket, wanted: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let find = async {
        loop {
            match socket.next().await.expect("open").expect("a message") {
                Message::Binary(frame) if wanted(&frame) => return frame.to_vec(),
                Message::Close(close) => panic!("closed: {close:?}"),
                _ => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, find).await.expect("in time")
}

pub async fn close_code(socket: &mut Socket) -> u16 {
    let find = async {
        while let Some(message) = socket.next().await {
            if let Ok(Message::Close(Some(close))) = message {
                return close.code.into();
            }
        }
        0
    };
    tokio::time::timeout(PATIENCE, find).await.expect("in time")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_from_its_creation_to_its_end() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits { frame_bytes: 64 * 1024, ..Limits::default() }).await;
    let (mut ada, mut bob) = (world.documents(1), world.documents(2));
    let create =
        CreateDocumentRequest { id: "do-notes".to_owned(), title: "notes".to_owned(), content: None };
    let made = ada.create_document(create.clone()).await.expect("created").into_inner();
    assert_eq!((made.id.as_str(), made.owner), ("do-notes", user_id(1).to_string()));
    assert_eq!(bob.create_document(create.clone()).await.expect_err("taken").code(), Code::AlreadyExists);
    let id = made.id;
    let get = GetDocumentRequest { id: id.clone(), ..Default::default() };
    assert_eq!(bob.get_document(get.clone()).await.expect_err("a stranger").code(), Code::NotFound);
    assert_eq!(connect(&world, &id, "", Some(&world.token(2))).await.err(), Some(404));
    assert_eq!(connect(&world, &id, "", None).await.err(), Some(401));

    let member =
        AddMemberRequest { id: id.clone(), user: user_id(2).to_string(), role: MemberRole::Reader.into() };
    ada.add_member(member.clone()).await.expect("added");
    let mut reader = connect(&world, &id, "", Some(&world.token(2))).await.expect("a reader");
    next(&mut reader, |frame| frame.starts_with(&[0, 0])).await;
    let mut writer = connect(&world, &id, "?saved=1", Some(&world.token(1))).await.expect("a writer");
    next(&mut writer, |frame| frame.starts_with(&[0, 0])).await;

    writer.send(Message::Binary(wire::step2(&[0, 0]))).await.expect("sent");
    let source = Doc::new();
    let update = insertion(&source, "héllo 😀");
    writer.send(Message::Binary(wire::update(&update))).await.expect("sent");
    assert_eq!(next(&mut reader, |frame| frame.starts_with(&[0, 2])).await, wire::update(&update));
    assert_eq!(next(&mut writer, |frame| frame[0] == wire::SAVED && frame[1] > 1).await, [wire::SAVED, 2]);
    reader.send(Message::Binary(wire::update(&insertion(&Doc::new(), "no")))).await.expect("sent");
    next(&mut reader, |frame| frame[0] == 2).await;

    let apply = ApplyUpdateRequest { id: id.clone(), update: insertion(&source, "!") };
    assert!(ada.apply_update(apply.clone()).await.expect("applied").into_inner().changed);
    assert!(!ada.apply_update(apply.clone()).await.expect("again").into_inner().changed);
    assert_eq!(bob.apply_update(apply).await.expect_err("a reader").code(), Code::PermissionDenied);
    let bytes = ApplyUpdateRequest { id: id.clone(), update: vec![9, 9, 9] };
    assert_eq!(ada.apply_update(bytes).await.expect_err("no update").code(), Code::InvalidArgument);
    let list = bob.list_documents(ListDocumentsRequest::default()).await.expect("listed").into_inner();
    assert_eq!(list.documents.len(), 1);
    let done = ada.compact_document(CompactDocumentRequest { id: id.clone() }).await.expect("compacted");
    assert_eq!(done.into_inner().updates_covered, 2);

    // A better role: connect again with it.
    ada.add_member(AddMemberRequest { role: MemberRole::Writer.into(), ..member }).await.expect("changed");
    assert_eq!(close_code(&mut reader).await, 4403);
    let read = bob.get_document(get.clone()).await.expect("read").into_inner();
    assert_eq!(text_of(&read.update), "héllo 😀!");

    let delete = DeleteDocumentRequest { id: id.clone() };
    assert_eq!(
        bob.delete_document(delete.clone()).await.expect_err("not his").code(),
        Code::PermissionDenied
    );
    ada.delete_document(delete).await.expect("deleted");
    assert_eq!(close_code(&mut writer).await, 4404);
    assert_eq!(ada.get_document(get).await.expect_err("gone").code(), Code::NotFound);
    assert_eq!(ada.create_document(create).await.expect_err("never again").code(), Code::AlreadyExists);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_hold_and_a_ticket_serves_once() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let limits =
        Limits { frame_bytes: 2_048, connections_per_address: 2, connections: 10, ..Limits::default() };
    let world = World::start(folder.path(), limits).await;
    let made = world.documents(1).create_document(CreateDocumentRequest::default()).await.expect("created");
    let id = made.into_inner().id;
    let other = carrel_ids::DocumentId::from_random(1);
    let other = NewToken::document_ticket(&other, &user_id(1), "ada", Role::Learner);
    let other = format!("?ticket={}", world.issuer.issue(other).expect("signed").token);
    assert_eq!(connect(&world, &id, &other, None).await.err(), Some(403), "for another document");
    let document = id.parse().expect("an id");
    let ticket = NewToken::document_ticket(&document, &user_id(1), "ada", Role::Learner);
    let ticket = format!("?ticket={}", world.issuer.issue(ticket).expect("signed").token);
    let mut first = connect(&world, &id, &ticket, None).await.expect("with a ticket");
    assert_eq!(connect(&world, &id, &ticket, None).await.err(), Some(401), "used");
    let token = world.token(1);
    let mut second = connect(&world, &id, "", Some(&token)).await.expect("the second");
    assert_eq!(connect(&world, &id, "", None).await.err(), Some(429), "the limit comes before the token");

    second.send(Message::Binary(vec![0, 2, 9].into())).await.expect("sent");
    assert_eq!(close_code(&mut second).await, 4400);
    first.send(Message::Binary(vec![0; 4_096].into())).await.expect("sent");
    let end = tokio::time::timeout(PATIENCE, async { while let Some(Ok(_)) = first.next().await {} }).await;
    end.expect("a frame beyond the limit ends the connection");
    // Both places are free again, as soon as the server has seen the ends.
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while connect(&world, &id, "", Some(&token)).await.is_err() {
        assert!(tokio::time::Instant::now() < deadline, "the places stay taken");
        // poll: the server notices the ends by itself
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    world.end().await;
}
