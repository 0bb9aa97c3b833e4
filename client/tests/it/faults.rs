//! What networks and gateways do, and what becomes of calls then.

use std::fmt::Write as _;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use atlas_pe_sandbox::fault::{Answer, Effect, Fault, Stage};
use atlas_pe_sandbox::{Clock, Sandbox};
use atlas_private_endpoint::types::{CreatePrivateEndpointConnection, Region};
use atlas_private_endpoint::{
    Client, Credentials, Error, ErrorKind, PrivateLinkId, ProjectId, RetryPolicy, Timer,
};

use crate::world::{LONG, vpce};

const LIST: &str = "listPrivateEndpointConnections";
const CREATE: &str = "createPrivateEndpointConnection";
const ADD: &str = "addInterfaceEndpoint";
const DELETE: &str = "deletePrivateEndpointConnection";

/// How long a server may be silent. Long enough for a busy machine, since only stalled requests wait.
const TIMEOUT: Duration = Duration::from_secs(4);

/// Half a minute after the time at which the sandbox's clock stands.
const AHEAD: &str = "Fri, 01 Jan 2021 00:00:30 GMT";

/// Waits for nothing, and remembers for how long it should have.
#[derive(Clone, Debug, Default)]
struct Impatient(Arc<Mutex<Vec<Duration>>>);

impl Timer for Impatient {
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.lock().unwrap().push(time);
        Box::pin(ready(()))
    }

    fn random(&self) -> f64 {
        0.5
    }
}

fn client(sandbox: &Sandbox, timer: &Impatient) -> Client {
    let key = Credentials::api_key(sandbox.public_key(), sandbox.private_key());
    Client::builder(key)
        .base_url(sandbox.origin())
        .timeout(TIMEOUT)
        .timer(timer.clone())
        .build()
        .unwrap()
}

struct World {
    sandbox: Sandbox,
    client: Client,
    project: ProjectId,
    timer: Impatient,
}

impl World {
    /// A sandbox, and a client that knows a nonce already, so that a call is one request.
    async fn new() -> Self {
        Self::with_steps_of(Duration::from_secs(2)).await
    }

    async fn with_steps_of(step: Duration) -> Self {
        let builder = Sandbox::builder().clock(Clock::manual()).step(step);
        let sandbox = builder.nonce_lifetime(Duration::MAX).start().unwrap();
        let timer = Impatient::default();
        let client = client(&sandbox, &timer);
        let project = ProjectId::new(sandbox.project_id()).unwrap();
        client
            .list_private_endpoint_connections(&project)
            .await
            .unwrap();
        Self {
            sandbox,
            client,
            project,
            timer,
        }
    }

    /// A client that has no connection and knows no nonce.
    fn another_client(&self) -> Client {
        client(&self.sandbox, &self.timer)
    }

    async fn create(&self, region: Region) -> Result<String, Error> {
        let request = CreatePrivateEndpointConnection::aws(region);
        let created = self
            .client
            .create_private_endpoint_connection(&self.project, &request);
        Ok(created.await?.id.to_string())
    }

    async fn list(&self) -> Result<usize, Error> {
        let list = self
            .client
            .list_private_endpoint_connections(&self.project)
            .await?;
        Ok(list.len())
    }

    fn waits(&self) -> Vec<Duration> {
        self.timer.0.lock().unwrap().clone()
    }

    fn resources(&self) -> usize {
        self.sandbox.connections(self.project.as_str()).len()
    }
}

/// Everything that can happen to the first attempt, and what it is called in the documentation.
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
            "silence before Atlas acts",
            Effect::Stall(Stage::BeforeHandling),
        ),
        (
            "silence after Atlas acted",
            Effect::Stall(Stage::BeforeHead),
        ),
        (
            "silence in the middle of the head",
            Effect::Stall(Stage::InHead),
        ),
        (
            "silence in the middle of the body",
            Effect::Stall(Stage::InBody),
        ),
        ("half a head", Effect::HalfHead),
        ("half a body", Effect::HalfBody),
        (
            "a body shorter than its content length",
            Effect::WrongContentLength,
        ),
        (
            "502 with HTML, Atlas did not act",
            Effect::Respond(Answer::html_502()),
        ),
        (
            "502 with HTML, Atlas acted",
            Effect::RespondAfterHandling(Answer::html_502()),
        ),
        (
            "504 with HTML, Atlas acted",
            Effect::RespondAfterHandling(Answer::html_504()),
        ),
        ("503", Effect::Respond(Answer::service_unavailable())),
        (
            "401 with an empty body and no challenge",
            Effect::Respond(Answer::empty_401()),
        ),
        ("401 with a stale nonce", Effect::StaleNonce),
        (
            "429 without `Retry-After`",
            Effect::Respond(Answer::rate_limited(None)),
        ),
        (
            "429, `Retry-After: 7`",
            Effect::Respond(Answer::rate_limited(Some("7"))),
        ),
        (
            "429, `Retry-After` with a date in the past",
            Effect::Respond(Answer::rate_limited(Some("Sun, 06 Nov 1994 08:49:37 GMT"))),
        ),
        (
            "429, `Retry-After` with a date 30 s ahead",
            Effect::Respond(Answer::rate_limited(Some(AHEAD))),
        ),
        (
            "429, `Retry-After: 3600`, which is over the limit",
            Effect::Respond(Answer::rate_limited(Some("3600"))),
        ),
        (
            "405, no changes during an upgrade",
            Effect::Respond(Answer::writes_off()),
        ),
        (
            "a redirect to another host",
            Effect::Respond(Answer::redirect_to("http://127.0.0.1:9/")),
        ),
        (
            "200 with JSON of another form",
            Effect::Respond(Answer::garbage_json()),
        ),
        ("200 with a body without end", Effect::EndlessBody),
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

