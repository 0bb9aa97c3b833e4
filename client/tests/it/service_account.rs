//! Access tokens of service accounts.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault};
use atlas_pe_sandbox::{Sandbox, testing};
use atlas_private_endpoint::types::{CreatePrivateEndpointConnection, Region};
use atlas_private_endpoint::{Client, Clock, Credentials, RetryPolicy};
use tokio::task::JoinSet;

use crate::world::World;

fn world() -> World {
    with_tokens_of(Duration::from_secs(3600))
}

fn with_tokens_of(lifetime: Duration) -> World {
    let mut world = World::with(testing::builder().token_lifetime(lifetime));
    world.client = client(&world.sandbox, world.sandbox.client_secret());
    world
}

fn client(sandbox: &Sandbox, secret: &str) -> Client {
    Client::builder(Credentials::service_account(sandbox.client_id(), secret))
        .base_url(sandbox.origin())
        .retry(RetryPolicy::default().base_delay(Duration::ZERO))
        .build()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_calls_share_one_token() {
    let world = world();
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
    assert_eq!(world.count_requests("token"), 1);
    assert_eq!(world.sandbox.request_count(), 33);
}

#[tokio::test]
async fn expired_token_is_replaced_once() {
    let world = world();
    world.list().await.unwrap();
    // An hour passes on the server's clock only.
    world.sandbox.advance(Duration::from_secs(3601));
    world.list().await.unwrap();
    assert_eq!(world.count_requests("token"), 2);
    let statuses: Vec<u16> = world
        .sandbox
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [200, 200, 401, 200, 200]);
}

/// A clock that the test can advance.
#[derive(Clone, Debug, Default)]
struct AdvanceableClock(Arc<Mutex<Duration>>);

impl Clock for AdvanceableClock {
    fn now(&self) -> Instant {
        Instant::now() + *self.0.lock().unwrap()
    }

    fn sleep(&self, _time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(ready(()))
    }
}

#[tokio::test]
async fn token_is_renewed_before_it_expires() {
    let world = world();
    let clock = AdvanceableClock::default();
    let account =
        Credentials::service_account(world.sandbox.client_id(), world.sandbox.client_secret());
    let client = Client::builder(account)
        .base_url(world.sandbox.origin())
        .clock(clock.clone())
        .build()
        .unwrap();
    // A token is valid for an hour and renewed a minute before its end.
    for (seconds, tokens) in [(0, 1), (3000, 1), (3545, 2), (3600, 2)] {
        *clock.0.lock().unwrap() = Duration::from_secs(seconds);
        client
            .list_private_endpoint_connections(&world.project)
            .await
            .unwrap();
        assert_eq!(world.count_requests("token"), tokens, "after {seconds} s");
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
async fn refused_tokens_are_replaced_once() {
    let world = with_tokens_of(Duration::ZERO);
    let error = world.list().await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!(
        world.count_requests("token"),
        2,
        "a refused token is replaced once"
    );
}

#[tokio::test]
async fn wrong_secret_is_reported_and_redacted() {
    const WRONG: &str = "mdb_sa_sk_not-the-secret";
    let world = world();
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
    let text = format!("{error} {error:?} {wrong:?}");
    assert!(!text.contains(WRONG), "{text}");
    assert_eq!(world.sandbox.request_count(), 1);
}

#[tokio::test]
async fn failed_token_request_before_a_post_is_repeated() {
    let world = world();
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
    assert_eq!(world.count_requests("token"), 3);
    assert_eq!(world.sandbox.request_count(), 4, "nothing was reconciled");
}

#[tokio::test]
async fn response_without_a_token_is_redacted() {
    let world = world();
    let response = CannedResponse::json(200, "{\"access_token_\": \"half-a-secret\"}");
    world
        .sandbox
        .inject(Fault::on("token").effect(Effect::Respond(response)));
    let error = world.list().await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("has none"), "{text}");
    assert!(!text.contains("half-a-secret"), "{text}");
}

#[tokio::test]
async fn missing_role_does_not_cost_a_token_per_call() {
    let world = world();
    let refuse = CannedResponse::json(401, "{\"errorCode\": \"USER_UNAUTHORIZED\"}");
    world
        .sandbox
        .inject(Fault::on("listPrivateEndpointConnections").effect(refuse));
    for _ in 0..10 {
        assert!(world.list().await.unwrap_err().is_unauthorized());
    }
    // The first refusal may be caused by the token.
    assert_eq!(world.count_requests("token"), 2);
}

#[tokio::test]
async fn token_without_an_end_is_accepted() {
    let world = world();
    let body = format!("{{\"access_token\": \"x\", \"expires_in\": {}}}", u64::MAX);
    let endless = Fault::on("token").effect(CannedResponse::json(200, body));
    world.sandbox.inject(endless);
    // The sandbox does not know the token.
    assert!(world.list().await.unwrap_err().is_unauthorized());
}
