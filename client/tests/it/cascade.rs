//! Deleting a connection with its interface endpoints.

use std::time::Duration;

use atlas_pe_sandbox::fault::{CannedResponse, Fault};
use atlas_private_endpoint::types::PrivateEndpointConnection;
use atlas_private_endpoint::{
    Deletion, DeletionStep, InterfaceEndpointId, PrivateLinkId, ProjectId,
};

use crate::world::{LONG, World};

const DELETE: &str = "deletePrivateEndpointConnection";
const DELETE_ENDPOINT: &str = "deleteInterfaceEndpoint";
const GET_ENDPOINT: &str = "getInterfaceEndpoint";

fn endpoint(id: &str) -> InterfaceEndpointId {
    InterfaceEndpointId::new(id).unwrap()
}

/// Returns a world with a connection that has these interface endpoints.
async fn connected(ids: &[&str]) -> (World, PrivateEndpointConnection) {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    for id in ids {
        add(&world, &connection, id).await;
    }
    world.time.advance(LONG);
    (world, connection)
}

async fn add(world: &World, connection: &PrivateEndpointConnection, id: &str) {
    world
        .client
        .add_interface_endpoint(&world.project, &connection.id, &endpoint(id).into())
        .await
        .unwrap();
}

#[tokio::test]
async fn interface_endpoints_are_deleted_first_and_each_step_is_reported() {
    let (world, connection) = connected(&["vpce-1", "vpce-2"]).await;
    let mut steps = Vec::new();
    let deletion = world
        .cascade(&connection)
        .until_deleted(true)
        .on_step(|step| steps.push(step.to_string()))
        .await
        .unwrap();
    assert_eq!(deletion, Deletion::Done);
    assert_eq!(
        steps,
        [
            "deleting interface endpoint vpce-1",
            "deleting interface endpoint vpce-2",
            "interface endpoint vpce-1 is DELETING",
            "interface endpoint vpce-1 is gone",
            "interface endpoint vpce-2 is gone",
            "deleting the private endpoint connection",
            "the private endpoint connection is DELETING",
            "the private endpoint connection is gone",
        ]
    );
    assert!(world.sandbox.connections(world.project.as_str()).is_empty());
    assert_eq!(world.count_requests(DELETE), 1, "Atlas did not refuse");
}

#[tokio::test]
async fn cascade_ends_when_the_deletion_is_in_progress() {
    let (world, connection) = connected(&["vpce-1"]).await;
    let cascade = || world.cascade(&connection);
    assert_eq!(cascade().await.unwrap(), Deletion::InProgress);
    assert_eq!(
        world.sandbox.connections(world.project.as_str())[0].status,
        "DELETING"
    );
    // Nothing is requested again while the deletion is in progress.
    assert_eq!(cascade().await.unwrap(), Deletion::InProgress);
    assert_eq!(world.count_requests(DELETE), 1);
    assert_eq!(cascade().until_deleted(true).await.unwrap(), Deletion::Done);
    assert_eq!(cascade().await.unwrap(), Deletion::NotFound);
}

#[tokio::test]
async fn failed_cascade_can_be_repeated() {
    let (world, connection) = connected(&["vpce-1", "vpce-2"]).await;
    let cascade = || world.cascade(&connection);
    // The run ends after the deletion of the first interface endpoint was requested.
    let fault = Fault::on(GET_ENDPOINT).calls(2..);
    world
        .sandbox
        .inject(fault.effect(CannedResponse::empty_401()));
    assert!(cascade().await.unwrap_err().is_unauthorized());
    world.sandbox.clear_faults();
    assert_eq!(world.count_requests(DELETE_ENDPOINT), 1);

    let mut steps = Vec::new();
    cascade()
        .on_step(|step| steps.push(step.clone()))
        .await
        .unwrap();
    assert_eq!(
        world.count_requests(DELETE_ENDPOINT),
        2,
        "a deletion in progress is not requested again"
    );
    assert_eq!(
        steps.first(),
        Some(&DeletionStep::DeletingInterfaceEndpoint(endpoint("vpce-2")))
    );
    assert_eq!(steps.last(), Some(&DeletionStep::DeletingConnection));
}

#[tokio::test]
async fn dropped_cascade_can_be_repeated() {
    let (world, connection) = connected(&["vpce-1"]).await;
    let cascade = world.cascade(&connection);
    let requested = async {
        while world.count_requests(DELETE_ENDPOINT) == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = requested => {}
        _ = cascade.into_future() => panic!("the deletion has ended"),
    }
    let again = world.cascade(&connection);
    assert_eq!(again.until_deleted(true).await.unwrap(), Deletion::Done);
}

#[tokio::test]
async fn interface_endpoints_added_meanwhile_are_deleted() {
    let (world, connection) = connected(&["vpce-1"]).await;
    // The first response does not list the interface endpoint yet.
    let json = format!(
        "{{\"id\": \"{}\", \"status\": \"AVAILABLE\"}}",
        connection.id
    );
    let earlier = Fault::on("getPrivateEndpointConnection").first(1);
    world
        .sandbox
        .inject(earlier.effect(CannedResponse::json(200, json)));
    let mut steps = Vec::new();
    let deletion = world
        .cascade(&connection)
        .on_step(|step| steps.push(step.clone()))
        .await
        .unwrap();
    assert_eq!(deletion, Deletion::InProgress);
    assert_eq!(
        steps[..3],
        [
            DeletionStep::DeletingConnection,
            DeletionStep::HasInterfaceEndpoints,
            DeletionStep::DeletingInterfaceEndpoint(endpoint("vpce-1")),
        ]
    );
}

#[tokio::test]
async fn cascade_times_out_as_a_whole() {
    let (world, connection) = connected(&[]).await;
    let refused = "{\"errorCode\": \"CANNOT_DELETE_PRIVATELINK_WITH_ENDPOINTS\"}";
    world
        .sandbox
        .inject(Fault::on(DELETE).effect(CannedResponse::json(409, refused)));
    let error = world
        .cascade(&connection)
        .timeout(Duration::from_secs(10))
        .await
        .unwrap_err();
    assert!(error.is_wait_timeout());
    assert_eq!(
        error.to_string(),
        format!(
            "waiting for private endpoint connection {} of project {} to have no interface endpoints: Atlas \
             still reported interface endpoints after 10 s; check what adds them",
            connection.id, world.project
        )
    );
    world.sandbox.clear_faults();

    add(&world, &connection, "vpce-7").await;
    let error = world
        .cascade(&connection)
        .timeout(Duration::from_secs(5))
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("waiting for interface endpoint vpce-7 of"),
        "{error}"
    );
    assert_eq!(error.last_state(), Some("DELETING"));
}

#[tokio::test]
async fn missing_connection_is_not_found_but_missing_project_is_an_error() {
    let world = World::with_steps_of(10);
    let nowhere = PrivateLinkId::new("5f7cb1a3e3b4aa3b8ba3fb44").unwrap();
    let cascade = world
        .client
        .delete_connection_cascade(&world.project, &nowhere);
    assert_eq!(cascade.await.unwrap(), Deletion::NotFound);
    let wrong = ProjectId::new("000000000000000000000000").unwrap();
    let cascade = world.client.delete_connection_cascade(&wrong, &nowhere);
    assert!(cascade.await.unwrap_err().is_not_found());
}
