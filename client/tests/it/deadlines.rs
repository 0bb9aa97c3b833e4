//! Servers that say nothing, lag behind or fail for a while, and the time that a caller gave.

use std::num::NonZeroU32;
use std::time::Duration;

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault, Stage};
use atlas_private_endpoint::types::PrivateEndpointConnection;
use atlas_private_endpoint::wait::ConnectionGoal;
use atlas_private_endpoint::{Client, Deletion, ErrorKind, PrivateLinkId};

use crate::time::{TimedWorld, client_of};
use crate::world::{LONG, vpce};

const LIST: &str = "listPrivateEndpointConnections";
const GET: &str = "getPrivateEndpointConnection";
const GET_ENDPOINT: &str = "getInterfaceEndpoint";
const CREATE: &str = "createPrivateEndpointConnection";
const DELETE: &str = "deletePrivateEndpointConnection";

/// Long enough for what is answered, on a busy machine too.
const SHORT: Duration = Duration::from_millis(500);

/// A connection, and a client whose own limits are far above the time that is given to it here.
async fn slow(of: &str) -> (TimedWorld, PrivateEndpointConnection, Client) {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.add(&connection).await;
    world.time.advance(LONG);
    let client = client_of(&world.sandbox).build().unwrap();
    client
        .list_private_endpoint_connections(&world.project)
        .await
        .unwrap();
    let silence = Effect::Stall(Stage::BeforeHandling);
    world.sandbox.inject(Fault::on(of).effect(silence));
    (world, connection, client)
}

fn not_there() -> CannedResponse {
    CannedResponse::json(404, "{\"errorCode\": \"PRIVATELINK_NOT_FOUND\"}")
}

#[tokio::test]
async fn silence_does_not_outlast_the_time_for_a_wait() {
    let (world, connection, client) = slow(GET).await;
    let waiter =
        client.wait_for_connection(&world.project, &connection.id, ConnectionGoal::Available);
    let error = waiter.timeout(SHORT).await.unwrap_err();
    assert!(error.is_wait_timeout(), "{error}");
}

#[tokio::test]
async fn silence_does_not_outlast_the_time_for_a_cascade() {
    for silent in [GET, GET_ENDPOINT] {
        let (world, connection, client) = slow(silent).await;
        let cascade = client.delete_connection_cascade(&world.project, &connection.id);
        let error = cascade.timeout(SHORT).await.unwrap_err();
        assert!(error.is_wait_timeout(), "{silent}: {error}");
        assert_eq!(world.asked(DELETE), 0, "nothing is deleted after the time");
    }
}

#[tokio::test]
async fn silence_does_not_outlast_the_time_to_ensure() {
    for silent in [LIST, CREATE] {
        let (world, _, client) = slow(silent).await;
        let ensuring = client.ensure_connection(&world.project, "eu-west-1");
        let error = ensuring.timeout(SHORT).await.unwrap_err();
        assert!(error.is_wait_timeout(), "{silent}: {error}");
        // Only what was asked for may have been carried out.
        assert_eq!(error.is_outcome_unknown(), silent == CREATE, "{error}");
    }
    let (world, connection, client) = slow(GET_ENDPOINT).await;
    let ensuring = client.ensure_interface_endpoint(&world.project, &connection.id, &vpce());
    let error = ensuring.timeout(SHORT).await.unwrap_err();
    assert!(error.is_wait_timeout(), "{error}");
}

/// The client's own limit lets a request wait for up to a minute.
#[tokio::test]
async fn nothing_is_begun_after_the_time() {
    let world = TimedWorld::with_steps_of(60);
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
    assert_eq!(world.asked(DELETE), 0);
}

/// A list may lag behind what Atlas says of the one.
#[tokio::test]
async fn a_list_that_lags_behind_is_not_asked_without_a_pause() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    let listed = format!(
        "[{{\"id\": \"{}\", \"status\": \"DELETING\", \
         \"endpointServiceName\": \"com.amazonaws.vpce.us-east-1.vpce-svc-1\"}}]",
        connection.id
    );
    world
        .sandbox
        .inject(Fault::on(LIST).effect(CannedResponse::json(200, listed)));
    world.sandbox.inject(Fault::on(GET).effect(not_there()));
    let ensuring = world.client.ensure_connection(&world.project, "us-east-1");
    let ensuring = ensuring.timeout(Duration::from_secs(60));
    let error = ensuring.await.unwrap_err();
    assert!(error.is_wait_timeout(), "{error}");
    assert_eq!(world.time.slept(), [1, 2, 4, 8, 15, 15, 15]);
}

#[tokio::test]
async fn what_fails_for_a_while_does_not_end_a_cascade_or_an_ensure_that_waits() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.add(&connection).await;
    // It was refused once, so it waits; then Atlas cannot be reached for longer than a call tries.
    let refused = "{\"errorCode\": \"CANNOT_DELETE_PRIVATELINK_WITH_ENDPOINTS\"}";
    let refuse = Fault::on(DELETE)
        .first(1)
        .effect(CannedResponse::json(409, refused));
    world.sandbox.inject(refuse);
    let fail = Fault::on(GET)
        .calls(2..=6)
        .effect(CannedResponse::service_unavailable());
    world.sandbox.inject(fail);
    let cascade = world
        .client
        .delete_connection_cascade(&world.project, &connection.id);
    assert_eq!(cascade.await.unwrap(), Deletion::InProgress);

    let world = TimedWorld::with_steps_of(1000);
    let connection = world.ready("us-east-1").await;
    world
        .client
        .delete_private_endpoint_connection(&world.project, &connection.id)
        .await
        .unwrap();
    let fail = Fault::on(LIST)
        .calls(2..=6)
        .effect(CannedResponse::service_unavailable());
    world.sandbox.inject(fail);
    let ensured = world
        .client
        .ensure_connection(&world.project, "us-east-1")
        .await;
    assert!(ensured.unwrap().is_created());
}

