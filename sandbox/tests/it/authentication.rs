use std::time::Duration;

use atlas_pe_sandbox::testing::UNKNOWN_ID;
use atlas_pe_sandbox::{Algorithm, Challenge, NoncePolicy};
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE, WWW_AUTHENTICATE};
use tokio::task::JoinSet;

use crate::support::{Api, Reply, Signer, challenge};

/// Sends one request without a retry.
async fn once(api: &Api, path: &str, authorization: Option<&str>) -> Reply {
    let mut request = api.client.get(api.url(path));
    if let Some(value) = authorization {
        request = request.header(AUTHORIZATION, value);
    }
    Reply::read(request.send().await.expect("the sandbox responds")).await
}

async fn nonce(api: &Api) -> String {
    challenge(&once(api, &api.path(""), None).await, "nonce")
}

fn sign(api: &Api, nonce: &str, nc: &str, path: &str) -> String {
    let signer = Signer {
        username: api.sandbox.public_key(),
        password: api.sandbox.private_key(),
        nonce,
        nc,
    };
    signer.sign("GET", path)
}

#[tokio::test]
async fn request_without_a_digest_is_challenged() {
    let api = Api::start();
    let reply = once(&api, &api.path("?envelope=true"), None).await;
    reply.assert_error(401, "USER_UNAUTHORIZED");
    assert_eq!(reply.header(CONTENT_TYPE), "application/json");
    assert_eq!(reply.header(DATE), "Fri, 01 Jan 2021 00:00:00 GMT");
    for (name, value) in [
        ("realm", "MMS Public API"),
        ("algorithm", "MD5"),
        ("qop", "auth"),
        ("stale", "false"),
    ] {
        assert_eq!(challenge(&reply, name), value);
    }
    let other = once(&api, &api.path(""), None).await;
    assert_ne!(challenge(&reply, "nonce"), challenge(&other, "nonce"));
}

#[tokio::test]
async fn right_keys_with_special_characters_are_accepted() {
    let api = Api::with(|builder| builder.public_key("pub\"lic\\").private_key("söme:thing"));
    let path = api.path("?pretty=true");
    let nonce = nonce(&api).await;
    let signer = Signer {
        username: "pub\\\"lic\\\\",
        password: "unused",
        nonce: &nonce,
        nc: "00000001",
    };
    // The user name is escaped in the header, but not in the hash.
    let escaped = signer.sign("GET", &path);
    let response = sign(&api, &nonce, "00000001", &path);
    let (_, response) = response
        .rsplit_once("response=")
        .expect("the header has a response");
    let (head, _) = escaped
        .rsplit_once("response=")
        .expect("the header has a response");
    let reply = once(&api, &path, Some(&format!("{head}response={response}"))).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    assert_eq!(reply.text, "[]");
}

#[tokio::test]
async fn client_library_is_accepted_with_the_right_keys_only() {
    use diqwest::WithDigestAuth as _;

    let api = Api::start();
    assert_eq!(api.get("").await.status, StatusCode::OK);
    let public = api.sandbox.public_key();
    let private = api.sandbox.private_key();
    for keys in [(public, "wrong"), ("wrong", private)] {
        let request = api.client.get(api.url(&api.path("")));
        let response = request.send_digest_auth(keys).await;
        let reply = Reply::read(response.expect("the sandbox responds")).await;
        reply.assert_error(401, "USER_UNAUTHORIZED");
        assert_eq!(challenge(&reply, "stale"), "false");
    }
}

#[tokio::test]
async fn authentication_is_checked_first() {
    let api = Api::start();
    let unknown = format!("/api/atlas/v1.0/groups/{UNKNOWN_ID}/privateEndpoint");
    for path in ["/", "/nowhere", &unknown, &api.path("?unknown=1")] {
        once(&api, path, None)
            .await
            .assert_error(401, "USER_UNAUTHORIZED");
    }
    let put = api.client.put(api.url(&api.path(""))).send().await;
    let put = Reply::read(put.expect("the sandbox responds")).await;
    put.assert_error(401, "USER_UNAUTHORIZED");
}

#[tokio::test]
async fn nonce_is_accepted_until_it_is_stale() {
    let api = Api::start();
    let path = api.path("");
    let nonce = nonce(&api).await;
    for nc in ["00000001", "00000003", "00000002"] {
        let reply = once(&api, &path, Some(&sign(&api, &nonce, nc, &path))).await;
        assert_eq!(reply.status, StatusCode::OK, "{nc}");
    }
    api.sandbox.advance(Duration::from_secs(60));
    let reply = once(&api, &path, Some(&sign(&api, &nonce, "00000004", &path))).await;
    reply.assert_error(401, "USER_UNAUTHORIZED");
    assert_eq!(challenge(&reply, "stale"), "true");

    let fresh = challenge(&reply, "nonce");
    let reply = once(&api, &path, Some(&sign(&api, &fresh, "00000001", &path))).await;
    assert_eq!(reply.status, StatusCode::OK);
}

