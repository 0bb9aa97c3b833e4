//! One function per operation of the spec, found by its operation id.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::clock::Moment;
use crate::error::{ApiError, Code, Subject};
use crate::ids::{is_interface_endpoint_id, is_object_id};
use crate::rate::RateLimit;
use crate::request::Fields;
use crate::routes::Params;
use crate::state::{ConnectionSnapshot, InterfaceEndpointSnapshot, Refusal, State};

/// Carries out an operation.
pub(crate) type Handler = fn(&mut State, &Call<'_>) -> Result<Answer, ApiError>;

/// A request that passed every check that does not need the state.
pub(crate) struct Call<'a> {
    pub(crate) params: &'a Params,
    pub(crate) fields: &'a Fields,
    pub(crate) now: Moment,
}

/// What a successful operation answers.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) entity: Value,
}

/// Every operation that the sandbox can carry out.
pub(crate) const HANDLERS: &[(&str, Handler)] = &[
    ("listPrivateEndpointConnections", list),
    ("createPrivateEndpointConnection", create),
    ("getPrivateEndpointConnection", get),
    ("deletePrivateEndpointConnection", delete),
    ("addInterfaceEndpoint", add),
    ("getInterfaceEndpoint", get_interface_endpoint),
    ("deleteInterfaceEndpoint", delete_interface_endpoint),
];

pub(crate) fn by_operation(id: &str) -> Option<Handler> {
    let found = HANDLERS.iter().find(|(name, _)| *name == id);
    found.map(|(_, handler)| *handler)
}

/// Refuses a project that cannot be or is not there. Comes before anything within the project.
pub(crate) fn check_project(state: &State, params: &Params) -> Result<(), ApiError> {
    let project = value(params, "groupId");
    if !is_object_id(project) {
        let detail = format!("The project id {project} is not 24 hexadecimal digits.");
        return Err(ApiError::new(Code::InvalidGroupId, detail).about(project));
    }
    if state.has_project(project) {
        return Ok(());
    }
    let about = Subject {
        project,
        ..Subject::default()
    };
    Err(about.refused(Refusal::NoSuchProject))
}

/// Refuses a request that is one too many for its project in this minute.
pub(crate) fn check_rate(
    rate: &mut RateLimit,
    params: &Params,
    now: Moment,
) -> Result<(), ApiError> {
    let project = value(params, "groupId");
    let counted = rate.count(project, now);
    counted.map_err(|seconds| ApiError::rate_limited(project, seconds))
}

impl Call<'_> {
    fn subject(&self) -> Subject<'_> {
        Subject {
            project: value(self.params, "groupId"),
            connection: value(self.params, "privateLinkId"),
            interface_endpoint: value(self.params, "interfaceEndpointId"),
            region: value(self.fields, "region"),
        }
    }
}

/// What the spec requires is there by now; what it does not is the empty string, which no check accepts.
fn value<'a>(values: &'a Fields, name: &str) -> &'a str {
    values.get(name).map_or("", String::as_str)
}

fn check_interface_endpoint_id(id: &str) -> Result<(), ApiError> {
    if is_interface_endpoint_id(id) {
        return Ok(());
    }
    let detail = format!("The interface endpoint id {id} is malformed.");
    Err(ApiError::new(Code::InterfaceEndpointIdMalformed, detail).about(id))
}

fn list(state: &mut State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let about = call.subject();
    let all = state.list(about.project, call.now);
    let all = all.map_err(|refusal| about.refused(refusal))?;
    Ok(Answer::ok(all.iter().map(connection_json).collect()))
}

fn create(state: &mut State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let about = call.subject();
    let created = state.create(about.project, about.region, call.now);
    let created = created.map_err(|refusal| about.refused(refusal))?;
    Ok(Answer::created(connection_json(&created)))
}

fn get(state: &mut State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let about = call.subject();
    let found = state.connection(about.project, about.connection, call.now);
    let found = found.map_err(|refusal| about.refused(refusal))?;
    Ok(Answer::ok(connection_json(&found)))
}

fn delete(state: &mut State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let about = call.subject();
    let done = state.delete(about.project, about.connection, call.now);
    done.map_err(|refusal| about.refused(refusal))?;
    Ok(Answer::ok(json!({})))
}

fn add(state: &mut State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let about = Subject {
        interface_endpoint: value(call.fields, "interfaceEndpointId"),
        ..call.subject()
    };
    let id = about.interface_endpoint;
    check_interface_endpoint_id(id)?;
    let added = state.add(about.project, about.connection, id, call.now);
    let added = added.map_err(|refusal| about.refused(refusal))?;
    Ok(Answer::created(interface_endpoint_json(&added)))
}

fn get_interface_endpoint(state: &mut State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let about = call.subject();
    let id = about.interface_endpoint;
    check_interface_endpoint_id(id)?;
    let found = state.interface_endpoint(about.project, about.connection, id, call.now);
    let found = found.map_err(|refusal| about.refused(refusal))?;
    Ok(Answer::ok(interface_endpoint_json(&found)))
}

fn delete_interface_endpoint(state: &mut State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let about = call.subject();
    let id = about.interface_endpoint;
    check_interface_endpoint_id(id)?;
    let done = state.remove(about.project, about.connection, id, call.now);
    done.map_err(|refusal| about.refused(refusal))?;
    Ok(Answer::ok(json!({})))
}

impl Answer {
    fn ok(entity: Value) -> Self {
        Self {
            status: StatusCode::OK,
            entity,
        }
    }

    fn created(entity: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            entity,
        }
    }
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
