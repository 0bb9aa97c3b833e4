use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use atlas_pe_sandbox::testing::{REGION, STEP, UNKNOWN_ID, VPCE};
use atlas_pe_sandbox::{ChangeError, Sandbox, StartError};
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{Api, connect};

/// Sends a request without a digest, reads the whole response and returns its status line.
fn exchange(stream: &mut BufReader<TcpStream>) -> String {
    let request = b"GET /somewhere HTTP/1.1\r\nhost: sandbox\r\n\r\n";
    stream
        .get_mut()
        .write_all(request)
        .expect("the connection is open");
    let mut status = String::new();
    stream.read_line(&mut status).expect("a response arrives");
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).expect("the head ends");
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().expect("the length is a number");
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("the body is complete");
    status
}

#[test]
fn connection_serves_several_requests() {
    let sandbox = Sandbox::start().expect("the sandbox starts outside of a runtime");
    let mut stream = BufReader::new(connect(&sandbox));
    for count in 1..=3 {
        assert_eq!(exchange(&mut stream), "HTTP/1.1 401 Unauthorized\r\n");
        assert_eq!(sandbox.request_count(), count);
    }
}

#[test]
fn drop_closes_connections_and_frees_the_port() {
    let sandbox = Sandbox::start().expect("the sandbox starts");
    let origin = sandbox.origin().to_owned();
    let mut used = BufReader::new(connect(&sandbox));
    exchange(&mut used);
    drop(sandbox);
    match used.read(&mut [0; 1]) {
        Ok(count) => assert_eq!(count, 0),
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
    let port = origin.rsplit(':').next().and_then(|port| port.parse().ok());
    let again = Sandbox::builder().port(port.expect("the origin has a port"));
    let again = again.start().expect("the port is free again");
    assert_eq!(again.origin(), origin);
}

#[tokio::test]
async fn sandbox_starts_and_stops_inside_a_runtime() {
    let api = Api::start();
    assert_eq!(api.get("").await.status, StatusCode::OK);
    drop(api.sandbox);
}

#[test]
fn taken_port_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it has an address").port();
    let error = Sandbox::builder().port(port).start();
    let error = error.expect_err("the port is taken");
    assert_eq!(
        error.to_string(),
        format!("could not listen on 127.0.0.1:{port}")
    );
    let StartError::Listen { source, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(source.kind(), ErrorKind::AddrInUse);
}

#[test]
fn invalid_settings_are_errors() {
    let builder = Sandbox::builder;
    for (builder, message) in [
        (
            builder().project(UNKNOWN_ID).project("abc"),
            "the seed is invalid: projects[1].id: expected 24 hexadecimal digits but found \"abc\"",
        ),
        (
            builder().public_key(""),
            "the seed is invalid: apiKeys[0].publicKey: it is empty or has control characters",
        ),
        (
            builder().private_key("a\nb"),
            "the seed is invalid: apiKeys[0].privateKey: it is empty or has control characters",
        ),
        (
            builder().client_id(""),
            "the seed is invalid: serviceAccounts[0].clientId: it is empty or has control characters",
        ),
        (
            builder().client_secret("a\nb"),
            "the seed is invalid: serviceAccounts[0].clientSecret: it is empty or has control characters",
        ),
    ] {
        let error = builder.start().expect_err("the setting is invalid");
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn env_has_origin_keys_and_project() {
    let sandbox = Sandbox::builder()
        .project(UNKNOWN_ID)
        .public_key("public")
        .private_key("private");
    let sandbox = sandbox.start().expect("the sandbox starts");
    let expected = [
        ("MONGODB_ATLAS_BASE_URL", sandbox.origin()),
        ("MONGODB_ATLAS_PUBLIC_API_KEY", "public"),
        ("MONGODB_ATLAS_PRIVATE_API_KEY", "private"),
        ("MONGODB_ATLAS_PROJECT_ID", UNKNOWN_ID),
    ];
    assert_eq!(
        sandbox.env(),
        expected.map(|(name, value)| (name, value.to_owned()))
    );
}

#[tokio::test]
async fn projects_are_separate() {
    let other = "fedcba9876543210fedcba98";
    let api = Api::with(|builder| builder.project(UNKNOWN_ID).project(other));
    assert_eq!(api.sandbox.project_id(), UNKNOWN_ID);
    api.create().await;
    for (project, count) in [(UNKNOWN_ID, 1), (other, 0)] {
        let path = format!("/api/atlas/v1.0/groups/{project}/privateEndpoint");
        let listed = api.send(reqwest::Method::GET, &path, None).await;
        assert_eq!(listed.json().as_array().map(Vec::len), Some(count));
        assert_eq!(api.sandbox.connections(project).len(), count);
    }
}

#[tokio::test]
async fn every_request_is_recorded() {
    let api = Api::start();
    api.get("?pretty=true").await;
    api.delete("/a/b").await;
    let records = api.sandbox.requests();
    assert_eq!(api.sandbox.request_count(), records.len());
    let list = Some("listPrivateEndpointConnections");
    let expected = [
        ("GET", api.path(""), Some("pretty=true"), list, 401, false),
        ("GET", api.path(""), Some("pretty=true"), list, 200, true),
        ("DELETE", api.path("/a/b"), None, None, 401, false),
        ("DELETE", api.path("/a/b"), None, None, 404, true),
    ];
    let found: Vec<_> = records
        .iter()
        .map(|it| {
            (
                it.method.as_str(),
                it.path.clone(),
                it.query.as_deref(),
                it.operation.as_deref(),
                it.status,
                it.has_authorization,
            )
        })
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn record_has_principal_headers_and_body_without_secrets() {
    let api = Api::start();
    let body = json!({ "providerName": "AWS", "region": REGION });
    assert_eq!(api.post("", &body).await.status.as_u16(), 201);
    let records = api.sandbox.requests();
    let [challenged, created] = records.as_slice() else {
        panic!("{records:?}");
    };
    assert_eq!((challenged.status, &challenged.principal), (401, &None));
    assert_eq!(created.principal.as_deref(), Some(api.sandbox.public_key()));
    assert_eq!(created.body, body.to_string());
    let header = |name: &str| {
        let mut headers = created.headers.iter().filter(|it| it.0 == name);
        headers.next().map(|it| it.1.as_str())
    };
    assert_eq!(header("content-type"), Some("application/json"));
    assert_eq!(header("authorization"), Some("[redacted]"));
    assert!(!format!("{created:?}").contains("nonce"), "{created:?}");

    api.sandbox.clear_requests();
    assert_eq!(api.sandbox.requests(), []);
    assert_eq!(api.sandbox.request_count(), 2);
}

#[tokio::test]
async fn records_of_tokens_have_no_secret() {
    let api = Api::with(|builder| builder.client_id("id").client_secret("s3cret"));
    let form = "application/x-www-form-urlencoded";
    for (media_type, body, recorded) in [
        (
            form,
            "client_secret=s3cret&scope=a",
            "client_secret=[redacted]&scope=a",
        ),
        (
            "application/json",
            r#"{"client_secret":"s3cret"}"#,
            "[redacted]",
        ),
    ] {
        let url = api.url("/api/oauth/token?client_secret=s3cret");
        let request = api.client.post(url).header("Content-Type", media_type);
        let request = request.header("Cookie", "s3cret").body(body);
        let sent = request.basic_auth("id", Some("s3cret")).send().await;
        sent.expect("the sandbox responds");
        let record = api.sandbox.requests().pop().expect("there was a request");
        assert_eq!(record.body, recorded);
        assert_eq!(record.principal.as_deref(), Some("id"));
        let encoded = "aWQ6czNjcmV0";
        let text = format!("{record:?}");
        assert!(
            !text.contains("s3cret") && !text.contains(encoded),
            "{text}"
        );
    }
}

#[tokio::test]
async fn snapshot_shows_the_current_resources() {
    let api = Api::start();
    let id = api.create_ready().await;
    api.add(&id, VPCE).await;
    api.sandbox.advance(STEP);
    let connections = api.sandbox.connections(api.sandbox.project_id());
    let [connection] = connections.as_slice() else {
        panic!("{connections:?}");
    };
    assert_eq!((&connection.id, connection.region.as_str()), (&id, REGION));
    assert_eq!(connection.status, "WAITING_FOR_USER");
    let [endpoint] = connection.interface_endpoints.as_slice() else {
        panic!("{connection:?}");
    };
    assert_eq!(
        (endpoint.id.as_str(), endpoint.status.as_str()),
        (VPCE, "PENDING")
    );
    assert!(!endpoint.delete_requested);
    assert!(api.sandbox.connections(UNKNOWN_ID).is_empty());
}

#[tokio::test]
async fn unknown_resource_cannot_be_pinned() {
    let api = Api::start();
    let id = api.create_ready().await;
    let sandbox = &api.sandbox;
    let project = sandbox.project_id();
    for (project, id) in [(UNKNOWN_ID, id.as_str()), (project, UNKNOWN_ID)] {
        let pinned = sandbox.set_connection_status(project, id, "FAILED");
        assert_eq!(pinned, Err(ChangeError::UnknownResource));
    }
    let pinned = sandbox.set_interface_endpoint_status(project, &id, VPCE, "REJECTED");
    assert_eq!(pinned, Err(ChangeError::UnknownResource));
}

#[test]
fn debug_output_has_no_secret() {
    let builder = Sandbox::builder().private_key("secret");
    let builder = builder.client_secret("secret");
    let text = format!("{builder:?}");
    let sandbox = builder.start().expect("the sandbox starts");
    let text = format!("{text}{sandbox:?}");
    assert!(!text.contains("secret"), "{text}");
    assert!(text.contains(sandbox.origin()), "{text}");
}
