use std::time::Duration;

use atlas_pe_sandbox::testing::{REGION, STEP, UNKNOWN_ID, VPCE};
use reqwest::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Api, Reply, Signer, challenge};

#[tokio::test]
async fn unknown_project_is_refused_before_its_resources() {
    let api = Api::start();
    for (project, code) in [
        (UNKNOWN_ID, "GROUP_NOT_FOUND"),
        ("0123", "INVALID_GROUP_ID"),
        ("0123456789abcdef0123456z", "INVALID_GROUP_ID"),
    ] {
        let list = format!("/api/atlas/v1.0/groups/{project}/privateEndpoint");
        api.send(Method::GET, &list, None)
            .await
            .assert_error(404, code);
        // Other errors are checked later.
        api.send(Method::POST, &list, None)
            .await
            .assert_error(404, code);
        let endpoint = format!("{list}/x/interfaceEndpoints/y");
        api.send(Method::DELETE, &endpoint, None)
            .await
            .assert_error(404, code);
    }
}

#[tokio::test]
async fn unknown_connection_is_not_found() {
    let api = Api::start();
    for id in [UNKNOWN_ID, "not-an-id"] {
        let one = format!("/{id}");
        let endpoint = format!("/{id}/interfaceEndpoints/{VPCE}");
        for reply in [
            api.get(&one).await,
            api.delete(&one).await,
            api.add(id, VPCE).await,
            api.get(&endpoint).await,
            api.delete(&endpoint).await,
        ] {
            reply.assert_error(404, "PRIVATELINK_NOT_FOUND");
            assert_eq!(reply.json()["parameters"], json!([id]));
        }
    }
}

#[tokio::test]
async fn unknown_interface_endpoint_is_not_found() {
    let api = Api::start();
    let id = api.create_ready().await;
    let endpoint = format!("/{id}/interfaceEndpoints/{VPCE}");
    let code = "PRIVATELINK_INTERFACE_ENDPOINT_NOT_FOUND";
    api.get(&endpoint).await.assert_error(404, code);
    api.delete(&endpoint).await.assert_error(404, code);
}

#[tokio::test]
async fn malformed_interface_endpoint_id_is_refused() {
    let api = Api::start();
    let id = api.create_ready().await;
    let code = "PRIVATELINK_INTERFACE_ENDPOINT_ID_MALFORMED";
    for vpce in ["vpc-0b9c", "vpce-", "vpce-0b_9c"] {
        api.add(&id, vpce).await.assert_error(404, code);
        let endpoint = format!("/{id}/interfaceEndpoints/{vpce}");
        api.get(&endpoint).await.assert_error(404, code);
        api.delete(&endpoint).await.assert_error(404, code);
    }
    api.add(&id, "").await.assert_error(404, code);
}

