//! Websockets at `/doc/<id>`: the y-websocket protocol; with `?protocol=hocuspocus` that of its provider.
//!
//! Who connects is said by the request (bearer, cookie, `?ticket=`), or, with `?auth=message`, by the first message:
//! `[2][0]` and a token or ticket; it is answered by `[2][2]` and what the member may do, or by `[2][0]` and why not.
//! The same message later replaces the token: the connection lasts as long as the newer one.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use carrel_proto::code::{Problem, ServiceCode};
use carrel_service::error::response;
use carrel_service::{Peer, Principal};
use http::HeaderMap;
use http::request::Parts;
use tokio::sync::oneshot;

use crate::door::{self, Door, FIRST_MESSAGE_MAX, PING, Pass, STRANGER_BYTES_MAX, Seat};
use crate::hocuspocus;
use crate::hub::Connection;
use crate::room::CloseCode;
use crate::socket::{End, Framed, Incoming, Outlet, Socket, Upgrade};
use crate::wire;

/// The token of `?ticket=`, for sockets of browsers that can't send the cookie.
pub fn ticket_hook(parts: &Parts) -> Option<String> {
    if !parts.uri.path().starts_with("/doc/") {
        return None;
    }
    parameter(parts.uri.query(), "ticket").map(str::to_owned)
}

fn parameter<'a>(query: Option<&'a str>, name: &str) -> Option<&'a str> {
    query?.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// The route.
pub fn router(door: Door) -> Router {
    Router::new().route("/doc/{id}", get(connect)).with_state(door)
}

async fn connect(
    State(door): State<Door>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    principal: Option<Extension<Principal>>,
    upgrade: Upgrade,
) -> Response {
    let principal = principal.map(|Extension(principal)| principal);
    let address = door::client_address(Some(&peer), principal.as_ref(), &headers);
    let refused = |problem: &Problem| response(problem, "open a document's websocket");
    let seat = match door.sit(address) {
        Ok(seat) => seat,
        Err(problem) => return refused(&problem),
    };
    if let Err(problem) = door.spend(principal.as_ref(), &headers) {
        return refused(&problem);
    }
    let wants_saved = parameter(query.as_deref(), "saved") == Some("1");
    let says_later = principal.is_none() && parameter(query.as_deref(), "auth") == Some("message");
    let tasks = door.hub().tasks().clone();
    if parameter(query.as_deref(), "protocol") == Some("hocuspocus") {
        let session = hocuspocus::Session { door, principal, id, _seat: seat };
        return upgrade.accept(&tasks, STRANGER_BYTES_MAX, move |socket| session.run(socket));
    }
    let session = Session { door, wants_saved, _seat: seat };
    if says_later {
        return upgrade.accept(&tasks, STRANGER_BYTES_MAX, move |socket| session.greet(socket, id));
    }
    match session.door.admit(principal, &id).await {
        Ok(pass) => {
            let limit = session.door.limits().frame_bytes;
            upgrade.accept(&tasks, limit, move |socket| session.run(socket, pass))
        }
        Err(problem) => refused(&problem),
    }
}

struct Session {
    door: Door,
    wants_saved: bool,
    _seat: Seat,
}

impl Session {
    /// Hears who it is, first.
    async fn greet(self, mut socket: Socket, id: String) {
        let first = tokio::time::timeout(FIRST_MESSAGE_MAX, socket.recv());
        let admitted = match first.await {
            Ok(Ok(Incoming::Binary(frame))) => match wire::read(frame) {
                Ok(wire::Message::Token(token)) => self.admit(&token, &id).await,
                _ => Err(Problem::new(ServiceCode::Unauthenticated, "the first message must be a token")),
            },
            Ok(Ok(Incoming::Text) | Err(End::Bad(_))) => {
                let code = CloseCode::BadFrame;
                return socket.close(code as u16, door::reason(code)).await;
            }
            Ok(Err(End::Gone)) => return,
            Err(_) => Err(Problem::new(ServiceCode::Unauthenticated, "no token came in time")),
        };
        match admitted {
            Ok(pass) => {
                socket.set_limit(self.door.limits().frame_bytes);
                socket.outbox().offer(&Framed::binary(wire::authenticated(pass.writes)));
                self.run(socket, pass).await;
            }
            Err(problem) => {
                socket.outbox().offer(&Framed::binary(wire::denied(&problem.message)));
                socket.close(door::close_code(&problem) as u16, &problem.message).await;
            }
        }
    }

    async fn admit(&self, token: &[u8], id: &str) -> Result<Pass, Problem> {
        let principal = self.door.identify(&String::from_utf8_lossy(token)).await?;
        self.door.admit(Some(principal), id).await
    }

    async fn run(self, mut socket: Socket, pass: Pass) {
        if let Some(code) = self.carry(&mut socket, pass).await {
            socket.close(code as u16, door::reason(code)).await;
        }
    }

    /// Until an end; with the code to close with, if the socket is still there.
    async fn carry(&self, socket: &mut Socket, mut pass: Pass) -> Option<CloseCode> {
        let (close, mut closed) = oneshot::channel();
        let outlet = Outlet::Socket(socket.outbox());
        let connection = Connection { user: pass.user.clone(), outlet, close, wants_saved: self.wants_saved };
        let joined = self.door.hub().join(&pass.document, connection).await;
        let Ok(room) = joined else { return Some(CloseCode::Restart) };
        let mut revoked = self.door.revoked();
        let mut pings = tokio::time::interval(PING);
        let code = loop {
            tokio::select! {
                biased;
                code = &mut closed => break Some(code.unwrap_or(CloseCode::Restart)),
                received = socket.recv() => match received {
                    Ok(Incoming::Binary(frame)) if frame.first() == Some(&wire::AUTH) => {
                        if let Err(code) = self.renew(socket, &mut pass, frame).await {
                            break Some(code);
                        }
                    }
                    Ok(Incoming::Binary(frame)) => {
                        if !room.frame(frame).await {
                            break Some(CloseCode::Restart);
                        }
                    }
                    Ok(Incoming::Text) | Err(End::Bad(_)) => break Some(CloseCode::BadFrame),
                    Err(End::Gone) => break None,
                },
                Ok(()) = revoked.changed() => {
                    if self.door.is_over(&pass) {
                        break Some(CloseCode::Unauthenticated);
                    }
                }
                _ = pings.tick() => {
                    if self.door.is_over(&pass) {
                        break Some(CloseCode::Unauthenticated);
                    }
                    // A socket that has taken nothing since the last one is gone.
                    if !socket.ping() {
                        break None;
                    }
                }
                () = self.door.shutdown().requested() => break Some(CloseCode::Restart),
            }
        };
        room.leave().await;
        code
    }

    /// A newer token. One that is refused changes nothing: the old one may be good for hours.
    async fn renew(&self, socket: &Socket, pass: &mut Pass, frame: bytes::Bytes) -> Result<(), CloseCode> {
        let Ok(wire::Message::Token(token)) = wire::read(frame) else { return Err(CloseCode::BadFrame) };
        let answer = match self.door.renew(pass, &String::from_utf8_lossy(&token)).await {
            Ok(()) => wire::authenticated(pass.writes),
            Err(problem) => wire::denied(&problem.message),
        };
        socket.outbox().offer(&Framed::binary(answer));
        Ok(())
    }
}
