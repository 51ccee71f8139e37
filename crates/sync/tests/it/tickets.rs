//! A ticket serves once, by whichever of the ways to a document it comes.

use carrel_ids::DocumentId;
use carrel_proto::sync::v1::CreateDocumentRequest;
use carrel_service::identity::{NewToken, Via};
use carrel_service::{Principal, Role};
use carrel_sync::config::Limits;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::story::connect;
use crate::world::{World, user_id};

/// What the front-end master asks for somebody, by a ticket of this id; 101 is a yes.
async fn relayed(world: &World, id: &str, relay: &str, ticket: &str) -> u16 {
    let url = format!("{}/doc/{id}", world.url.replace("http:", "ws:"));
    let mut request = url.into_client_request().expect("a request");
    let headers = request.headers_mut();
    headers.insert("authorization", format!("Bearer {relay}").parse().expect("a value"));
    headers.insert("x-carrel-ticket", ticket.parse().expect("a value"));
    let stream = tokio::net::TcpStream::connect(world.url.trim_start_matches("http://")).await;
    match tokio_tungstenite::client_async(request, stream.expect("connect")).await {
        Ok(_) => 101,
        Err(tungstenite::Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_serves_once_whichever_way_it_comes() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = World::start(folder.path(), Limits::default()).await;
    let made = world.documents(1).create_document(CreateDocumentRequest::default()).await.expect("created");
    let id = made.into_inner().id;
    let document: DocumentId = id.parse().expect("an id");
    let ticket = || {
        let ticket = NewToken::document_ticket(&document, &user_id(1), "ada", Role::Learner);
        world.issuer.issue(ticket).expect("signed")
    };
    let relay = |principal: &Principal| {
        world.issuer.issue(NewToken::relay(principal).expect("a person")).expect("signed").token
    };

    // First by way of the front-end master, then here by itself.
    let first = ticket();
    let principal = Principal::from_claims(&first.claims, Via::Hook).expect("a principal");
    assert_eq!(relayed(&world, &id, &relay(&principal), &first.claims.jti).await, 101);
    let again = connect(&world, &id, &format!("?ticket={}", first.token), None).await;
    assert_eq!(again.err(), Some(401));
    assert_eq!(relayed(&world, &id, &relay(&principal), &first.claims.jti).await, 401);

    // And the other way round.
    let second = ticket();
    let direct = connect(&world, &id, &format!("?ticket={}", second.token), None).await;
    assert!(direct.is_ok());
    let principal = Principal::from_claims(&second.claims, Via::Hook).expect("a principal");
    assert_eq!(relayed(&world, &id, &relay(&principal), &second.claims.jti).await, 401);
    let endless = "7".repeat(5_000);
    assert_eq!(relayed(&world, &id, &relay(&principal), &endless).await, 401);

    // Nobody else spends somebody's ticket by naming it.
    let third = ticket();
    assert_eq!(relayed(&world, &id, &world.token(1), &third.claims.jti).await, 101);
    assert!(connect(&world, &id, &format!("?ticket={}", third.token), None).await.is_ok());
    world.end().await;
}
