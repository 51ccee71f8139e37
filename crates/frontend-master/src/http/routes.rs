//! Who may call which route: the gRPC methods and their JSON mirror by the access table, the rest by this list.

use carrel_proto::access;
use carrel_service::auth::Rule;
use http::Method;

use crate::git::path::looks_like_git;

/// A route that is no method's mirror.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// Which methods it takes.
    pub methods: &'static [&'static str],
    /// As people write it.
    pub path: &'static str,
    /// Who may call it, in words, for the golden list.
    pub access: &'static str,
}

/// Every route beside the JSON mirror. `tests/golden/surface.txt` shows them; a test calls each as a stranger.
pub const ROUTES: &[Route] = &[
    Route { methods: &["GET"], path: "/", access: "public" },
    Route { methods: &["GET", "POST"], path: "/login", access: "public" },
    Route { methods: &["GET"], path: "/assets/<name>", access: "public" },
    Route { methods: &["GET"], path: "/ide/<session>", access: "public" },
    Route { methods: &["GET"], path: "/repositories", access: "public" },
    Route { methods: &["GET"], path: "/repositories/<owner>/<name>", access: "public" },
    Route { methods: &["GET"], path: "/repositories/<owner>/<name>/<view>", access: "public" },
    Route { methods: &["GET"], path: "/sessions", access: "public" },
    Route { methods: &["GET"], path: "/account", access: "public" },
    Route { methods: &["GET"], path: "/admin", access: "public" },
    Route { methods: &["GET"], path: "/preview/<port>-<session>", access: "public" },
    Route { methods: &["GET"], path: "/.well-known/jwks.json", access: "public" },
    Route { methods: &["GET"], path: "/api/v1/openapi.json", access: "public" },
    Route { methods: &["GET"], path: "/healthz", access: "public" },
    Route { methods: &["GET"], path: "/metrics", access: "rack and local listeners" },
    Route { methods: &["GET"], path: "/git/<owner>/<name>.git/info/refs", access: "git credentials" },
    Route { methods: &["POST"], path: "/git/<owner>/<name>.git/git-upload-pack", access: "git credentials" },
    Route { methods: &["POST"], path: "/git/<owner>/<name>.git/git-receive-pack", access: "git credentials" },
    Route { methods: &["GET"], path: "/raw/<owner>/<name>", access: "who may read the repository" },
    Route {
        methods: &["any"],
        path: "/s/<session>/…",
        access: "the session's owner, an admin, or its ticket",
    },
    Route { methods: &["GET"], path: "/doc/<id>", access: "members of the document, also by its ticket" },
    Route { methods: &["GET", "POST"], path: "/socket.io/", access: "signed-in people" },
];

/// The rule of a request; `None` denies everybody.
pub fn rule(_method: &Method, path: &str) -> Option<Rule> {
    match path {
        "/" | "/login" | "/.well-known/jwks.json" | "/api/v1/openapi.json" => Some(Rule::PUBLIC),
        // Git sends passwords and minted credentials, which its own handler checks.
        _ if path.starts_with("/git/") => Some(Rule::PUBLIC),
        _ if path.starts_with("/s/") => Some(Rule::SESSION),
        _ if path.starts_with("/raw/") => Some(Rule::USER),
        // Sends strangers to the login page and everybody else on.
        _ if path.starts_with("/preview/") => Some(Rule::PUBLIC),
        _ if path.starts_with("/doc/") => Some(Rule::DOCUMENT),
        "/socket.io" | "/socket.io/" => Some(Rule::USER),
        _ if carrel_web_ide::is_public_path(path) => Some(Rule::PUBLIC),
        _ => match access::of_path(path) {
            Some(listed) => Some(Rule::from(listed)),
            None => looks_like_git(path).then_some(Rule::PUBLIC),
        },
    }
}

/// The ticket in a session's or a document's address, for websockets that can't send headers.
pub fn ticket(parts: &http::request::Parts) -> Option<String> {
    let path = parts.uri.path();
    if !path.starts_with("/s/") && !path.starts_with("/doc/") {
        return None;
    }
    let query = parts.uri.query()?;
    let ticket = query.split('&').find_map(|pair| pair.strip_prefix("ticket="))?;
    (!ticket.is_empty()).then(|| ticket.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_only_where_sessions_are() {
        let of = |uri: &str| ticket(&http::Request::get(uri).body(()).expect("request").into_parts().0);
        assert_eq!(of("/s/se-1/watch?a=b&ticket=x.y.z"), Some("x.y.z".to_owned()));
        assert_eq!(of("/s/se-1/watch?ticket="), None);
        assert_eq!(of("/doc/do-1?saved=1&ticket=x.y.z"), Some("x.y.z".to_owned()));
        assert_eq!(of("/api/v1/AuthService/WhoAmI?ticket=x"), None);
    }

    #[test]
    fn what_is_not_listed_is_denied() {
        for path in
            ["/api/v1/Nothing/Login", "/administrator", "/carrel.agent.v1.Nothing/Run", "//", "/api", "/gitx"]
        {
            assert!(rule(&Method::GET, path).is_none(), "{path}");
        }
    }
}
