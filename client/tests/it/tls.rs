//! TLS with a certificate of the test.

use std::sync::Arc;

use atlas_pe_sandbox::Sandbox;
use atlas_private_endpoint::wait::ConnectionGoal;
use atlas_private_endpoint::{
    Client, Credentials, Error, ErrorKind, PrivateLinkId, ProjectId, RetryPolicy,
};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ConfigBuilder, ServerConfig, SupportedProtocolVersion, WantsVerifier};

const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n[]";

/// Starts a server on a free port that returns an empty list; returns its port and certificate.
async fn serve(version: &'static SupportedProtocolVersion) -> (u16, String) {
    let own = identity();
    let config = server(version)
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key_of(&own))
        .unwrap();
    (listen(config).await, own.cert.pem())
}

fn identity() -> CertifiedKey<KeyPair> {
    generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap()
}

fn key_of(identity: &CertifiedKey<KeyPair>) -> PrivateKeyDer<'static> {
    PrivateKeyDer::try_from(identity.signing_key.serialize_der()).unwrap()
}

fn server(
    version: &'static SupportedProtocolVersion,
) -> ConfigBuilder<ServerConfig, WantsVerifier> {
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
}

async fn listen(config: ServerConfig) -> u16 {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that refuses the certificate hangs up.
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(RESPONSE).await;
                let _ = stream.shutdown().await;
            }
        }
    });
    port
}

async fn list(origin: String, ca: Option<&str>) -> Result<usize, Error> {
    let mut builder = Client::builder(Credentials::api_key("public", "private"))
        .base_url(origin)
        .retry(RetryPolicy::never());
    if let Some(pem) = ca {
        builder = builder.ca_certificates(pem.as_bytes())?;
    }
    let client = builder.build()?;
    let project = ProjectId::new("5356823b3004dee37132bb7b").unwrap();
    let list = client.list_private_endpoint_connections(&project).await?;
    Ok(list.len())
}

#[tokio::test]
async fn configured_ca_is_trusted() {
    for version in [&TLS12, &TLS13] {
        let (port, pem) = serve(version).await;
        let origin = format!("https://localhost:{port}");
        assert_eq!(list(origin.clone(), Some(&pem)).await.unwrap(), 0);
        let error = list(origin, None).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert!(
            error
                .to_string()
                .contains("the TLS certificate of localhost"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn untrusted_certificate_ends_a_wait() {
    let (port, _) = serve(&TLS13).await;
    let client = Client::builder(Credentials::api_key("public", "private"))
        .base_url(format!("https://localhost:{port}"))
        .build()
        .unwrap();
    let project = ProjectId::new("5356823b3004dee37132bb7b").unwrap();
    let id = PrivateLinkId::new("5f7cb1a3e3b4aa3b8ba3fb44").unwrap();
    let error = client
        .wait_for_connection(&project, &id, ConnectionGoal::Ready)
        .await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(!error.is_retryable());
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn certificate_for_another_name_is_rejected() {
    let (port, pem) = serve(&TLS13).await;
    let error = list(format!("https://127.0.0.1:{port}"), Some(&pem))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[tokio::test]
async fn server_without_tls_is_reported() {
    let sandbox = Sandbox::start().unwrap();
    let origin = sandbox.origin().replace("http://", "https://");
    let error = list(origin, None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(
        error.to_string().contains("did not respond with TLS"),
        "{error}"
    );
}

#[tokio::test]
async fn unresolved_name_is_reported() {
    let error = list("https://unknown.invalid".to_owned(), None)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(
        error
            .to_string()
            .contains("could not resolve unknown.invalid"),
        "{error}"
    );
}

#[tokio::test]
async fn malformed_ca_certificate_is_rejected() {
    for pem in [
        "",
        "nonsense",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let error = list("https://localhost".to_owned(), Some(pem))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{pem:?}: {error}");
    }
}

#[cfg(not(feature = "native-tls"))]
#[tokio::test]
async fn configured_client_certificate_is_sent() {
    use atlas_private_endpoint::reqwest::Identity;
    use tokio_rustls::rustls::RootCertStore;
    use tokio_rustls::rustls::server::WebPkiClientVerifier;

    let (own, user) = (identity(), identity());
    let mut users = RootCertStore::empty();
    users.add(user.cert.der().clone()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(users), provider);
    let config = server(&TLS13)
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(vec![own.cert.der().clone()], key_of(&own))
        .unwrap();
    let origin = format!("https://localhost:{}", listen(config).await);

    let ca = own.cert.pem();
    assert!(list(origin.clone(), Some(&ca)).await.is_err());
    let pem = user.cert.pem() + &user.signing_key.serialize_pem();
    let identity = Identity::from_pem(pem.as_bytes()).unwrap();
    let client = Client::builder(Credentials::api_key("public", "private"))
        .base_url(origin)
        .ca_certificates(ca.as_bytes())
        .unwrap()
        .configure_http(move |http| http.identity(identity.clone()))
        .build()
        .unwrap();
    let project = ProjectId::new("5356823b3004dee37132bb7b").unwrap();
    let list = client.list_private_endpoint_connections(&project).await;
    assert_eq!(list.unwrap(), []);
}
