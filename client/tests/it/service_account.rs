//! Access tokens of service accounts.

use std::future::{Future, ready};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault, Stage};
use atlas_pe_sandbox::{Sandbox, testing};
use atlas_private_endpoint::types::{CreatePrivateEndpointConnection, Region};
use atlas_private_endpoint::{Client, ClientBuilder, Clock, Credentials, ProjectId, RetryPolicy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
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
    builder(sandbox, secret).build().unwrap()
}

fn builder(sandbox: &Sandbox, secret: &str) -> ClientBuilder {
    Client::builder(Credentials::service_account(sandbox.client_id(), secret))
        .base_url(sandbox.origin())
        .retry(RetryPolicy::default().base_delay(Duration::ZERO))
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

#[tokio::test]
async fn lifetime_of_a_token_may_be_text_or_a_fraction() {
    for lifetime in ["\"3600\"", "3599.5", "-1", "\"soon\"", "{}", "null"] {
        let world = world();
        let body = format!("{{\"access_token\": \"x\", \"expires_in\": {lifetime}}}");
        let issue = CannedResponse::json(200, body);
        world
            .sandbox
            .inject(Fault::on("token").first(1).effect(issue));
        // The sandbox does not know the first token, so a second one is fetched.
        world.list().await.unwrap();
        assert_eq!(world.count_requests("token"), 2, "{lifetime}");
    }
}

#[tokio::test]
async fn retry_after_of_the_token_endpoint_is_obeyed() {
    let mut world = world();
    let builder = builder(&world.sandbox, world.sandbox.client_secret());
    world.client = builder.clock(world.time.clone()).build().unwrap();
    for response in [
        CannedResponse::service_unavailable().header("retry-after", "7"),
        CannedResponse::rate_limited(Some("8")),
    ] {
        world
            .sandbox
            .inject(Fault::on("token").first(1).effect(response));
        world.list().await.unwrap();
        world.sandbox.clear_faults();
        world.time.advance(Duration::from_secs(3600));
    }
    assert_eq!(
        world.time.slept(),
        [7, 8],
        "the limit of the project is not affected"
    );
}

#[tokio::test]
async fn stalled_token_endpoint_delays_callers_together() {
    let mut world = world();
    let builder = builder(&world.sandbox, world.sandbox.client_secret());
    let builder = builder.retry(RetryPolicy::never());
    world.client = builder.timeout(Duration::from_millis(300)).build().unwrap();
    let stall = Effect::Stall(Stage::BeforeHandling);
    world.sandbox.inject(Fault::on("token").effect(stall));
    let lists = (0..8).map(|_| world.list());
    for result in futures_util::future::join_all(lists).await {
        let error = result.unwrap_err();
        assert!(error.is_timeout() && error.is_retryable(), "{error}");
        assert_eq!(error.attempts(), 1);
    }
    assert_eq!(world.count_requests("token"), 1);
    world.sandbox.clear_faults();
    world.list().await.unwrap();
    assert_eq!(world.count_requests("token"), 2);
}

#[tokio::test]
async fn failed_token_request_is_shared() {
    let mut world = world();
    let builder = builder(&world.sandbox, world.sandbox.client_secret());
    world.client = builder.retry(RetryPolicy::never()).build().unwrap();
    let fail = CannedResponse::html_502();
    world.sandbox.inject(Fault::on("token").effect(fail));
    let lists = (0..8).map(|_| world.list());
    for result in futures_util::future::join_all(lists).await {
        assert_eq!(result.unwrap_err().status().unwrap().as_u16(), 502);
    }
    assert_eq!(world.count_requests("token"), 1);
    assert_eq!(world.client.counters().requests, 1);
}

/// Accepts a connection and reads a request with an empty or short body.
async fn accept(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().await.unwrap();
    let read = stream.read(&mut [0; 4096]).await.unwrap();
    assert_ne!(read, 0);
    stream
}

async fn respond(mut stream: TcpStream, body: &str) {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all((head + body).as_bytes()).await.unwrap();
}

#[tokio::test]
async fn cancelled_caller_does_not_fail_those_that_wait_for_its_token() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::builder(Credentials::service_account("id", "secret"))
        .base_url(format!("http://{}", listener.local_addr().unwrap()))
        .build()
        .unwrap();
    let project = ProjectId::new("5356823b3004dee37132bb7b").unwrap();
    let mut first = Box::pin(client.list_private_endpoint_connections(&project));
    let token_request = tokio::select! {
        _ = &mut first => panic!("there is no token yet"),
        stream = accept(&listener) => stream,
    };
    let mut second = pin!(client.list_private_endpoint_connections(&project));
    tokio::select! {
        biased;
        _ = &mut second => panic!("there is no token yet"),
        () = ready(()) => {}
    }
    drop(first);
    let serve = async {
        respond(token_request, "{\"access_token\": \"x\"}").await;
        respond(accept(&listener).await, "[]").await;
    };
    let (list, ()) = tokio::join!(second, serve);
    assert_eq!(list.unwrap(), []);
    assert_eq!(client.counters().requests, 2);
}
