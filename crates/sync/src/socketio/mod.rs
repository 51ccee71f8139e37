//! Socket.IO at `/socket.io/`: long polling and websockets, a namespace `/yjs|<document>` for each document, as
//! y-socket.io speaks it. Who connects is said by the request or by `auth: { token }` (a token or a ticket).
//!
//! Invariant: what a stranger sends costs at most a place, a small body and a few seconds.
//! Invariant: nothing stays behind: a session's place and a document's namespace end with their last socket.

mod inbox;
mod line;
mod names;
mod session;
mod visit;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use carrel_proto::code::{Problem, ServiceCode};
use carrel_service::error::response;
use carrel_service::{Peer, Principal};
use http::Method;
use http_body_util::{BodyExt as _, Limited};
use serde::Deserialize;
use socketioxide::extract::{SocketRef, TryData};
use socketioxide::handler::ConnectHandler as _;
use socketioxide::service::SocketIoService;
use socketioxide::{ParserConfig, SocketIo};
use tokio_util::sync::CancellationToken;
use tower::{Service as _, ServiceExt as _};

use crate::door::{self, Door, FIRST_MESSAGE_MAX, PING, STRANGER_BYTES_MAX};
use crate::socket::Upgrade;
use line::Line;
use names::Names;
use session::{Opening, Session};
use visit::{Visit, Visits};

const PATH: &str = "/socket.io";
const NAMESPACE: &str = "/yjs|";
/// A client that does not answer a ping in so long is gone.
const PONG_MAX: Duration = Duration::from_secs(20);
/// A client that does not say in so long what it has is cut.
const ANSWER_MAX: Duration = Duration::from_secs(30);
/// Packets that wait for a client's socket or its next poll.
const PACKETS_MAX: usize = 128;
/// The answer to a first poll: a JSON object with the session's id.
const GREETING_MAX: usize = 1_024;

type Engine = SocketIoService<NotFound>;

/// Requests to other paths don't come here.
type NotFound = tower::util::BoxCloneSyncService<Request, Response, std::convert::Infallible>;

/// The whole.
struct Front {
    door: Door,
    visits: Visits,
    names: Names,
    engine: Mutex<Engine>,
}

/// What clients say of themselves when they open a namespace.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Hello {
    token: Option<String>,
    /// Another name for it.
    ticket: Option<String>,
    saved: bool,
}

/// The routes.
pub fn router(door: Door) -> Router {
    let nothing = tower::service_fn(|_: Request| async { Ok(http::StatusCode::NOT_FOUND.into_response()) });
    let frame = door.limits().frame_bytes;
    let parser = ParserConfig::common()
        .max_incoming_binaries(1)
        .max_incoming_binary_buf_size(frame)
        .packet_completion_timeout(FIRST_MESSAGE_MAX);
    let (engine, io) = SocketIo::builder()
        .req_path(PATH)
        .ping_interval(PING)
        .ping_timeout(PONG_MAX)
        .upgrade_timeout(FIRST_MESSAGE_MAX)
        .connect_timeout(FIRST_MESSAGE_MAX)
        .ack_timeout(ANSWER_MAX)
        .max_buffer_size(PACKETS_MAX)
        // Polls carry bytes as base64.
        .max_payload(frame as u64 / 3 * 4 + 1_024)
        .ws_max_message_size(frame)
        .ws_max_frame_size(frame)
        .with_parser(parser)
        .build_with_inner_svc(NotFound::new(nothing));
    let (visits, names) = (Visits::default(), Names::default());
    names.of(io.clone());
    let front = Arc::new(Front { door, visits, names, engine: Mutex::new(engine) });
    front.clone().listen(&io);
    let (shutdown, tasks) = (front.door.shutdown().clone(), front.door.hub().tasks().clone());
    tasks.spawn("end of socket.io", async move {
        shutdown.requested().await;
        io.close().await;
    });
    Router::new().route("/socket.io", any(serve)).route("/socket.io/", any(serve)).with_state(front)
}

impl Front {
    fn listen(self: Arc<Self>, io: &SocketIo) {
        let (weak, opener) = (Arc::downgrade(&self), Arc::downgrade(&self));
        let connected = async move |socket: SocketRef| {
            if let Some(front) = weak.upgrade() {
                front.begin(socket).await;
            }
        };
        let admitted = async move |socket: SocketRef, TryData(hello): TryData<Hello>| {
            let gone = || Problem::new(ServiceCode::Unavailable, "connect again");
            let front = opener.upgrade().ok_or_else(gone).map_err(Refusal)?;
            front.admit(socket, hello.unwrap_or_default()).await.map_err(Refusal)
        };
        let added = io.dyn_ns(format!("{NAMESPACE}{{document}}"), connected.with(admitted));
        added.expect("the pattern is a constant, and the only one");
    }

