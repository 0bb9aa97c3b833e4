//! Errors that end a wait.

use std::time::Duration;

use atlas_pe_sandbox::PinnedStatus;
use atlas_pe_sandbox::fault::{CannedResponse, Fault};
use atlas_private_endpoint::wait::{ConnectionGoal, InterfaceEndpointGoal, Progress};
use atlas_private_endpoint::{Error, ErrorKind, PrivateLinkId, ProjectId};

use crate::world::{LONG, World, vpce};

const GET: &str = "getPrivateEndpointConnection";
const GET_ENDPOINT: &str = "getInterfaceEndpoint";

#[tokio::test]
async fn failed_connection_ends_the_wait_with_the_message_of_atlas() {
    let world = World::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    world.pin(
        &connection,
        PinnedStatus::from("FAILED").with_error("no addresses left"),
    );
    let mut steps = Vec::new();
    let error = world
        .wait(&connection, ConnectionGoal::Ready)
        .on_step(|step| steps.push(step.observation.to_string()))
        .await
        .unwrap_err();
    assert_eq!(steps, ["FAILED: no addresses left"]);
    assert!(error.is_wait_failed() && !error.is_wait_timeout() && !error.is_retryable());
    assert_eq!(error.last_state(), Some("FAILED"));
    assert_eq!(
        error.to_string(),
        format!(
            "waiting for private endpoint connection {} of project {} to be ready: it is FAILED, and Atlas \
             reports: no addresses left; delete it, and create another one",
            connection.id, world.project
        )
    );
    assert!(world.time.slept().is_empty(), "it ended at once");
}

#[tokio::test]
async fn resource_being_deleted_fails_other_goals() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.add(&connection).await;
    world.delete_endpoint(&connection).await;
    let endpoint = world
        .wait_for_endpoint(&connection, InterfaceEndpointGoal::Available)
        .await
        .unwrap_err();
    assert_eq!(
        (endpoint.kind(), endpoint.last_state()),
        (ErrorKind::WaitFailed, Some("DELETING"))
    );
    world.time.advance(LONG);
    world.delete(&connection).await;
    for goal in [ConnectionGoal::Ready, ConnectionGoal::Available] {
        let wait = world.wait(&connection, goal);
        assert_eq!(wait.await.unwrap_err().last_state(), Some("DELETING"));
    }
}

#[tokio::test]
async fn interface_endpoint_with_delete_requested_is_not_available() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.sandbox.inject(Fault::on(GET_ENDPOINT).effect(CannedResponse::json(
        200,
        format!(
            "{{\"interfaceEndpointId\": \"{}\", \"connectionStatus\": \"AVAILABLE\", \"deleteRequested\": true}}",
            vpce()
        ),
    )));
    let error = world
        .wait_for_endpoint(&connection, InterfaceEndpointGoal::Available)
        .await
        .unwrap_err();
    assert_eq!(error.last_state(), Some("DELETING"));
}

#[tokio::test]
async fn rejected_interface_endpoint_fails_available_and_can_be_deleted() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.add(&connection).await;
    world
        .sandbox
        .set_interface_endpoint_status(
            world.project.as_str(),
            connection.id.as_str(),
            vpce().as_str(),
            PinnedStatus::from("REJECTED").with_error("not in this region."),
        )
        .unwrap();
    let error = world
        .wait_for_endpoint(&connection, InterfaceEndpointGoal::Available)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "waiting for interface endpoint {} of private endpoint connection {} of project {} to be \
             available: it is REJECTED, and Atlas reports: not in this region; delete it from the connection, \
             and add a new one",
            vpce(),
            connection.id,
            world.project
        )
    );
    let mut waiter = world.wait_for_endpoint(&connection, InterfaceEndpointGoal::Deleted);
    assert!(matches!(
        waiter.poll().await.unwrap(),
        Progress::Pending { .. }
    ));
    world.delete_endpoint(&connection).await;
    waiter.await.unwrap();
}

#[tokio::test]
async fn failed_state_fails_a_deletion_only_after_another_state() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.pin(&connection, "FAILED");
    let mut waiter = world.wait(&connection, ConnectionGoal::Deleted);
    // Atlas has accepted the deletion and not begun it.
    assert!(matches!(
        waiter.poll().await.unwrap(),
        Progress::Pending { .. }
    ));
    world.delete(&connection).await;
    assert!(matches!(
        waiter.poll().await.unwrap(),
        Progress::Pending { .. }
    ));
    world.pin(
        &connection,
        PinnedStatus::from("FAILED").with_error("still in use"),
    );
    let error = waiter.poll().await.unwrap_err();
    assert!(error.is_wait_failed());
    assert!(
        error
            .to_string()
            .contains("to be deleted: it is FAILED, and Atlas reports: still in use"),
        "{error}"
    );
}

