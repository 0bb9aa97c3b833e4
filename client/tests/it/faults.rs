//! Failures of networks and gateways.

use std::fmt::Write as _;
use std::time::Duration;

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault, Stage};
use atlas_private_endpoint::types::{CreatePrivateEndpointConnection, Region};
use atlas_private_endpoint::{Client, Credentials, Error, ErrorKind, RetryPolicy};

use crate::world::World;

const LIST: &str = "listPrivateEndpointConnections";
const CREATE: &str = "createPrivateEndpointConnection";

/// Half a minute after the time of the sandbox's clock.
const AHEAD: &str = "Fri, 01 Jan 2021 00:00:30 GMT";

/// The failures of the first attempt, with their names in the documentation.
fn effects() -> Vec<(&'static str, Effect)> {
    vec![
        (
            "connection reset before the request is read",
            Effect::ResetBeforeReading,
        ),
        (
            "connection reset before Atlas acts",
            Effect::ResetBeforeHandling,
        ),
        (
            "connection reset after Atlas acted",
            Effect::ResetAfterHandling,
        ),
        (
            "stall before Atlas acts",
            Effect::Stall(Stage::BeforeHandling),
        ),
        ("stall after Atlas acted", Effect::Stall(Stage::BeforeHead)),
        ("stall within the head", Effect::Stall(Stage::InHead)),
        ("stall within the body", Effect::Stall(Stage::InBody)),
        ("half a head", Effect::HalfHead),
        ("half a body", Effect::HalfBody),
        (
            "a body shorter than its content length",
            Effect::WrongContentLength,
        ),
        (
            "502 with HTML, Atlas did not act",
            Effect::Respond(CannedResponse::html_502()),
        ),
        (
            "502 with HTML, Atlas acted",
            Effect::RespondAfterHandling(CannedResponse::html_502()),
        ),
        (
            "504 with HTML, Atlas acted",
            Effect::RespondAfterHandling(CannedResponse::html_504()),
        ),
        (
            "503",
            Effect::Respond(CannedResponse::service_unavailable()),
        ),
        (
            "401 with an empty body and no challenge",
            Effect::Respond(CannedResponse::empty_401()),
        ),
        ("401 with a stale nonce", Effect::StaleNonce),
        (
            "429 without `Retry-After`",
            Effect::Respond(CannedResponse::rate_limited(None)),
        ),
        (
            "429, `Retry-After: 7`",
            Effect::Respond(CannedResponse::rate_limited(Some("7"))),
        ),
        (
            "429, `Retry-After` with a date in the past",
            Effect::Respond(CannedResponse::rate_limited(Some(
                "Sun, 06 Nov 1994 08:49:37 GMT",
            ))),
        ),
        (
            "429, `Retry-After` with a date 30 s ahead",
            Effect::Respond(CannedResponse::rate_limited(Some(AHEAD))),
        ),
        (
            "429, `Retry-After: 3600`, which is over the limit",
            Effect::Respond(CannedResponse::rate_limited(Some("3600"))),
        ),
        (
            "405, no changes during an upgrade",
            Effect::Respond(CannedResponse::writes_not_allowed()),
        ),
        (
            "a redirect to another host",
            Effect::Respond(CannedResponse::redirect_to("http://127.0.0.1:9/")),
        ),
        (
            "200 with unexpected JSON",
            Effect::Respond(CannedResponse::truncated_json()),
        ),
        ("200 with an endless body", Effect::EndlessBody),
    ]
}

fn outcome<T>(result: &Result<T, Error>) -> String {
    let Err(error) = result else {
        return "succeeds".to_owned();
    };
    let mut text = match (error.kind(), error.status()) {
        (ErrorKind::Status, Some(status)) => format!("error {}", status.as_u16()),
        (kind, _) => format!("error `{kind:?}`"),
    };
    if error.is_outcome_unknown() {
        text.push_str(", outcome unknown");
    }
    text
}

