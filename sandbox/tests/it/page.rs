//! Tests of the page and the API reference. `cargo xtask page` tests them in a browser.

use atlas_pe_sandbox::fault::{Effect, Fault};
use atlas_pe_sandbox::testing::{STEP, VPCE};
use reqwest::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, LOCATION, USER_AGENT, X_FRAME_OPTIONS,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Api, Reply};

fn start() -> Api {
    Api::with(|builder| builder.page(true).host("sandbox.example"))
}

async fn page(api: &Api) -> String {
    let reply = api.send_unsigned("GET", "/").await;
    assert_eq!(reply.status, StatusCode::OK);
    reply.text
}

/// Sends a form with the token of the page.
async fn submit(api: &Api, fields: &[(&str, &str)]) -> Reply {
    let page = page(api).await;
    let (_, rest) = page
        .split_once("name=\"token\" value=\"")
        .expect("the page has a token");
    let token = rest.split('"').next().unwrap_or_default();
    post(api, &[&[("token", token)], fields].concat()).await
}

async fn post(api: &Api, fields: &[(&str, &str)]) -> Reply {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let request = api.client.post(api.url("/"));
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    Reply::read(
        request
            .body(body)
            .send()
            .await
            .expect("the sandbox responds"),
    )
    .await
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
async fn page_is_off_by_default() {
    let api = Api::start();
    for path in ["/", "/docs", "/openapi.yaml", "/docs/swagger-ui.css"] {
        let reply = api.send(Method::GET, path, None).await;
        reply.assert_error(404, "RESOURCE_NOT_FOUND");
    }
}

#[tokio::test]
async fn page_requires_a_host_of_the_sandbox() {
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
async fn requests_to_the_page_are_not_recorded_and_have_no_faults() {
    let api = start();
    let fault = Fault::on_any().counting_unauthenticated();
    api.sandbox
        .inject(fault.effect(Effect::ResetBeforeHandling));
    let reply = api.send_unsigned("GET", "/docs").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(api.sandbox.request_count(), 0);
}

#[tokio::test]
async fn page_permits_its_own_script_only() {
    let api = start();
    let reply = api.send_unsigned("GET", "/").await;
    let policy = reply.header(CONTENT_SECURITY_POLICY);
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(reply.header(X_FRAME_OPTIONS), "DENY");
    let other = api.send_unsigned("DELETE", "/").await;
    assert_eq!(other.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn text_of_clients_is_escaped() {
    const HOSTILE: &str = "<script>alert('x')</script>\"><img src=x>";
    let api = start();
    let id = api.create_ready().await;
    let project = api.sandbox.project_id();
    let status = atlas_pe_sandbox::PinnedStatus::new(HOSTILE).with_error(HOSTILE);
    let pinned = api.sandbox.set_connection_status(project, &id, status);
    assert_eq!(pinned, Ok(()));
    let request = api.client.post(api.url("/api/<script>?<script>=<script>"));
    let request = request.header(USER_AGENT, HOSTILE).body(HOSTILE);
    request.send().await.expect("the sandbox responds");
    let shown = page(&api).await;
    let escaped = "&lt;script&gt;alert('x')&lt;/script&gt;&quot;&gt;&lt;img src=x&gt;";
    // The status, in the history, too, the message, the header and the body.
    assert_eq!(shown.matches(escaped).count(), 5, "{shown}");
    assert_eq!(shown.matches("<script").count(), 1, "{shown}");
    assert!(!shown.contains("<img"), "{shown}");
    let refused = post(&api, &[("token", HOSTILE), ("action", HOSTILE)]).await;
    assert!(!refused.text.contains("<img"), "{}", refused.text);
    let refused = submit(&api, &[("action", HOSTILE)]).await;
    assert!(!refused.text.contains("<img"), "{}", refused.text);
}

#[tokio::test]
async fn form_requires_the_token_of_the_page() {
    let api = start();
    api.create().await;
    for fields in [&[][..], &[("token", "")], &[("token", "0")]] {
        let fields = [fields, &[("action", "reset")]].concat();
        let reply = post(&api, &fields).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert!(reply.text.contains("role=\"alert\""), "{}", reply.text);
    }
    assert_eq!(api.sandbox.connections(api.sandbox.project_id()).len(), 1);
    let reply = submit(&api, &[("action", "reset")]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert_eq!(reply.header(LOCATION), "/");
    assert!(api.sandbox.connections(api.sandbox.project_id()).is_empty());
}

#[tokio::test]
async fn person_plays_the_aws_side() {
    let api = start();
    let id = api.create_ready().await;
    api.add(&id, VPCE).await;
    let project = api.sandbox.project_id();
    let connection = || api.sandbox.connections(project)[0].clone();
    let endpoint = || connection().interface_endpoints[0].clone();
    let target = [
        ("project", project),
        ("connection", &id),
        ("interface-endpoint", VPCE),
    ];
    let act = async |action| submit(&api, &[&target[..], &[("action", action)]].concat()).await;

    act("reject").await;
    assert_eq!(endpoint().status, "REJECTED");
    let message = Some("Set by hand in the sandbox.");
    assert_eq!(endpoint().error_message.as_deref(), message);
    act("accept").await;
    assert_eq!(endpoint().status, "PENDING");
    api.sandbox.advance(STEP);
    assert_eq!(connection().status, "AVAILABLE");
    act("fail").await;
    assert_eq!(connection().status, "FAILED");

    // A status that is set does not end a deletion that the page does not show yet.
    api.delete(&format!("/{id}/interfaceEndpoints/{VPCE}"))
        .await;
    let refused = act("reject").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(endpoint().status, "DELETING");
    api.sandbox.advance(STEP);
    api.delete(&format!("/{id}")).await;
    assert_eq!(act("fail").await.status, StatusCode::CONFLICT);
    assert_eq!(connection().status, "DELETING");
    api.sandbox.advance(STEP);
    assert_eq!(act("fail").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn clock_faults_and_log_are_changed_by_forms() {
    let api = start();
    api.create().await;
    submit(&api, &[("action", "advance"), ("by", "2s")]).await;
    let connections = api.sandbox.connections(api.sandbox.project_id());
    assert_eq!(connections[0].status, "WAITING_FOR_USER");
    let refused = submit(&api, &[("action", "advance"), ("by", "soon")]).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);

    submit(&api, &[("action", "clear-requests")]).await;
    assert!(api.sandbox.requests().is_empty());

    let list = "listPrivateEndpointConnections";
    let fields = [
        ("action", "add-fault"),
        ("effect", "{\"error\": \"RATE_LIMITED\"}"),
        ("operation", list),
        ("first", "1"),
    ];
    submit(&api, &fields).await;
    let json = serde_json::to_value(&api.sandbox.faults()[0].fault).expect("a fault is JSON");
    let fault = json!({ "effect": { "error": "RATE_LIMITED" }, "operation": list, "first": 1 });
    assert_eq!(json, fault);
    submit(&api, &[("action", "remove-fault"), ("number", "1")]).await;
    assert!(api.sandbox.faults().is_empty());
}

#[tokio::test]
async fn every_effect_of_the_page_can_be_switched_on() {
    let api = start();
    let shown = page(&api).await;
    let (_, effects) = shown.split_once("<select id=\"effect\"").expect("a select");
    let (effects, _) = effects.split_once("</select>").expect("it ends");
    let values = effects.split("<option value=\"").skip(1);
    let values = values.map(|it| {
        it.split('"')
            .next()
            .unwrap_or_default()
            .replace("&quot;", "\"")
    });
    let values: Vec<String> = values
        .map(|it| it.replace("&lt;", "<").replace("&gt;", ">"))
        .collect();
    for (index, effect) in values.iter().enumerate() {
        let reply = submit(&api, &[("action", "add-fault"), ("effect", effect)]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{effect}");
        assert_eq!(api.sandbox.faults().len(), index + 1, "{effect}");
    }
}