#[tokio::test]
async fn permanent_error_ends_the_wait() {
    for (response, status) in [
        (CannedResponse::empty_401(), 401),
        (
            CannedResponse::json(403, "{\"errorCode\": \"ACCESS_FORBIDDEN\"}"),
            403,
        ),
        (
            CannedResponse::json(404, "{\"errorCode\": \"GROUP_NOT_FOUND\"}"),
            404,
        ),
        (CannedResponse::new(404).body("no such page"), 404),
        (CannedResponse::truncated_json(), 200),
    ] {
        let world = World::with_steps_of(10);
        let connection = world.create("us-east-1").await;
        world.sandbox.inject(Fault::on(GET).effect(response));
        for goal in [ConnectionGoal::Ready, ConnectionGoal::Deleted] {
            let error = world.wait(&connection, goal).await.unwrap_err();
            assert_eq!(error.status().unwrap().as_u16(), status, "{error}");
            assert_eq!(error.operation().unwrap().id, GET);
        }
        assert!(world.time.slept().is_empty());
    }
}

#[tokio::test]
async fn missing_resource_is_deleted_and_never_ready() {
    let world = World::with_steps_of(10);
    let missing = PrivateLinkId::new("5f7cb1a3e3b4aa3b8ba3fb44").unwrap();
    let client = &world.client;
    client
        .wait_for_connection(&world.project, &missing, ConnectionGoal::Deleted)
        .await
        .unwrap();
    client
        .wait_for_interface_endpoint(
            &world.project,
            &missing,
            &vpce(),
            InterfaceEndpointGoal::Deleted,
        )
        .await
        .unwrap();
    // A read may lag behind a creation, so that a second poll confirms the first.
    let ready = client.wait_for_connection(&world.project, &missing, ConnectionGoal::Ready);
    assert!(ready.await.unwrap_err().is_not_found());
    assert_eq!(world.time.slept(), [1]);
    let once = client
        .wait_for_connection(&world.project, &missing, ConnectionGoal::Ready)
        .timeout(Duration::ZERO);
    assert!(once.await.unwrap_err().is_not_found());
    // A missing project does not mean that the connection is deleted.
    let wrong = ProjectId::new("000000000000000000000000").unwrap();
    let deleted = client.wait_for_connection(&wrong, &missing, ConnectionGoal::Deleted);
    assert!(deleted.await.unwrap_err().is_not_found());
}

/// Returns the operation of an error and the ids that it has.
fn context(error: &Error) -> (&'static str, Vec<&str>) {
    let values = error.path_values().map(|(_, value)| value);
    (error.operation().unwrap().id, values.collect())
}

#[tokio::test]
async fn errors_of_waits_have_the_operation_and_the_ids() {
    let world = World::with_steps_of(1000);
    let connection = world.create("us-east-1").await;
    let (project, id) = (world.project.as_str(), connection.id.as_str());
    let ids = [project, id];
    let short = Duration::from_secs(5);

    let error = world
        .wait(&connection, ConnectionGoal::Ready)
        .timeout(short);
    let error = error.await.unwrap_err();
    assert_eq!(context(&error), (GET, ids.to_vec()));
    let error = world
        .client
        .connection_in_region(&world.project, "eu-west-1")
        .timeout(short);
    let error = error.await.unwrap_err();
    let list = "listPrivateEndpointConnections";
    assert_eq!(context(&error), (list, vec![project]));
    world.pin(&connection, "FAILED");
    let error = world.wait(&connection, ConnectionGoal::Ready).await;
    assert_eq!(context(&error.unwrap_err()), (GET, ids.to_vec()));

    let zero = Duration::ZERO;
    let error = world.ensure("eu-west-1").timeout(zero).await.unwrap_err();
    assert!(error.is_wait_timeout(), "{error}");
    let create = "createPrivateEndpointConnection";
    assert_eq!(context(&error), (create, vec![project]));
    let endpoint = vpce();
    let ensure = world
        .client
        .ensure_interface_endpoint(&world.project, &connection.id, &endpoint);
    let error = ensure.timeout(zero).await.unwrap_err();
    assert!(error.is_wait_timeout(), "{error}");
    let ids_of_endpoint = vec![project, id, endpoint.as_str()];
    assert_eq!(context(&error), ("addInterfaceEndpoint", ids_of_endpoint));

    world.pin(&connection, "AVAILABLE");
    world.add(&connection).await;
    let delete = "deletePrivateEndpointConnection";
    let error = world.cascade(&connection).timeout(zero).await.unwrap_err();
    assert!(error.is_wait_timeout(), "{error}");
    assert_eq!(context(&error), (delete, ids.to_vec()));
    let error = world.cascade(&connection).only([]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedInterfaceEndpoint);
    assert_eq!(context(&error), (delete, ids.to_vec()));
    let text = error.to_string();
    assert!(text.starts_with(delete) && text.contains(id), "{text}");
}