/// Makes a call of `operation` whose first attempt fails with `effect`; returns the outcome, and the numbers of
/// requests and resources.
async fn call_with(operation: &str, effect: Effect) -> (String, usize, usize) {
    let mut world = World::with_nonce().await;
    if effect == Effect::ResetBeforeReading {
        // Only a new connection can be reset before the request is read.
        world.client = world.another_client();
    }
    let before = world.sandbox.request_count();
    world
        .sandbox
        .inject(Fault::on(operation).first(1).effect(effect));
    let outcome = match operation {
        LIST => outcome(&world.list().await),
        _ => outcome(&world.try_create(Region::UsEast1).await),
    };
    (
        outcome,
        world.sandbox.request_count() - before,
        world.count_connections(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn documented_table_of_failures_is_true() {
    let rows: Vec<_> = effects()
        .into_iter()
        .map(|(name, effect)| {
            tokio::spawn(async move {
                let get = call_with(LIST, effect.clone()).await;
                let post = call_with(CREATE, effect).await;
                (name, get, post)
            })
        })
        .collect();
    let mut table = String::from(
        "| first attempt | GET | requests | POST (create) | requests | resources |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for row in rows {
        let (name, (get, get_requests, _), (post, post_requests, resources)) = row.await.unwrap();
        writeln!(
            table,
            "| {name} | {get} | {get_requests} | {post} | {post_requests} | {resources} |"
        )
        .unwrap();
    }
    let documented = include_str!("../../src/faults.md");
    assert_eq!(
        documented, table,
        "client/src/faults.md should be:\n{table}"
    );
}

#[tokio::test]
async fn delays_double_and_obey_retry_after() {
    let world = World::with_nonce().await;
    world.sandbox.inject(
        Fault::on(LIST)
            .first(3)
            .effect(Effect::Respond(CannedResponse::html_502())),
    );
    world.list().await.unwrap();
    let milliseconds: Vec<u128> = world
        .time
        .sleeps()
        .iter()
        .map(Duration::as_millis)
        .collect();
    assert_eq!(milliseconds, [500, 1000, 2000]);

    for (header, seconds) in [("7", 7), (AHEAD, 30)] {
        let world = World::with_nonce().await;
        let limited = Effect::Respond(CannedResponse::rate_limited(Some(header)));
        world
            .sandbox
            .inject(Fault::on(CREATE).first(1).effect(limited));
        world.try_create(Region::UsEast1).await.unwrap();
        assert_eq!(world.time.slept(), [seconds]);
    }
}

#[tokio::test]
async fn attempts_are_limited_and_reported() {
    let world = World::with_nonce().await;
    let before = world.sandbox.request_count();
    world
        .sandbox
        .inject(Fault::on(LIST).effect(Effect::Respond(CannedResponse::html_502())));
    let error = world.list().await.unwrap_err();
    assert_eq!(error.attempts(), 4);
    assert_eq!(world.sandbox.request_count() - before, 4);
    assert!(error.to_string().contains("after 4 attempts in"), "{error}");
    assert!(error.is_retryable() && !error.is_outcome_unknown());
    assert_eq!(error.status().unwrap().as_u16(), 502);
}

#[tokio::test]
async fn stale_nonces_are_replaced() {
    let world = World::with_nonce().await;
    world
        .sandbox
        .inject(Fault::on_any().every(2).effect(Effect::StaleNonce));
    for _ in 0..10 {
        world.list().await.unwrap();
    }
}

#[tokio::test]
async fn client_works_after_a_dropped_call() {
    let world = World::with_nonce().await;
    world.sandbox.inject(
        Fault::on(LIST)
            .first(1)
            .effect(Effect::Stall(Stage::BeforeHead)),
    );
    let dropped = tokio::time::timeout(Duration::from_millis(50), world.list()).await;
    assert!(dropped.is_err());
    world.list().await.unwrap();
    world.try_create(Region::UsEast1).await.unwrap();
    assert_eq!(world.list().await.unwrap(), 1);
}

#[tokio::test]
async fn deadline_ends_a_call() {
    let world = World::with_nonce().await;
    world
        .sandbox
        .inject(Fault::on_any().effect(Effect::Stall(Stage::BeforeHandling)));
    let key = Credentials::api_key(world.sandbox.public_key(), world.sandbox.private_key());
    let client = Client::builder(key)
        .base_url(world.sandbox.origin())
        .deadline(Duration::from_millis(100))
        .retry(RetryPolicy::default().max_attempts(100))
        .build()
        .unwrap();
    let error = client
        .list_private_endpoint_connections(&world.project)
        .await
        .unwrap_err();
    assert!(error.is_timeout());
    assert!(error.to_string().contains("deadline"), "{error}");
    let request = CreatePrivateEndpointConnection::aws(Region::UsEast1);
    let call = client.create_private_endpoint_connection(&world.project, &request);
    let error = call.await.unwrap_err();
    assert!(error.is_timeout() && error.is_outcome_unknown(), "{error}");
}
