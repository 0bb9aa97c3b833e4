use std::time::Duration;

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault};
use atlas_pe_sandbox::{DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET};
use reqwest::StatusCode;
use reqwest::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use serde_json::json;

use crate::support::{Api, Reply, challenge};

const FORM: &str = "application/x-www-form-urlencoded";
const GRANT: &str = "grant_type=client_credentials";

/// Requests a token.
async fn request_token(api: &Api, id: &str, secret: &str, media_type: &str, body: &str) -> Reply {
    let request = api
        .client
        .post(api.url("/api/oauth/token"))
        .basic_auth(id, Some(secret))
        .header(CONTENT_TYPE, media_type)
        .body(body.to_owned());
    Reply::read(request.send().await.expect("the sandbox responds")).await
}

/// Requests a token with a valid request.
async fn request_valid_token(api: &Api) -> Reply {
    let (id, secret) = (api.sandbox.client_id(), api.sandbox.client_secret());
    request_token(api, id, secret, FORM, GRANT).await
}

async fn token(api: &Api) -> String {
    let body = request_valid_token(api).await.json();
    let token = body["access_token"].as_str();
    token.expect("the response has a token").to_owned()
}

async fn list(api: &Api, token: &str) -> Reply {
    let request = api.client.get(api.url(&api.path(""))).bearer_auth(token);
    Reply::read(request.send().await.expect("the sandbox responds")).await
}

#[tokio::test]
async fn service_account_gets_a_token() {
    let api = Api::start();
    let reply = request_valid_token(&api).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header(CONTENT_TYPE), "application/json");
    assert_eq!(reply.header(CACHE_CONTROL), "no-store");
    let body = reply.json();
    let token = body["access_token"]
        .as_str()
        .expect("the response has a token");
    let expected = json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": 3600,
    });
    assert_eq!(body, expected);
    let other = request_valid_token(&api).await.json();
    assert_ne!(other["access_token"], token);
}

#[tokio::test]
async fn token_is_accepted_until_it_expires() {
    let api = Api::with(|builder| builder.token_lifetime(Duration::from_secs(5)));
    let token = token(&api).await;
    api.sandbox.advance(Duration::from_secs(4));
    let reply = list(&api, &token).await;
    assert_eq!((reply.status, reply.text.as_str()), (StatusCode::OK, "[]"));
    // A token needs no challenge.
    assert_eq!(api.sandbox.request_count(), 2);

    api.sandbox.advance(Duration::from_secs(1));
    for token in [token.as_str(), "made-up"] {
        let reply = list(&api, token).await;
        reply.assert_error(401, "USER_UNAUTHORIZED");
        let challenges: Vec<_> = reply.headers.get_all(WWW_AUTHENTICATE).iter().collect();
        assert_eq!(challenges, ["Bearer error=\"invalid_token\""]);
    }
    let reply = api.send_unsigned("GET", &api.path("")).await;
    assert_eq!(challenge(&reply, "algorithm"), "MD5");
    assert_eq!(api.get("").await.status, StatusCode::OK);
}

#[tokio::test]
async fn other_clients_get_no_token() {
    let api = Api::start();
    let (id, secret) = (api.sandbox.client_id(), api.sandbox.client_secret());
    let (public, private) = (api.sandbox.public_key(), api.sandbox.private_key());
    for (id, secret) in [(id, "wrong"), ("wrong", secret), (public, private)] {
        let reply = request_token(&api, id, secret, FORM, GRANT).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        assert_eq!(
            reply.header(WWW_AUTHENTICATE),
            "Basic realm=\"MMS Public API\""
        );
        let body = reply.json();
        assert_eq!(body["error"], "invalid_client");
        assert!(body["error_description"].is_string(), "{body}");
    }
}

#[tokio::test]
async fn malformed_token_request_is_refused() {
    let api = Api::start();
    let (id, secret) = (api.sandbox.client_id(), api.sandbox.client_secret());
    let twice = format!("{GRANT}&{GRANT}");
    for (media_type, body, error) in [
        (FORM, "grant_type=password", "unsupported_grant_type"),
        (FORM, "", "invalid_request"),
        (FORM, &twice, "invalid_request"),
        ("application/json", GRANT, "invalid_request"),
    ] {
        let reply = request_token(&api, id, secret, media_type, body).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(reply.json()["error"], error, "{body}");
    }
    let scoped = format!("{GRANT}&scope=any");
    let reply = request_token(&api, id, secret, &format!("{FORM}; charset=utf-8"), &scoped).await;
    assert_eq!(reply.status, StatusCode::OK);
}

#[tokio::test]
async fn token_requests_are_recorded_and_affected_by_faults() {
    let api = Api::start();
    let fault = Fault::on("token").first(1);
    api.sandbox.inject(fault.effect(CannedResponse::html_502()));
    let id = api.sandbox.client_id();
    // Like a request without a digest, this one does not count.
    request_token(&api, id, "wrong", FORM, GRANT).await;
    assert_eq!(
        request_valid_token(&api).await.status,
        StatusCode::BAD_GATEWAY
    );
    list(&api, &token(&api).await).await;
    let requests: Vec<_> = api
        .sandbox
        .requests()
        .into_iter()
        .map(|it| (it.operation.unwrap_or_default(), it.status))
        .collect();
    let token = |status| ("token".to_owned(), status);
    let list = ("listPrivateEndpointConnections".to_owned(), 200);
    assert_eq!(requests, [token(401), token(502), token(200), list]);
}

#[tokio::test]
async fn service_account_can_be_set() {
    let api = Api::start();
    assert_eq!(api.sandbox.client_id(), DEFAULT_CLIENT_ID);
    assert_eq!(api.sandbox.client_secret(), DEFAULT_CLIENT_SECRET);

    let api = Api::with(|builder| builder.client_id("id").client_secret("s:e%20c+ret"));
    assert_eq!(list(&api, &token(&api).await).await.status, StatusCode::OK);
    let expected = [
        ("MONGODB_ATLAS_BASE_URL", api.sandbox.origin()),
        ("MONGODB_ATLAS_CLIENT_ID", "id"),
        ("MONGODB_ATLAS_CLIENT_SECRET", "s:e%20c+ret"),
        ("MONGODB_ATLAS_PROJECT_ID", api.sandbox.project_id()),
    ];
    assert_eq!(
        api.sandbox.service_account_env(),
        expected.map(|(name, value)| (name, value.to_owned()))
    );
}

#[tokio::test]
async fn fault_revokes_all_tokens() {
    let api = Api::start();
    let (used, other) = (token(&api).await, token(&api).await);
    api.sandbox
        .inject(Fault::on_any().first(1).effect(Effect::RevokeTokens));
    // A request with a digest is not counted.
    assert_eq!(api.get("").await.status, StatusCode::OK);
    let reply = list(&api, &used).await;
    reply.assert_error(401, "USER_UNAUTHORIZED");
    assert_eq!(
        reply.header(WWW_AUTHENTICATE),
        "Bearer error=\"invalid_token\""
    );
    assert_eq!(list(&api, &other).await.status, StatusCode::UNAUTHORIZED);
    let renewed = token(&api).await;
    assert_eq!(list(&api, &renewed).await.status, StatusCode::OK);
}
