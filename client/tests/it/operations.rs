//! The seven operations.

use std::collections::BTreeSet;
use std::time::Duration;

use atlas_pe_sandbox::testing;
use atlas_private_endpoint::operations;
use atlas_private_endpoint::types::{
    CreatePrivateEndpointConnection, InterfaceEndpointStatus, PrivateEndpointConnectionStatus,
    Region,
};

use crate::world::{LONG, World, client_of, vpce};

#[tokio::test]
async fn connection_lives_from_create_to_delete() {
    let World {
        client,
        project,
        sandbox,
        ..
    } = &World::new();
    let request = CreatePrivateEndpointConnection::aws("eu-west-1");
    let created = client
        .create_private_endpoint_connection(project, &request)
        .await
        .unwrap();
    assert_eq!(created.status, PrivateEndpointConnectionStatus::Initiating);
    assert_eq!(created.endpoint_service_name, None);
    assert_eq!(created.region(), None);

    sandbox.advance(LONG);
    let ready = client
        .get_private_endpoint_connection(project, &created.id)
        .await
        .unwrap();
    assert_eq!(
        ready.status,
        PrivateEndpointConnectionStatus::WaitingForUser
    );
    assert_eq!(ready.region(), Some(Region::EuWest1));

    let added = client
        .add_interface_endpoint(project, &created.id, &vpce().into())
        .await
        .unwrap();
    assert_eq!(added.interface_endpoint_id, vpce());
    assert_eq!(
        added.connection_status,
        InterfaceEndpointStatus::PendingAcceptance
    );
    sandbox.advance(LONG);
    let endpoint = client
        .get_interface_endpoint(project, &created.id, &vpce())
        .await
        .unwrap();
    assert_eq!(
        endpoint.connection_status,
        InterfaceEndpointStatus::Available
    );
    let list = client
        .list_private_endpoint_connections(project)
        .await
        .unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].status, PrivateEndpointConnectionStatus::Available);
    assert_eq!(list[0].interface_endpoints, [vpce()]);

    client
        .delete_interface_endpoint(project, &created.id, &vpce())
        .await
        .unwrap();
    sandbox.advance(LONG);
    client
        .delete_private_endpoint_connection(project, &created.id)
        .await
        .unwrap();
    sandbox.advance(LONG);
    assert_eq!(
        client
            .list_private_endpoint_connections(project)
            .await
            .unwrap(),
        []
    );

    let requests = sandbox.requests();
    let reached: BTreeSet<_> = requests
        .iter()
        .filter_map(|request| request.operation.clone())
        .collect();
    let described: BTreeSet<_> = operations::ALL
        .iter()
        .map(|operation| operation.id.to_owned())
        .collect();
    assert_eq!(
        reached, described,
        "an operation of the spec is not called: call it in client/tests/it/operations.rs"
    );
    // The first call fetched the challenge; each further call was one request.
    let refused = requests
        .iter()
        .filter(|request| request.status == 401)
        .count();
    assert_eq!(refused, 1, "{requests:#?}");
}

#[tokio::test]
async fn operation_table_matches_the_request() {
    let world = World::new();
    let _ = world
        .client
        .delete_interface_endpoint(&world.project, &id(), &vpce())
        .await;
    let request = world.sandbox.requests().pop().unwrap();
    let row = &operations::DELETE_INTERFACE_ENDPOINT;
    assert_eq!(request.method, row.method.as_str());
    assert_eq!(request.operation.as_deref(), Some(row.id));
    assert!(row.idempotent && !operations::ADD_INTERFACE_ENDPOINT.idempotent);
    let path = row
        .path
        .replace("{groupId}", world.project.as_str())
        .replace("{privateLinkId}", id().as_str())
        .replace("{interfaceEndpointId}", vpce().as_str());
    assert_eq!(request.path, format!("/api/atlas/v1.0{path}"));
    assert_eq!(request.query, None, "neither pretty nor envelope is sent");
}

fn id() -> atlas_private_endpoint::PrivateLinkId {
    atlas_private_endpoint::PrivateLinkId::new("5f7cb1a3e3b4aa3b8ba3fb44").unwrap()
}

#[tokio::test]
async fn unknown_status_survives_a_round_trip() {
    let world = World::new();
    let created = world.ready("us-east-1").await;
    let project = world.project.as_str();
    let id = created.id.as_str();
    world
        .sandbox
        .set_connection_status(project, id, "HIBERNATING")
        .unwrap();
    let found = world
        .client
        .get_private_endpoint_connection(&world.project, &created.id)
        .await
        .unwrap();
    assert!(!found.status.is_known());
    assert_eq!(found.status.to_string(), "HIBERNATING");
    assert_eq!(found.status, "HIBERNATING".into());
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["status"], "HIBERNATING");
    assert_eq!(found, serde_json::from_value(json).unwrap());
}

#[tokio::test]
async fn expired_nonce_is_replaced() {
    let world = World::with(testing::builder().nonce_lifetime(Duration::from_secs(60)));
    world
        .client
        .list_private_endpoint_connections(&world.project)
        .await
        .unwrap();
    world.sandbox.advance(LONG);
    world
        .client
        .list_private_endpoint_connections(&world.project)
        .await
        .unwrap();
    world
        .client
        .list_private_endpoint_connections(&world.project)
        .await
        .unwrap();
    let statuses: Vec<u16> = world
        .sandbox
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [401, 200, 401, 401, 200, 200]);
}

#[tokio::test]
async fn concurrent_calls_succeed() {
    let world = World::new();
    world.ready("us-east-1").await;
    let unlimited = client_of(&world.sandbox).rate_limit(None).build().unwrap();
    let calls: Vec<_> = (0..64)
        .map(|_| {
            let (client, project) = (unlimited.clone(), world.project.clone());
            tokio::spawn(async move { client.list_private_endpoint_connections(&project).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().len(), 1);
    }
}
