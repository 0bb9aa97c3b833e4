//! Spans, events and counters, and that they hold no secrets.

use std::num::NonZeroU32;

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault};
use atlas_private_endpoint::{Credentials, RetryPolicy};

use crate::log::{self, SECRETS, WRONG_KEY};
use crate::world::{LONG, World, client, client_of, vpce};

#[tokio::test]
async fn no_log_or_error_contains_a_key_or_signature() {
    log::text();
    let world = World::new();
    let World {
        client: right,
        project,
        sandbox,
        ..
    } = &world;
    let connection = world.ready("us-east-1").await;
    right
        .add_interface_endpoint(project, &connection.id, &vpce().into())
        .await
        .unwrap();
    sandbox.advance(LONG);
    right
        .list_private_endpoint_connections(project)
        .await
        .unwrap();
    let refused = right
        .delete_private_endpoint_connection(project, &connection.id)
        .await;
    let wrong = client(
        sandbox.origin(),
        Credentials::api_key(sandbox.public_key(), WRONG_KEY),
    );
    let unauthorized = wrong.list_private_endpoint_connections(project).await;
    let offline =
        atlas_private_endpoint::Client::builder(Credentials::api_key("public", WRONG_KEY))
            .base_url("http://127.0.0.1:1")
            .retry(RetryPolicy::never())
            .build()
            .unwrap();
    let unreachable = offline.list_private_endpoint_connections(project).await;

    let mut text = log::text();
    for error in [
        refused.unwrap_err(),
        unauthorized.unwrap_err(),
        unreachable.unwrap_err(),
    ] {
        text.push_str(&format!("{error} {error:?} {error:#?}"));
    }
    text.push_str(&format!("{right:?} {wrong:#?}"));
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret:?} was logged");
    }
}

#[tokio::test]
async fn spans_have_operation_attempt_and_status_but_no_ids() {
    log::text();
    let world = World::new();
    let connection = world.ready("us-east-1").await;
    world
        .client
        .get_private_endpoint_connection(&world.project, &connection.id)
        .await
        .unwrap();
    let text = log::text();
    let spans: Vec<&str> = text
        .lines()
        // The events of requests have URLs.
        .filter(|line| {
            line.contains("atlas_call{") && !line.contains("atlas_private_endpoint::http")
        })
        .collect();
    let closed = |needles: &[&str]| {
        spans
            .iter()
            .any(|line| needles.iter().all(|needle| line.contains(needle)))
    };
    assert!(
        closed(&[
            "operation=\"getPrivateEndpointConnection\"",
            "path=\"/groups/{groupId}/privateEndpoint/{privateLinkId}\"",
            "method=GET",
            "status=200",
            "attempts=1",
        ]),
        "{spans:#?}"
    );
    assert!(closed(&[
        "atlas_attempt{attempt=1",
        "nonce_reused=true",
        "milliseconds="
    ]));
    assert!(closed(&["nonce_reused=false"]));
    assert!(
        !spans
            .iter()
            .any(|line| line.contains(connection.id.as_str()))
    );
}

#[tokio::test]
async fn counters_separate_calls_from_requests() {
    let world = World::new();
    for _ in 0..3 {
        world
            .client
            .list_private_endpoint_connections(&world.project)
            .await
            .unwrap();
    }
    let counters = world.client.counters();
    assert_eq!(
        (counters.calls, counters.attempts, counters.requests),
        (3, 3, 4)
    );
    assert_eq!(world.sandbox.request_count(), 4);
}

/// Returns true when an event at INFO contains every text.
fn informs_of(texts: &[&str]) -> bool {
    let text = log::text();
    let mut events = text.lines().filter(|line| line.contains(" INFO "));
    events.any(|line| texts.iter().all(|text| line.contains(text)))
}

#[tokio::test]
async fn delay_before_a_retry_is_reported() {
    log::text();
    let world = World::with_nonce().await;
    let refuse = CannedResponse::rate_limited(Some("41"));
    let list = "listPrivateEndpointConnections";
    world
        .sandbox
        .inject(Fault::on(list).first(1).effect(refuse));
    world.list().await.unwrap();
    let event = [
        "waiting before the next attempt",
        "operation=\"listPrivateEndpointConnections\"",
        "attempt=2",
        "cause=\"Atlas returned 429 Too Many Requests, RATE_LIMITED",
        "delay=41s",
    ];
    assert!(informs_of(&event), "{}", log::text());
}

#[tokio::test]
async fn wait_for_a_permit_is_reported() {
    log::text();
    let world = World::new();
    let client = client_of(&world.sandbox)
        .clock(world.time.clone())
        .rate_limit(NonZeroU32::new(4))
        .build()
        .unwrap();
    let list = || client.list_private_endpoint_connections(&world.project);
    list().await.unwrap();
    let event = ["waiting for a permit", "limit=4", "attempt=1", "delay=60s"];
    assert!(!informs_of(&event));
    list().await.unwrap();
    assert!(informs_of(&event), "{}", log::text());
}

#[tokio::test]
async fn counters_agree_with_what_the_server_received() {
    let challenge = |challenge: &str| {
        Effect::Respond(CannedResponse::empty_401().header("www-authenticate", challenge))
    };
    let effects = [
        CannedResponse::html_502().into(),
        CannedResponse::empty_401().into(),
        CannedResponse::rate_limited(None).into(),
        Effect::ResetBeforeHandling,
        Effect::StaleNonce,
        challenge("Basic realm=\"x\""),
        challenge("Digest realm=\"x\", nonce=\"y\", algorithm=CRC32"),
        challenge("Digest realm=\"x\", nonce=\"y\", qop=\"other\""),
        challenge("Digest"),
    ];
    for effect in effects {
        for first in [1, 2, 9] {
            let world = World::with_nonce().await;
            let fault = Fault::on_any().counting_unauthenticated().first(first);
            world.sandbox.inject(fault.effect(effect.clone()));
            let before = world.client.counters();
            let requests = world.sandbox.request_count();
            let result = world.list().await;
            let after = world.client.counters();
            let context = format!("{effect} {first}: {result:?}");
            let sent = after.requests - before.requests;
            assert_eq!(
                usize::try_from(sent),
                Ok(world.sandbox.request_count() - requests),
                "{context}"
            );
            if let Err(error) = result {
                let attempts = after.attempts - before.attempts;
                assert_eq!(attempts, u64::from(error.attempts()), "{context}");
            }
        }
    }
}
