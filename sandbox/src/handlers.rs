//! One handler per operation of the spec, found by its operation id.

use serde_json::{Map, Value, json};

use crate::error::Result;
use crate::fault::Effect;
use crate::response::Success;
use crate::state::{ConnectionSnapshot, InterfaceEndpointSnapshot, State, Target};

/// Executes an operation.
pub(crate) type Handler = fn(&mut State, &Call<'_>) -> Result<Success>;

/// The handlers by operation id.
///
/// An operation of the spec that is missing here gets a 501.
const HANDLERS: &[(&str, Handler)] = &[
    ("listPrivateEndpointConnections", list_connections),
    ("createPrivateEndpointConnection", create_connection),
    ("getPrivateEndpointConnection", get_connection),
    ("deletePrivateEndpointConnection", delete_connection),
    ("addInterfaceEndpoint", add_interface_endpoint),
    ("getInterfaceEndpoint", get_interface_endpoint),
    ("deleteInterfaceEndpoint", delete_interface_endpoint),
];

pub(crate) fn find(operation: &str) -> Option<Handler> {
    let found = HANDLERS.iter().find(|(id, _)| *id == operation);
    found.map(|(_, handler)| *handler)
}

/// A request that has passed every check that does not need its resource.
pub(crate) struct Call<'a> {
    /// The resource of the path. What is not in the path is empty, which no resource's id is.
    pub(crate) target: Target<'a>,
    pub(crate) fields: &'a Map<String, Value>,
    /// The effect of a fault.
    pub(crate) effect: Option<&'a Effect>,
}

impl Call<'_> {
    /// Returns a field of the body that the spec requires, and whose type has been checked.
    fn field(&self, name: &str) -> &str {
        let value = self.fields.get(name);
        value.and_then(Value::as_str).unwrap_or_default()
    }

    /// Sets the status with which the creation of a resource ends if a fault asks for one, and returns true if
    /// there was one.
    fn end(&self, state: &mut State, created: Target<'_>) -> Result<bool> {
        let Some(Effect::End(status)) = self.effect else {
            return Ok(false);
        };
        state.end_with(created, status.clone())?;
        Ok(true)
    }
}

fn list_connections(state: &mut State, call: &Call<'_>) -> Result<Success> {
    let target = call.target;
    let listed = match call.effect {
        Some(Effect::Lag(ago)) => state.list_connections_as_of(target, target.now.before(*ago)),
        _ => state.list_connections(target),
    }?;
    Ok(Success::ok(listed.iter().map(connection_json).collect()))
}

fn create_connection(state: &mut State, call: &Call<'_>) -> Result<Success> {
    let mut created = state.create_connection(call.target, call.field("region"))?;
    let id = created.id.clone();
    let target = Target {
        connection: &id,
        ..call.target
    };
    if call.end(state, target)? {
        created = state.get_connection(target)?;
    }
    Ok(Success::created(connection_json(&created)))
}

fn get_connection(state: &mut State, call: &Call<'_>) -> Result<Success> {
    let found = state.get_connection(call.target)?;
    Ok(Success::ok(connection_json(&found)))
}

fn delete_connection(state: &mut State, call: &Call<'_>) -> Result<Success> {
    state.delete_connection(call.target)?;
    Ok(Success::ok(json!({})))
}

fn add_interface_endpoint(state: &mut State, call: &Call<'_>) -> Result<Success> {
    let target = Target {
        interface_endpoint: call.field("interfaceEndpointId"),
        ..call.target
    };
    let mut added = state.add_interface_endpoint(target)?;
    if call.end(state, target)? {
        added = state.get_interface_endpoint(target)?;
    }
    Ok(Success::created(interface_endpoint_json(&added)))
}

fn get_interface_endpoint(state: &mut State, call: &Call<'_>) -> Result<Success> {
    let found = state.get_interface_endpoint(call.target)?;
    Ok(Success::ok(interface_endpoint_json(&found)))
}

fn delete_interface_endpoint(state: &mut State, call: &Call<'_>) -> Result<Success> {
    state.delete_interface_endpoint(call.target)?;
    Ok(Success::ok(json!({})))
}

fn connection_json(connection: &ConnectionSnapshot) -> Value {
    let endpoints = connection.interface_endpoints.iter();
    let endpoints: Vec<&str> = endpoints.map(|it| it.id.as_str()).collect();
    json!({
        "id": connection.id,
        "endpointServiceName": connection.endpoint_service_name,
        "errorMessage": connection.error_message,
        "interfaceEndpoints": endpoints,
        "status": connection.status,
    })
}

fn interface_endpoint_json(endpoint: &InterfaceEndpointSnapshot) -> Value {
    json!({
        "interfaceEndpointId": endpoint.id,
        "connectionStatus": endpoint.status,
        "deleteRequested": endpoint.delete_requested,
        "errorMessage": endpoint.error_message,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::OPERATIONS;

    #[test]
    fn every_operation_has_a_handler() {
        let operations: Vec<&str> = OPERATIONS.iter().map(|it| it.id).collect();
        let missing: Vec<_> = operations.iter().filter(|id| find(id).is_none()).collect();
        assert!(
            missing.is_empty(),
            "operations of the spec without a handler: {missing:?}; write one in \
             sandbox/src/handlers.rs and add it to HANDLERS"
        );
        let known = |id| operations.contains(id);
        let unknown: Vec<_> = HANDLERS
            .iter()
            .map(|(id, _)| id)
            .filter(|id| !known(id))
            .collect();
        assert!(
            unknown.is_empty(),
            "handlers without an operation of the spec: {unknown:?}; remove them from \
             sandbox/src/handlers.rs"
        );
    }
}
