use atlas_pe_sandbox::testing::{REGION, STEP, UNKNOWN_ID};
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;

use crate::support::{Api, assert_error_body};

#[tokio::test]
async fn response_is_indented_on_request() {
    let api = Api::start();
    let id = api.create().await;
    let plain = api.get(&format!("/{id}")).await;
    let pretty = api.get(&format!("/{id}?pretty=true")).await;
    assert!(!plain.text.contains('\n'), "{}", plain.text);
    assert!(pretty.text.starts_with("{\n  \""), "{}", pretty.text);
    assert_eq!(plain.json(), pretty.json());
    assert_eq!(pretty.header(CONTENT_TYPE), "application/json");

    let error = api.get(&format!("/{UNKNOWN_ID}?pretty=true")).await;
    assert!(error.text.starts_with("{\n  \""), "{}", error.text);
    error.assert_error(404, "PRIVATELINK_NOT_FOUND");
}

#[tokio::test]
async fn envelope_has_status_and_content() {
    let api = Api::start();
    let listed = api.get("?envelope=true").await;
    assert_eq!(listed.status, StatusCode::OK);
    assert_eq!(listed.json(), json!({ "status": 200, "content": [] }));

    let body = json!({ "providerName": "AWS", "region": REGION });
    let created = api.post("?envelope=true&pretty=true", &body).await;
    assert_eq!(created.status, StatusCode::OK);
    assert!(created.text.starts_with("{\n  \""), "{}", created.text);
    let created = created.json();
    assert_eq!(created["status"], 201);
    assert_eq!(created["content"]["status"], "INITIATING");

    let id = created["content"]["id"]
        .as_str()
        .expect("the connection has an id");
    let deleted = api.delete(&format!("/{id}?envelope=true")).await;
    assert_eq!(deleted.json(), json!({ "status": 200, "content": {} }));
}

#[tokio::test]
async fn error_is_in_the_envelope_too() {
    let api = Api::start();
    for (end, status, code) in [
        (
            format!("/{UNKNOWN_ID}?envelope=true"),
            404,
            "PRIVATELINK_NOT_FOUND",
        ),
        (
            "?envelope=true&pretty=1".to_owned(),
            400,
            "INVALID_QUERY_PARAMETER",
        ),
        (
            "/a/b/c/d?envelope=true".to_owned(),
            404,
            "RESOURCE_NOT_FOUND",
        ),
    ] {
        let reply = api.get(&end).await;
        assert_eq!(reply.status, StatusCode::OK, "{end}");
        let envelope = reply.json();
        assert_eq!(envelope["status"], status, "{end}");
        assert_error_body(&envelope["content"], status, code);
    }
}

#[tokio::test]
async fn trailing_slash_of_the_collection_is_accepted() {
    let api = Api::start();
    let body = json!({ "providerName": "AWS", "region": REGION });
    assert_eq!(api.post("/", &body).await.status, StatusCode::CREATED);
    api.sandbox.advance(STEP);
    let with = api.get("/?pretty=false").await;
    assert_eq!(with.status, StatusCode::OK);
    assert_eq!(with.json(), api.get("").await.json());
}

#[tokio::test]
async fn list_options_of_the_go_sdk_are_checked_and_have_no_effect() {
    let api = Api::start();
    api.create().await;
    let plain = api.get("").await;
    let paged = api
        .get("?includeCount=true&itemsPerPage=500&pageNum=2")
        .await;
    assert_eq!(paged.status, StatusCode::OK);
    assert_eq!(paged.json(), plain.json());
    for (option, detail) in [
        (
            "pageNum=0",
            "The query parameter pageNum must be at least 1.",
        ),
        (
            "pageNum=two",
            "The query parameter pageNum must be an integer.",
        ),
        (
            "itemsPerPage=501",
            "The query parameter itemsPerPage must be at most 500.",
        ),
        (
            "includeCount=1",
            "The query parameter includeCount must be true or false.",
        ),
    ] {
        let refused = api.get(&format!("?{option}")).await;
        refused.assert_error(400, "INVALID_QUERY_PARAMETER");
        assert_eq!(refused.json()["detail"], detail);
    }
    let elsewhere = api.get(&format!("/{UNKNOWN_ID}?pageNum=1")).await;
    elsewhere.assert_error(400, "INVALID_QUERY_PARAMETER");
}
