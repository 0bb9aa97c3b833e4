//! What would be sent.

use atlas_private_endpoint::types::{AddInterfaceEndpoint, CreatePrivateEndpointConnection};
use atlas_private_endpoint::{InterfaceEndpointId, Operation, PrivateLinkId, operations};
use serde::Serialize;

use crate::context::Context;
use crate::failure::Failure;
use crate::shown::{Request, Shown};

pub(super) fn create(
    context: &Context,
    body: &CreatePrivateEndpointConnection,
) -> Result<Shown, Failure> {
    let operation = &operations::CREATE_PRIVATE_ENDPOINT_CONNECTION;
    let request = request(context, operation, &[])?.with_body(body);
    Ok(Shown::Requests(vec![request]))
}

pub(super) fn delete(
    context: &Context,
    id: &PrivateLinkId,
    cascade: bool,
) -> Result<Shown, Failure> {
    let connection = ("privateLinkId", id.as_str());
    let mut requests = Vec::new();
    if cascade {
        let each = ("interfaceEndpointId", "EACH_INTERFACE_ENDPOINT");
        let look = &operations::GET_PRIVATE_ENDPOINT_CONNECTION;
        requests.push(
            request(context, look, &[connection])?
                .with_note("says which interface endpoints there are"),
        );
        let operation = &operations::DELETE_INTERFACE_ENDPOINT;
        requests.push(
            request(context, operation, &[connection, each])?
                .with_note("for each of them; then waits until they are gone"),
        );
    }
    let operation = &operations::DELETE_PRIVATE_ENDPOINT_CONNECTION;
    requests.push(request(context, operation, &[connection])?);
    Ok(Shown::Requests(requests))
}

pub(super) fn add(
    context: &Context,
    id: &PrivateLinkId,
    body: &AddInterfaceEndpoint,
) -> Result<Shown, Failure> {
    let operation = &operations::ADD_INTERFACE_ENDPOINT;
    let values = [("privateLinkId", id.as_str())];
    let request = request(context, operation, &values)?.with_body(body);
    Ok(Shown::Requests(vec![request]))
}

pub(super) fn delete_interface(
    context: &Context,
    id: &PrivateLinkId,
    vpce: &InterfaceEndpointId,
) -> Result<Shown, Failure> {
    let operation = &operations::DELETE_INTERFACE_ENDPOINT;
    let values = [
        ("privateLinkId", id.as_str()),
        ("interfaceEndpointId", vpce.as_str()),
    ];
    Ok(Shown::Requests(vec![request(context, operation, &values)?]))
}

fn request(
    context: &Context,
    operation: &'static Operation,
    values: &[(&'static str, &str)],
) -> Result<Request, Failure> {
    let mut all = vec![("groupId", context.project.as_str())];
    all.extend(values);
    let url = context.client.url(operation, &all);
    let url = url.map_err(context.failed("say what would be sent"))?;
    Ok(Request {
        method: operation.method.to_string(),
        url,
        body: None,
        note: None,
    })
}

impl Request {
    fn with_body(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_value(body).ok();
        self
    }

    fn with_note(mut self, note: &str) -> Self {
        self.note = Some(note.to_owned());
        self
    }
}
