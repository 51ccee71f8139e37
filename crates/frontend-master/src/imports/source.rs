//! The address to import from: parsed strictly, so that git and we read the same thing in it.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use async_trait::async_trait;
use http::Uri;

use super::ImportError;
use super::address::{Network, may_reach};

/// The longest address taken.
const URL_MAX: usize = 2_000;

/// What git asks for first, below the repository's address.
const FIRST_REQUEST: &str = "/info/refs";

/// An `http(s)` address without a user, a query or anything that could be read in two ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    https: bool,
    /// Lower case; of an IPv6 address without its brackets.
    host: String,
    port: u16,
    path: String,
}

/// Names to addresses.
#[async_trait]
pub trait Resolve: Send + Sync {
    /// All addresses of a name.
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<IpAddr>>;
}

/// As the machine does it.
pub struct SystemResolve;

#[async_trait]
impl Resolve for SystemResolve {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, port)).await?.map(|address| address.ip()).collect())
    }
}

impl Source {
    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, ImportError> {
        let bad = |why: &'static str| ImportError::Url { why };
        if text.len() > URL_MAX {
            return Err(bad("it is too long"));
        }
        let uri: Uri = text.trim().parse().map_err(|_| bad("it can't be read"))?;
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(bad("it must start with https:// or http://")),
        };
        let authority = uri.authority().ok_or_else(|| bad("it names no host"))?;
        if authority.as_str().contains('@') {
            return Err(bad("give the name and the password in their own fields, not in the address"));
        }
        if uri.query().is_some() || text.contains('#') {
            return Err(bad("it must end with the repository's path, without ? and #"));
        }
        let host =
            host(authority.host()).ok_or_else(|| bad("its host is no plain name and no plain address"))?;
        let port = match authority.port() {
            Some(port) => port.as_str().parse().ok().filter(|port| *port > 0),
            None if authority.as_str() == authority.host() => Some(if https { 443 } else { 80 }),
            // Something behind a colon that is no number of a port.
            None => None,
        };
        let port = port.ok_or_else(|| bad("its port is no port"))?;
        let path = uri.path().trim_end_matches('/').to_owned();
        if path.is_empty()
            || !path.bytes().all(is_plain)
            || path.split('/').any(|part| matches!(part, "." | ".."))
        {
            return Err(bad("it needs the path of a repository, of plain characters"));
        }
        Ok(Self { https, host, port, path })
    }

    /// Where a redirect of git's first request leads; never from https to http.
    pub fn redirected(&self, location: &str) -> Result<Self, ImportError> {
        let whole = if location.starts_with('/') && !location.starts_with("//") {
            format!("{}{location}", self.origin())
        } else {
            location.to_owned()
        };
        let address = whole.split_once('?').map_or(whole.as_str(), |(address, _)| address);
        let there = address.strip_suffix(FIRST_REQUEST).ok_or(ImportError::Redirect)?;
        let there = Self::parse(there).map_err(|_| ImportError::Redirect)?;
        if self.https && !there.https { Err(ImportError::Redirect) } else { Ok(there) }
    }

    /// Whether a password for this one may be shown to the other.
    pub fn same_server(&self, other: &Self) -> bool {
        (self.https, &self.host, self.port) == (other.https, &other.host, other.port)
    }

    /// An address to connect to that was looked up now and may be reached, as curl takes it: `host:port:address`.
    pub async fn pin(&self, resolve: &dyn Resolve, allowed: &[Network]) -> Result<String, ImportError> {
        let found = match self.host.parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => {
                let found = resolve.resolve(&self.host, self.port).await;
                found.map_err(|_| ImportError::NoHost { host: self.host.clone() })?
            }
        };
        if found.is_empty() {
            return Err(ImportError::NoHost { host: self.host.clone() });
        }
        let reachable = found.into_iter().find(|address| may_reach(*address, allowed));
        let address = reachable.ok_or_else(|| ImportError::Private { host: self.host.clone() })?;
        let address = match address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        Ok(format!("{}:{}:{address}", self.host, self.port))
    }

    fn origin(&self) -> String {
        let scheme = if self.https { "https" } else { "http" };
        let usual = if self.https { 443 } else { 80 };
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == usual {
            format!("{scheme}://{host}")
        } else {
            format!("{scheme}://{host}:{}", self.port)
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.path)
    }
}

