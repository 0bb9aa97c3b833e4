//! Timeouts of waits, and servers that stall, lag behind or fail temporarily.

use std::num::NonZeroU32;
use std::time::Duration;

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault, Stage};
use atlas_private_endpoint::types::PrivateEndpointConnection;
use atlas_private_endpoint::wait::ConnectionGoal;
use atlas_private_endpoint::{Client, Deletion, ErrorKind, PrivateLinkId};

use crate::raw_server::refusing;
use crate::world::{LONG, World, client_of, vpce};

const LIST: &str = "listPrivateEndpointConnections";
const GET: &str = "getPrivateEndpointConnection";
const GET_ENDPOINT: &str = "getInterfaceEndpoint";
const CREATE: &str = "createPrivateEndpointConnection";
const DELETE: &str = "deletePrivateEndpointConnection";

/// Long enough for responses, even on a busy machine.
const SHORT: Duration = Duration::from_millis(500);

/// Returns a world in which requests for the operation stall, a connection, and a client with long timeouts of its own.
async fn stalling(operation: &str) -> (World, PrivateEndpointConnection, Client) {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.add(&connection).await;
    world.time.advance(LONG);
    let client = client_of(&world.sandbox).build().unwrap();
    client
        .list_private_endpoint_connections(&world.project)
        .await
        .unwrap();
    let silence = Effect::Stall(Stage::BeforeHandling);
    world.sandbox.inject(Fault::on(operation).effect(silence));
    (world, connection, client)
}

fn not_found() -> CannedResponse {
    CannedResponse::json(404, "{\"errorCode\": \"PRIVATELINK_NOT_FOUND\"}")
}

#[tokio::test]
async fn stalled_request_does_not_outlast_a_wait() {
    let (world, connection, client) = stalling(GET).await;
    let waiter =
        client.wait_for_connection(&world.project, &connection.id, ConnectionGoal::Available);
    let error = waiter.timeout(SHORT).await.unwrap_err();
    assert!(error.is_wait_timeout(), "{error}");
}

#[tokio::test]
async fn stalled_request_does_not_outlast_a_cascade() {
    for stalled in [GET, GET_ENDPOINT] {
        let (world, connection, client) = stalling(stalled).await;
        let cascade = client.delete_connection_cascade(&world.project, &connection.id);
        let error = cascade.timeout(SHORT).await.unwrap_err();
        assert!(error.is_wait_timeout(), "{stalled}: {error}");
        assert_eq!(
            world.count_requests(DELETE),
            0,
            "nothing is deleted after the timeout"
        );
    }
}

#[tokio::test]
async fn stalled_request_does_not_outlast_an_ensure() {
    for stalled in [LIST, CREATE] {
        let (world, _, client) = stalling(stalled).await;
        let ensuring = client.ensure_connection(&world.project, "eu-west-1");
        let error = ensuring.timeout(SHORT).await.unwrap_err();
        assert!(error.is_wait_timeout(), "{stalled}: {error}");
        // Only a POST that was sent may have been applied.
        assert_eq!(error.is_outcome_unknown(), stalled == CREATE, "{error}");
    }
    let (world, connection, client) = stalling(GET_ENDPOINT).await;
    let ensuring = client.ensure_interface_endpoint(&world.project, &connection.id, &vpce());
    let error = ensuring.timeout(SHORT).await.unwrap_err();
    assert!(error.is_wait_timeout(), "{error}");
}

/// The rate limit delays a request by up to a minute.
#[tokio::test]
async fn nothing_is_deleted_after_the_timeout() {
    let world = World::with_steps_of(60);
    let connection = world.ready("us-east-1").await;
    world.add(&connection).await;
    world.time.advance(LONG);
    let limited = client_of(&world.sandbox)
        .clock(world.time.clone())
        .rate_limit(NonZeroU32::new(6));
    let client = limited.build().unwrap();
    let cascade = client.delete_connection_cascade(&world.project, &connection.id);
    let error = cascade.timeout(Duration::from_secs(5)).await.unwrap_err();
    assert!(error.is_wait_timeout(), "{error}");
    assert_eq!(world.count_requests(DELETE), 0);
}

