//! A sandbox with a manual clock, and its client.

use std::net::TcpStream;

use atlas_pe_sandbox::testing::{self, REGION, STEP};
use atlas_pe_sandbox::{DEFAULT_NONCE_LIFETIME, Sandbox, SandboxBuilder};
use diqwest::WithDigestAuth as _;
use md5::{Digest as _, Md5};
use reqwest::header::{CONTENT_TYPE, HeaderMap, WWW_AUTHENTICATE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

pub(crate) struct Api {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
}

/// A response with its whole body.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Api {
    pub(crate) fn start() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(change: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        let builder = testing::builder().nonce_lifetime(DEFAULT_NONCE_LIFETIME);
        Self {
            sandbox: change(builder).start().expect("the sandbox starts"),
            client: client(),
        }
    }

    /// Returns the path of the collection with a suffix.
    pub(crate) fn path(&self, end: &str) -> String {
        let project = self.sandbox.project_id();
        format!("/api/atlas/v1.0/groups/{project}/privateEndpoint{end}")
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.origin())
    }

    pub(crate) async fn get(&self, end: &str) -> Reply {
        self.send(Method::GET, &self.path(end), None).await
    }

    pub(crate) async fn delete(&self, end: &str) -> Reply {
        self.send(Method::DELETE, &self.path(end), None).await
    }

    pub(crate) async fn post(&self, end: &str, body: &Value) -> Reply {
        self.post_text(end, &body.to_string()).await
    }

    pub(crate) async fn post_text(&self, end: &str, body: &str) -> Reply {
        let body = Some(("application/json", body));
        self.send(Method::POST, &self.path(end), body).await
    }

    /// Sends a request with the right keys. The body is a pair of media type and text.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, &str)>,
    ) -> Reply {
        let mut request = self.client.request(method, self.url(path));
        if let Some((media_type, body)) = body {
            request = request
                .body(body.to_owned())
                .header(CONTENT_TYPE, media_type);
        }
        let keys = (self.sandbox.public_key(), self.sandbox.private_key());
        let response = request.send_digest_auth(keys).await;
        Reply::read(response.expect("the sandbox responds")).await
    }

    /// Sends a request without any authorization.
    pub(crate) async fn send_unsigned(&self, method: &str, path: &str) -> Reply {
        let method = method.parse().expect("a method");
        let request = self.client.request(method, self.url(path));
        Reply::read(request.send().await.expect("the sandbox responds")).await
    }

    /// Creates a connection, and returns its id.
    pub(crate) async fn create(&self) -> String {
        let body = json!({ "providerName": "AWS", "region": REGION });
        let created = self.post("", &body).await;
        assert_eq!(created.status, StatusCode::CREATED, "{created:?}");
        let body = created.json();
        body["id"]
            .as_str()
            .expect("the connection has an id")
            .to_owned()
    }

    /// Creates a connection and waits until it is ready.
    pub(crate) async fn create_ready(&self) -> String {
        let id = self.create().await;
        self.sandbox.advance(STEP);
        id
    }

    pub(crate) async fn add(&self, id: &str, vpce: &str) -> Reply {
        let body = json!({ "interfaceEndpointId": vpce });
        self.post(&format!("/{id}/interfaceEndpoints"), &body).await
    }
}

impl Reply {
    pub(crate) async fn read(response: Response) -> Self {
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await.expect("the body ends"),
        }
    }

    pub(crate) fn header(&self, name: impl reqwest::header::AsHeaderName) -> &str {
        let value = self.headers.get(name).expect("the response has the header");
        value.to_str().expect("the header is text")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("the body is JSON")
    }

    /// Asserts that this is a complete error of Atlas.
    #[track_caller]
    pub(crate) fn assert_error(&self, status: u16, code: &str) {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert_error_body(&self.json(), status, code);
    }
}

#[track_caller]
pub(crate) fn assert_error_body(body: &Value, status: u16, code: &str) {
    let members = body.as_object().expect("an error is an object");
    let mut names: Vec<&str> = members.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["detail", "error", "errorCode", "parameters", "reason"]
    );
    assert_eq!(body["errorCode"], code);
    assert_eq!(body["error"], status);
    let phrase = StatusCode::from_u16(status)
        .expect("a status")
        .canonical_reason();
    assert_eq!(body["reason"].as_str(), phrase);
    assert!(
        body["detail"]
            .as_str()
            .is_some_and(|text| text.ends_with('.')),
        "{body}"
    );
    assert!(body["parameters"].is_array(), "{body}");
}

pub(crate) fn connect(sandbox: &Sandbox) -> TcpStream {
    let address = sandbox.origin().strip_prefix("http://");
    TcpStream::connect(address.expect("the origin is a URL")).expect("the port is open")
}

/// Makes a client that ignores the proxy of the environment and follows no redirects.
pub(crate) fn client() -> Client {
    // It fails for all tests of the process but the first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .build()
        .expect("a client can be built")
}

/// Signs requests by hand, for headers that a client library would not send.
pub(crate) struct Signer<'a> {
    pub(crate) username: &'a str,
    pub(crate) password: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) nc: &'a str,
}

impl Signer<'_> {
    pub(crate) fn sign(&self, method: &str, uri: &str) -> String {
        let Self {
            username,
            password,
            nonce,
            nc,
        } = self;
        let user = md5(&format!("{username}:MMS Public API:{password}"));
        let request_hash = md5(&format!("{method}:{uri}"));
        let response = md5(&format!("{user}:{nonce}:{nc}:c:auth:{request_hash}"));
        format!(
            "Digest username=\"{username}\", realm=\"MMS Public API\", nonce=\"{nonce}\", \
             uri=\"{uri}\", qop=auth, nc={nc}, cnonce=\"c\", response=\"{response}\""
        )
    }
}

fn md5(text: &str) -> String {
    let digits = Md5::digest(text);
    let digits = digits.iter();
    digits.fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Returns a parameter of the challenge of a 401.
pub(crate) fn challenge(reply: &Reply, name: &str) -> String {
    let header = reply.header(WWW_AUTHENTICATE);
    let params = header
        .strip_prefix("Digest ")
        .expect("the challenge is a digest");
    let found = params
        .split(", ")
        .find_map(|param| param.strip_prefix(name)?.strip_prefix('='));
    let value = found.expect("the challenge has the parameter");
    value.trim_matches('"').to_owned()
}
