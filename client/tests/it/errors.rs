//! Errors of Atlas.

use atlas_private_endpoint::types::{ErrorCode, Region};
use atlas_private_endpoint::{
    Credentials, ErrorKind, PrivateLinkId, ProjectId, StatusCode, operations,
};

use crate::world::{LONG, World, client, vpce};

fn missing_id() -> PrivateLinkId {
    PrivateLinkId::new("5f7cb1a3e3b4aa3b8ba3fb44").unwrap()
}

#[tokio::test]
async fn not_found_error_has_the_operation_and_the_message_of_atlas() {
    let world = World::new();
    let id = missing_id();
    let call = world
        .client
        .get_private_endpoint_connection(&world.project, &id);
    let error = call.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status);
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(error.code(), Some(&ErrorCode::PrivatelinkNotFound));
    assert_eq!(
        error.operation(),
        Some(&operations::GET_PRIVATE_ENDPOINT_CONNECTION)
    );
    assert!(error.is_not_found() && !error.is_conflict() && !error.is_timeout());
    assert!(error.excerpt().unwrap().contains("PRIVATELINK_NOT_FOUND"));
    let values: Vec<_> = error.path_values().collect();
    assert_eq!(
        values,
        [
            ("groupId", world.project.as_str()),
            ("privateLinkId", missing_id().as_str())
        ]
    );
    let text = error.to_string();
    assert_eq!(
        text,
        format!(
            "getPrivateEndpointConnection for project {}, private endpoint connection {}: Atlas returned \
             404 Not Found, PRIVATELINK_NOT_FOUND: {}",
            world.project,
            missing_id(),
            error.detail().unwrap()
        )
    );
}

#[tokio::test]
async fn conflict_has_its_error_code() {
    let world = World::new();
    let World {
        client, project, ..
    } = &world;
    let created = world.create(Region::UsEast1).await;
    let early = client
        .add_interface_endpoint(project, &created.id, &vpce().into())
        .await;
    assert_eq!(
        early.unwrap_err().code(),
        Some(&ErrorCode::PrivatelinkCannotAcceptEndpoints)
    );
    world.sandbox.advance(LONG);
    client
        .add_interface_endpoint(project, &created.id, &vpce().into())
        .await
        .unwrap();
    let used = client
        .delete_private_endpoint_connection(project, &created.id)
        .await
        .unwrap_err();
    assert_eq!(
        used.code(),
        Some(&ErrorCode::CannotDeletePrivatelinkWithEndpoints)
    );
    assert!(used.is_conflict());
}

#[tokio::test]
async fn unknown_project_and_region_have_error_codes() {
    let world = World::new();
    let project = ProjectId::new("000000000000000000000000").unwrap();
    let error = world
        .client
        .list_private_endpoint_connections(&project)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::GroupNotFound));
    let request =
        atlas_private_endpoint::types::CreatePrivateEndpointConnection::aws("mars-north-1");
    let call = world
        .client
        .create_private_endpoint_connection(&world.project, &request);
    assert_eq!(
        call.await.unwrap_err().code(),
        Some(&ErrorCode::InvalidRegion)
    );
}

#[tokio::test]
async fn wrong_key_is_sent_once() {
    let world = World::new();
    let key = Credentials::api_key(world.sandbox.public_key(), "not-the-key");
    let client = client(world.sandbox.origin(), key);
    let error = client
        .list_private_endpoint_connections(&world.project)
        .await
        .unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert!(!format!("{error} {error:?}").contains("not-the-key"));
    let signed = world
        .sandbox
        .requests()
        .iter()
        .filter(|request| request.has_authorization)
        .count();
    assert_eq!((world.sandbox.request_count(), signed), (2, 1));
}
