//! Dialling an address: TCP, TLS or a unix socket.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

use crate::ClientError;

/// A connection, whatever is below it.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// Which protocol a TLS connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alpn {
    Http1,
    Http2,
}

/// A parsed address.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// As it was given.
    pub(crate) url: String,
    /// What goes into `Host` and `:authority`.
    pub(crate) authority: String,
    way: Way,
}

#[derive(Debug, Clone)]
enum Way {
    Tcp { target: String },
    Tls { target: String, name: ServerName<'static> },
    Unix(PathBuf),
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Self, ClientError> {
        let wrong = || ClientError::Address { url: url.to_owned() };
        if let Some(path) = url.strip_prefix("unix:") {
            let path = Path::new(path);
            if !path.is_absolute() {
                return Err(wrong());
            }
            let way = Way::Unix(path.to_path_buf());
            return Ok(Self { url: url.to_owned(), authority: "localhost".to_owned(), way });
        }
        let uri: http::Uri = url.parse().map_err(|_| wrong())?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(wrong());
        }
        let secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(wrong()),
        };
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let target = format!("{host}:{port}");
        let way = if secure {
            let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
            Way::Tls { target, name: ServerName::try_from(bare).map_err(|_| wrong())? }
        } else {
            Way::Tcp { target }
        };
        let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
        Ok(Self { url: url.trim_end_matches('/').to_owned(), authority, way })
    }
}

/// How to dial one address.
#[derive(Clone)]
pub(crate) struct Dialer {
    pub(crate) address: Arc<Address>,
    roots: Option<Arc<rustls::RootCertStore>>,
    limit: Duration,
}

impl Dialer {
    pub(crate) fn new(url: &str, ca_file: Option<&Path>, limit: Duration) -> Result<Self, ClientError> {
        let address = Address::parse(url)?;
        let roots = match (&address.way, ca_file) {
            (Way::Tls { .. }, Some(file)) => Some(read_roots(file)?),
            (Way::Tls { .. }, None) => Some(read_roots(Path::new(SYSTEM_ROOTS))?),
            _ => None,
        };
        Ok(Self { address: Arc::new(address), roots, limit })
    }

    pub(crate) async fn dial(&self, alpn: Alpn) -> Result<TokioIo<Box<dyn Io>>, ClientError> {
        let url = &self.address.url;
        let connect = tokio::time::timeout(self.limit, self.connect(alpn));
        let stream = connect.await.map_err(|_| ClientError::Late { url: url.clone(), limit: self.limit })?;
        stream
            .map(TokioIo::new)
            .map_err(|error| ClientError::Connect { url: url.clone(), source: error.into() })
    }

    async fn connect(&self, alpn: Alpn) -> std::io::Result<Box<dyn Io>> {
        match &self.address.way {
            Way::Unix(path) => Ok(Box::new(UnixStream::connect(path).await?)),
            Way::Tcp { target } => {
                let stream = TcpStream::connect(target).await?;
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
            Way::Tls { target, name } => {
                let stream = TcpStream::connect(target).await?;
                stream.set_nodelay(true)?;
                let connector = tokio_rustls::TlsConnector::from(Arc::new(self.tls(alpn)?));
                Ok(Box::new(connector.connect(name.clone(), stream).await?))
            }
        }
    }

    fn tls(&self, alpn: Alpn) -> std::io::Result<rustls::ClientConfig> {
        let roots = self.roots.clone().unwrap_or_else(|| Arc::new(rustls::RootCertStore::empty()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(std::io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = match alpn {
            Alpn::Http1 => vec![b"http/1.1".to_vec()],
            Alpn::Http2 => vec![b"h2".to_vec()],
        };
        Ok(config)
    }
}

/// Where distributions keep the certificates that the machine trusts.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

fn read_roots(path: &Path) -> Result<Arc<rustls::RootCertStore>, ClientError> {
    let fault = |source| ClientError::Certificates { path: path.to_path_buf(), source };
    let mut roots = rustls::RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| fault(Box::new(error)))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| fault(Box::new(error)))?;
        // System bundles hold some that rustls does not take; those it can't use trust nobody.
        let _ = roots.add(certificate);
    }
    if roots.is_empty() {
        return Err(fault("it holds no certificate that can be used".into()));
    }
    Ok(Arc::new(roots))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in
            ["http://127.0.0.1:8080", "https://carrel.example", "http://[::1]:80/", "unix:/run/x.sock"]
        {
            assert!(Address::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "carrel.example", "ftp://a", "unix:x", "http://", "http://u:p@a", "/path"] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }
}
