//! A compute node that does what a test tells it: claims from numbers, a tunnel end that remembers what it heard.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::response::{IntoResponse as _, Response as HttpResponse};
use axum::routing::any;
use carrel_ids::SlotId;
use carrel_proto::compute::v1 as pb;
use carrel_proto::compute::v1::slot_service_server::{SlotService, SlotServiceServer};
use carrel_service::identity::{Issuer, Revocations, Verifier};
use carrel_service::{App, Audience, Auth, Deps, ListenerConfig, Listeners, Rule, SharedClock, Shutdown};
use http::{HeaderMap, StatusCode, header};
use tokio::sync::Notify;
use tonic::{Request, Response, Status};

/// How the next claims are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claims {
    /// With a slot while one is warm.
    Normal,
    /// Refused: none is warm, whatever was reported.
    Refuse,
    /// Held, but no answer ever arrives.
    HoldSilently,
}

/// What the node holds and what it was asked.
pub struct Inside {
    pub warm: u32,
    pub held: BTreeMap<String, (u64, String, pb::Phase, u32)>,
    pub claims: Claims,
    pub release_hangs: bool,
    pub boot: u64,
    pub version: u64,
    pub highest_fence: u64,
    pub draining: bool,
    pub claimed: Vec<pb::ClaimRequest>,
    pub released: Vec<pb::ReleaseRequest>,
    pub reconciled: Vec<pb::ReconcileRequest>,
    pub heard: Vec<(String, HeaderMap)>,
}

/// The fake.
#[derive(Clone)]
pub struct Node {
    pub id: String,
    pub url: String,
    inside: Arc<Mutex<Inside>>,
    /// Told at each call.
    pub called: Arc<Notify>,
    shutdown: Shutdown,
}

impl Node {
    /// Starts a node that trusts the master's keys.
    pub async fn start(id: &str, warm: u32, issuer: &Issuer, clock: SharedClock) -> Self {
        let listener = ListenerConfig::tcp("127.0.0.1:0").audience(Audience::Rack);
        let listeners = Listeners::bind(&[listener]).await.expect("bind");
        let url = listeners.bound()[0].url();
        let shutdown = Shutdown::new();
        let inside = Inside {
            warm,
            held: BTreeMap::new(),
            claims: Claims::Normal,
            release_hangs: false,
            boot: 1,
            version: 0,
            highest_fence: 0,
            draining: false,
            claimed: Vec::new(),
            released: Vec::new(),
            reconciled: Vec::new(),
            heard: Vec::new(),
        };
        let node = Self {
            id: id.to_owned(),
            url,
            inside: Arc::new(Mutex::new(inside)),
            called: Arc::new(Notify::new()),
            shutdown: shutdown.clone(),
        };
        let mut deps = Deps::embedded("compute-node", listeners, shutdown);
        deps.clock = clock.clone();
        let verifier = Verifier::new("carrel", issuer.keys(), Revocations::new(), clock);
        let auth = Auth::new(verifier).rules(|_, _| Some(Rule::SERVICE));
        let tunnel = Router::new().route("/s/{session}/{*rest}", any(tunnel_end)).with_state(node.clone());
        let app = App::new(auth)
            .grpc(Audience::Rack, SlotServiceServer::new(node.clone()))
            .routes(Audience::Rack, tunnel);
        tokio::spawn(async move { deps.serve(app).await });
        node
    }

    pub fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().expect("no panic inside")
    }

    /// The next report.
    pub fn report(&self) -> pb::NodeReport {
        let mut inside = self.inside();
        inside.version += 1;
        let held = |(session, (fence, slot, phase, idle)): (&String, &(u64, String, pb::Phase, u32))| {
            pb::HeldSession {
                session_id: session.clone(),
                fence: *fence,
                slot_id: slot.clone(),
                phase: (*phase).into(),
                phase_detail: if *phase == pb::Phase::Failed {
                    "clone failed".to_owned()
                } else {
                    String::new()
                },
                idle_seconds: *idle,
            }
        };
        pb::NodeReport {
            node_id: self.id.clone(),
            boot_epoch: inside.boot,
            version: inside.version,
            control_url: self.url.clone(),
            direct_url: format!("{}/direct", self.url),
            draining: inside.draining,
            classes: vec![pb::ClassReport {
                slot_class: carrel_proto::session::v1::SlotClass::Standard.into(),
                wanted: inside.warm,
                warm: inside.warm,
                ..Default::default()
            }],
            sessions: inside.held.iter().map(held).collect(),
            highest_fence: inside.highest_fence,
            ..Default::default()
        }
    }

    /// All agents say this from the next report on.
    pub fn set_phase(&self, phase: pb::Phase) {
        self.inside().held.values_mut().for_each(|held| held.2 = phase);
    }

    /// The daemon restarts: it keeps its slots, and starts counting anew.
    pub fn reboot(&self) {
        let mut inside = self.inside();
        inside.boot += 1;
        inside.version = 0;
    }

    /// Closes its listener and connections.
    pub fn stop(&self) {
        self.shutdown.trigger();
    }

    /// The fences held, by session.
    pub fn fences(&self) -> BTreeMap<String, u64> {
        self.inside().held.iter().map(|(session, held)| (session.clone(), held.0)).collect()
    }
}

