//! Tests of the control API.

use atlas_pe_sandbox::fault::{Effect, Fault};
use atlas_pe_sandbox::testing::{REGION, STEP, UNKNOWN_ID, VPCE};
use reqwest::header::{CONTENT_TYPE, HOST};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Api, Reply, client};

fn start() -> Api {
    Api::with(|builder| builder.control(true))
}

async fn send(api: &Api, method: &str, path: &str, body: Option<(&str, &str)>) -> Reply {
    let method: Method = method.parse().expect("a method");
    let mut request = api.client.request(method, api.url(path));
    if let Some((media_type, body)) = body {
        request = request
            .header(CONTENT_TYPE, media_type)
            .body(body.to_owned());
    }
    Reply::read(request.send().await.expect("the sandbox responds")).await
}

async fn get(api: &Api, end: &str) -> Value {
    let reply = send(api, "GET", &format!("/_sandbox/{end}"), None).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    reply.json()
}

async fn write(api: &Api, method: &str, end: &str, body: &Value) -> Reply {
    let body = body.to_string();
    let body = Some(("application/json", body.as_str()));
    send(api, method, &format!("/_sandbox/{end}"), body).await
}

#[tokio::test]
async fn state_has_all_projects_with_their_history() {
    let api = start();
    let id = api.create_ready().await;
    let state = get(&api, "state").await;
    let project = &state["projects"][0];
    assert_eq!(project["id"], api.sandbox.project_id());
    let connection = &project["connections"][0];
    assert_eq!(connection["id"], id);
    assert_eq!(connection["region"], REGION);
    assert_eq!(connection["status"], "WAITING_FOR_USER");
    assert_eq!(connection["interfaceEndpoints"], json!([]));
    let history = project["history"].as_array().expect("a list");
    let changes: Vec<_> = history.iter().map(|it| &it["status"]).collect();
    assert_eq!(changes, ["INITIATING", "WAITING_FOR_USER"]);
}

#[tokio::test]
async fn status_of_a_resource_is_pinned() {
    let api = start();
    let id = api.create_ready().await;
    api.add(&id, VPCE).await;
    let connection = format!("projects/{}/connections/{id}", api.sandbox.project_id());
    let endpoint = format!("{connection}/interfaceEndpoints/{VPCE}");
    let rejected = json!({ "status": "REJECTED", "errorMessage": "not ours" });
    let reply = write(&api, "PUT", &format!("{endpoint}/status"), &rejected).await;
    assert_eq!(reply.json()["status"], "REJECTED");
    assert_eq!(reply.json()["errorMessage"], "not ours");
    let failed = json!({ "status": "FAILED" });
    let reply = write(&api, "PUT", &format!("{connection}/status"), &failed).await;
    assert_eq!(reply.json()["status"], "FAILED");
    let seen = &api.sandbox.connections(api.sandbox.project_id())[0];
    assert_eq!(seen.status, "FAILED");
    assert_eq!(seen.interface_endpoints[0].status, "REJECTED");

    let unknown = format!("projects/{UNKNOWN_ID}/connections/{id}/status");
    let reply = write(&api, "PUT", &unknown, &failed).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    let detail = format!("There is no project {UNKNOWN_ID}.");
    assert_eq!(reply.json()["detail"], detail);
}

#[tokio::test]
async fn clock_is_read_and_advanced() {
    let api = start();
    let clock = get(&api, "clock").await;
    assert_eq!(clock, json!({ "now": "2021-01-01T00:00:00.000Z" }));
    let reply = write(&api, "POST", "clock", &json!({ "advance": "1m 1s" })).await;
    assert_eq!(reply.json(), json!({ "now": "2021-01-01T00:01:01.000Z" }));
    api.create().await;
    let reply = write(&api, "POST", "clock", &json!({ "advance": "2s" })).await;
    assert_eq!(reply.status, StatusCode::OK);
    let connections = api.sandbox.connections(api.sandbox.project_id());
    assert_eq!(connections[0].status, "WAITING_FOR_USER", "{STEP:?}");
}

