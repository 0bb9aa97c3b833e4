//! Private endpoint connections.

use atlas_private_endpoint::types::CreatePrivateEndpointConnection;

use super::failed;
use crate::args::{ConnectionId, Create, Delete};
use crate::confirm::confirm;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Output;

pub(super) async fn list(context: &Context) -> Result<Output, Failure> {
    let Context { client, project } = context;
    let action = format!("list the private endpoint connections of project {project}");
    let connections = client.list_private_endpoint_connections(project).await;
    connections.map(Output::Connections).map_err(failed(action))
}

pub(super) async fn create(context: &Context, create: &Create) -> Result<Output, Failure> {
    let Context { client, project } = context;
    let region = &create.region;
    let action = format!("create a private endpoint connection in {region} for project {project}");
    let request = CreatePrivateEndpointConnection::aws(region.clone());
    let connection = client
        .create_private_endpoint_connection(project, &request)
        .await;
    connection.map(Output::Connection).map_err(failed(action))
}

pub(super) async fn describe(
    context: &Context,
    ConnectionId { id }: &ConnectionId,
) -> Result<Output, Failure> {
    let Context { client, project } = context;
    let action = format!("describe private endpoint connection {id} of project {project}");
    let connection = client.get_private_endpoint_connection(project, id).await;
    connection.map(Output::Connection).map_err(failed(action))
}

pub(super) async fn delete(context: &Context, delete: &Delete) -> Result<Output, Failure> {
    let Context { client, project } = context;
    let id = &delete.connection.id;
    let what = format!("private endpoint connection {id} of project {project}");
    confirm(delete.consent, &what)?;
    let action = format!("delete {what}");
    let deleted = client.delete_private_endpoint_connection(project, id).await;
    deleted
        .map(|()| Output::Deletion { what })
        .map_err(failed(action))
}
