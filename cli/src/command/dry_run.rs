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
    let mut plan = Plan::new(context, None, None);
    if if_not_exists {
        let list = &operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS;
        plan.add(
            list,
            None,
            Some("checks whether the region has a connection"),
        )?;
    }
    let create = &operations::CREATE_PRIVATE_ENDPOINT_CONNECTION;
    let note = if_not_exists.then_some("only if it has none");
    plan.add(create, json(body), note)?;
    Ok(Output::Requests(plan.requests))
}

/// Returns the requests that delete a connection. With `cascade`, reads its interface endpoints, so that the
/// requests are those that would be sent now.
pub(super) async fn delete(
    context: &Context,
    id: &PrivateLinkId,
    cascade: bool,
) -> Result<Output, Failure> {
    let mut requests = Vec::new();
    let mut note = None;
    if cascade {
        let (client, project) = (&context.client, &context.project);
        let read = || context.failed_to(format!("read {}", context.connection(id)));
        let connection = client.get_private_endpoint_connection(project, id).await;
        let connection = connection.map_err(read())?;
        for vpce in &connection.interface_endpoints {
            let endpoint = client.get_interface_endpoint(project, id, vpce).await;
            if !endpoint.map_err(read())?.is_being_deleted() {
                let mut plan = Plan::new(context, Some(id), Some(vpce.as_str()));
                plan.add(&operations::DELETE_INTERFACE_ENDPOINT, None, None)?;
                requests.append(&mut plan.requests);
            }
        }
        if connection.is_being_deleted() {
            return Ok(Output::Requests(requests));
        }
        let has_endpoints = !connection.interface_endpoints.is_empty();
        note = has_endpoints.then_some("once its interface endpoints are deleted");
    }
    let mut plan = Plan::new(context, Some(id), None);
    plan.add(&operations::DELETE_PRIVATE_ENDPOINT_CONNECTION, None, note)?;
    requests.append(&mut plan.requests);
    Ok(Output::Requests(requests))
}

pub(super) fn create_interface_endpoint(
    context: &Context,
    id: &PrivateLinkId,
    body: &AddInterfaceEndpoint,
    if_not_exists: bool,
) -> Result<Output, Failure> {
    let vpce = body.interface_endpoint_id.as_str();
    let mut plan = Plan::new(context, Some(id), Some(vpce));
    if if_not_exists {
        let describe = &operations::GET_INTERFACE_ENDPOINT;
        plan.add(describe, None, Some("checks whether the connection has it"))?;
    }
    let note = if_not_exists.then_some("only if it does not");
    plan.add(&operations::ADD_INTERFACE_ENDPOINT, json(body), note)?;
    Ok(Output::Requests(plan.requests))
}

pub(super) fn delete_interface_endpoint(
    context: &Context,
    id: &PrivateLinkId,
    vpce: &InterfaceEndpointId,
) -> Result<Output, Failure> {
    let mut plan = Plan::new(context, Some(id), Some(vpce.as_str()));
    plan.add(&operations::DELETE_INTERFACE_ENDPOINT, None, None)?;
    Ok(Output::Requests(plan.requests))
}

struct Plan<'a> {
    context: &'a Context,
    path_values: Vec<(&'static str, &'a str)>,
    requests: Vec<Request>,
}

impl<'a> Plan<'a> {
    fn new(context: &'a Context, id: Option<&'a PrivateLinkId>, vpce: Option<&'a str>) -> Self {
        let mut path_values = vec![("groupId", context.project.as_str())];
        path_values.extend(id.map(|id| ("privateLinkId", id.as_str())));
        path_values.extend(vpce.map(|vpce| ("interfaceEndpointId", vpce)));
        Self {
            context,
            path_values,
            requests: Vec::new(),
        }
    }

    fn add(
        &mut self,
        operation: &'static Operation,
        body: Option<Value>,
        note: Option<&'static str>,
    ) -> Result<(), Failure> {
        let url = self.context.client.url(operation, &self.path_values);
        self.requests.push(Request {
            method: operation.method.to_string(),
            url: url.map_err(self.context.failed_to("print the requests"))?,
            body,
            note,
        });
        Ok(())
    }
}

fn json(body: &impl Serialize) -> Option<Value> {
    serde_json::to_value(body).ok()
}