#[tokio::test]
async fn faults_are_added_listed_and_removed() {
    let api = start();
    let fault = json!({ "operation": "listPrivateEndpointConnections", "effect": { "error": "RATE_LIMITED" } });
    let reply = write(&api, "POST", "faults", &fault).await;
    let added = json!([{ "number": 1, "fault": fault, "calls": 0, "hits": 0 }]);
    assert_eq!(reply.json()["faults"], added);
    api.get("").await.assert_error(429, "RATE_LIMITED");
    assert_eq!(get(&api, "faults").await["faults"][0]["hits"], 1);
    write(&api, "POST", "faults", &json!({ "effect": "staleNonce" })).await;
    let reply = send(&api, "DELETE", "/_sandbox/faults/1", None).await;
    assert_eq!(reply.json()["faults"][0]["number"], 2);
    let reply = send(&api, "DELETE", "/_sandbox/faults/1", None).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    let reply = send(&api, "DELETE", "/_sandbox/faults", None).await;
    assert_eq!(reply.json(), json!({ "faults": [] }));
    assert_eq!(api.get("").await.status, StatusCode::OK);

    let unknown = json!({ "operation": "list", "effect": "staleNonce" });
    let reply = write(&api, "POST", "faults", &unknown).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    let detail = reply.json()["detail"].to_string();
    assert!(detail.contains("list"), "{detail}");
}

#[tokio::test]
async fn requests_are_listed_and_cleared() {
    let api = start();
    api.create().await;
    let log = get(&api, "requests").await;
    assert_eq!(log["count"], 2);
    let record = &log["requests"][1];
    assert_eq!(record["operation"], "createPrivateEndpointConnection");
    assert_eq!(record["status"], 201);
    assert_eq!(record["hasAuthorization"], true);
    let headers = record["headers"].as_array().expect("a list");
    assert!(headers.contains(&json!(["authorization", "[redacted]"])));
    let reply = send(&api, "DELETE", "/_sandbox/requests", None).await;
    assert_eq!(reply.json(), json!({ "count": 2, "requests": [] }));
}

#[tokio::test]
async fn reset_returns_to_the_start() {
    let api = start();
    api.create().await;
    api.sandbox.inject(Fault::on_any().effect(Effect::HalfBody));
    let reply = write(&api, "POST", "reset", &json!({})).await;
    assert_eq!(reply.json()["projects"][0]["connections"], json!([]));
    assert!(api.sandbox.faults().is_empty());
    assert_eq!(api.sandbox.request_count(), 0);
}

#[tokio::test]
async fn control_is_off_by_default() {
    let api = Api::start();
    let reply = api.send(Method::GET, "/_sandbox/state", None).await;
    reply.assert_error(404, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn control_is_not_recorded_and_has_no_faults() {
    let api = start();
    let fault = Fault::on_any().counting_unauthenticated();
    api.sandbox
        .inject(fault.effect(Effect::ResetBeforeHandling));
    get(&api, "state").await;
    assert_eq!(api.sandbox.request_count(), 0);
    assert_eq!(api.sandbox.faults()[0].calls, 0);
    let reset = Fault::on_any().effect(Effect::ResetBeforeReading);
    api.sandbox.inject(reset);
    // A new client opens a connection, and open ones are not affected.
    let own = client().get(api.url("/_sandbox/state")).send().await;
    assert_eq!(own.expect("the sandbox responds").status(), StatusCode::OK);
    assert_eq!(api.sandbox.faults()[1].calls, 0);
    let other = client().get(api.url("/")).send().await;
    assert!(other.is_err(), "{other:?}");
    assert_eq!(api.sandbox.faults()[1].calls, 1);
}

#[tokio::test]
async fn request_of_another_site_is_refused() {
    let api = start();
    for media_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let reply = send(&api, "POST", "/_sandbox/reset", Some((media_type, "{}"))).await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let detail = "The Content-Type must be application/json.";
        assert_eq!(reply.json()["detail"], detail);
    }
    let request = api.client.get(api.url("/_sandbox/state"));
    let response = request.header(HOST, "rebound.example").send().await;
    let reply = Reply::read(response.expect("the sandbox responds")).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert_eq!(
        reply.json()["detail"],
        r#""rebound.example" is not a name of this sandbox; add it with --host."#
    );
}

#[tokio::test]
async fn invalid_request_is_refused_with_the_reason() {
    let api = start();
    for (method, end, body, status, reason) in [
        ("POST", "clock", "{}", 400, "missing field `advance`"),
        ("POST", "clock", "{\"advance\": \"soon\"}", 400, "soon"),
        (
            "POST",
            "clock",
            "{\"by\": \"1s\"}",
            400,
            "unknown field `by`",
        ),
        ("POST", "reset", "", 400, "EOF"),
        ("POST", "state", "{}", 404, "no POST /_sandbox/state"),
        ("GET", "", "{}", 404, "no GET /_sandbox/"),
        (
            "DELETE",
            "faults/one",
            "",
            404,
            "no DELETE /_sandbox/faults/one",
        ),
    ] {
        let path = format!("/_sandbox/{end}");
        let reply = send(&api, method, &path, Some(("application/json", body))).await;
        assert_eq!(reply.status, status, "{reply:?}");
        let detail = reply.json()["detail"].to_string();
        assert!(detail.contains(reason), "{detail}");
    }
}
