//! Whose tokens are good: the front-end master's keys and its stream of revocations.

use std::time::Duration;

use carrel_client::{Channel, Http};
use carrel_proto::auth::v1::token_service_client::TokenServiceClient;
use carrel_proto::auth::v1::{Revocation as RevocationMessage, WatchRevocationsRequest};
use carrel_service::identity::Revocation;
use carrel_service::{Keys, Random, Revocations, SharedClock, Shutdown, Tasks, Verifier};
use tokio::sync::watch;
use tracing::{debug, info};

/// Where the master publishes its keys.
const JWKS: &str = "/.well-known/jwks.json";
/// Between two attempts at the stream.
const RETRY_FIRST: Duration = Duration::from_millis(250);
const RETRY_MAX: Duration = Duration::from_secs(5);

/// Verifies tokens and knows the revoked ones.
pub struct Identity {
    /// For the kit.
    pub verifier: Verifier,
    /// Revoked tokens.
    pub revocations: Revocations,
    /// Ticks with each change of them.
    pub revoked: watch::Receiver<u64>,
}

/// What it is made of.
pub struct Sources {
    /// Who issues.
    pub issuer: String,
    /// For the keys.
    pub http: Http,
    /// For the revocations.
    pub tokens: TokenServiceClient<Channel>,
    /// Clock.
    pub clock: SharedClock,
    /// For pauses.
    pub random: Random,
}

/// Starts fetching both. Does not wait for them: documents stay open while the master is away, and until
/// keys are there every token is refused.
pub fn start(sources: Sources, tasks: &Tasks, shutdown: &Shutdown) -> Identity {
    let Sources { issuer, http, tokens, clock, random } = sources;
    let fetch = move || {
        let http = http.clone();
        async move { http.get_text(JWKS).await.map_err(|error| error.to_string()) }
    };
    let keys = Keys::remote(fetch, clock.clone());
    let revocations = Revocations::new();
    let (changed, revoked) = watch::channel(0);
    let verifier = Verifier::new(&issuer, keys.clone(), revocations.clone(), clock.clone());
    let stop = shutdown.clone();
    tasks.spawn("token keys", async move {
        if keys.fetch_until_ready(&stop, random).await.is_ok() {
            debug!("the front-end master's keys are here");
        }
    });
    let (stop, list) = (shutdown.clone(), revocations.clone());
    tasks.spawn("revocations", async move {
        tokio::select! {
            () = stop.requested() => {}
            () = follow(tokens, list, clock, changed) => {}
        }
    });
    Identity { verifier, revocations, revoked }
}

/// Follows the stream for ever. While it is down the last list holds.
async fn follow(
    tokens: TokenServiceClient<Channel>,
    revocations: Revocations,
    clock: SharedClock,
    changed: watch::Sender<u64>,
) {
    let mut pause = RETRY_FIRST;
    loop {
        match tokens.clone().watch_revocations(WatchRevocationsRequest {}).await {
            Ok(stream) => {
                info!("following revocations");
                let mut stream = stream.into_inner();
                while let Ok(Some(news)) = stream.message().await {
                    pause = RETRY_FIRST;
                    let entries = news.revoked.into_iter().map(entry).collect();
                    revocations.apply(news.full, entries, clock.now_secs());
                    changed.send_modify(|count| *count += 1);
                }
            }
            Err(status) => debug!(%status, "follow revocations"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(RETRY_MAX);
    }
}

fn entry(message: RevocationMessage) -> Revocation {
    let RevocationMessage { token_id, user_id, before, forget_after } = message;
    Revocation { token_id, user_id, before, forget_after }
}