#[tokio::test]
async fn statuses_of_what_stands_in_front_of_atlas_do_not_end_a_wait() {
    for status in [425, 500, 507, 520, 522, 524, 529] {
        let world = TimedWorld::with_steps_of(10);
        let connection = world.create("us-east-1").await;
        let fail = Fault::on(GET).first(1).effect(CannedResponse::new(status));
        world.sandbox.inject(fail);
        let waiter =
            world
                .client
                .wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready);
        assert!(waiter.await.is_ok(), "{status}");
    }
}

#[tokio::test]
async fn a_wait_pauses_for_as_long_as_it_is_asked_to() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let fail = Fault::on(GET)
        .first(1)
        .effect(CannedResponse::rate_limited(Some("600")));
    world.sandbox.inject(fail);
    let waiter =
        world
            .client
            .wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready);
    waiter.await.unwrap();
    assert_eq!(world.time.slept(), [600]);
}

#[tokio::test]
async fn one_who_looks_without_pausing_has_a_deadline_too() {
    let world = TimedWorld::with_steps_of(1000);
    let connection = world.create("us-east-1").await;
    let mut waiter = world
        .client
        .wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready)
        .timeout(Duration::from_secs(10));
    waiter.poll().await.unwrap();
    world.time.advance(Duration::from_secs(11));
    waiter.poll().await.unwrap();
    assert!(waiter.poll().await.unwrap_err().is_wait_timeout());

    // The time can be changed in the middle.
    let mut waiter =
        world
            .client
            .wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready);
    waiter.poll().await.unwrap();
    let error = waiter.timeout(Duration::from_secs(5)).await.unwrap_err();
    assert!(error.is_wait_timeout());
    assert_eq!(world.time.slept().iter().sum::<u64>(), 5);
}

#[tokio::test]
async fn a_deletion_that_failed_is_told_at_once() {
    let world = TimedWorld::with_steps_of(1000);
    let connection = world.ready("us-east-1").await;
    let body = |status: &str| {
        let id = &connection.id;
        format!("{{\"id\": \"{id}\", \"status\": \"{status}\", \"errorMessage\": \"in use\"}}")
    };
    // It was DELETING between two looks.
    let first = CannedResponse::json(200, body("WAITING_FOR_USER"));
    world.sandbox.inject(Fault::on(GET).first(1).effect(first));
    let then = CannedResponse::json(200, body("FAILED"));
    world.sandbox.inject(Fault::on(GET).effect(then));
    let waiter =
        world
            .client
            .wait_for_connection(&world.project, &connection.id, ConnectionGoal::Deleted);
    let error = waiter.await.unwrap_err();
    assert!(error.is_wait_failed(), "{error}");
    assert!(error.to_string().contains("in use"), "{error}");
}

#[tokio::test]
async fn an_empty_message_is_none() {
    let world = TimedWorld::with_steps_of(10);
    let id = PrivateLinkId::new("5f7cb1a3e3b4aa3b8ba3fb44").unwrap();
    let body = format!("{{\"id\": \"{id}\", \"errorMessage\": \"\", \"status\": \"FAILED\"}}");
    world
        .sandbox
        .inject(Fault::on(GET).effect(CannedResponse::json(200, body)));
    let waiter = world
        .client
        .wait_for_connection(&world.project, &id, ConnectionGoal::Ready);
    let error = waiter.await.unwrap_err();
    assert!(!error.to_string().contains("Atlas says"), "{error}");
}

#[tokio::test]
async fn a_cascade_deletes_only_what_was_agreed_to() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.add(&connection).await;
    let cascade = |expected: Vec<_>| {
        world
            .client
            .delete_connection_cascade(&world.project, &connection.id)
            .only(expected)
    };
    let error = cascade(Vec::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedInterfaceEndpoint);
    assert!(error.to_string().contains(vpce().as_str()), "{error}");
    assert_eq!(world.asked("deleteInterfaceEndpoint"), 0);
    assert_eq!(world.asked(DELETE), 0);
    let deletion = cascade(vec![vpce()]).await.unwrap();
    assert_eq!(deletion, Deletion::InProgress);
}

#[tokio::test]
async fn a_connection_that_is_gone_when_it_is_to_be_deleted_is_done() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.sandbox.inject(Fault::on(DELETE).effect(not_there()));
    let cascade = world
        .client
        .delete_connection_cascade(&world.project, &connection.id);
    assert_eq!(cascade.await.unwrap(), Deletion::Done);
}

#[tokio::test]
async fn an_addition_whose_answer_was_lost_is_not_what_is_being_deleted() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.add(&connection).await;
    world.time.advance(LONG);
    world
        .client
        .delete_interface_endpoint(&world.project, &connection.id, &vpce())
        .await
        .unwrap();
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
async fn no_time_is_too_long_to_be_added() {
    let world = TimedWorld::with_steps_of(10);
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
async fn a_host_that_was_never_reached_is_not_waited_for() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let client = client_of(&world.sandbox)
        .base_url(origin)
        .clock(world.time.clone())
        .build()
        .unwrap();
    let waiter = client.wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready);
    assert_eq!(waiter.await.unwrap_err().kind(), ErrorKind::Connect);
}

/// A page to log in says yes to everything.
#[tokio::test]
async fn a_deletion_that_something_else_agrees_to_is_none() {
    let world = TimedWorld::with_steps_of(10);
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
