//! TLS: both HTTP versions, own authority, client certificates, and what must not connect.

use std::path::{Path, PathBuf};

use carrel_client::{Options, Peer};
use carrel_service::listen::TlsConfig;
use carrel_service::{Audience, ListenerConfig, Listeners};
use http::Method;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::world::World;

struct Pki {
    dir: tempfile::TempDir,
}

impl Pki {
    /// An authority, a server's pair for localhost, a client's pair, and a stranger's authority.
    fn new() -> Self {
        let this = Self { dir: tempfile::tempdir().expect("folder") };
        for authority in ["ca", "stranger"] {
            let mut params = CertificateParams::new(Vec::new()).expect("params");
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let issuer =
                CertifiedIssuer::self_signed(params, KeyPair::generate().expect("key")).expect("authority");
            this.write(authority, &issuer.pem());
            let prefix = if authority == "ca" { "" } else { "stranger-" };
            for leaf in ["server", "client"] {
                let key = KeyPair::generate().expect("key");
                let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("params");
                let certificate = params.signed_by(&key, &issuer).expect("certificate");
                this.write(&format!("{prefix}{leaf}"), &certificate.pem());
                this.write(&format!("{prefix}{leaf}.key"), &key.serialize_pem());
            }
        }
        this
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("write");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn server(&self) -> TlsConfig {
        TlsConfig {
            cert: self.path("server"),
            key: self.path("server.key"),
            client_ca: Some(self.path("ca")),
        }
    }
}

async fn world(pki: &Pki) -> (World, String) {
    let listener = ListenerConfig::tcp("127.0.0.1:0").audience(Audience::Rack).tls(pki.server());
    let world = World::start(&[listener], 10).await;
    let url = world.urls[0].replace("127.0.0.1", "localhost");
    (world, url)
}

fn peer(url: &str, ca: &Path) -> Peer {
    Peer::new(url, Options { ca_file: Some(ca.to_owned()), ..Options::default() }).expect("peer")
}

#[tokio::test]
async fn both_versions_work_with_the_right_authority_and_none_with_another() {
    let pki = Pki::new();
    let (world, url) = world(&pki).await;
    let good = peer(&url, &pki.path("ca"));
    let facts: (String, Option<u32>, Option<bool>) =
        good.http().request_json(Method::GET, "/peer", None::<&()>).await.expect("HTTP/1.1 over TLS");
    assert_eq!(facts, ("HTTP/1.1".to_owned(), None, Some(false)));
    HealthClient::new(good.channel()).check(HealthCheckRequest::default()).await.expect("gRPC over TLS");
    let bad = peer(&url, &pki.path("stranger"));
    bad.http().get_text("/healthz").await.expect_err("another authority");
    HealthClient::new(bad.channel())
        .check(HealthCheckRequest::default())
        .await
        .expect_err("another authority");
    let plain = Peer::new(&url.replace("https", "http"), Options::default()).expect("peer");
    plain.http().get_text("/healthz").await.expect_err("plain text on a TLS port");
    world.stop().await;
}

/// The facts that the server saw, or nothing if it hung up.
async fn ask_with_certificate(pki: &Pki, url: &str, pair: &str) -> Option<String> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(pki.path("ca")).expect("ca")).expect("root");
    let chain = vec![CertificateDer::from_pem_file(pki.path(pair)).expect("certificate")];
    let key = PrivateKeyDer::from_pem_file(pki.path(&format!("{pair}.key"))).expect("key");
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = builder.expect("versions").with_root_certificates(roots).with_client_auth_cert(chain, key);
    let address = url.trim_start_matches("https://").replace("localhost", "127.0.0.1");
    let stream = tokio::net::TcpStream::connect(address).await.expect("connect");
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config.expect("pair")));
    let name = ServerName::try_from("localhost").expect("name");
    let mut stream = connector.connect(name, stream).await.ok()?;
    stream.write_all(b"GET /peer HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await.ok()?;
    Some(text)
}

#[tokio::test]
async fn a_client_certificate_is_seen_and_a_strangers_is_refused() {
    let pki = Pki::new();
    let (world, url) = world(&pki).await;
    let seen = ask_with_certificate(&pki, &url, "client").await.expect("accepted");
    assert!(seen.ends_with("[\"HTTP/1.1\",null,true]"), "{seen}");
    let refused = ask_with_certificate(&pki, &url, "stranger-client").await;
    assert!(refused.as_ref().is_none_or(String::is_empty), "{refused:?}");
    world.stop().await;
}

#[tokio::test]
async fn plain_text_beyond_loopback_is_never_bound() {
    let refused = Listeners::bind(&[ListenerConfig::tcp("0.0.0.0:0")]).await.expect_err("refused");
    assert!(refused.to_string().contains("set tls"), "{refused}");
    let pki = Pki::new();
    let swapped = TlsConfig { key: pki.path("client.key"), ..pki.server() };
    Listeners::bind(&[ListenerConfig::tcp("127.0.0.1:0").tls(swapped)])
        .await
        .expect_err("a key of another pair");
}
