//! Where a peer is: `http://host:port`, `https://host:port` or `unix:/path`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, Scheme};

use crate::error::ConnectError;

/// Where a peer is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Address {
    /// Over TCP.
    Tcp {
        /// Whether with TLS.
        tls: bool,
        /// The name or number, without brackets.
        host: String,
        /// The port.
        port: u16,
        /// A path in front of every request's, without a slash at its end; mostly empty.
        prefix: String,
    },
    /// Over a socket file.
    Unix(PathBuf),
}

impl FromStr for Address {
    type Err = ConnectError;

    fn from_str(text: &str) -> Result<Self, ConnectError> {
        let bad = || ConnectError::Address { text: text.to_owned() };
        if let Some(path) = text.strip_prefix("unix:") {
            let path = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
            return if path.is_absolute() { Ok(Self::Unix(path)) } else { Err(bad()) };
        }
        let uri: Uri = text.parse().map_err(|_| bad())?;
        let tls = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err(bad()),
        };
        let authority = uri.authority().ok_or_else(bad)?;
        if uri.query().is_some() || authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(bad());
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = authority.port_u16().unwrap_or(if tls { 443 } else { 80 });
        Ok(Self::Tcp { tls, host, port, prefix: uri.path().trim_end_matches('/').to_owned() })
    }
}

impl Address {
    /// What goes into Host and `:authority`.
    pub(crate) fn authority(&self) -> Authority {
        let text = match self {
            Self::Tcp { host, port, tls, .. } => {
                let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
                let default = if *tls { 443 } else { 80 };
                if *port == default { host } else { format!("{host}:{port}") }
            }
            Self::Unix(_) => "localhost".to_owned(),
        };
        text.parse().unwrap_or_else(|_| Authority::from_static("localhost"))
    }

    /// What stands before every request's path.
    pub(crate) fn prefix(&self) -> &str {
        match self {
            Self::Tcp { prefix, .. } => prefix,
            Self::Unix(_) => "",
        }
    }

    /// `http` or `https`, as Origin has it.
    pub(crate) fn scheme(&self) -> &'static str {
        if matches!(self, Self::Tcp { tls: true, .. }) { "https" } else { "http" }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { prefix, .. } => write!(f, "{}://{}{prefix}", self.scheme(), self.authority()),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_print_as_they_were_written() {
        for text in [
            "http://127.0.0.1:8080",
            "https://ide.example",
            "http://[::1]:9",
            "unix:/run/x.sock",
            "https://a.example:8443/ide",
        ] {
            assert_eq!(text.parse::<Address>().expect(text).to_string(), text);
        }
        assert_eq!("http://a:80/".parse::<Address>().expect("address").to_string(), "http://a");
    }

    #[test]
    fn anything_else_is_refused_with_an_example() {
        for bad in [
            "",
            "localhost:8080",
            "ftp://a",
            "unix:relative",
            "http://",
            "http://u:p@a/",
            "http://a/?q=1",
            "/x",
        ] {
            let error = bad.parse::<Address>().expect_err(bad);
            assert!(error.to_string().contains("http://127.0.0.1:8080"), "{error}");
        }
    }
}
