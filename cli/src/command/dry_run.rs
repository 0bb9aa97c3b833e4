//! The requests that `--dry-run` prints.

use atlas_private_endpoint::types::{AddInterfaceEndpoint, CreatePrivateEndpointConnection};
use atlas_private_endpoint::{InterfaceEndpointId, Operation, PrivateLinkId, operations};
use serde::Serialize;
use serde_json::Value;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, Request};

pub(super) fn create(
    context: &Context,
    body: &CreatePrivateEndpointConnection,
    if_not_exists: bool,
) -> Result<Output, Failure> {
    let list = &operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS;
    let create = &operations::CREATE_PRIVATE_ENDPOINT_CONNECTION;
    let body = json(body);
    if !if_not_exists {
        return requests([request(context, create, &[], body, None)]);
    }
    requests([
        request(
            context,
            list,
            &[],
            None,
            Some("says whether the region has one"),
        ),
        request(context, create, &[], body, Some("only when it has none")),
    ])
}

pub(super) fn delete(
    context: &Context,
    id: &PrivateLinkId,
    cascade: bool,
) -> Result<Output, Failure> {
    let connection = ("privateLinkId", id.as_str());
    let each = ("interfaceEndpointId", "EACH_INTERFACE_ENDPOINT");
    let describe = &operations::GET_PRIVATE_ENDPOINT_CONNECTION;
    let delete = &operations::DELETE_PRIVATE_ENDPOINT_CONNECTION;
    let delete = request(context, delete, &[connection], None, None);
    if !cascade {
        return requests([delete]);
    }
    let note = "says which interface endpoints there are";
    let describe = request(context, describe, &[connection], None, Some(note));
    let note = "for each of them; then waits until they are gone";
    let delete_each = &operations::DELETE_INTERFACE_ENDPOINT;
    let delete_each = request(context, delete_each, &[connection, each], None, Some(note));
    requests([describe, delete_each, delete])
}

pub(super) fn create_interface_endpoint(
    context: &Context,
    id: &PrivateLinkId,
    body: &AddInterfaceEndpoint,
    if_not_exists: bool,
) -> Result<Output, Failure> {
    let connection = ("privateLinkId", id.as_str());
    let endpoint = ("interfaceEndpointId", body.interface_endpoint_id.as_str());
    let describe = &operations::GET_INTERFACE_ENDPOINT;
    let add = &operations::ADD_INTERFACE_ENDPOINT;
    let body = json(body);
    if !if_not_exists {
        return requests([request(context, add, &[connection], body, None)]);
    }
    let note = "says whether the connection has it";
    requests([
        request(context, describe, &[connection, endpoint], None, Some(note)),
        request(
            context,
            add,
            &[connection],
            body,
            Some("only when it has not"),
        ),
    ])
}

pub(super) fn delete_interface_endpoint(
    context: &Context,
    id: &PrivateLinkId,
    vpce: &InterfaceEndpointId,
) -> Result<Output, Failure> {
    let connection = ("privateLinkId", id.as_str());
    let endpoint = ("interfaceEndpointId", vpce.as_str());
    let delete = &operations::DELETE_INTERFACE_ENDPOINT;
    requests([request(
        context,
        delete,
        &[connection, endpoint],
        None,
        None,
    )])
}

fn requests<const N: usize>(requests: [Result<Request, Failure>; N]) -> Result<Output, Failure> {
    let requests: Result<_, _> = requests.into_iter().collect();
    requests.map(Output::Requests)
}

fn request(
    context: &Context,
    operation: &'static Operation,
    path_values: &[(&'static str, &str)],
    body: Option<Value>,
    note: Option<&'static str>,
) -> Result<Request, Failure> {
    let project = [("groupId", context.project.as_str())];
    let url = context
        .client
        .url(operation, &[&project, path_values].concat());
    Ok(Request {
        method: operation.method.to_string(),
        url: url.map_err(context.failed_to("say what would be sent"))?,
        body,
        note,
    })
}

fn json(body: &impl Serialize) -> Option<Value> {
    serde_json::to_value(body).ok()
}