    /// May this socket open its document? Everything is laid ready, since events may come right after the answer.
    async fn admit(&self, socket: SocketRef, hello: Hello) -> Result<(), Problem> {
        let named = self.names.hold(socket.ns());
        let again = || Problem::new(ServiceCode::Unavailable, "connect again");
        let visit = visit_of(&socket).ok_or_else(again)?;
        if !visit.ask() {
            let text = "too many documents over one connection: open another";
            return Err(Problem::new(ServiceCode::ResourceExhausted, text));
        }
        let principal = match hello.token.or(hello.ticket) {
            Some(token) => Some(self.door.identify(&token).await?),
            None => visit.principal.clone(),
        };
        let document = socket.ns().strip_prefix(NAMESPACE).unwrap_or_default().to_owned();
        let pass = self.door.admit(principal, &document).await?;
        visit.admit();
        let (inbox, events) = inbox::queue(2 * self.door.limits().frame_bytes);
        inbox::attach(&socket, inbox);
        let gone = CancellationToken::new();
        let left = gone.clone();
        socket.on_disconnect(async move || left.cancel());
        let opening = Opening { pass, events, gone, wants_saved: hello.saved, named };
        socket.extensions.insert(Arc::new(Mutex::new(Some(opening))));
        Ok(())
    }

    /// The socket is in its namespace.
    async fn begin(self: Arc<Self>, socket: SocketRef) {
        let slot = socket.extensions.remove::<Arc<Mutex<Option<Opening>>>>();
        let opening = slot.and_then(|slot| slot.lock().ok()?.take());
        let (Some(opening), Some(visit)) = (opening, visit_of(&socket)) else { return };
        if !self.names.is_known(&socket) {
            self.cut(&visit).await;
            return;
        }
        let tasks = self.door.hub().tasks().clone();
        let session = Session { front: self, visit, socket };
        tasks.spawn("socket.io", session.run(opening));
    }

    /// Ends a session's connections, so that its client connects anew.
    async fn cut(&self, visit: &Visit) {
        visit.cut().cancel();
        let Some(id) = visit.id() else { return };
        // A session that polls is ended as its client would do it; one on a websocket has no use for this.
        let uri = format!("{PATH}/?EIO=4&transport=polling&sid={id}");
        if let Ok(request) = Request::post(uri).body(Body::from("1")) {
            drop(self.answer(request).await);
        }
    }

    fn engine(&self) -> Engine {
        self.engine.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    async fn answer(&self, request: Request) -> Response {
        match self.engine().oneshot(request).await {
            Ok(answer) => answer.map(Body::new),
            Err(never) => match never {},
        }
    }
}

/// Shown to the client as the error of its connection.
struct Refusal(Problem);

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.message)
    }
}

fn visit_of(socket: &SocketRef) -> Option<Arc<Visit>> {
    socket.req_parts().extensions.get::<Arc<Visit>>().cloned()
}

fn parameter<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let pairs = request.uri().query()?.split('&');
    pairs.filter_map(|pair| pair.split_once('=')).find_map(|(key, value)| (key == name).then_some(value))
}

async fn serve(State(front): State<Arc<Front>>, mut request: Request) -> Response {
    let refused = |problem: &Problem| response(problem, "serve socket.io");
    let id = parameter(&request, "sid").map(str::to_owned);
    let visit = match &id {
        Some(id) => front.visits.get(id),
        None => {
            let principal = request.extensions().get::<Principal>().cloned();
            let peer = request.extensions().get::<Peer>();
            let address = door::client_address(peer, principal.as_ref(), request.headers());
            match front.door.sit(address) {
                Ok(seat) => Some(front.visits.begin(seat, principal)),
                Err(problem) => return refused(&problem),
            }
        }
    };
    let Some(visit) = visit else {
        let text = "this session is over or was never here: connect anew";
        return refused(&Problem::new(ServiceCode::InvalidArgument, text));
    };
    request.extensions_mut().insert(visit.clone());
    if parameter(&request, "transport") == Some("websocket") {
        return websocket(&front, visit, request).await;
    }
    if request.method() == Method::POST && !visit.is_admitted() {
        request = request.map(|body| Body::new(Limited::new(body, STRANGER_BYTES_MAX)));
    }
    let answer = front.answer(request).await;
    if id.is_none() { greet(&front, &visit, answer).await } else { answer }
}

/// Learns the id that the library has given to a session.
async fn greet(front: &Front, visit: &Arc<Visit>, answer: Response) -> Response {
    #[derive(Deserialize)]
    struct Greeting {
        sid: String,
    }
    let (parts, body) = answer.into_parts();
    let Ok(body) = Limited::new(body, GREETING_MAX).collect().await.map(|body| body.to_bytes()) else {
        return response(&Problem::new(ServiceCode::Internal, "no greeting"), "greet a socket.io client");
    };
    // A packet of type 0; anything else is a refusal.
    if let Some(Ok(greeting)) = body.strip_prefix(b"0").map(serde_json::from_slice::<Greeting>) {
        front.visits.name(visit, &greeting.sid);
    }
    Response::from_parts(parts, Body::from(body))
}

async fn websocket(front: &Arc<Front>, visit: Arc<Visit>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let upgrade = match Upgrade::of(&mut parts, "open a socket.io websocket") {
        Ok(upgrade) => upgrade,
        Err(refusal) => return *refusal,
    };
    let mut engine = front.engine();
    upgrade.accept_stream(front.door.hub().tasks(), move |stream| async move {
        let request = http::Request::from_parts(parts, ());
        // An error: the query asks for nothing that there is. The stream is dropped with it.
        let _ = engine.call((Line::new(stream, visit), request)).await;
    })
}