/// The list may lag behind the state of a connection.
#[tokio::test]
async fn stale_list_is_polled_with_pauses() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    let listed = format!(
        "[{{\"id\": \"{}\", \"status\": \"DELETING\", \
         \"endpointServiceName\": \"com.amazonaws.vpce.us-east-1.vpce-svc-1\"}}]",
        connection.id
    );
    world
        .sandbox
        .inject(Fault::on(LIST).effect(CannedResponse::json(200, listed)));
    world.sandbox.inject(Fault::on(GET).effect(not_found()));
    let ensuring = world.ensure("us-east-1");
    let ensuring = ensuring.timeout(Duration::from_secs(60));
    let error = ensuring.await.unwrap_err();
    assert!(error.is_wait_timeout(), "{error}");
    assert_eq!(world.time.slept(), [1, 2, 4, 8, 15, 15, 15]);
}

#[tokio::test]
async fn transient_failure_does_not_end_a_cascade_or_ensure_that_waits() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.add(&connection).await;
    // A refusal makes it wait; then Atlas is unavailable for longer than the retries of a call.
    let refused = "{\"errorCode\": \"CANNOT_DELETE_PRIVATELINK_WITH_ENDPOINTS\"}";
    let refuse = Fault::on(DELETE)
        .first(1)
        .effect(CannedResponse::json(409, refused));
    world.sandbox.inject(refuse);
    let fail = Fault::on(GET)
        .calls(2..=6)
        .effect(CannedResponse::service_unavailable());
    world.sandbox.inject(fail);
    let cascade = world.cascade(&connection);
    assert_eq!(cascade.await.unwrap(), Deletion::InProgress);

    let world = World::with_steps_of(1000);
    let connection = world.ready("us-east-1").await;
    world.delete(&connection).await;
    let fail = Fault::on(LIST)
        .calls(2..=6)
        .effect(CannedResponse::service_unavailable());
    world.sandbox.inject(fail);
    let ensured = world.ensure("us-east-1").await;
    assert!(ensured.unwrap().is_created());
}

#[tokio::test]
async fn transient_statuses_of_proxies_do_not_end_a_wait() {
    for status in [425, 500, 507, 520, 522, 524, 529] {
        let world = World::with_steps_of(10);
        let connection = world.create("us-east-1").await;
        let fail = Fault::on(GET).first(1).effect(CannedResponse::new(status));
        world.sandbox.inject(fail);
        let waiter = world.wait(&connection, ConnectionGoal::Ready);
        assert!(waiter.await.is_ok(), "{status}");
    }
}

#[tokio::test]
async fn wait_obeys_retry_after() {
    let world = World::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let fail = Fault::on(GET)
        .first(1)
        .effect(CannedResponse::rate_limited(Some("600")));
    world.sandbox.inject(fail);
    let waiter = world.wait(&connection, ConnectionGoal::Ready);
    waiter.await.unwrap();
    assert_eq!(world.time.slept(), [600]);
}

#[tokio::test]
async fn polling_without_pauses_times_out() {
    let world = World::with_steps_of(1000);
    let connection = world.create("us-east-1").await;
    let mut waiter = world
        .wait(&connection, ConnectionGoal::Ready)
        .timeout(Duration::from_secs(10));
    waiter.poll().await.unwrap();
    world.time.advance(Duration::from_secs(11));
    waiter.poll().await.unwrap();
    assert!(waiter.poll().await.unwrap_err().is_wait_timeout());

    // The timeout can be changed during the wait.
    let mut waiter = world.wait(&connection, ConnectionGoal::Ready);
    waiter.poll().await.unwrap();
    let error = waiter.timeout(Duration::from_secs(5)).await.unwrap_err();
    assert!(error.is_wait_timeout());
    assert_eq!(world.time.slept().iter().sum::<u64>(), 5);
}

