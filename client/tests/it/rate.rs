//! The limit on the requests to a project.

use std::future::{Future, pending};
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault, Stage};
use atlas_pe_sandbox::{DEFAULT_PROJECT_ID, testing};
use atlas_private_endpoint::types::CreatePrivateEndpointConnection;
use atlas_private_endpoint::{Client, Clock, Credentials, ErrorKind, ProjectId, RetryPolicy};
use proptest::prelude::*;
use tokio::task::JoinSet;

use crate::world::{SharedClock, World, client_of};

const OTHER_PROJECT: &str = "5f7cb1a3e3b4aa3b8ba3fb44";
const LIST: &str = "listPrivateEndpointConnections";

/// Returns a sandbox with Atlas' limit, whose minute began `seconds` ago.
fn seconds_into_its_minute(seconds: u64) -> World {
    let builder = testing::builder().rate_limit(100);
    let builder = builder.project(DEFAULT_PROJECT_ID).project(OTHER_PROJECT);
    let world = World::with(builder);
    world.time.advance(Duration::from_secs(seconds));
    world
}

/// Returns a client that does not retry a 429.
fn client(world: &World, limit: Option<u32>) -> Client {
    client_of(&world.sandbox)
        .clock(world.time.clone())
        .retry(RetryPolicy::never())
        .rate_limit(limit.and_then(NonZeroU32::new))
        .build()
        .unwrap()
}

fn refused(world: &World) -> usize {
    let requests = world.sandbox.requests();
    requests.iter().filter(|it| it.status == 429).count()
}

async fn list(client: &Client, project: &ProjectId, times: usize) -> usize {
    let mut failed = 0;
    for _ in 0..times {
        let listed = client.list_private_endpoint_connections(project).await;
        failed += usize::from(listed.is_err());
    }
    failed
}

#[tokio::test]
async fn client_below_the_limit_never_gets_429() {
    for seconds in [0, 1, 30, 59] {
        let world = seconds_into_its_minute(seconds);
        let client = client(&world, Some(100));
        assert_eq!(list(&client, &world.project, 80).await, 0);
        world.time.advance(Duration::from_secs(37));
        assert_eq!(list(&client, &world.project, 250).await, 0);
        assert_eq!(refused(&world), 0, "{seconds}");
        let slept: u64 = world.time.slept().iter().sum();
        assert!((120..=180).contains(&slept), "{slept}");
    }
}

#[tokio::test]
async fn client_without_a_limit_gets_429() {
    let world = seconds_into_its_minute(0);
    let client = client(&world, None);
    assert_eq!(list(&client, &world.project, 120).await, 20);
    assert_eq!(refused(&world), 20);
    assert!(world.time.slept().is_empty());
}

#[tokio::test]
async fn default_limit_is_that_of_atlas() {
    let world = seconds_into_its_minute(0);
    let client = client_of(&world.sandbox)
        .clock(world.time.clone())
        .build()
        .unwrap();
    assert_eq!(list(&client, &world.project, 101).await, 0);
    assert_eq!(refused(&world), 0);
    assert_eq!(world.time.slept(), [60]);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_calls_share_the_limit() {
    let world = seconds_into_its_minute(20);
    let client = client(&world, Some(100));
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let (client, project) = (client.clone(), world.project.clone());
        tasks.spawn(async move { list(&client, &project, 20).await });
    }
    let failed: usize = tasks.join_all().await.into_iter().sum();
    assert_eq!((failed, refused(&world)), (0, 0));
    assert_eq!(client.counters().calls, 320);
}

#[tokio::test]
async fn each_project_has_its_own_limit() {
    let world = seconds_into_its_minute(0);
    let client = client(&world, Some(100));
    let other = ProjectId::new(OTHER_PROJECT).unwrap();
    assert_eq!(list(&client, &world.project, 95).await, 0);
    assert_eq!(list(&client, &other, 95).await, 0);
    assert!(world.time.slept().is_empty());
}

#[tokio::test]
async fn token_requests_do_not_count() {
    let world = seconds_into_its_minute(0);
    let account =
        Credentials::service_account(world.sandbox.client_id(), world.sandbox.client_secret());
    let client = Client::builder(account)
        .base_url(world.sandbox.origin())
        .clock(world.time.clone())
        .build()
        .unwrap();
    assert_eq!(list(&client, &world.project, 100).await, 0);
    assert_eq!(client.counters().requests, 101);
    assert!(world.time.slept().is_empty());
    assert_eq!(list(&client, &world.project, 1).await, 0);
    assert_eq!(world.time.slept(), [60]);
}

