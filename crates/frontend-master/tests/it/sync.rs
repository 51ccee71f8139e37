//! A sync daemon that remembers what it heard and keeps roles in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::response::{IntoResponse as _, Response as HttpResponse};
use axum::routing::any;
use carrel_proto::sync::v1 as pb;
use carrel_proto::sync::v1::MemberRole;
use carrel_proto::sync::v1::steward_service_server::{StewardService, StewardServiceServer};
use carrel_service::identity::{Issuer, Revocations, Verifier};
use carrel_service::{
    App, Audience, Auth, Deps, ListenerConfig, Listeners, ManualClock, Random, Rule, Shutdown,
};
use http::{HeaderMap, StatusCode, header};
use tokio::task::JoinSet;
use tonic::{Request, Response, Status};

/// Member and role.
type Roles = BTreeMap<String, MemberRole>;

#[derive(Default)]
struct Inside {
    heard: Vec<(String, HeaderMap)>,
    documents: BTreeMap<String, (u32, Roles)>,
    refuses: bool,
}

/// The fake; ends with the test.
pub(crate) struct FakeSync {
    pub(crate) url: String,
    inside: Arc<Mutex<Inside>>,
    _tasks: JoinSet<()>,
}

#[derive(Clone)]
struct Steward(Arc<Mutex<Inside>>);