#[tokio::test]
async fn region_has_one_connection_until_it_is_deleted() {
    let api = Api::start();
    let body = json!({ "providerName": "AWS", "region": REGION });
    let code = "PRIVATELINK_ENDPOINT_SERVICE_ALREADY_EXISTS_FOR_REGION";
    let id = api.create_ready().await;
    api.post("", &body).await.assert_error(409, code);
    api.delete(&format!("/{id}")).await;
    let refused = api.post("", &body).await;
    refused.assert_error(409, code);
    assert_eq!(refused.json()["parameters"], json!([REGION]));
    api.sandbox.advance(STEP);
    assert_eq!(api.post("", &body).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn interface_endpoint_is_added_once_to_a_ready_connection() {
    let api = Api::start();
    let id = api.create().await;
    let early = "PRIVATELINK_CANNOT_ACCEPT_ENDPOINTS";
    api.add(&id, VPCE).await.assert_error(409, early);
    api.sandbox.advance(STEP);
    assert_eq!(api.add(&id, VPCE).await.status, StatusCode::CREATED);
    let twice = "PRIVATELINK_INTERFACE_ENDPOINT_ALREADY_EXISTS";
    api.add(&id, VPCE).await.assert_error(409, twice);

    api.delete(&format!("/{id}/interfaceEndpoints/{VPCE}"))
        .await;
    api.add(&id, VPCE).await.assert_error(409, twice);
    api.sandbox.advance(STEP);
    api.delete(&format!("/{id}")).await;
    api.add(&id, VPCE).await.assert_error(409, early);
}

#[tokio::test]
async fn connection_with_interface_endpoints_is_not_deleted() {
    let api = Api::start();
    let id = api.create_ready().await;
    api.add(&id, VPCE).await;
    let one = format!("/{id}");
    let code = "CANNOT_DELETE_PRIVATELINK_WITH_ENDPOINTS";
    api.delete(&one).await.assert_error(409, code);
    api.delete(&format!("{one}/interfaceEndpoints/{VPCE}"))
        .await;
    api.delete(&one).await.assert_error(409, code);
    api.sandbox.advance(STEP);
    assert_eq!(api.delete(&one).await.status, StatusCode::OK);
}

#[tokio::test]
async fn body_of_a_creation_is_checked() {
    let api = Api::start();
    for (body, code) in [
        ("", "MALFORMED_JSON"),
        ("{", "MALFORMED_JSON"),
        (r#"{"providerName": "AWS"} {}"#, "MALFORMED_JSON"),
        ("[]", "INVALID_JSON"),
        ("null", "INVALID_JSON"),
        (r#""AWS""#, "INVALID_JSON"),
        (
            r#"{"providerName": "AWS", "region": "us-east-1", "size": 1}"#,
            "INVALID_JSON_ATTRIBUTE",
        ),
        (
            r#"{"providerName": "AWS", "region": 1}"#,
            "INVALID_JSON_ATTRIBUTE",
        ),
        (
            r#"{"providerName": ["AWS"], "region": "us-east-1"}"#,
            "INVALID_JSON_ATTRIBUTE",
        ),
        (r#"{"providerName": "AWS"}"#, "MISSING_ATTRIBUTE"),
        (
            r#"{"providerName": "AWS", "region": null}"#,
            "MISSING_ATTRIBUTE",
        ),
        (r#"{"region": "us-east-1"}"#, "MISSING_ATTRIBUTE"),
        ("{}", "MISSING_ATTRIBUTES"),
        (
            r#"{"providerName": "GCP", "region": "us-east-1"}"#,
            "INVALID_PROVIDER",
        ),
        (
            r#"{"providerName": "AWS", "region": "us-moon-1"}"#,
            "INVALID_REGION",
        ),
        (
            r#"{"providerName": "AWS", "region": "US_EAST_1"}"#,
            "INVALID_REGION",
        ),
        (r#"{"providerName": "AWS", "region": ""}"#, "INVALID_REGION"),
    ] {
        let reply = api.post_text("", body).await;
        assert_eq!(reply.json()["errorCode"], code, "{body}");
        reply.assert_error(400, code);
    }
    assert!(api.sandbox.connections(api.sandbox.project_id()).is_empty());
}

#[tokio::test]
async fn body_of_an_addition_is_checked() {
    let api = Api::start();
    let id = api.create_ready().await;
    let end = format!("/{id}/interfaceEndpoints");
    for (body, code) in [
        ("vpce-1", "MALFORMED_JSON"),
        ("[]", "INVALID_JSON"),
        ("{}", "MISSING_ATTRIBUTE"),
        (r#"{"interfaceEndpointId": true}"#, "INVALID_JSON_ATTRIBUTE"),
        (
            r#"{"interfaceEndpointId": "vpce-1", "id": 1}"#,
            "INVALID_JSON_ATTRIBUTE",
        ),
    ] {
        api.post_text(&end, body).await.assert_error(400, code);
    }
}

#[tokio::test]
async fn body_must_be_declared_as_json() {
    let api = Api::start();
    let body = r#"{"providerName": "AWS", "region": "us-east-1"}"#;
    let path = api.path("");
    for media_type in [
        "text/plain",
        "application/jsonp",
        "application/x-www-form-urlencoded",
    ] {
        let reply = api
            .send(Method::POST, &path, Some((media_type, body)))
            .await;
        reply.assert_error(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    let none = api.send(Method::POST, &path, None).await;
    none.assert_error(415, "UNSUPPORTED_MEDIA_TYPE");
    let declared = Some(("Application/JSON; charset=utf-8", body));
    let reply = api.send(Method::POST, &path, declared).await;
    assert_eq!(reply.status, StatusCode::CREATED);
}

#[tokio::test]
async fn size_of_a_body_is_limited() {
    let api = Api::start();
    let path = api.path("");
    let challenged = api.client.get(api.url(&path)).send().await;
    let challenged = Reply::read(challenged.expect("the sandbox responds")).await;
    let nonce = challenge(&challenged, "nonce");
    let limit = 1024 * 1024;
    for (nc, size, status, code) in [
        ("00000001", limit, 400, "MALFORMED_JSON"),
        ("00000002", limit + 1, 413, "REQUEST_TOO_LARGE"),
    ] {
        let signer = Signer {
            username: api.sandbox.public_key(),
            password: api.sandbox.private_key(),
            nonce: &nonce,
            nc,
        };
        let request = api
            .client
            .post(api.url(&path))
            .header(AUTHORIZATION, signer.sign("POST", &path))
            .header(CONTENT_TYPE, "application/json")
            .body(" ".repeat(size));
        let reply = Reply::read(request.send().await.expect("the sandbox responds")).await;
        reply.assert_error(status, code);
    }
}

#[tokio::test]
async fn query_parameter_must_be_a_known_boolean() {
    let api = Api::start();
    for query in [
        "?pretty=yes",
        "?pretty",
        "?pretty=",
        "?envelope=1",
        "?envelope=TRUE",
        "?unknown=10",
        "?pretty=true&pretty=true",
    ] {
        let reply = api.get(query).await;
        reply.assert_error(400, "INVALID_QUERY_PARAMETER");
    }
    for query in ["?", "?pretty=false&envelope=false"] {
        assert_eq!(api.get(query).await.text, "[]", "{query}");
    }
}

#[tokio::test]
async fn other_paths_are_not_found() {
    let api = Api::start();
    let elsewhere = [
        "/".to_owned(),
        "/api/atlas/v1.0".to_owned(),
        "/api/atlas/v2/groups".to_owned(),
        api.path("s"),
        api.path(&format!("/{UNKNOWN_ID}/")),
        api.path(&format!("/{UNKNOWN_ID}/interfaceEndpoints/{VPCE}/more")),
    ];
    for path in elsewhere {
        let reply = api.send(Method::GET, &path, None).await;
        reply.assert_error(404, "RESOURCE_NOT_FOUND");
    }
}

#[tokio::test]
async fn response_to_another_method_lists_the_allowed_ones() {
    let api = Api::start();
    let one = format!("/{UNKNOWN_ID}");
    let endpoints = format!("{one}/interfaceEndpoints");
    let endpoint = format!("{endpoints}/{VPCE}");
    // OPTIONS is never an operation, and more operations may follow.
    for (end, expected) in [
        ("", vec!["GET", "POST"]),
        (&one, vec!["GET", "DELETE"]),
        (&endpoints, vec!["POST"]),
        (&endpoint, vec!["GET", "DELETE"]),
    ] {
        let reply = api.send(Method::OPTIONS, &api.path(end), None).await;
        reply.assert_error(405, "METHOD_NOT_ALLOWED");
        let allowed: Vec<&str> = reply.header(ALLOW).split(", ").collect();
        let is_allowed = |method| allowed.contains(method);
        assert!(expected.iter().all(is_allowed), "{end}: {allowed:?}");
    }
}

#[tokio::test]
async fn refused_creation_leaves_no_resource() {
    let api = Api::start();
    api.create().await;
    let body = json!({ "providerName": "AWS", "region": REGION });
    api.post("", &body).await;
    api.sandbox.advance(Duration::from_secs(3600));
    assert_eq!(api.sandbox.connections(api.sandbox.project_id()).len(), 1);
}

#[tokio::test]
async fn requests_per_minute_can_be_limited() {
    let api = Api::with(|builder| builder.rate_limit(2).project(UNKNOWN_ID));
    api.sandbox.advance(Duration::from_secs(15));
    // Requests that fail an earlier check or have no digest do not count.
    api.get("?unknown=1")
        .await
        .assert_error(400, "INVALID_QUERY_PARAMETER");
    for _ in 0..2 {
        assert_eq!(api.get("").await.status, StatusCode::OK);
    }
    let limited = api.get("?envelope=true").await;
    assert_eq!(limited.header(RETRY_AFTER), "45");
    assert_eq!(limited.json()["status"], 429);
    let limited = api.get("").await;
    limited.assert_error(429, "RATE_LIMITED");
    assert_eq!(limited.json()["parameters"], json!([UNKNOWN_ID]));
    api.sandbox.advance(Duration::from_secs(45));
    assert_eq!(api.get("").await.status, StatusCode::OK);
}
