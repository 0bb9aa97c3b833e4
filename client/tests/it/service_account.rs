//! Service accounts: one token for all calls, renewed in time.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault};
use atlas_pe_sandbox::{Sandbox, testing};
use atlas_private_endpoint::types::{CreatePrivateEndpointConnection, Region};
use atlas_private_endpoint::{Client, Clock, Credentials, ProjectId, RetryPolicy};
use tokio::task::JoinSet;

struct World {
    sandbox: Sandbox,
    client: Client,
    project: ProjectId,
}

impl World {
    fn new() -> Self {
        Self::with_tokens_of(Duration::from_secs(3600))
    }

    fn with_tokens_of(lifetime: Duration) -> Self {
        let builder = testing::builder();
        let sandbox = builder.token_lifetime(lifetime).start().unwrap();
        let client = client(&sandbox, sandbox.client_secret());
        let project = ProjectId::new(sandbox.project_id()).unwrap();
        Self {
            sandbox,
            client,
            project,
        }
    }

    async fn list(&self) -> Result<usize, atlas_private_endpoint::Error> {
        let list = self.client.list_private_endpoint_connections(&self.project);
        Ok(list.await?.len())
    }

    fn token_requests(&self) -> usize {
        let requests = self.sandbox.requests();
        let is_token = |operation: &str| operation == "token";
        requests
            .iter()
            .filter(|request| request.operation.as_deref().is_some_and(is_token))
            .count()
    }
}

fn client(sandbox: &Sandbox, secret: &str) -> Client {
    Client::builder(Credentials::service_account(sandbox.client_id(), secret))
        .base_url(sandbox.origin())
        .retry(RetryPolicy::default().base_delay(Duration::ZERO))
        .build()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_at_the_same_time_wait_for_one_token() {
    let world = World::new();
    let mut calls = JoinSet::new();
    for _ in 0..32 {
        let (client, project) = (world.client.clone(), world.project.clone());
        calls.spawn(async move {
            client
                .list_private_endpoint_connections(&project)
                .await
                .unwrap()
        });
    }
    calls.join_all().await;
    assert_eq!(world.token_requests(), 1);
    assert_eq!(world.sandbox.request_count(), 33);
}

#[tokio::test]
async fn a_token_that_ended_early_is_replaced_once() {
    let world = World::new();
    world.list().await.unwrap();
    // The client's clock does not know that an hour has passed for the server.
    world.sandbox.advance(Duration::from_secs(3601));
    world.list().await.unwrap();
    assert_eq!(world.token_requests(), 2);
    let statuses: Vec<u16> = world
        .sandbox
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [200, 200, 401, 200, 200]);
}

/// A clock that can be put forward.
#[derive(Clone, Debug, Default)]
struct Ahead(Arc<Mutex<Duration>>);

impl Clock for Ahead {
    fn now(&self) -> Instant {
        Instant::now() + *self.0.lock().unwrap()
    }

    fn sleep(&self, _time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(ready(()))
    }
}

#[tokio::test]
async fn a_token_that_is_about_to_end_is_renewed_before() {
    let world = World::new();
    let clock = Ahead::default();
    let account =
        Credentials::service_account(world.sandbox.client_id(), world.sandbox.client_secret());
    let client = Client::builder(account)
        .base_url(world.sandbox.origin())
        .clock(clock.clone())
        .build()
        .unwrap();
    // A token lives an hour, and is replaced a minute before its end.
    for (seconds, tokens) in [(0, 1), (3000, 1), (3545, 2), (3600, 2)] {
        *clock.0.lock().unwrap() = Duration::from_secs(seconds);
        client
            .list_private_endpoint_connections(&world.project)
            .await
            .unwrap();
        assert_eq!(world.token_requests(), tokens, "after {seconds} s");
    }
    let statuses: Vec<u16> = world
        .sandbox
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [200; 6], "no token was refused");
    assert_eq!(client.counters().requests, 6);
}

#[tokio::test]
async fn tokens_that_are_always_refused_are_not_asked_for_without_end() {
    let world = World::with_tokens_of(Duration::ZERO);
    let error = world.list().await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!(
        world.token_requests(),
        2,
        "a refused token is replaced once, and no more"
    );
}

#[tokio::test]
async fn a_wrong_secret_is_told_and_not_shown() {
    const WRONG: &str = "mdb_sa_sk_not-the-secret";
    let world = World::new();
    let wrong = client(&world.sandbox, WRONG);
    let error = wrong
        .list_private_endpoint_connections(&world.project)
        .await
        .unwrap_err();
    assert!(error.is_unauthorized());
    assert!(
        error.excerpt().unwrap().contains("invalid_client"),
        "{error}"
    );
    let said = format!("{error} {error:?} {wrong:?}");
    assert!(!said.contains(WRONG), "{said}");
    assert_eq!(world.sandbox.request_count(), 1);
}

#[tokio::test]
async fn a_token_that_cannot_be_had_for_a_while_is_asked_for_again_even_before_a_post() {
    let world = World::new();
    world.sandbox.inject(
        Fault::on("token")
            .first(2)
            .effect(Effect::Respond(CannedResponse::html_502())),
    );
    let request = CreatePrivateEndpointConnection::aws(Region::UsEast1);
    world
        .client
        .create_private_endpoint_connection(&world.project, &request)
        .await
        .unwrap();
    assert_eq!(world.token_requests(), 3);
    assert_eq!(
        world.sandbox.request_count(),
        4,
        "nothing had to be looked for"
    );
}

#[tokio::test]
async fn an_answer_without_a_token_shows_nothing_of_itself() {
    let world = World::new();
    let answer = CannedResponse::json(200, "{\"access_token_\": \"half-a-secret\"}");
    world
        .sandbox
        .inject(Fault::on("token").effect(Effect::Respond(answer)));
    let error = world.list().await.unwrap_err();
    let said = format!("{error} {error:?}");
    assert!(said.contains("holds none"), "{said}");
    assert!(!said.contains("half-a-secret"), "{said}");
}

#[tokio::test]
async fn a_missing_role_does_not_cost_a_token_for_each_call() {
    let world = World::new();
    let refuse = CannedResponse::json(401, "{\"errorCode\": \"USER_UNAUTHORIZED\"}");
    world
        .sandbox
        .inject(Fault::on("listPrivateEndpointConnections").effect(refuse));
    for _ in 0..10 {
        assert!(world.list().await.unwrap_err().is_unauthorized());
    }
    // The first refusal may have been of the token.
    assert_eq!(world.token_requests(), 2);
}

#[tokio::test]
async fn a_token_that_never_ends_is_taken() {
    let world = World::new();
    let body = format!("{{\"access_token\": \"x\", \"expires_in\": {}}}", u64::MAX);
    let endless = Fault::on("token").effect(CannedResponse::json(200, body));
    world.sandbox.inject(endless);
    // It is none of the sandbox's, which is all that is wrong with it.
    assert!(world.list().await.unwrap_err().is_unauthorized());
}
