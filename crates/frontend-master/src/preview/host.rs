//! The names of previews: `<port>-<session>.<domain>`.

use std::num::NonZeroU16;

use carrel_ids::SessionId;
use http::Uri;

/// Where previews are when people reach this daemon on loopback: browsers resolve every name below it to the machine
/// itself (RFC 6761, section 6.3).
const LOOPBACK_DOMAIN: &str = "localhost";

/// One port of one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The port that a program in the slot listens on.
    pub port: NonZeroU16,
    /// The session.
    pub session: SessionId,
}

impl Place {
    /// Reads `<port>-<session>`. A port has one spelling, so that a place has one origin.
    pub fn parse(label: &str) -> Option<Self> {
        let (port, session) = label.split_once('-')?;
        if port.starts_with('0') || !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(Self { port: port.parse().ok()?, session: session.parse().ok()? })
    }

    /// As [`Self::parse`] reads it.
    pub fn label(&self) -> String {
        format!("{}-{}", self.port, self.session)
    }
}

/// Where previews live.
#[derive(Debug, Clone)]
pub struct Domain {
    scheme: &'static str,
    name: String,
    /// With its colon; empty for the scheme's own.
    port: String,
}

impl Domain {
    /// The domain that an owner configured; without one, that of loopback if people come that way, else none.
    pub fn new(public_url: &str, configured: &str) -> Option<Self> {
        let uri: Uri = public_url.parse().ok()?;
        let host = uri.host()?.trim_start_matches('[').trim_end_matches(']');
        let is_loopback =
            host == LOOPBACK_DOMAIN || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let name = match configured {
            "" if is_loopback => LOOPBACK_DOMAIN,
            "" => return None,
            name => name,
        };
        let scheme = if uri.scheme_str() == Some("https") { "https" } else { "http" };
        let port = uri.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        Some(Self { scheme, name: name.to_owned(), port })
    }

    /// The place that a host name (lower case, without its port) belongs to.
    pub fn place(&self, host: &str) -> Option<Place> {
        let label = host.trim_end_matches('.').strip_suffix(&self.name)?.strip_suffix('.')?;
        Place::parse(label)
    }

    /// Whether a host name is for previews alone: all below a domain that was configured for them, whether or not
    /// it names a place, so that the website is never met there. Names below `localhost` may be others' too.
    pub fn owns(&self, host: &str) -> bool {
        let below =
            host.trim_end_matches('.').strip_suffix(&self.name).is_some_and(|rest| rest.ends_with('.'));
        self.place(host).is_some() || self.name != LOOPBACK_DOMAIN && below
    }

    /// The origin of a place as browsers write it.
    pub fn origin(&self, place: &Place) -> String {
        format!("{}://{}.{}{}", self.scheme, place.label(), self.name, self.port)
    }

    /// Whether cookies must not travel unencrypted.
    pub fn is_secure(&self) -> bool {
        self.scheme == "https"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SESSION: &str = "se-dvgacm9p9kjhraz5myez";

    #[test]
    fn a_place_has_one_name() {
        let place = Place::parse(&format!("8000-{SESSION}")).expect("a place");
        assert_eq!((place.port.get(), place.session.as_str()), (8000, SESSION));
        assert_eq!(place.label(), format!("8000-{SESSION}"));
        for bad in [
            "",
            "8000",
            "-",
            "8000-",
            "0-se-x",
            "08-se-x",
            "+8-se-x",
            "65536-se-x",
            "8000-us-x",
            "8000-se-../x",
        ] {
            assert_eq!(Place::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_domain_follows_the_public_address() {
        let place = Place::parse(&format!("3000-{SESSION}")).expect("a place");
        let up = Domain::new("http://127.0.0.1:8080", "").expect("loopback");
        assert_eq!(up.origin(&place), format!("http://3000-{SESSION}.localhost:8080"));
        assert_eq!(up.place(&format!("3000-{SESSION}.localhost")), Some(place.clone()));
        let rack = Domain::new("https://carrel.example", "sessions.carrel.example").expect("configured");
        assert_eq!(rack.origin(&place), format!("https://3000-{SESSION}.sessions.carrel.example"));
        assert!(rack.is_secure() && !up.is_secure());
        for other in
            ["localhost", "carrel.example", "sessions.carrel.example", "evil3000.sessions.carrel.example"]
        {
            assert_eq!(rack.place(other), None, "{other}");
        }
        assert!(rack.owns("evil.sessions.carrel.example") && !rack.owns("sessions.carrel.example"));
        assert!(!rack.owns("carrel.example") && !rack.owns("evilsessions.carrel.example"));
        assert!(!up.owns("git.localhost") && up.owns(&format!("3000-{SESSION}.localhost")));
        let nested = format!("3000-{SESSION}.x.sessions.carrel.example");
        assert_eq!(rack.place(&nested), None);
        assert!(Domain::new("https://carrel.example", "").is_none(), "nobody said where");
    }

    proptest! {
        #[test]
        fn any_host_is_a_place_or_not_without_a_panic(host in "\\PC{0,80}") {
            let domain = Domain::new("http://localhost", "").expect("loopback");
            if let Some(place) = domain.place(&host) {
                prop_assert_eq!(format!("{}.localhost", place.label()), host.trim_end_matches('.'));
            }
        }
    }
}
