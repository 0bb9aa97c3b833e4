//! What would be sent.

use atlas_private_endpoint::types::{AddInterfaceEndpoint, CreatePrivateEndpointConnection};
use atlas_private_endpoint::{InterfaceEndpointId, Operation, PrivateLinkId, operations};
use serde::Serialize;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, Request};

pub(super) fn create(
    context: &Context,
    body: &CreatePrivateEndpointConnection,
    if_not_exists: bool,
) -> Result<Output, Failure> {
    let operation = &operations::CREATE_PRIVATE_ENDPOINT_CONNECTION;
    let request_of_it = request(context, operation, &[])?.with_body(body);
    if !if_not_exists {
        return Ok(Output::Requests(vec![request_of_it]));
    }
    let look = &operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS;
    let look = request(context, look, &[])?.with_note("says whether the region has one");
    Ok(Output::Requests(vec![
        look,
        request_of_it.with_note("only when it has none"),
    ]))
}

pub(super) fn delete(
    context: &Context,
    id: &PrivateLinkId,
    cascade: bool,
) -> Result<Output, Failure> {
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
    Ok(Output::Requests(requests))
}

pub(super) fn add(
    context: &Context,
    id: &PrivateLinkId,
    body: &AddInterfaceEndpoint,
    if_not_exists: bool,
) -> Result<Output, Failure> {
    let operation = &operations::ADD_INTERFACE_ENDPOINT;
    let connection = ("privateLinkId", id.as_str());
    let request_of_it = request(context, operation, &[connection])?.with_body(body);
    if !if_not_exists {
        return Ok(Output::Requests(vec![request_of_it]));
    }
    let look = &operations::GET_INTERFACE_ENDPOINT;
    let values = [
        connection,
        ("interfaceEndpointId", body.interface_endpoint_id.as_str()),
    ];
    let look = request(context, look, &values)?.with_note("says whether the connection has it");
    Ok(Output::Requests(vec![
        look,
        request_of_it.with_note("only when it has not"),
    ]))
}

pub(super) fn delete_interface(
    context: &Context,
    id: &PrivateLinkId,
    vpce: &InterfaceEndpointId,
) -> Result<Output, Failure> {
    let operation = &operations::DELETE_INTERFACE_ENDPOINT;
    let values = [
        ("privateLinkId", id.as_str()),
        ("interfaceEndpointId", vpce.as_str()),
    ];
    Ok(Output::Requests(vec![request(
        context, operation, &values,
    )?]))
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

    fn with_note(mut self, note: &'static str) -> Self {
        self.note = Some(note);
        self
    }
}