#[tokio::test]
async fn call_without_a_permit_before_its_deadline_is_not_sent() {
    let world = seconds_into_its_minute(0);
    let client = client_of(&world.sandbox)
        .clock(world.time.clone())
        .deadline(Duration::from_secs(59))
        .rate_limit(NonZeroU32::new(10))
        .build()
        .unwrap();
    assert_eq!(list(&client, &world.project, 7).await, 0);
    let before = world.sandbox.request_count();
    let request = CreatePrivateEndpointConnection::aws("us-east-1");
    let error = client
        .create_private_endpoint_connection(&world.project, &request)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimit);
    assert!(error.is_rate_limited() && error.is_retryable());
    assert!(!error.is_timeout() && !error.is_outcome_unknown());
    assert_eq!((error.attempts(), error.status()), (0, None));
    assert_eq!(
        error.to_string(),
        format!(
            "createPrivateEndpointConnection for project {}: the limit of 10 requests per minute for the project \
             is reached, and no permit is free before the call's deadline; retry after 60 s",
            world.project
        )
    );
    assert_eq!(world.sandbox.request_count(), before);
    assert_eq!(client.counters().attempts, 7);
    assert!(world.time.slept().is_empty(), "it fails at once");
}

#[tokio::test]
async fn attempt_that_sent_a_request_before_it_lacked_a_permit_counts() {
    let world = seconds_into_its_minute(0);
    let account =
        Credentials::service_account(world.sandbox.client_id(), world.sandbox.client_secret());
    let client = Client::builder(account)
        .base_url(world.sandbox.origin())
        .clock(world.time.clone())
        .deadline(Duration::from_secs(59))
        .rate_limit(NonZeroU32::new(1))
        .build()
        .unwrap();
    // The token is replaced, and there is no permit for the request with the new one.
    world
        .sandbox
        .inject(Fault::on(LIST).effect(CannedResponse::empty_401()));
    let error = client
        .list_private_endpoint_connections(&world.project)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimit);
    assert_eq!((error.attempts(), client.counters().attempts), (1, 1));
}

/// Returns a 429 of Atlas.
fn too_many_requests(retry_after: Option<&str>) -> Effect {
    Effect::Respond(CannedResponse::rate_limited(retry_after))
}

#[tokio::test]
async fn refused_call_waits_for_the_next_minute_of_the_server() {
    // The random part is two seconds with this clock, and a wait is at most a minute.
    for (into_its_minute, wait) in [(0, 60), (1, 60), (15, 47), (59, 3)] {
        let world = World::new();
        world.time.advance(Duration::from_secs(into_its_minute));
        world
            .sandbox
            .inject(Fault::on(LIST).first(1).effect(too_many_requests(None)));
        assert_eq!(list(&world.client, &world.project, 1).await, 0);
        assert_eq!(world.time.slept(), [wait], "{into_its_minute}");
    }
}

#[tokio::test]
async fn refusal_closes_the_window_of_the_project_for_all_calls() {
    for (retry_after, wait) in [(None, 47), (Some("7"), 7)] {
        let world = seconds_into_its_minute(15);
        let client = client(&world, Some(100));
        let refuse = too_many_requests(retry_after);
        world
            .sandbox
            .inject(Fault::on(LIST).first(1).effect(refuse));
        assert_eq!(list(&client, &world.project, 1).await, 1);
        let other = ProjectId::new(OTHER_PROJECT).unwrap();
        assert_eq!(list(&client, &other, 1).await, 0);
        assert!(
            world.time.slept().is_empty(),
            "another project is not affected"
        );
        assert_eq!(list(&client.clone(), &world.project, 3).await, 0);
        assert_eq!(world.time.slept(), [wait]);
    }
}

#[tokio::test]
async fn window_is_closed_for_no_longer_than_the_limit_of_the_policy() {
    let world = seconds_into_its_minute(0);
    let client = client(&world, Some(100));
    let refuse = too_many_requests(Some("86400"));
    world
        .sandbox
        .inject(Fault::on(LIST).first(1).effect(refuse));
    assert_eq!(list(&client, &world.project, 2).await, 1);
    assert_eq!(world.time.slept(), [60]);
}

#[tokio::test]
async fn call_that_cannot_wait_for_the_window_to_open_is_not_sent() {
    let world = seconds_into_its_minute(15);
    let client = client_of(&world.sandbox)
        .clock(world.time.clone())
        .deadline(Duration::from_secs(30))
        .build()
        .unwrap();
    let refuse = too_many_requests(Some("42"));
    world.sandbox.inject(Fault::on(LIST).effect(refuse));
    for (kind, requests) in [(ErrorKind::Status, 2), (ErrorKind::RateLimit, 2)] {
        let error = client
            .list_private_endpoint_connections(&world.project)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.is_rate_limited());
        assert_eq!(error.retry_after(), Some(Duration::from_secs(42)));
        assert!(error.to_string().ends_with("; retry after 42 s"), "{error}");
        assert_eq!(world.sandbox.request_count(), requests);
    }
    assert!(world.time.slept().is_empty());
}