#[tokio::test]
async fn lifetime_of_a_nonce_can_be_set() {
    let api = Api::with(|builder| builder.nonce_lifetime(Duration::from_secs(5)));
    let path = api.path("");
    let nonce = nonce(&api).await;
    let authorization = sign(&api, &nonce, "00000001", &path);
    api.sandbox.advance(Duration::from_secs(4));
    let reply = once(&api, &path, Some(&authorization)).await;
    assert_eq!(reply.status, StatusCode::OK);
    api.sandbox.advance(Duration::from_secs(1));
    let authorization = sign(&api, &nonce, "00000002", &path);
    let reply = once(&api, &path, Some(&authorization)).await;
    assert_eq!(challenge(&reply, "stale"), "true");
}

#[tokio::test]
async fn wrong_key_with_an_expired_nonce_is_not_stale() {
    let api = Api::start();
    let path = api.path("");
    let nonce = nonce(&api).await;
    let wrong = Signer {
        username: api.sandbox.public_key(),
        password: "wrong",
        nonce: &nonce,
        nc: "00000001",
    };
    api.sandbox.advance(Duration::from_secs(60));
    let reply = once(&api, &path, Some(&wrong.sign("GET", &path))).await;
    assert_eq!(challenge(&reply, "stale"), "false");
}

#[tokio::test]
async fn digest_of_another_request_is_refused() {
    let api = Api::start();
    let nonce = nonce(&api).await;
    let authorization = sign(&api, &nonce, "00000001", &api.path(""));
    let reply = once(&api, &api.path("?pretty=true"), Some(&authorization)).await;
    reply.assert_error(401, "USER_UNAUTHORIZED");
    let delete = api.client.delete(api.url(&api.path("")));
    let delete = delete.header(AUTHORIZATION, &authorization).send().await;
    let reply = Reply::read(delete.expect("the sandbox responds")).await;
    reply.assert_error(401, "USER_UNAUTHORIZED");
}

#[tokio::test]
async fn repeated_authorization_header_is_refused() {
    let api = Api::start();
    let path = api.path("");
    let nonce = nonce(&api).await;
    let authorization = sign(&api, &nonce, "00000001", &path);
    let request = api
        .client
        .get(api.url(&path))
        .header(AUTHORIZATION, &authorization)
        .header(AUTHORIZATION, &authorization);
    let reply = Reply::read(request.send().await.expect("the sandbox responds")).await;
    reply.assert_error(401, "USER_UNAUTHORIZED");
}

#[tokio::test]
async fn replayed_request_is_stale_and_gets_a_new_nonce() {
    let api = Api::start();
    let path = api.path("");
    let nonce = nonce(&api).await;
    let authorization = sign(&api, &nonce, "00000001", &path);
    let first = once(&api, &path, Some(&authorization)).await;
    assert_eq!(first.status, StatusCode::OK);
    let replayed = once(&api, &path, Some(&authorization)).await;
    replayed.assert_error(401, "USER_UNAUTHORIZED");
    assert_eq!(challenge(&replayed, "stale"), "true");

    let fresh = challenge(&replayed, "nonce");
    assert_ne!(fresh, nonce);
    for (nonce, nc) in [(&fresh, "00000001"), (&nonce, "00000002")] {
        let reply = once(&api, &path, Some(&sign(&api, nonce, nc, &path))).await;
        assert_eq!(reply.status, StatusCode::OK, "{nc}");
    }
    // Another key is refused for its digest, whatever the nonce.
    let wrong = Signer {
        username: api.sandbox.public_key(),
        password: "wrong",
        nonce: &nonce,
        nc: "00000002",
    };
    let reply = once(&api, &path, Some(&wrong.sign("GET", &path))).await;
    assert_eq!(challenge(&reply, "stale"), "false");
}

/// Parallel requests with one nonce arrive in any order.
#[tokio::test]
async fn each_count_of_parallel_requests_is_accepted_once() {
    const COUNTS: u32 = 64;
    let api = Api::start();
    let path = api.path("");
    let nonce = nonce(&api).await;
    let mut requests = JoinSet::new();
    for count in (1..=COUNTS).chain(1..=COUNTS) {
        let authorization = sign(&api, &nonce, &format!("{count:08x}"), &path);
        let request = api.client.get(api.url(&path));
        requests.spawn(request.header(AUTHORIZATION, authorization).send());
    }
    let mut accepted = 0;
    for response in requests.join_all().await {
        let reply = Reply::read(response.expect("the sandbox responds")).await;
        if reply.status == StatusCode::OK {
            accepted += 1;
        } else {
            assert_eq!(challenge(&reply, "stale"), "true");
        }
    }
    assert_eq!(accepted, COUNTS);
}

