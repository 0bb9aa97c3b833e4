//! Serves a sandbox over HTTP and over TLS, for `cargo xtask bench`.
//!
//! It prints one line of JSON with both origins, the certificate and the settings of a caller, and runs until its
//! standard input is closed.
#![allow(clippy::print_stdout, reason = "the line is the output")]

use std::error::Error as StdError;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use atlas_pe_sandbox::Sandbox;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

type Failure = Box<dyn StdError>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let sandbox = Sandbox::builder().nonce_lifetime(Duration::MAX).start()?;
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["127.0.0.1".to_owned()])?;
    let key = PrivateKeyDer::try_from(signing_key.serialize_der())?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let tls_origin = format!("https://{}", listener.local_addr()?);
    let server = sandbox.origin().trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(forward(acceptor.clone(), client, server.clone()));
        }
    });
    let settings = json!({
        "origin": sandbox.origin(),
        "tls_origin": tls_origin,
        "certificate": cert.pem(),
        "public_key": sandbox.public_key(),
        "private_key": sandbox.private_key(),
        "project": sandbox.project_id(),
    });
    println!("{settings}");
    let wait = || io::stdin().read_to_end(&mut Vec::new());
    tokio::task::spawn_blocking(wait).await??;
    Ok(())
}

async fn forward(acceptor: TlsAcceptor, client: TcpStream, server: String) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut client = acceptor.accept(client).await?;
    let mut server = TcpStream::connect(server).await?;
    server.set_nodelay(true)?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}