impl FakeSync {
    pub(crate) async fn start() -> Self {
        let listener = ListenerConfig::tcp("127.0.0.1:0").audience(Audience::Rack);
        let listeners = Listeners::bind(&[listener]).await.expect("bind");
        let url = listeners.bound()[0].url();
        let inside = Arc::new(Mutex::new(Inside::default()));
        let clock = ManualClock::new(crate::world::START_MS);
        let issuer = Issuer::ephemeral("carrel", clock.clone(), Random::seeded(1));
        // It believes anything: the test looks at what it was told.
        let verifier = Verifier::new("carrel", issuer.keys(), Revocations::new(), clock);
        let routes = Router::new()
            .route("/doc/{id}", any(websocket))
            .route("/socket.io/", any(page))
            .route("/api/v1/DocumentService/{method}", any(page))
            .route("/carrel.sync.v1.DocumentService/{method}", any(refusal))
            .with_state(inside.clone());
        let app = App::new(Auth::new(verifier).rules(|_, _| Some(Rule::PUBLIC)))
            .grpc(Audience::Rack, StewardServiceServer::new(Steward(inside.clone())))
            .routes(Audience::Rack, routes);
        let deps = Deps::embedded("sync", listeners, Shutdown::new());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { deps.serve(app).await.expect("served") });
        Self { url, inside, _tasks: tasks }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().expect("no panic inside")
    }

    pub(crate) fn heard(&self) -> Vec<(String, HeaderMap)> {
        self.inside().heard.clone()
    }

    pub(crate) fn roles(&self, document: &str) -> Roles {
        self.inside().documents.get(document).map(|(_, roles)| roles.clone()).unwrap_or_default()
    }

    /// How often a document was made.
    pub(crate) fn made(&self, document: &str) -> u32 {
        self.inside().documents[document].0
    }

    /// From now on every call of daemons fails as it does while the daemon is away.
    pub(crate) fn refuse(&self, refuses: bool) {
        self.inside().refuses = refuses;
    }

    /// Waits until somebody has a role.
    pub(crate) async fn until(&self, document: &str, user: &str, role: Option<MemberRole>, limit: Duration) {
        let deadline = tokio::time::Instant::now() + limit;
        while self.roles(document).get(user).copied() != role {
            assert!(tokio::time::Instant::now() < deadline, "{user} is {:?}", self.roles(document));
            // poll: roles follow by themselves
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

async fn websocket(State(inside): State<Arc<Mutex<Inside>>>, mut request: HttpRequest) -> HttpResponse {
    remember(&inside, &request);
    let upgrade = hyper::upgrade::on(&mut request);
    #[allow(clippy::disallowed_methods, reason = "ends with its stream")]
    tokio::spawn(async move {
        let upgraded = upgrade.await.expect("an upgrade");
        let (mut read, mut write) = tokio::io::split(hyper_util::rt::TokioIo::new(upgraded));
        let _ = tokio::io::copy(&mut read, &mut write).await;
    });
    let mut response = HttpResponse::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let set = [
        (header::CONNECTION, "upgrade"),
        (header::UPGRADE, "websocket"),
        (header::SEC_WEBSOCKET_ACCEPT, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        (header::SET_COOKIE, "a=b"),
    ];
    for (name, value) in set {
        response.headers_mut().insert(name, value.parse().expect("a value"));
    }
    response
}

/// The request's body, as a page.
async fn page(State(inside): State<Arc<Mutex<Inside>>>, request: HttpRequest) -> HttpResponse {
    remember(&inside, &request);
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.expect("a body");
    ([(header::CONTENT_TYPE, "text/html"), (header::SET_COOKIE, "carrel_token=mine")], body).into_response()
}

async fn refusal(State(inside): State<Arc<Mutex<Inside>>>, request: HttpRequest) -> HttpResponse {
    remember(&inside, &request);
    Status::not_found("from the fake").into_http()
}

fn remember(inside: &Mutex<Inside>, request: &HttpRequest) {
    let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    inside.lock().expect("no panic inside").heard.push((path, request.headers().clone()));
}

impl Steward {
    fn call<T>(&self, request: &Request<T>) -> Result<MutexGuard<'_, Inside>, Status> {
        let mut inside = self.0.lock().expect("no panic inside");
        if inside.refuses {
            return Err(Status::unavailable("away"));
        }
        inside.heard.push(("steward".to_owned(), request.metadata().clone().into_headers()));
        Ok(inside)
    }
}

fn set(held: &mut Roles, roles: Vec<pb::Member>) {
    for member in roles {
        match member.role() {
            MemberRole::None => held.remove(&member.user),
            role => held.insert(member.user, role),
        };
    }
}

#[tonic::async_trait]
impl StewardService for Steward {
    async fn ensure_document(
        &self,
        request: Request<pb::EnsureDocumentRequest>,
    ) -> Result<Response<pb::EnsureDocumentReply>, Status> {
        let mut inside = self.call(&request)?;
        let pb::EnsureDocumentRequest { id, title, roles, .. } = request.into_inner();
        let created = !inside.documents.contains_key(&id);
        let (made, held) = inside.documents.entry(id.clone()).or_default();
        *made += u32::from(created);
        set(held, roles);
        let document = Some(pb::Document { id, title, ..Default::default() });
        Ok(Response::new(pb::EnsureDocumentReply { document, created }))
    }

    async fn set_roles(
        &self,
        request: Request<pb::SetRolesRequest>,
    ) -> Result<Response<pb::SetRolesReply>, Status> {
        let mut inside = self.call(&request)?;
        let pb::SetRolesRequest { id, roles, only_these } = request.into_inner();
        let (_, held) = inside.documents.get_mut(&id).ok_or_else(|| Status::not_found("none"))?;
        if only_these {
            held.clear();
        }
        set(held, roles);
        Ok(Response::new(pb::SetRolesReply {}))
    }

    async fn get_roles(
        &self,
        request: Request<pb::GetRolesRequest>,
    ) -> Result<Response<pb::GetRolesReply>, Status> {
        let inside = self.call(&request)?;
        let (_, held) =
            inside.documents.get(&request.get_ref().id).ok_or_else(|| Status::not_found("none"))?;
        let member =
            |(user, role): (&String, &MemberRole)| pb::Member { user: user.clone(), role: (*role).into() };
        Ok(Response::new(pb::GetRolesReply { roles: held.iter().map(member).collect() }))
    }

    async fn ensure_space(
        &self,
        _: Request<pb::EnsureSpaceRequest>,
    ) -> Result<Response<pb::EnsureSpaceReply>, Status> {
        Err(Status::unimplemented("not scripted"))
    }

    async fn place_document(
        &self,
        _: Request<pb::PlaceDocumentRequest>,
    ) -> Result<Response<pb::Item>, Status> {
        Err(Status::unimplemented("not scripted"))
    }

    async fn discard(&self, _: Request<pb::DiscardRequest>) -> Result<Response<pb::DiscardReply>, Status> {
        Err(Status::unimplemented("not scripted"))
    }
}
