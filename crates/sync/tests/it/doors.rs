//! Tokens in the first message, their renewal and their end; what a token may hold; updates that build on missing ones.

use carrel_proto::sync::v1::{ApplyUpdateRequest, CreateDocumentRequest, GetDocumentRequest};
use carrel_sync::config::Limits;
use carrel_sync::{rpc, wire};
use futures::SinkExt as _;
use tokio_tungstenite::tungstenite::Message;
use tonic::Code;
use yrs::updates::decoder::Decode as _;
use yrs::{Doc, ReadTxn as _, StateVector, Transact as _};

use crate::story::{Socket, close_code, connect, insertion, next, text_of};
use crate::world::World;

async fn a_document(world: &World) -> String {
    let made = world.documents(1).create_document(CreateDocumentRequest::default()).await;
    made.expect("created").into_inner().id
}

async fn say(socket: &mut Socket, frame: impl Into<bytes::Bytes>) {
    socket.send(Message::Binary(frame.into())).await.expect("sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_message_says_who_it_is() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits::default()).await;
    let id = a_document(&world).await;
    let knock = async || connect(&world, &id, "?auth=message", None).await.expect("let in to speak");
    let mut silent = knock().await;

    let mut ada = knock().await;
    say(&mut ada, wire::token(&world.token(1))).await;
    assert_eq!(next(&mut ada, |frame| frame[0] == wire::AUTH).await, wire::authenticated(true));
    next(&mut ada, |frame| frame.starts_with(&[0, 0])).await;
    // Now she may say more than a stranger.
    say(&mut ada, wire::step2(&[0, 0])).await;
    say(&mut ada, wire::update(&insertion(&Doc::new(), &"long ".repeat(10_000)))).await;

    for (first, code) in [
        (wire::token("no.such.token"), 4401),
        (wire::token(&world.token(2)), 4404),
        (wire::step1(&[0]), 4401),
        (vec![0; 16 * 1024].into(), 4400),
    ] {
        let mut stranger = knock().await;
        say(&mut stranger, first.clone()).await;
        if code != 4400 && code != 4401 {
            assert_eq!(next(&mut stranger, |frame| frame[0] == wire::AUTH).await[1], 0, "told why");
        }
        assert_eq!(close_code(&mut stranger).await, code, "{:?}", &first[..first.len().min(40)]);
    }
    // Who says nothing at all is sent away.
    assert_eq!(close_code(&mut silent).await, 4401);
    let get = GetDocumentRequest { id, ..Default::default() };
    let read = world.documents(1).get_document(get).await.expect("read").into_inner();
    assert_eq!(text_of(&read.update).len(), 50_000);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_outlives_its_token_if_it_is_renewed_and_ends_with_it() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits::default()).await;
    let id = a_document(&world).await;
    let ((old, old_id), (new, new_id)) = (world.signed(1), world.signed(1));
    let mut stale = connect(&world, &id, "", Some(&old)).await.expect("with the old token");
    let mut renewed = connect(&world, &id, "", Some(&old)).await.expect("with the old token");
    // Somebody else's token changes nothing.
    say(&mut renewed, wire::token(&world.token(2))).await;
    assert_eq!(next(&mut renewed, |frame| frame[0] == wire::AUTH).await[1], 0);
    say(&mut renewed, wire::token(&new)).await;
    assert_eq!(next(&mut renewed, |frame| frame[0] == wire::AUTH).await, wire::authenticated(true));

    world.revoke(&old_id);
    assert_eq!(close_code(&mut stale).await, 4401);
    assert_eq!(connect(&world, &id, "", Some(&old)).await.err(), Some(401));
    say(&mut renewed, wire::step1(&[0])).await;
    next(&mut renewed, |frame| frame.starts_with(&[0, 1])).await;
    world.revoke(&new_id);
    assert_eq!(close_code(&mut renewed).await, 4401);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_holds_so_many_documents() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits { documents_per_token: 2, ..Limits::default() }).await;
    let id = a_document(&world).await;
    let (token, other) = (world.token(1), world.token(1));
    let first = connect(&world, &id, "", Some(&token)).await.expect("the first");
    let _second = connect(&world, &id, "", Some(&token)).await.expect("the second");
    assert_eq!(connect(&world, &id, "", Some(&token)).await.err(), Some(429));
    let _other = connect(&world, &id, "", Some(&other)).await.expect("another token has its own");
    drop(first);
    let deadline = tokio::time::Instant::now() + crate::world::PATIENCE;
    while connect(&world, &id, "", Some(&token)).await.is_err() {
        assert!(tokio::time::Instant::now() < deadline, "the place stays taken");
        // poll: the server notices the end by itself
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_that_builds_on_missing_ones_is_refused_with_the_way_out() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits::default()).await;
    let id = a_document(&world).await;
    let mut documents = world.documents(1);
    let author = Doc::new();
    let (first, second) = (insertion(&author, "one "), insertion(&author, "two"));
    let apply = |update| ApplyUpdateRequest { id: id.clone(), update };
    let refused = documents.apply_update(apply(second.clone())).await.expect_err("the first is missing");
    assert_eq!(refused.code(), Code::FailedPrecondition, "{refused:?}");
    let vector = refused.metadata().get_bin(rpc::STATE_VECTOR).expect("where to begin").to_bytes();
    let vector = StateVector::decode_v1(&vector.expect("bytes")).expect("a vector");
    let rest = author.transact().encode_state_as_update_v1(&vector);
    assert!(documents.apply_update(apply(rest)).await.expect("all of it").into_inner().changed);
    for update in [first, second] {
        assert!(!documents.apply_update(apply(update)).await.expect("known").into_inner().changed);
    }

    // By websocket the server asks for the rest by itself.
    let mut socket = connect(&world, &id, "?saved=1", Some(&world.token(1))).await.expect("connected");
    say(&mut socket, wire::step2(&[0, 0])).await;
    next(&mut socket, |frame| frame == [wire::SAVED, 1]).await;
    let (_third, fourth) = (insertion(&author, " three"), insertion(&author, " four"));
    say(&mut socket, wire::update(&fourth)).await;
    let asked = next(&mut socket, |frame| frame.starts_with(&[0, 0])).await;
    let Ok(wire::Message::Step1(vector)) = wire::read(asked.into()) else { panic!("a step 1") };
    let vector = StateVector::decode_v1(&vector).expect("a vector");
    say(&mut socket, wire::step2(&author.transact().encode_state_as_update_v1(&vector))).await;
    next(&mut socket, |frame| frame == [wire::SAVED, 3]).await;
    let get = GetDocumentRequest { id, ..Default::default() };
    let read = documents.get_document(get).await.expect("read").into_inner();
    assert_eq!(text_of(&read.update), "one two three four");
    world.end().await;
}
