//! Interface endpoints.

use super::failed;
use crate::args::{DeleteInterface, InterfaceEndpoint};
use crate::confirm::confirm;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Output;

pub(super) async fn create(
    context: &Context,
    endpoint: &InterfaceEndpoint,
) -> Result<Output, Failure> {
    let Context { client, project } = context;
    let (id, vpce) = (&endpoint.connection.id, &endpoint.vpce);
    let action = format!("add {}", name(context, endpoint));
    let added = client
        .add_interface_endpoint(project, id, &vpce.clone().into())
        .await;
    added.map(Output::InterfaceEndpoint).map_err(failed(action))
}

pub(super) async fn describe(
    context: &Context,
    endpoint: &InterfaceEndpoint,
) -> Result<Output, Failure> {
    let Context { client, project } = context;
    let (id, vpce) = (&endpoint.connection.id, &endpoint.vpce);
    let action = format!("describe {}", name(context, endpoint));
    let found = client.get_interface_endpoint(project, id, vpce).await;
    found.map(Output::InterfaceEndpoint).map_err(failed(action))
}

pub(super) async fn delete(context: &Context, delete: &DeleteInterface) -> Result<Output, Failure> {
    let Context { client, project } = context;
    let (id, vpce) = (&delete.endpoint.connection.id, &delete.endpoint.vpce);
    let what = name(context, &delete.endpoint);
    confirm(delete.consent, &what)?;
    let action = format!("delete {what}");
    let deleted = client.delete_interface_endpoint(project, id, vpce).await;
    deleted
        .map(|()| Output::Deletion { what })
        .map_err(failed(action))
}

fn name(context: &Context, endpoint: &InterfaceEndpoint) -> String {
    format!(
        "interface endpoint {} of private endpoint connection {} of project {}",
        endpoint.vpce, endpoint.connection.id, context.project
    )
}