#[tonic::async_trait]
impl SlotService for Node {
    async fn claim(&self, request: Request<pb::ClaimRequest>) -> Result<Response<pb::ClaimReply>, Status> {
        let request = request.into_inner();
        let (hangs, reply) = {
            let mut inside = self.inside();
            let (session, fence) = (request.session_id.clone(), request.fence);
            inside.claimed.push(request);
            inside.highest_fence = inside.highest_fence.max(fence);
            let repeated = inside.held.get(&session).is_some_and(|held| held.0 == fence);
            if !repeated && (inside.warm == 0 || inside.claims == Claims::Refuse) {
                self.called.notify_waiters();
                return Err(Status::resource_exhausted("no slot is warm"));
            }
            if !repeated {
                inside.warm -= 1;
                let slot = SlotId::from_random(u128::from(fence)).to_string();
                inside.held.insert(session.clone(), (fence, slot, pb::Phase::Cloning, 0));
            }
            let slot_id = inside.held[&session].1.clone();
            let (version, boot_epoch) = (inside.version + 1, inside.boot);
            let reply = pb::ClaimReply { slot_id, repeated_claim: repeated, version, boot_epoch };
            (inside.claims == Claims::HoldSilently, reply)
        };
        self.called.notify_waiters();
        if hangs {
            std::future::pending::<()>().await;
        }
        Ok(Response::new(reply))
    }

    async fn release(
        &self,
        request: Request<pb::ReleaseRequest>,
    ) -> Result<Response<pb::ReleaseReply>, Status> {
        let request = request.into_inner();
        let (hangs, was_held) = {
            let mut inside = self.inside();
            inside.released.push(request.clone());
            let hangs = inside.release_hangs;
            let is_this = inside.held.get(&request.session_id).is_some_and(|held| held.0 == request.fence);
            if is_this && !hangs {
                inside.held.remove(&request.session_id);
                inside.warm += 1;
            }
            (hangs, is_this)
        };
        self.called.notify_waiters();
        if hangs {
            std::future::pending::<()>().await;
        }
        Ok(Response::new(pb::ReleaseReply { was_held }))
    }

    async fn reconcile(
        &self,
        request: Request<pb::ReconcileRequest>,
    ) -> Result<Response<pb::ReconcileReply>, Status> {
        self.inside().reconciled.push(request.into_inner());
        self.called.notify_waiters();
        Ok(Response::new(pb::ReconcileReply::default()))
    }

    async fn list_slots(
        &self,
        _: Request<pb::ListSlotsRequest>,
    ) -> Result<Response<pb::ListSlotsReply>, Status> {
        Err(Status::unimplemented("not asked by the master"))
    }

    type WatchSlotsStream = futures::stream::Empty<Result<pb::SlotChange, Status>>;

    async fn watch_slots(
        &self,
        _: Request<pb::WatchSlotsRequest>,
    ) -> Result<Response<Self::WatchSlotsStream>, Status> {
        Err(Status::unimplemented("not asked by the master"))
    }

    async fn set_drain(
        &self,
        _: Request<pb::SetDrainRequest>,
    ) -> Result<Response<pb::SetDrainReply>, Status> {
        Err(Status::unimplemented("not asked by the master"))
    }
}

/// `…/echo` answers its body, `…/hostile` like an agent that attacks the origin, `…/ws` echoes raw bytes.
async fn tunnel_end(State(node): State<Node>, mut request: HttpRequest) -> HttpResponse {
    let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    node.inside().heard.push((path.clone(), request.headers().clone()));
    let last = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
    match last.as_str() {
        "ws" => {
            let upgrade = hyper::upgrade::on(&mut request);
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
                (header::SET_COOKIE, "a=b"),
            ];
            for (name, value) in set {
                response.headers_mut().insert(name, value.parse().expect("a value"));
            }
            response
        }
        "hostile" => {
            let headers = [
                (header::CONTENT_TYPE, "text/html"),
                (header::SET_COOKIE, "carrel_token=mine; Path=/"),
                (header::LOCATION, "https://evil.example"),
                (header::CONTENT_SECURITY_POLICY, "default-src *"),
                (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
                (header::CONTENT_DISPOSITION, "inline"),
            ];
            (headers, "<script>fetch('/api/v1/AuthService/WhoAmI')</script>").into_response()
        }
        _ => {
            let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.expect("a body");
            ([(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
    }
}
