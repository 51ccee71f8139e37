//! The agent in a session's slot, reached through the server's tunnel or, when the server is away, at its node.

use carrel_client::{ClientError, Http};
use carrel_proto::session::v1::Session;
use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{CliError, During};
use crate::server::Server;

/// One session's slot.
#[derive(Clone)]
pub struct Workspace {
    /// The server.
    pub server: Server,
    /// Which session.
    pub session: Session,
    /// The node's own address, if it offers one.
    pub direct: Option<Http>,
}

impl Workspace {
    /// The slot of a session.
    pub fn new(server: &Server, session: Session) -> Result<Self, CliError> {
        let direct = match session.direct_url.as_str() {
            "" => None,
            url => Some(server.http_at(url)?),
        };
        Ok(Self { server: server.clone(), session, direct })
    }

    /// `/s/<session>/<rest>`
    pub fn path(&self, rest: &str) -> String {
        format!("/s/{}/{rest}", self.session.id)
    }

    /// Calls one method of the agent's `WorkspaceService`.
    pub async fn call<Q, R>(&self, method: &str, request: &Q, action: &str) -> Result<R, CliError>
    where
        Q: Serialize + Sync,
        R: DeserializeOwned,
    {
        let path = self.path(&format!("api/{method}"));
        let first = self.server.http.request_json(Method::POST, &path, Some(request)).await;
        let result = match (&self.direct, first) {
            (Some(direct), Err(error)) if !matches!(error, ClientError::Answer { .. }) => {
                // The node may answer what the server can't; if not, the first answer says more.
                direct.request_json(Method::POST, &path, Some(request)).await.map_err(|_| error)
            }
            (_, first) => first,
        };
        result.during(&self.server.url, action)
    }
}

/// A path or a name as the value of a query.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_survive_a_query() {
        assert_eq!(super::encode("out/a b&c=ä.bin"), "out/a%20b%26c%3D%C3%A4.bin");
    }
}
