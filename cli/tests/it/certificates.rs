//! Hints for certificates that are not trusted.

use std::io::Write;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection};
use tempfile::NamedTempFile;

use crate::harness::World;

/// A certificate authority whose own certificate is for localhost, too.
struct Authority {
    certificate: Certificate,
    key: KeyPair,
    file: NamedTempFile,
}

fn parameters() -> CertificateParams {
    CertificateParams::new(["localhost".to_owned()]).unwrap()
}

impl Authority {
    fn parameters() -> CertificateParams {
        let mut authority = parameters();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority
    }

    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = Self::parameters().self_signed(&key).unwrap();
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(certificate.pem().as_bytes()).unwrap();
        Self {
            certificate,
            key,
            file,
        }
    }

    fn path(&self) -> &str {
        self.file.path().to_str().unwrap()
    }

    /// Starts a server with its own certificate, and returns its port.
    fn serve(&self) -> u16 {
        serve(&self.certificate, &self.key)
    }

    /// Starts a server with a certificate of this authority, and returns its port.
    fn serve_issued(&self, parameters: &CertificateParams) -> u16 {
        let issuer = Issuer::new(Self::parameters(), &self.key);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &issuer).unwrap();
        serve(&certificate, &key)
    }
}

fn serve(certificate: &Certificate, key: &KeyPair) -> u16 {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            // The client refuses the certificate.
            let _ = connection.complete_io(&mut stream);
        }
    });
    port
}

#[test]
fn hint_depends_on_why_a_certificate_is_not_trusted() {
    let world = World::new();
    let authority = Authority::new();
    let other = Authority::new();
    let mut expired = parameters();
    expired.not_after = date_time_ymd(2001, 1, 1);
    let not_contained = format!("hint: {} does not contain the certificate", other.path());
    for (host, port, file, hint) in [
        (
            "localhost",
            authority.serve(),
            Some(&authority),
            "hint: the server uses the certificate of a certificate authority as its own",
        ),
        (
            "localhost",
            authority.serve_issued(&parameters()),
            None,
            "hint: use --ca-file",
        ),
        (
            "localhost",
            other.serve_issued(&expired),
            Some(&other),
            "hint: check the clock of this machine",
        ),
        (
            "127.0.0.1",
            authority.serve_issued(&parameters()),
            Some(&authority),
            "hint: the base URL is from --base-url",
        ),
        (
            "localhost",
            authority.serve_issued(&parameters()),
            Some(&other),
            &not_contained,
        ),
    ] {
        let url = format!("https://{host}:{port}");
        let mut arguments = vec!["list", "--base-url", &url];
        if let Some(authority) = file {
            arguments.extend(["--ca-file", authority.path()]);
        }
        let message = format!("the TLS certificate of {host} is not trusted");
        world.run(&arguments).assert_failure(6, &[&message, hint]);
    }
}