/// A host that can be read in one way only: `127.1`, `0x7f000001` and the like are addresses to some and names to others.
fn host(text: &str) -> Option<String> {
    if let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        return inner.parse::<Ipv6Addr>().ok().map(|address| address.to_string());
    }
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Some(address.to_string());
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = text.rsplit('.').next()?;
    let is_name = text.len() <= 253
        && text.split('.').all(label)
        && last.starts_with(|c: char| c.is_ascii_alphabetic());
    is_name.then(|| text.to_ascii_lowercase())
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/%-._~!$&'()*+,;=:@".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Names(Vec<&'static str>);

    #[async_trait]
    impl Resolve for Names {
        async fn resolve(&self, _host: &str, _port: u16) -> io::Result<Vec<IpAddr>> {
            Ok(self.0.iter().map(|address| address.parse().expect("an address")).collect())
        }
    }

    #[test]
    fn addresses_that_mean_one_thing() {
        let of = |text: &str| Source::parse(text).expect(text).to_string();
        assert_eq!(of("https://Git.Example/a/b.git/"), "https://git.example/a/b.git");
        assert_eq!(of("http://127.0.0.1:8080/x"), "http://127.0.0.1:8080/x");
        assert_eq!(of("https://[2606::1]:443/x"), "https://[2606::1]/x");
        for bad in [
            "",
            "x",
            "ssh://a/b",
            "git@a:b",
            "file:///etc",
            "https://a",
            "https://a/",
            "https://u:p@a/b",
            "https://u@a/b",
            "https://a/b?c",
            "https://a/b#c",
            "http://127.1/x",
            "http://2130706433/x",
            "http://0x7f.1/x",
            "http://0177.0.0.1/x",
            "http://a./x",
            "http://-a/x",
            "http://a_b/x",
            "http://a:0/x",
            "http://a:99999/x",
            "http://a/../x",
            "http://[::1/x",
            "http://[fe80::1%25eth0]/x",
            "--upload-pack=x",
            "http://a/b c",
            "ext::sh -c x",
            "http://a/\u{e4}",
        ] {
            assert!(Source::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn redirects_stay_on_repositories_and_never_lose_encryption() {
        let from = Source::parse("https://a.example/x").expect("parses");
        let to = |location: &str| from.redirected(location).map(|there| there.to_string());
        let tail = "/info/refs?service=git-upload-pack";
        assert_eq!(
            to(&format!("https://b.example/y.git{tail}")).expect("follows"),
            "https://b.example/y.git"
        );
        assert_eq!(to(&format!("/x.git{tail}")).expect("follows"), "https://a.example/x.git");
        for bad in ["https://b.example/login", "//b.example/info/refs", "file:///etc/passwd/info/refs", ""] {
            assert!(to(bad).is_err(), "{bad}");
        }
        assert!(to(&format!("http://b.example/y{tail}")).is_err(), "not without encryption");
        assert!(!from.same_server(&Source::parse("https://b.example/x").expect("parses")));
        assert!(!from.same_server(&Source::parse("https://a.example:444/x").expect("parses")));
    }

    #[tokio::test]
    async fn what_is_reached_is_what_was_looked_at() {
        let source = Source::parse("https://git.example/x").expect("parses");
        let inside = source.pin(&Names(vec!["10.0.0.1", "::1"]), &[]).await;
        assert!(matches!(inside, Err(ImportError::Private { .. })));
        assert!(matches!(source.pin(&Names(vec![]), &[]).await, Err(ImportError::NoHost { .. })));
        let mixed = source.pin(&Names(vec!["169.254.169.254", "140.82.121.3"]), &[]).await;
        assert_eq!(mixed.expect("one is public"), "git.example:443:140.82.121.3");
        let v6 = source.pin(&Names(vec!["2606:4700::1"]), &[]).await;
        assert_eq!(v6.expect("public"), "git.example:443:[2606:4700::1]");
        let local = Source::parse("http://127.0.0.1:8000/x").expect("parses");
        assert!(local.pin(&Names(vec![]), &[]).await.is_err());
        assert!(local.pin(&Names(vec![]), &["127.0.0.0/8".parse().expect("a network")]).await.is_ok());
    }
}
