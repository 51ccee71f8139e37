//! Connections to one terminal: through the server, or straight to the node when the server is away.

use std::time::Duration;

use carrel_client::{ClientError, Http, Upgraded};
use tokio_tungstenite::WebSocketStream;

use crate::error::{CliError, During};
use crate::server::Server;

/// One attempt; past it the next one has a better chance.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// A websocket to a terminal.
pub type Socket = WebSocketStream<Upgraded>;

/// Where a terminal is and who attaches.
#[derive(Clone)]
pub struct Link {
    /// The server.
    pub server: Server,
    /// The node's own address, if it offers one.
    pub direct: Option<Http>,
    /// `se-…`
    pub session: String,
    /// `te-…`
    pub terminal: String,
    /// Names this attachment, so that the holder knows what input it already has.
    pub client: String,
}

/// Why there is no connection.
#[derive(Debug)]
pub enum NoLink {
    /// It may work in a moment.
    Retry(CliError),
    /// It won't.
    Over(CliError),
}

impl Link {
    /// One attempt on each way.
    pub async fn connect(&self, since: u64) -> Result<Socket, NoLink> {
        let path = self.path(since);
        let first = match self.attempt(&self.server.http, &path).await {
            Err(NoLink::Over(CliError::Refused { problem, .. })) if is_token(&problem) => {
                if !self.server.refresh().await {
                    let server = self.server.url.clone();
                    return Err(NoLink::Over(CliError::LoggedOut { server }));
                }
                self.attempt(&self.server.http, &path).await
            }
            other => other,
        };
        match (first, &self.direct) {
            (Err(NoLink::Retry(error)), Some(direct)) => match self.attempt(direct, &path).await {
                Ok(socket) => Ok(socket),
                Err(_) => Err(NoLink::Retry(error)),
            },
            (result, _) => result,
        }
    }

    fn path(&self, since: u64) -> String {
        let Self { session, terminal, client, .. } = self;
        format!("/s/{session}/terminal/{terminal}?client={client}&since={since}")
    }

    async fn attempt(&self, http: &Http, path: &str) -> Result<Socket, NoLink> {
        let action = || format!("attach to {} of {}", self.terminal, self.session);
        let Ok(result) = tokio::time::timeout(CONNECT_MAX, http.websocket(path)).await else {
            let hint = "check the network; the terminal goes on meanwhile";
            let secs = CONNECT_MAX.as_secs();
            return Err(NoLink::Retry(CliError::failed(
                format!("{}: no answer within {secs} s", action()),
                hint,
            )));
        };
        result.map_err(|error| {
            let retry = may_retry(&error);
            let error = Err::<(), _>(error).during(&self.server.url, action()).err();
            let error = error.unwrap_or(CliError::Exit(crate::error::EXIT_FAILED));
            if retry { NoLink::Retry(error) } else { NoLink::Over(error) }
        })
    }
}

fn is_token(problem: &carrel_proto::code::Problem) -> bool {
    problem.code == carrel_proto::code::ServiceCode::Unauthenticated
}

/// An answer about the request itself is final; anything else may pass.
fn may_retry(error: &ClientError) -> bool {
    match error {
        ClientError::Answer { status, .. } => status.is_server_error() || status.as_u16() == 429,
        _ => true,
    }
}
