//! The names a request may be sent to on loopback.
//!
//! A web page can make its own name resolve to 127.0.0.1 and so let a browser talk to a loopback listener as if it
//! were the page's own server. The browser then sends the page's name as Host, which is how we know.

use http::Request;

/// The name a request was sent to, without its port.
pub(crate) fn name_of<B>(request: &Request<B>) -> Option<&str> {
    let authority = match request.uri().authority() {
        Some(authority) => authority.as_str(),
        None => request.headers().get(http::header::HOST)?.to_str().ok()?,
    };
    Some(without_port(authority))
}

fn without_port(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => authority.rsplit_once(':').map_or(authority, |(name, _)| name),
    }
}

/// Whether the request was sent to a loopback name or to one of the configured ones.
pub(super) fn is_expected<B>(request: &Request<B>, configured: &[String]) -> bool {
    let Some(name) = name_of(request) else { return false };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let loopback = name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    loopback
        || name == "localhost"
        || name.ends_with(".localhost")
        || configured.iter().any(|host| covers(&host.to_ascii_lowercase(), &name))
}

/// `*.example` stands for every name one label below, as in a certificate.
fn covers(configured: &str, name: &str) -> bool {
    match configured.strip_prefix("*.") {
        Some(parent) => name.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest == parent),
        None => configured == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(host: &str) -> bool {
        let request = Request::builder().uri("/").header("host", host).body(()).expect("request");
        is_expected(&request, &["ide.example".to_owned()])
    }

    #[test]
    fn a_wildcard_covers_one_label() {
        let expected = |host: &str| {
            let request = Request::builder().uri("/").header("host", host).body(()).expect("request");
            is_expected(&request, &["*.Sessions.example".to_owned()])
        };
        assert!(expected("3000-se-x.sessions.example") && expected("A.SESSIONS.example.:443"));
        for bad in ["sessions.example", ".sessions.example", "a.b.sessions.example", "asessions.example", "*"]
        {
            assert!(!expected(bad), "{bad}");
        }
    }

    #[test]
    fn loopback_names_and_configured_ones_pass() {
        for good in [
            "localhost",
            "localhost:8080",
            "LOCALHOST",
            "3000-se-x.localhost:1",
            "127.0.0.1:8080",
            "[::1]:9",
            "[::1]",
            "ide.example:443",
            "localhost.",
        ] {
            assert!(expected(good), "{good}");
        }
        for bad in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "",
            "notlocalhost",
            "[fe80::1]:80",
        ] {
            assert!(!expected(bad), "{bad}");
        }
        assert!(!is_expected(&Request::new(()), &[]));
        let absolute = Request::builder()
            .uri("http://evil.example/")
            .header("host", "localhost")
            .body(())
            .expect("request");
        assert!(!is_expected(&absolute, &[]), "the target's own name counts");
    }
}
