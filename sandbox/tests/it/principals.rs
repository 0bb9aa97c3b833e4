//! API keys and service accounts with roles and access lists.

use std::time::Duration;

use atlas_pe_sandbox::testing::{REGION, UNKNOWN_ID, VPCE};
use atlas_pe_sandbox::{ApiKey, DEFAULT_PROJECT_ID, Role, Seed, ServiceAccount};
use diqwest::WithDigestAuth as _;
use reqwest::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Api, Reply, challenge};

/// A project that the sandbox has beside its default one.
const OTHER: &str = "fedcba9876543210fedcba98";

fn start(key: ApiKey) -> Api {
    Api::with(|builder| {
        let builder = builder.project(DEFAULT_PROJECT_ID).project(OTHER);
        builder.api_key(key)
    })
}

fn project(id: &str) -> String {
    format!("/api/atlas/v1.0/groups/{id}/privateEndpoint")
}

/// Sends a list with a key.
async fn list(api: &Api, path: &str, public: &str, private: &str) -> Reply {
    let request = api.client.get(api.url(path));
    let response = request.send_digest_auth((public, private)).await;
    Reply::read(response.expect("the sandbox responds")).await
}

/// Sends a list with a token of a service account.
async fn list_with_token(api: &Api, path: &str, id: &str, secret: &str) -> Reply {
    let request = api
        .client
        .post(api.url("/api/oauth/token"))
        .basic_auth(id, Some(secret))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    let reply = Reply::read(request.send().await.expect("the sandbox responds")).await;
    let body = reply.json();
    let token = body["access_token"].as_str();
    let token = token.expect("the response has a token");
    let request = api.client.get(api.url(path)).bearer_auth(token);
    Reply::read(request.send().await.expect("the sandbox responds")).await
}

#[tokio::test]
async fn each_key_and_account_is_accepted_with_its_own_secret() {
    let api = Api::with(|builder| {
        let builder = builder.api_key(ApiKey::new("one", "1"));
        let builder = builder.api_key(ApiKey::new("two", "2"));
        let builder = builder.service_account(ServiceAccount::new("three", "3"));
        builder.service_account(ServiceAccount::new("four", "4"))
    });
    assert_eq!(api.sandbox.public_key(), "one");
    assert_eq!(api.sandbox.client_id(), "three");
    for (public, private, status) in [
        ("one", "1", 200),
        ("two", "2", 200),
        ("one", "2", 401),
        ("two", "1", 401),
        ("three", "3", 401),
        ("sandboxk", "00000000-0000-4000-8000-000000000000", 401),
    ] {
        let reply = list(&api, &api.path(""), public, private).await;
        assert_eq!(reply.status.as_u16(), status, "{public} {private}");
    }
    for (id, secret) in [("three", "3"), ("four", "4")] {
        let reply = list_with_token(&api, &api.path(""), id, secret).await;
        assert_eq!(reply.status, StatusCode::OK, "{id}");
    }
    let accepted: Vec<_> = api
        .sandbox
        .requests()
        .into_iter()
        .filter(|it| it.status == 200)
        .collect();
    let principals: Vec<_> = accepted
        .iter()
        .filter_map(|it| it.principal.as_deref())
        .collect();
    assert_eq!(principals, ["one", "two", "three", "three", "four", "four"]);
}

