//! What a daemon serves: gRPC services and routes, each for an audience, behind one gate.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use carrel_proto::code::{Problem, ServiceCode};
use http::header::CONTENT_TYPE;
use tonic::server::NamedService;
use tonic::service::{Routes, RoutesBuilder};
use tower::{Service, ServiceExt as _};

use crate::auth::{self, Auth};
use crate::health::Health;
use crate::listen::{Audience, name_of};
use crate::metrics::Metrics;

type AddService = Box<dyn Fn(&mut RoutesBuilder) + Send + Sync>;

/// A daemon's whole surface.
pub struct App {
    auth: Auth,
    grpc: Vec<(Audience, AddService)>,
    routes: Vec<(Audience, Router)>,
    fallback: Option<(Audience, Router)>,
    site: Option<Site>,
}

/// Another site on the same listeners.
#[derive(Clone)]
struct Site {
    least: Audience,
    owns: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    router: Router,
}

/// Paths that need no token on a listener of this audience. `/metrics` and reflection are not for the public: there
/// they are paths like any other.
pub(crate) fn is_kit_path(path: &str, audience: Audience) -> bool {
    let everywhere = path == "/healthz" || path.starts_with("/grpc.health.v1.Health/");
    let inside = path == "/metrics" || path.starts_with("/grpc.reflection.v1.ServerReflection/");
    everywhere || (inside && audience >= Audience::Rack)
}

impl App {
    /// Nothing yet but health, metrics and reflection.
    pub fn new(auth: Auth) -> Self {
        Self { auth, grpc: Vec::new(), routes: Vec::new(), fallback: None, site: None }
    }

    /// Adds a gRPC service for an audience and those inside of it.
    #[must_use]
    pub fn grpc<S>(mut self, audience: Audience, service: S) -> Self
    where
        S: Service<http::Request<tonic::body::Body>, Error = Infallible> + NamedService,
        S: Clone + Send + Sync + 'static,
        S::Response: IntoResponse,
        S::Future: Send + 'static,
    {
        let add = move |builder: &mut RoutesBuilder| {
            builder.add_service(service.clone());
        };
        self.grpc.push((audience, Box::new(add)));
        self
    }

    /// Adds routes for an audience and those inside of it. Two routers must not name the same path.
    #[must_use]
    pub fn routes(mut self, audience: Audience, router: Router) -> Self {
        self.routes.push((audience, router));
        self
    }

    /// Serves what is neither a route nor gRPC, the website for example.
    #[must_use]
    pub fn fallback(mut self, audience: Audience, router: Router) -> Self {
        self.fallback = Some((audience, router));
        self
    }

    /// Serves requests to hosts of another site. They never meet the gate, the routes or the health checks of this
    /// one: the site's router lets in whom it likes, by its own means. `owns` is asked with the name a request was
    /// sent to, in lower case and without its port.
    #[must_use]
    pub fn site(
        mut self,
        least: Audience,
        owns: impl Fn(&str) -> bool + Send + Sync + 'static,
        router: Router,
    ) -> Self {
        self.site = Some(Site { least, owns: Arc::new(owns), router });
        self
    }

    /// The router of one audience, gate included.
    pub fn router(&self, audience: Audience, health: &Health, metrics: &Metrics) -> Router {
        let mut grpc = Routes::builder();
        grpc.add_service(health.grpc());
        for (_, add) in self.grpc.iter().filter(|(least, _)| *least <= audience) {
            add(&mut grpc);
        }
        let mut router = health.router();
        if audience >= Audience::Rack {
            let metrics = metrics.clone();
            let text =
                move || std::future::ready(([(CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.render()));
            router = router.route("/metrics", get(text));
            if let Some(reflection) = reflection() {
                grpc.add_service(reflection);
            }
        }
        for (_, routes) in self.routes.iter().filter(|(least, _)| *least <= audience) {
            router = router.merge(routes.clone());
        }
        let web =
            self.fallback.as_ref().filter(|(least, _)| *least <= audience).map(|(_, router)| router.clone());
        let grpc = grpc.routes().prepare().into_axum_router();
        let rest = tower::service_fn(move |request: Request| rest(grpc.clone(), web.clone(), request));
        let gate = axum::middleware::from_fn_with_state(self.auth.clone(), auth::enforce);
        let own = router.fallback_service(rest).layer(gate);
        match self.site.clone().filter(|site| site.least <= audience) {
            None => own,
            Some(site) => {
                let by_host = tower::service_fn(move |request| by_host(site.clone(), own.clone(), request));
                Router::new().fallback_service(by_host)
            }
        }
    }
}

async fn by_host(site: Site, own: Router, request: Request<Body>) -> Result<Response, Infallible> {
    let is_its = name_of(&request).is_some_and(|name| (site.owns)(&name.to_ascii_lowercase()));
    if is_its { site.router.oneshot(request).await } else { own.oneshot(request).await }
}

/// gRPC by its content type, then the daemon's own fallback.
async fn rest(grpc: Router, web: Option<Router>, request: Request<Body>) -> Result<Response, Infallible> {
    if auth::is_grpc(request.headers()) {
        return grpc.oneshot(request).await;
    }
    match web {
        Some(web) => web.oneshot(request).await,
        None => {
            let message = format!("there is nothing at {} {}", request.method(), request.uri().path());
            Ok(auth::deny(request.headers(), &Problem::new(ServiceCode::NotFound, message)))
        }
    }
}

fn reflection() -> Option<
    tonic_reflection::server::v1::ServerReflectionServer<impl tonic_reflection::server::v1::ServerReflection>,
> {
    let builder = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(carrel_proto::FILE_DESCRIPTOR_SET);
    builder.build_v1().inspect_err(|error| tracing::error!(%error, "no reflection")).ok()
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("services", &self.grpc.len())
            .field("routes", &self.routes)
            .finish_non_exhaustive()
    }
}