#[tokio::test]
async fn call_that_waits_for_requests_in_flight_ends_at_its_deadline() {
    let world = seconds_into_its_minute(0);
    let stalled = Fault::on_any().counting_unauthenticated();
    world
        .sandbox
        .inject(stalled.effect(Effect::Stall(Stage::BeforeHandling)));
    let client = client_of(&world.sandbox)
        .deadline(Duration::from_millis(200))
        .rate_limit(NonZeroU32::new(3))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    // The first call uses up the limit and gets no response.
    let (first, second) = tokio::join!(
        client.list_private_endpoint_connections(&world.project),
        client.list_private_endpoint_connections(&world.project),
    );
    assert_eq!(first.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(second.unwrap_err().kind(), ErrorKind::RateLimit);
    assert_eq!(world.sandbox.request_count(), 1);
}

/// A clock whose long sleeps return at once and whose short sleeps never return.
#[derive(Clone, Debug)]
struct Dozing(SharedClock);

impl Clock for Dozing {
    fn now(&self) -> Instant {
        self.0.now()
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        if time < Duration::from_secs(1) {
            return Box::pin(pending());
        }
        self.0.sleep(time)
    }

    fn random(&self) -> f64 {
        1.0
    }
}

#[tokio::test]
async fn deadline_while_waiting_for_a_permit_is_a_rate_limit_error() {
    let world = seconds_into_its_minute(0);
    let unavailable = Fault::on_any().first(1);
    world
        .sandbox
        .inject(unavailable.effect(CannedResponse::service_unavailable()));
    let nearly_a_minute = Duration::from_millis(59_950);
    let retry = RetryPolicy::default().base_delay(nearly_a_minute);
    let client = client_of(&world.sandbox)
        .clock(Dozing(world.time.clone()))
        .rate_limit(NonZeroU32::new(3))
        .retry(retry.max_delay(nearly_a_minute))
        .deadline(nearly_a_minute + Duration::from_millis(100))
        .build()
        .unwrap();
    // The second attempt waits 50 milliseconds for its permit, from which the clock does not return.
    let error = client
        .list_private_endpoint_connections(&world.project)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimit);
    assert_eq!(error.attempts(), 1);
    assert_eq!(world.sandbox.request_count(), 2);
}

#[tokio::test]
async fn dropped_call_releases_its_permit() {
    let world = seconds_into_its_minute(0);
    let client = client_of(&world.sandbox)
        .clock(world.time.clone())
        .rate_limit(NonZeroU32::new(3))
        .build()
        .unwrap();
    world
        .sandbox
        .inject(Fault::on_any().effect(Effect::Stall(Stage::BeforeHandling)));
    let call = client.list_private_endpoint_connections(&world.project);
    let arrived = async {
        while world.sandbox.request_count() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        _ = call => panic!("it was stalled"),
        () = arrived => {}
    }
    world.sandbox.clear_faults();
    assert_eq!(list(&client, &world.project, 1).await, 0);
    assert_eq!(world.time.slept(), [60], "the requests that it sent count");
}

/// A clock whose readings and random numbers come from a list, in turn, and whose sleeps return at once.
#[derive(Debug)]
struct Erratic {
    start: Instant,
    readings: Vec<(i64, f64)>,
    calls: AtomicUsize,
}

impl Erratic {
    fn next(&self) -> (i64, f64) {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        self.readings[call % self.readings.len()]
    }
}

impl Clock for Erratic {
    fn now(&self) -> Instant {
        let (seconds, _) = self.next();
        let offset = Duration::from_secs(seconds.unsigned_abs());
        let now = if seconds < 0 {
            self.start.checked_sub(offset)
        } else {
            self.start.checked_add(offset)
        };
        now.unwrap_or(self.start)
    }

    fn sleep(&self, _time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::task::yield_now())
    }

    fn random(&self) -> f64 {
        self.next().1
    }
}

fn any_duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::ZERO),
        Just(Duration::MAX),
        any::<u64>().prop_map(Duration::from_secs),
        (0..120_000_u64).prop_map(Duration::from_millis),
    ]
}

fn any_reading() -> impl Strategy<Value = (i64, f64)> {
    // An hour either way, and as far as an `Instant` goes.
    let seconds = prop_oneof![-3600..3600_i64, any::<i64>(), Just(i64::MAX)];
    (seconds, any::<f64>())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn no_policy_clock_or_random_value_panics(
        durations in proptest::array::uniform4(any_duration()),
        attempts in 0..5_u32,
        readings in proptest::collection::vec(any_reading(), 1..20),
        responses in proptest::collection::vec(prop_oneof![
            Just(CannedResponse::rate_limited(None)),
            Just(CannedResponse::service_unavailable()),
            any::<u64>().prop_map(|seconds| CannedResponse::rate_limited(Some(&seconds.to_string()))),
        ], 1..6),
    ) {
        let [base_delay, max_delay, retry_after_limit, deadline] = durations;
        let world = seconds_into_its_minute(0);
        for (call, response) in (1..).zip(responses) {
            world.sandbox.inject(Fault::on(LIST).calls(call..=call).effect(response));
        }
        let policy = RetryPolicy::default()
            .max_attempts(attempts)
            .base_delay(base_delay)
            .max_delay(max_delay)
            .retry_after_limit(retry_after_limit);
        let clock = Erratic { start: Instant::now(), readings, calls: AtomicUsize::new(0) };
        let builder = client_of(&world.sandbox).retry(policy).clock(clock);
        let client = builder.deadline(deadline).rate_limit(NonZeroU32::new(4)).build().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(list(&client, &world.project, 3));
    }
}
