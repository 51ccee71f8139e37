//! What crosses between a browser and a program in a slot, at an origin of the program's own.
//!
//! The program may set its own cookies and read them: the origin is its own, and a cookie of its host goes nowhere
//! else. Ours (all that begin with `carrel`) never reach it, and it can't set one of ours, nor one for a wider domain.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::host::Place;

/// What every cookie of ours begins with.
const OURS: &str = "carrel";

/// Hop by hop (RFC 9110, section 7.6.1), or said anew by us.
const REQUEST_DROPPED: [&str; 14] = [
    "connection",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "host",
    "cookie",
    "origin",
    "forwarded",
    "x-forwarded-for",
    "expect",
];

/// Hop by hop, or an order to the browser that reaches beyond the one origin.
const RESPONSE_DROPPED: [&str; 15] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "set-cookie",
    "alt-svc",
    "clear-site-data",
    "nel",
    "report-to",
    "reporting-endpoints",
    "service-worker-allowed",
    "strict-transport-security",
];

/// What goes to the program. It believes itself to be asked at `localhost:<port>`: tools for development refuse
/// other names, to be safe from pages that rebind theirs.
pub fn outgoing(headers: &HeaderMap, place: &Place, origin: &str, websocket: bool) -> HeaderMap {
    let mut out = HeaderMap::with_capacity(headers.len() + 6);
    let named = connection_names(headers);
    for (name, value) in headers {
        let dropped = REQUEST_DROPPED.contains(&name.as_str())
            || name.as_str().starts_with("x-carrel-")
            || name.as_str().starts_with("x-forwarded-")
            || named.iter().any(|listed| listed == name.as_str());
        if !dropped {
            out.append(name.clone(), value.clone());
        }
    }
    let local = format!("localhost:{}", place.port);
    set(&mut out, header::HOST, &local);
    if let Some(theirs) = headers.get(header::ORIGIN) {
        let same = theirs.as_bytes() == origin.as_bytes();
        let told = if same { format!("http://{local}") } else { "null".to_owned() };
        set(&mut out, header::ORIGIN, &told);
    }
    if let Some(cookies) = foreign_cookies(headers) {
        out.insert(header::COOKIE, cookies);
    }
    if let Some((scheme, host)) = origin.split_once("://") {
        set(&mut out, HeaderName::from_static("x-forwarded-host"), host);
        set(&mut out, HeaderName::from_static("x-forwarded-proto"), scheme);
    }
    if websocket {
        set(&mut out, header::CONNECTION, "upgrade");
        set(&mut out, header::UPGRADE, "websocket");
    }
    out
}

/// What comes back to the browser.
pub fn incoming(headers: &HeaderMap, switching: bool) -> HeaderMap {
    let mut out = HeaderMap::with_capacity(headers.len() + 2);
    let named = connection_names(headers);
    for (name, value) in headers {
        let dropped =
            RESPONSE_DROPPED.contains(&name.as_str()) || named.iter().any(|listed| listed == name.as_str());
        if !dropped {
            out.append(name.clone(), value.clone());
        }
    }
    for cookie in headers.get_all(header::SET_COOKIE).iter().filter_map(own_cookie) {
        out.append(header::SET_COOKIE, cookie);
    }
    if switching {
        set(&mut out, header::CONNECTION, "upgrade");
        set(&mut out, header::UPGRADE, "websocket");
    }
    out
}

/// The value of a cookie of ours.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    pairs(headers)
        .find_map(|pair| pair.split_once('=').filter(|(key, _)| key.trim() == name))
        .map(|(_, value)| value)
}

/// Whether the browser says that another site's page, or another origin's, makes this request. Only following a
/// link into the preview is fine from anywhere: it carries nothing of the other page's making but the address.
pub fn is_from_elsewhere(headers: &HeaderMap, origin: &str, is_safe: bool) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if text("origin").is_some_and(|theirs| theirs != origin) {
        return true;
    }
    match text("sec-fetch-site") {
        None | Some("same-origin" | "none") => false,
        Some(_) => !(is_safe && text("sec-fetch-mode") == Some("navigate")),
    }
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';')).map(str::trim).filter(|pair| !pair.is_empty())
}

fn foreign_cookies(headers: &HeaderMap) -> Option<HeaderValue> {
    let kept: Vec<&str> = pairs(headers).filter(|pair| !is_ours(pair)).collect();
    if kept.is_empty() { None } else { HeaderValue::from_str(&kept.join("; ")).ok() }
}

fn is_ours(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default().trim();
    let bare = name.strip_prefix("__Host-").or_else(|| name.strip_prefix("__Secure-")).unwrap_or(name);
    bare.get(..OURS.len()).is_some_and(|start| start.eq_ignore_ascii_case(OURS))
}

/// A program's cookie without its domain: the host alone gets it back.
fn own_cookie(value: &HeaderValue) -> Option<HeaderValue> {
    let text = value.to_str().ok().filter(|text| !is_ours(text))?;
    let is_domain =
        |part: &str| part.split('=').next().unwrap_or_default().trim().eq_ignore_ascii_case("domain");
    let kept: Vec<&str> = text.split(';').filter(|part| !is_domain(part)).collect();
    HeaderValue::from_str(&kept.join(";")).ok()
}

