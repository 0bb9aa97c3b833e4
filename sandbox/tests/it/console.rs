//! Tests of what the sandbox serves beside the API.

use atlas_pe_sandbox::fault::{Effect, Fault};
use reqwest::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST};
use reqwest::{Method, StatusCode};

use crate::support::{Api, Reply};

fn start() -> Api {
    Api::with(|builder| builder.page(true).host("sandbox.example"))
}

async fn get(api: &Api, path: &str, host: &str) -> Reply {
    let request = api.client.get(api.url(path)).header(HOST, host);
    Reply::read(request.send().await.expect("the sandbox responds")).await
}

#[tokio::test]
async fn document_is_the_fragment() {
    let api = start();
    let reply = api.send_unsigned("GET", "/openapi.yaml").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header(CONTENT_TYPE), "application/yaml");
    let fragment = include_str!("../../src/private-endpoint-v1.0.yaml");
    assert_eq!(reply.text, fragment);
}

#[tokio::test]
async fn reference_loads_files_of_the_sandbox_only() {
    let api = start();
    let reply = api.send_unsigned("GET", "/docs").await;
    assert_eq!(reply.header(CONTENT_TYPE), "text/html; charset=utf-8");
    let policy = reply.header(CONTENT_SECURITY_POLICY);
    assert!(policy.starts_with("default-src 'none'; script-src 'nonce-"));
    assert!(!reply.text.contains("://"), "{}", reply.text);
    let paths = ["/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css"];
    let contents = [
        ("text/javascript", "SwaggerUIBundle"),
        ("text/css", ".swagger-ui"),
    ];
    for (path, (media_type, text)) in paths.into_iter().zip(contents) {
        assert!(reply.text.contains(&format!("\"{path}\"")));
        let file = api.send_unsigned("GET", path).await;
        assert_eq!(file.status, StatusCode::OK);
        assert_eq!(file.header(CONTENT_TYPE), media_type);
        // The client has decompressed it, and compared the checksum.
        assert!(file.text.contains(text), "{path}");
    }
    let posted = api.send_unsigned("POST", "/docs").await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn console_is_off_by_default() {
    let api = Api::start();
    for path in ["/docs", "/openapi.yaml", "/docs/swagger-ui.css"] {
        let reply = api.send(Method::GET, path, None).await;
        reply.assert_error(404, "RESOURCE_NOT_FOUND");
    }
}

#[tokio::test]
async fn console_requires_a_host_of_the_sandbox() {
    let api = start();
    for (host, status) in [
        ("localhost", 200),
        ("LOCALHOST:80", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8080", 200),
        ("Sandbox.Example:8080", 200),
        ("rebound.example", 403),
        ("localhost.rebound.example", 403),
        ("127.0.0.1.rebound.example:8080", 403),
        ("192.0.2.1", 403),
        ("user@localhost", 200),
        ("", 403),
    ] {
        let reply = get(&api, "/docs", host).await;
        assert_eq!(reply.status, status, "{host}");
    }
    let reply = get(&api, "/docs", "rebound.example").await;
    assert_eq!(
        reply.json()["detail"],
        r#""rebound.example" is not a name of this sandbox; add it with --host."#
    );
}

#[tokio::test]
async fn requests_to_the_console_are_not_recorded_and_have_no_faults() {
    let api = start();
    let fault = Fault::on_any().counting_unauthenticated();
    api.sandbox
        .inject(fault.effect(Effect::ResetBeforeHandling));
    let reply = api.send_unsigned("GET", "/docs").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(api.sandbox.request_count(), 0);
}
