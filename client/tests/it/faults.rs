//! Failures of networks and gateways.

use std::fmt::{Debug, Write as _};
use std::time::Duration;

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault, Stage};
use atlas_private_endpoint::types::{CreatePrivateEndpointConnection, Region};
use atlas_private_endpoint::{Client, Credentials, Ensured, Error, ErrorKind, RetryPolicy};
use futures_util::stream::{self, StreamExt};

use crate::world::{World, vpce};

const LIST: &str = "listPrivateEndpointConnections";
const CREATE: &str = "createPrivateEndpointConnection";
const ADD: &str = "addInterfaceEndpoint";
const GET_ENDPOINT: &str = "getInterfaceEndpoint";

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

/// The calls that are the columns of the documented table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    List,
    Create,
    EnsureConnection,
    Add,
    EnsureEndpoint,
}

const CALLS: [Call; 5] = [
    Call::List,
    Call::Create,
    Call::EnsureConnection,
    Call::Add,
    Call::EnsureEndpoint,
];

impl Call {
    /// Returns the operation whose first attempt fails.
    fn operation(self) -> &'static str {
        match self {
            Self::List => LIST,
            Self::Create | Self::EnsureConnection => CREATE,
            Self::Add | Self::EnsureEndpoint => ADD,
        }
    }
}

fn outcome<T>(result: &Result<T, Error>) -> String {
    match result {
        Ok(_) => "succeeds".to_owned(),
        Err(error) if error.is_outcome_unknown() => "outcome unknown".to_owned(),
        Err(error) => match (error.kind(), error.status()) {
            (ErrorKind::Status, Some(status)) => format!("error {}", status.as_u16()),
            (kind, _) => format!("error `{kind:?}`"),
        },
    }
}

fn ensured<T: Debug>(result: &Result<Ensured<T>, Error>) -> String {
    match result {
        Ok(Ensured::Created(_)) => "`Created`".to_owned(),
        Ok(Ensured::Existing(_)) => "`Existing`".to_owned(),
        Ok(Ensured::MaybeCreated(_)) => "`MaybeCreated`".to_owned(),
        result => outcome(result),
    }
}

/// When another client creates the resource of a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Another {
    Never,
    Before,
    Meanwhile,
}

/// Makes a call whose first attempt fails with `effect`; returns its cell of the documented table.
async fn call_with(call: Call, effect: Effect, another: Another) -> String {
    let mut world = World::with_nonce().await;
    let exists = another != Another::Never;
    let mut id = None;
    let first_lookup = match call {
        Call::Add | Call::EnsureEndpoint => {
            let connection = world.ready(Region::UsEast1).await;
            if exists {
                world.add(&connection).await;
            }
            id = Some(connection.id);
            let not_found = "{\"errorCode\": \"PRIVATELINK_INTERFACE_ENDPOINT_NOT_FOUND\"}";
            Fault::on(GET_ENDPOINT)
                .first(1)
                .effect(CannedResponse::json(404, not_found))
        }
        Call::List | Call::Create | Call::EnsureConnection => {
            if exists {
                world.create(Region::UsEast1).await;
            }
            Fault::on(LIST)
                .first(1)
                .effect(CannedResponse::json(200, "[]"))
        }
    };
    let is_ensure = matches!(call, Call::EnsureConnection | Call::EnsureEndpoint);
    if is_ensure && another == Another::Meanwhile {
        world.sandbox.inject(first_lookup);
    }
    world.sandbox.advance(Duration::from_secs(1));
    if effect == Effect::ResetBeforeReading {
        // Only a new connection can be reset before the request is read.
        world.client = world.another_client();
    }
    let before = world.sandbox.request_count();
    world
        .sandbox
        .inject(Fault::on(call.operation()).first(1).effect(effect));
    let outcome = match (call, id) {
        (Call::Add, Some(id)) => outcome(
            &world
                .client
                .add_interface_endpoint(&world.project, &id, &vpce().into())
                .await,
        ),
        (Call::EnsureEndpoint, Some(id)) => ensured(
            &world
                .client
                .ensure_interface_endpoint(&world.project, &id, &vpce())
                .await,
        ),
        (Call::EnsureConnection, _) => ensured(&world.ensure("us-east-1").await),
        (Call::Create, _) => outcome(&world.try_create(Region::UsEast1).await),
        _ => outcome(&world.list().await),
    };
    let requests = world.sandbox.request_count() - before;
    let connections = world.count_connections();
    assert!(connections <= 1, "{call:?} made {connections} connections");
    match call {
        Call::Create => format!("{outcome} ({requests}) | {connections}"),
        _ if is_ensure => outcome,
        _ => format!("{outcome} ({requests})"),
    }
}

/// The number of calls at once. More would let a request that does not stall time out on a busy machine.
const CONCURRENCY: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn documented_table_of_failures_is_true() {
    let mut rows: Vec<_> = effects()
        .into_iter()
        .map(|(name, effect)| (name, effect, Another::Never))
        .collect();
    rows.extend(
        [
            (
                "502 with HTML, Atlas did not act, another client created it before",
                Another::Before,
            ),
            (
                "502 with HTML, Atlas did not act, another client creates it meanwhile",
                Another::Meanwhile,
            ),
        ]
        .map(|(name, another)| (name, CannedResponse::html_502().into(), another)),
    );
    let names: Vec<_> = rows.iter().map(|(name, _, _)| *name).collect();
    let pending = rows.into_iter().flat_map(|(_, effect, another)| {
        CALLS.map(|call| Box::pin(call_with(call, effect.clone(), another)))
    });
    let cells: Vec<String> = stream::iter(pending).buffered(CONCURRENCY).collect().await;
    let mut table = String::from(
        "| first attempt | list | create | connections | `ensure_connection` | add | `ensure_interface_endpoint` |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for (name, cells) in names.iter().zip(cells.chunks(CALLS.len())) {
        writeln!(table, "| {name} | {} |", cells.join(" | ")).unwrap();
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