#[tokio::test]
async fn replayed_request_is_accepted_if_configured() {
    let api = Api::with(|builder| builder.nonce_policy(NoncePolicy::AnyCount));
    let path = api.path("");
    let authorization = sign(&api, &nonce(&api).await, "00000001", &path);
    for _ in 0..2 {
        let reply = once(&api, &path, Some(&authorization)).await;
        assert_eq!(reply.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn opaque_is_required_if_configured() {
    let api = Api::with(|builder| builder.opaque("from \"here\""));
    let path = api.path("");
    let reply = once(&api, &path, None).await;
    assert!(
        reply
            .header(WWW_AUTHENTICATE)
            .contains(r#", opaque="from \"here\"""#)
    );
    let nonce = challenge(&reply, "nonce");
    let authorization = sign(&api, &nonce, "00000001", &path);
    for opaque in ["", r#", opaque="elsewhere""#] {
        let reply = once(&api, &path, Some(&format!("{authorization}{opaque}"))).await;
        reply.assert_error(401, "USER_UNAUTHORIZED");
        assert_eq!(challenge(&reply, "stale"), "false", "{opaque}");
    }
    let complete = format!(r#"{authorization}, opaque="from \"here\"""#);
    let reply = once(&api, &path, Some(&complete)).await;
    assert_eq!(reply.status, StatusCode::OK);

    let without = Api::start();
    let path = without.path("");
    let nonce = challenge(&once(&without, &path, None).await, "nonce");
    let authorization = sign(&without, &nonce, "00000001", &path);
    let reply = once(
        &without,
        &path,
        Some(&format!("{authorization}, opaque=\"x\"")),
    )
    .await;
    reply.assert_error(401, "USER_UNAUTHORIZED");
}

#[tokio::test]
async fn client_library_returns_the_opaque() {
    let api = Api::with(|builder| builder.opaque("opaque"));
    assert_eq!(api.get("").await.status, StatusCode::OK);
}

#[tokio::test]
async fn request_count_must_increase_if_configured() {
    let api = Api::with(|builder| builder.nonce_policy(NoncePolicy::IncreasingCount));
    let path = api.path("");
    let nonce = nonce(&api).await;
    for (nc, stale) in [
        ("00000001", false),
        ("00000001", true),
        ("00000009", false),
        ("00000005", true),
        ("0000000a", false),
    ] {
        let reply = once(&api, &path, Some(&sign(&api, &nonce, nc, &path))).await;
        if stale {
            reply.assert_error(401, "USER_UNAUTHORIZED");
            assert_eq!(challenge(&reply, "stale"), "true", "{nc}");
        } else {
            assert_eq!(reply.status, StatusCode::OK, "{nc}");
        }
    }
}

#[tokio::test]
async fn uses_of_a_nonce_are_limited_if_configured() {
    let api = Api::with(|builder| builder.nonce_policy(NoncePolicy::MaxUses(1)));
    let path = api.path("");
    let mut nonce = nonce(&api).await;
    for nc in ["00000001", "00000001"] {
        let authorization = sign(&api, &nonce, nc, &path);
        let reply = once(&api, &path, Some(&authorization)).await;
        assert_eq!(reply.status, StatusCode::OK);
        let reply = once(&api, &path, Some(&authorization)).await;
        assert_eq!(challenge(&reply, "stale"), "true");
        nonce = challenge(&reply, "nonce");
    }
}

#[tokio::test]
async fn client_library_is_accepted_with_every_algorithm() {
    for algorithm in [
        Algorithm::Md5,
        Algorithm::Md5Sess,
        Algorithm::Sha256,
        Algorithm::Sha256Sess,
    ] {
        let api = Api::with(|builder| builder.algorithm(algorithm));
        let reply = once(&api, &api.path(""), None).await;
        assert_eq!(challenge(&reply, "algorithm"), algorithm.name());
        assert_eq!(api.get("").await.status, StatusCode::OK, "{algorithm:?}");
    }
}

#[tokio::test]
async fn response_401_has_the_configured_challenges() {
    let md5 = Challenge::Digest(Algorithm::Md5);
    for (challenges, schemes) in [
        (vec![], vec![]),
        (vec![Challenge::Basic], vec!["Basic"]),
        (vec![Challenge::UnknownAlgorithm], vec!["Digest"]),
        (vec![Challenge::Basic, md5], vec!["Basic", "Digest"]),
    ] {
        let api = Api::with(|builder| builder.challenges(challenges));
        let reply = once(&api, &api.path(""), None).await;
        reply.assert_error(401, "USER_UNAUTHORIZED");
        let headers = reply.headers.get_all(WWW_AUTHENTICATE).iter();
        let found: Vec<&str> = headers
            .filter_map(|it| it.to_str().ok()?.split(' ').next())
            .collect();
        assert_eq!(found, schemes);
    }
}

#[tokio::test]
async fn basic_credentials_are_refused_even_if_challenged() {
    let api = Api::with(|builder| builder.challenges([Challenge::Basic]));
    let request = api.client.get(api.url(&api.path("")));
    let request = request.basic_auth(api.sandbox.public_key(), Some(api.sandbox.private_key()));
    let reply = Reply::read(request.send().await.expect("the sandbox responds")).await;
    reply.assert_error(401, "USER_UNAUTHORIZED");
}