/// A call of `operation` whose first attempt meets `effect`: outcome, requests, resources.
async fn meet(operation: &str, effect: Effect) -> (String, usize, usize) {
    let mut world = World::new().await;
    if effect == Effect::ResetBeforeReading {
        // It takes a new connection to be reset at once.
        world.client = world.another_client();
    }
    let before = world.sandbox.request_count();
    world
        .sandbox
        .inject(Fault::on(operation).first(1).effect(effect));
    let outcome = match operation {
        LIST => outcome(&world.list().await),
        _ => outcome(&world.create(Region::UsEast1).await),
    };
    (
        outcome,
        world.sandbox.request_count() - before,
        world.resources(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_in_the_documentation_is_true() {
    let rows: Vec<_> = effects()
        .into_iter()
        .map(|(name, effect)| {
            tokio::spawn(async move {
                let get = meet(LIST, effect.clone()).await;
                let post = meet(CREATE, effect).await;
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
async fn waits_grow_and_are_what_the_server_asks_for() {
    let world = World::new().await;
    world.sandbox.inject(
        Fault::on(LIST)
            .first(3)
            .effect(Effect::Respond(Answer::html_502())),
    );
    world.list().await.unwrap();
    let milliseconds: Vec<u128> = world.waits().iter().map(Duration::as_millis).collect();
    assert_eq!(milliseconds, [250, 500, 1000]);

    for (header, seconds) in [("7", 7), (AHEAD, 30)] {
        let world = World::new().await;
        let asked = Effect::Respond(Answer::rate_limited(Some(header)));
        world
            .sandbox
            .inject(Fault::on(CREATE).first(1).effect(asked));
        world.create(Region::UsEast1).await.unwrap();
        assert_eq!(world.waits(), [Duration::from_secs(seconds)]);
    }
}

#[tokio::test]
async fn attempts_are_bounded_and_told() {
    let world = World::new().await;
    let before = world.sandbox.request_count();
    world
        .sandbox
        .inject(Fault::on(LIST).effect(Effect::Respond(Answer::html_502())));
    let error = world.list().await.unwrap_err();
    assert_eq!(error.attempts(), 4);
    assert_eq!(world.sandbox.request_count() - before, 4);
    assert!(error.to_string().contains("after 4 attempts in"), "{error}");
    assert!(error.is_retryable() && !error.is_outcome_unknown());
    assert_eq!(error.status().unwrap().as_u16(), 502);
}

#[tokio::test]
async fn a_create_that_cannot_be_found_out_about_has_an_unknown_outcome() {
    let world = World::new().await;
    world
        .sandbox
        .inject(Fault::on(CREATE).effect(Effect::ResetAfterHandling));
    world
        .sandbox
        .inject(Fault::on(LIST).effect(Effect::Respond(Answer::html_502())));
    let error = world.create(Region::UsEast1).await.unwrap_err();
    assert!(error.is_outcome_unknown() && !error.is_retryable());
    assert!(
        error.to_string().contains("looking for it failed too"),
        "{error}"
    );
    assert_eq!(error.candidates(), []);
    assert_eq!(error.attempts(), 1);
    assert_eq!(world.resources(), 1);
}

/// What does not tell its region yet may be another region's, made a moment ago.
#[tokio::test]
async fn another_regions_new_connection_is_not_taken_for_ones_own() {
    for effect in [
        Effect::Respond(Answer::html_502()),
        Effect::ResetBeforeHandling,
        Effect::ResetAfterHandling,
    ] {
        let world = World::new().await;
        let other = world.create(Region::EuWest1).await.unwrap();
        world
            .sandbox
            .inject(Fault::on(CREATE).first(1).effect(effect.clone()));
        match world.create(Region::UsEast1).await {
            // It was not made at first, so it is sent again.
            Ok(created) => assert_ne!(created, other, "{effect:?}"),
            // It was made, and two do not tell their regions: nobody knows which it is.
            Err(error) => {
                assert_eq!(effect, Effect::ResetAfterHandling);
                assert!(error.is_outcome_unknown(), "{error}");
                assert_eq!(error.candidates().len(), 2, "{error}");
            }
        }
        assert_eq!(world.resources(), 2, "{effect:?}");
    }
}

/// Only the last attempt is left to find out: then what may be it is named.
#[tokio::test]
async fn what_may_be_it_is_named_when_no_attempt_is_left() {
    let world = World::new().await;
    let effect = Effect::Respond(Answer::html_502());
    let other = world.create(Region::EuWest1).await.unwrap();
    world.sandbox.inject(Fault::on(CREATE).effect(effect));
    let error = world.create(Region::UsEast1).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    let candidates: Vec<&str> = error
        .candidates()
        .iter()
        .map(PrivateLinkId::as_str)
        .collect();
    assert_eq!(candidates, [other.as_str()]);
    assert_eq!(world.resources(), 1);
}

#[tokio::test]
async fn two_new_connections_are_named_and_not_told_apart() {
    let world = World::new().await;
    let other = world.create(Region::EuWest1).await.unwrap();
    world
        .sandbox
        .inject(Fault::on(CREATE).effect(Effect::ResetAfterHandling));
    let error = world.create(Region::UsEast1).await.unwrap_err();
    assert!(error.is_outcome_unknown());
    assert_eq!(error.candidates().len(), 2);
    assert!(error.candidates().iter().any(|id| id.as_str() == other));
    assert!(error.to_string().contains(&other), "{error}");
    assert_eq!(world.resources(), 2);
}

#[tokio::test]
async fn somebody_elses_older_connection_is_not_taken_for_ones_own() {
    let world = World::new().await;
    let older = world.create(Region::UsEast1).await.unwrap();
    world.sandbox.advance(LONG);
    world.sandbox.inject(
        Fault::on(CREATE)
            .first(1)
            .effect(Effect::Respond(Answer::html_502())),
    );
    let error = world.create(Region::UsEast1).await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
    assert!(!error.is_outcome_unknown());
    assert_eq!(
        world.sandbox.connections(world.project.as_str())[0].id,
        older
    );
    assert_eq!(world.resources(), 1);
}

#[tokio::test]
async fn an_addition_is_looked_up_by_its_id() {
    for (effect, requests) in [
        (Effect::ResetAfterHandling, 3),
        (Effect::ResetBeforeHandling, 4),
    ] {
        let world = World::new().await;
        let id = world
            .create(Region::UsEast1)
            .await
            .unwrap()
            .parse()
            .unwrap();
        world.sandbox.advance(LONG);
        let before = world.sandbox.request_count();
        // The nonce of a lost connection is not used again, so a challenge is fetched, too.
        world.sandbox.inject(Fault::on(ADD).first(1).effect(effect));
        let added = world
            .client
            .add_interface_endpoint(&world.project, &id, &vpce().into())
            .await
            .unwrap();
        assert_eq!(added.interface_endpoint_id, vpce());
        assert_eq!(world.sandbox.request_count() - before, requests);
    }
}

#[tokio::test]
async fn a_deletion_whose_answer_was_lost_is_done_when_nothing_is_left() {
    let world = World::with_steps_of(Duration::ZERO).await;
    let id = world
        .create(Region::UsEast1)
        .await
        .unwrap()
        .parse()
        .unwrap();
    world.sandbox.inject(
        Fault::on(DELETE)
            .first(1)
            .effect(Effect::ResetAfterHandling),
    );
    world
        .client
        .delete_private_endpoint_connection(&world.project, &id)
        .await
        .unwrap();
    assert_eq!(world.resources(), 0);
    // Without a lost answer, deleting what is not there is an error.
    let again = world
        .client
        .delete_private_endpoint_connection(&world.project, &id)
        .await;
    assert!(again.unwrap_err().is_not_found());
}

#[tokio::test]
async fn every_second_nonce_may_be_stale() {
    let world = World::new().await;
    world
        .sandbox
        .inject(Fault::on_any().every(2).effect(Effect::StaleNonce));
    for _ in 0..10 {
        world.list().await.unwrap();
    }
}

/// Nobody acts on the request that only fetches a challenge.
#[tokio::test]
async fn a_create_that_was_never_signed_was_not_carried_out() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", silent.local_addr().unwrap());
    let key = Credentials::api_key("public", "private");
    let client = Client::builder(key)
        .base_url(origin)
        .deadline(Duration::from_millis(100))
        .build()
        .unwrap();
    let project = ProjectId::new("5356823b3004dee37132bb7b").unwrap();
    let request = CreatePrivateEndpointConnection::aws(Region::UsEast1);
    let error = client
        .create_private_endpoint_connection(&project, &request)
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(!error.is_outcome_unknown(), "{error}");
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_nothing_broken() {
    let world = World::new().await;
    world.sandbox.inject(
        Fault::on(LIST)
            .first(1)
            .effect(Effect::Stall(Stage::BeforeHead)),
    );
    let dropped = tokio::time::timeout(Duration::from_millis(50), world.list()).await;
    assert!(dropped.is_err());
    world.list().await.unwrap();
    world.create(Region::UsEast1).await.unwrap();
    assert_eq!(world.list().await.unwrap(), 1);
}

#[tokio::test]
async fn a_deadline_ends_a_call_whatever_its_attempts_do() {
    let world = World::new().await;
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