/// Headers that `Connection` names are for this hop only.
fn connection_names(headers: &HeaderMap) -> Vec<String> {
    let all = headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase()).collect()
}

fn set(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ORIGIN: &str = "http://8000-se-x.localhost:8080";

    fn map(pairs: &[(&str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&str, &str)| {
            (name.parse::<HeaderName>().expect("a name"), value.parse::<HeaderValue>().expect("a value"))
        };
        let mut all = HeaderMap::new();
        for (name, value) in pairs.iter().map(pair) {
            all.append(name, value);
        }
        all
    }

    fn place() -> Place {
        Place::parse("8000-se-dvgacm9p9kjhraz5myez").expect("a place")
    }

    #[test]
    fn nothing_of_ours_reaches_the_program() {
        let sent = map(&[
            ("cookie", "carrel_token=t; theme=dark"),
            ("cookie", "Carrel_preview=p; __Host-carrel_token=t; sid=1"),
            ("host", "8000-se-x.localhost:8080"),
            ("origin", ORIGIN),
            ("x-carrel-fence", "1"),
            ("x-forwarded-for", "1.2.3.4"),
            ("connection", "close, x-hop"),
            ("x-hop", "1"),
            ("authorization", "Bearer the-programs-own"),
            ("accept", "*/*"),
        ]);
        let out = outgoing(&sent, &place(), ORIGIN, false);
        assert_eq!(out["cookie"], "theme=dark; sid=1");
        assert_eq!(
            (&out["host"], &out["origin"]),
            (&"localhost:8000".parse().expect("v"), &"http://localhost:8000".parse().expect("v"))
        );
        assert_eq!(
            (&out["x-forwarded-host"], &out["x-forwarded-proto"]),
            (&"8000-se-x.localhost:8080".parse().expect("v"), &"http".parse().expect("v"))
        );
        assert_eq!(out["authorization"], "Bearer the-programs-own");
        for dropped in ["x-carrel-fence", "x-forwarded-for", "connection", "x-hop"] {
            assert!(!out.contains_key(dropped), "{dropped}");
        }
    }

    #[test]
    fn a_program_orders_the_browser_about_at_its_own_origin_only() {
        let answer = map(&[
            ("set-cookie", "sid=1; Domain=localhost; Path=/; HttpOnly"),
            ("set-cookie", "carrel_token=mine"),
            ("set-cookie", "__Host-carrel_preview=mine; Secure"),
            ("clear-site-data", "\"*\""),
            ("strict-transport-security", "max-age=1; includeSubDomains"),
            ("service-worker-allowed", "/"),
            ("location", "/next"),
            ("content-type", "text/html"),
            ("transfer-encoding", "chunked"),
        ]);
        let out = incoming(&answer, false);
        let cookies: Vec<_> = out.get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["sid=1; Path=/; HttpOnly"]);
        let mut names: Vec<_> = out.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["content-type", "location", "set-cookie"]);
    }

    #[test]
    fn other_origins_pages_are_kept_out() {
        let fetch = |site: &str, mode: &str| map(&[("sec-fetch-site", site), ("sec-fetch-mode", mode)]);
        assert!(!is_from_elsewhere(&fetch("cross-site", "navigate"), ORIGIN, true), "a link");
        assert!(is_from_elsewhere(&fetch("cross-site", "navigate"), ORIGIN, false), "a form");
        assert!(is_from_elsewhere(&fetch("same-site", "cors"), ORIGIN, true), "a neighbour's script");
        assert!(is_from_elsewhere(&fetch("cross-site", "websocket"), ORIGIN, true));
        assert!(!is_from_elsewhere(&fetch("same-origin", "cors"), ORIGIN, false));
        assert!(is_from_elsewhere(&map(&[("origin", "http://evil.example")]), ORIGIN, true));
        assert!(!is_from_elsewhere(&map(&[("origin", ORIGIN)]), ORIGIN, false));
        assert!(!is_from_elsewhere(&map(&[]), ORIGIN, true));
    }

    #[test]
    fn a_cookie_of_ours_is_found_among_others() {
        let sent = map(&[("cookie", "a=1; carrel_preview=x.y.z; b=2")]);
        assert_eq!(cookie(&sent, "carrel_preview"), Some("x.y.z"));
        assert_eq!(cookie(&sent, "carrel"), None);
    }

    proptest! {
        #[test]
        fn no_cookie_of_ours_ever_passes(noise in "[a-zA-Z=; _-]{0,40}", secret in "[0-9]{8}") {
            let sent = map(&[("cookie", &format!("{noise}; carrel_preview={secret}"))]);
            let out = outgoing(&sent, &place(), ORIGIN, false);
            let all = out.get("cookie").map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default();
            prop_assert!(!all.contains(&secret));
        }
    }
}