#[tokio::test]
async fn failed_deletion_ends_the_wait() {
    let world = World::with_steps_of(1000);
    let connection = world.ready("us-east-1").await;
    let body = |status: &str| {
        let id = &connection.id;
        format!("{{\"id\": \"{id}\", \"status\": \"{status}\", \"errorMessage\": \"in\\nuse\"}}")
    };
    // It was DELETING between two polls.
    let first = CannedResponse::json(200, body("WAITING_FOR_USER"));
    world.sandbox.inject(Fault::on(GET).first(1).effect(first));
    let then = CannedResponse::json(200, body("FAILED"));
    world.sandbox.inject(Fault::on(GET).effect(then));
    let waiter = world.wait(&connection, ConnectionGoal::Deleted);
    let error = waiter.await.unwrap_err();
    assert!(error.is_wait_failed(), "{error}");
    assert!(error.to_string().contains(r"in\nuse"), "{error}");
}

#[tokio::test]
async fn empty_error_message_is_ignored() {
    let world = World::with_steps_of(10);
    let id = PrivateLinkId::new("5f7cb1a3e3b4aa3b8ba3fb44").unwrap();
    let body = format!("{{\"id\": \"{id}\", \"errorMessage\": \"\", \"status\": \"FAILED\"}}");
    world
        .sandbox
        .inject(Fault::on(GET).effect(CannedResponse::json(200, body)));
    let waiter = world
        .client
        .wait_for_connection(&world.project, &id, ConnectionGoal::Ready);
    let error = waiter.await.unwrap_err();
    assert!(!error.to_string().contains("Atlas reports"), "{error}");
}

#[tokio::test]
async fn cascade_deletes_only_expected_interface_endpoints() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.add(&connection).await;
    let cascade = |expected: Vec<_>| world.cascade(&connection).only(expected);
    let error = cascade(Vec::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedInterfaceEndpoint);
    assert!(error.to_string().contains(vpce().as_str()), "{error}");
    assert_eq!(world.count_requests("deleteInterfaceEndpoint"), 0);
    assert_eq!(world.count_requests(DELETE), 0);
    let deletion = cascade(vec![vpce()]).await.unwrap();
    assert_eq!(deletion, Deletion::InProgress);
}

#[tokio::test]
async fn connection_not_found_by_its_deletion_is_done() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.sandbox.inject(Fault::on(DELETE).effect(not_found()));
    let cascade = world.cascade(&connection);
    assert_eq!(cascade.await.unwrap(), Deletion::Done);
}

#[tokio::test]
async fn lost_add_is_not_reconciled_with_an_interface_endpoint_being_deleted() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.add(&connection).await;
    world.time.advance(LONG);
    world.delete_endpoint(&connection).await;
    let lost = Fault::on("addInterfaceEndpoint")
        .first(1)
        .effect(CannedResponse::html_502());
    world.sandbox.inject(lost);
    let request = vpce().into();
    let added = world
        .client
        .add_interface_endpoint(&world.project, &connection.id, &request);
    let error = added.await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
}

#[tokio::test]
async fn longest_timeouts_do_not_overflow() {
    let world = World::with_steps_of(10);
    let client = client_of(&world.sandbox)
        .deadline(Duration::MAX)
        .timeout(Duration::MAX)
        .build()
        .unwrap();
    client
        .list_private_endpoint_connections(&world.project)
        .await
        .unwrap();
}

#[tokio::test]
async fn unreachable_host_ends_a_wait() {
    let world = World::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let (_socket, origin) = refusing();
    let client = client_of(&world.sandbox)
        .base_url(origin)
        .clock(world.time.clone())
        .build()
        .unwrap();
    let waiter = client.wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready);
    assert_eq!(waiter.await.unwrap_err().kind(), ErrorKind::Connect);
}

/// A login page returns 200 for every request.
#[tokio::test]
async fn deletion_that_returns_html_is_an_error() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    let page = CannedResponse::json(200, "<html>Log in</html>");
    world.sandbox.inject(Fault::on(DELETE).effect(page));
    let deleted = world
        .client
        .delete_private_endpoint_connection(&world.project, &connection.id);
    let error = deleted.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.excerpt().unwrap().contains("Log in"), "{error}");
}