#[tokio::test]
async fn owner_has_all_operations_and_reader_none() {
    let owner = Role::GroupOwner(DEFAULT_PROJECT_ID.to_owned());
    let reader = Role::GroupReadOnly(DEFAULT_PROJECT_ID.to_owned());
    let path = project(DEFAULT_PROJECT_ID);
    let connection = format!("{path}/{UNKNOWN_ID}");
    let endpoints = format!("{connection}/interfaceEndpoints");
    let endpoint = format!("{endpoints}/{VPCE}");
    let create = json!({ "providerName": "AWS", "region": REGION });
    let add = json!({ "interfaceEndpointId": VPCE });
    let operations: [(Method, &str, Option<&Value>, u16); 7] = [
        (Method::GET, &path, None, 200),
        (Method::POST, &path, Some(&create), 201),
        (Method::GET, &connection, None, 404),
        (Method::DELETE, &connection, None, 404),
        (Method::POST, &endpoints, Some(&add), 404),
        (Method::GET, &endpoint, None, 404),
        (Method::DELETE, &endpoint, None, 404),
    ];
    let owner = start(ApiKey::new("p", "s").with_roles([owner]));
    let reader = start(ApiKey::new("p", "s").with_roles([reader]));
    assert_eq!(owner.sandbox.operations().len(), operations.len());
    for (method, path, body, status) in operations {
        let body = body.map(Value::to_string);
        let body = body.as_deref().map(|body| ("application/json", body));
        let reply = owner.send(method.clone(), path, body).await;
        assert_eq!(reply.status.as_u16(), status, "{method} {path}");
        let reply = reader.send(method, path, body).await;
        reply.assert_error(401, "USER_UNAUTHORIZED");
        assert_eq!(reply.json()["parameters"], json!([DEFAULT_PROJECT_ID]));
        // The key is right, so a new nonce does not help.
        assert_eq!(challenge(&reply, "stale"), "false");
    }
    assert!(reader.sandbox.connections(DEFAULT_PROJECT_ID).is_empty());
}

#[tokio::test]
async fn key_without_a_role_in_the_project_is_refused() {
    let role = Role::GroupOwner(OTHER.to_owned());
    let api = start(ApiKey::new("p", "s").with_roles([role]));
    let reply = list(&api, &project(OTHER), "p", "s").await;
    assert_eq!(reply.status, StatusCode::OK);
    let reply = list(&api, &project(DEFAULT_PROJECT_ID), "p", "s").await;
    reply.assert_error(401, "NOT_IN_GROUP");
    // Roles are checked after the project, and before the body and the resources.
    let reply = list(&api, &project(UNKNOWN_ID), "p", "s").await;
    reply.assert_error(404, "GROUP_NOT_FOUND");
    let reply = api.post_text("", "?").await;
    reply.assert_error(401, "NOT_IN_GROUP");
}

#[tokio::test]
async fn account_without_a_role_in_the_project_is_refused() {
    let role = Role::GroupOwner(OTHER.to_owned());
    let api = Api::with(|builder| {
        let builder = builder.project(OTHER).project(DEFAULT_PROJECT_ID);
        builder.service_account(ServiceAccount::new("i", "s").with_roles([role]))
    });
    let reply = list_with_token(&api, &project(OTHER), "i", "s").await;
    assert_eq!(reply.status, StatusCode::OK);
    let reply = list_with_token(&api, &project(DEFAULT_PROJECT_ID), "i", "s").await;
    reply.assert_error(401, "NOT_IN_GROUP");
    assert!(reply.headers.contains_key(WWW_AUTHENTICATE));
}

#[tokio::test]
async fn address_must_be_on_the_access_list() {
    for (listed, status) in [
        (vec![], 200),
        (vec!["203.0.113.7", "127.0.0.0/8"], 200),
        (vec!["127.0.0.1"], 200),
        (vec!["203.0.113.0/24", "127.0.0.2", "::1"], 403),
    ] {
        let api = Api::with(|builder| {
            let account = ServiceAccount::new("i", "s").with_access_list(listed.clone());
            let key = ApiKey::new("p", "s").with_access_list(listed.clone());
            builder.api_key(key).service_account(account)
        });
        let by_key = list(&api, &api.path(""), "p", "s").await;
        let by_token = list_with_token(&api, &api.path(""), "i", "s").await;
        for reply in [by_key, by_token] {
            assert_eq!(reply.status.as_u16(), status, "{listed:?}");
            if status == 403 {
                reply.assert_error(403, "IP_ADDRESS_NOT_ON_WHITELIST");
                assert_eq!(reply.json()["parameters"], json!(["127.0.0.1"]));
            }
        }
    }
}

/// The access list is checked after the credentials, and before everything else.
#[tokio::test]
async fn checks_of_a_refused_address_have_an_order() {
    let key = ApiKey::new("p", "s").with_roles([]);
    let api = start(key.with_access_list(["192.0.2.1"]));
    let reply = list(&api, &api.path(""), "p", "wrong").await;
    reply.assert_error(401, "USER_UNAUTHORIZED");
    for path in ["/nowhere", &project(UNKNOWN_ID), &api.path("?unknown=1")] {
        let reply = list(&api, path, "p", "s").await;
        reply.assert_error(403, "IP_ADDRESS_NOT_ON_WHITELIST");
    }
}

#[tokio::test]
async fn revoked_token_is_refused() {
    let api = Api::start();
    let (id, secret) = (api.sandbox.client_id(), api.sandbox.client_secret());
    let path = api.path("");
    assert_eq!(
        list_with_token(&api, &path, id, secret).await.status,
        StatusCode::OK
    );
    let requests = api.sandbox.request_count();
    api.sandbox.revoke_tokens();
    assert_eq!(
        list_with_token(&api, &path, id, secret).await.status,
        StatusCode::OK
    );
    assert_eq!(
        api.sandbox.request_count(),
        requests + 2,
        "a new token is valid"
    );
}

#[tokio::test]
async fn keys_and_accounts_can_be_in_the_seed() {
    let seed = format!(
        r#"{{
            "apiKeys": [{{
                "publicKey": "p",
                "privateKey": "s",
                "roles": [{{ "role": "GROUP_READ_ONLY", "project": "{DEFAULT_PROJECT_ID}" }}]
            }}],
            "serviceAccounts": [{{ "clientId": "i", "clientSecret": "s" }}]
        }}"#
    );
    let seed = Seed::from_json(&seed).expect("the seed is valid");
    let api = Api::with(|builder| builder.seed(seed).public_key("q"));
    assert_eq!(api.sandbox.public_key(), "q");
    let reply = list(&api, &api.path(""), "q", "s").await;
    reply.assert_error(401, "USER_UNAUTHORIZED");
    let reply = list_with_token(&api, &api.path(""), "i", "s").await;
    assert_eq!(reply.status, StatusCode::OK);
}

#[test]
fn invalid_key_of_a_seed_is_an_error() {
    for (member, message) in [
        (
            r#""apiKeys": [{"publicKey": "p", "privateKey": "s"}, {"publicKey": "p", "privateKey": "t"}]"#,
            r#"apiKeys[1]: "p" is repeated"#,
        ),
        (
            r#""serviceAccounts": [{"clientId": "i", "clientSecret": "s", "accessList": ["1.2.3"]}]"#,
            r#"serviceAccounts[0].accessList: expected an address or a CIDR range but found "1.2.3""#,
        ),
        (
            r#""apiKeys": [{"publicKey": "p", "privateKey": "s", "roles": [{"role": "GROUP_OWNER"}]}]"#,
            "apiKeys[0].roles[0]: a project is required for the roles GROUP_OWNER and GROUP_READ_ONLY",
        ),
    ] {
        let error = Seed::from_json(&format!("{{{member}}}")).expect_err("the seed is invalid");
        assert!(error.to_string().starts_with(message), "{error}");
    }
}

#[tokio::test]
async fn challenges_count_towards_the_rate_limit_only_if_configured() {
    for (counts, statuses) in [(false, [401, 401, 401, 200]), (true, [401, 401, 429, 429])] {
        let api = Api::with(|builder| {
            let builder = builder.rate_limit(2);
            builder.rate_limit_counts_challenges(counts)
        });
        let mut found = Vec::new();
        for _ in 0..2 {
            found.push(
                api.send_unsigned("GET", &api.path(""))
                    .await
                    .status
                    .as_u16(),
            );
        }
        // One request without a digest, and one with it unless the first is refused.
        api.get("").await;
        found.extend(api.sandbox.requests()[2..].iter().map(|it| it.status));
        found.resize(4, 429);
        assert_eq!(found, statuses, "{counts}");
        // Neither an unknown project nor an unknown path has a count.
        for path in [project(UNKNOWN_ID), "/nowhere".to_owned()] {
            let reply = api.send_unsigned("GET", &path).await;
            reply.assert_error(401, "USER_UNAUTHORIZED");
        }
        api.sandbox.advance(Duration::from_secs(60));
        assert_eq!(api.get("").await.status, StatusCode::OK);
    }
}
