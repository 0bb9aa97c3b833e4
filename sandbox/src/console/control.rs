//! The control API: what a test does with a [`Sandbox`](crate::Sandbox), over HTTP.

use std::fmt::Display;
use std::time::Duration;

use hyper::body::Bytes;
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Refusal;
use crate::request::media_type;
use crate::response;
use crate::service::{Body, MAX_BODY, Service};
use crate::spec::JSON;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    #[serde(with = "crate::duration")]
    advance: Duration,
}

/// A body without members. It is required, so that its media type is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Responds to a request; the path is relative to that of the control API.
pub(super) fn respond(
    service: &Service,
    path: &str,
    parts: &Parts,
    body: &Body,
) -> Result<Response<Bytes>, Refusal> {
    let segments: Vec<&str> = path.split('/').collect();
    // Hyper omits the body of a response to HEAD.
    let method = match parts.method.as_str() {
        "HEAD" => "GET",
        other => other,
    };
    let value = match (method, segments.as_slice()) {
        ("GET", ["state"]) => state(service)?,
        ("POST", ["reset"]) => {
            let Nothing {} = parse(parts, body)?;
            service.reset()?;
            state(service)?
        }
        ("GET", ["clock"]) => clock(service),
        ("POST", ["clock"]) => {
            let Advance { advance } = parse(parts, body)?;
            service.advance(advance);
            clock(service)
        }
        ("GET", ["faults"]) => faults(service),
        ("POST", ["faults"]) => {
            let fault = parse(parts, body)?;
            service.inject(fault).map_err(|reason| invalid(&reason))?;
            faults(service)
        }
        ("DELETE", ["faults"]) => {
            service.lock().faults.clear();
            faults(service)
        }
        ("DELETE", ["faults", number]) => {
            let number = number.parse().map_err(|_| not_found(parts))?;
            if !service.lock().faults.remove(number) {
                return Err(not_found(parts));
            }
            faults(service)
        }
        ("GET", ["requests"]) => requests(service),
        ("DELETE", ["requests"]) => {
            service.lock().log.clear();
            requests(service)
        }
        ("PUT", ["projects", project, "connections", id, "status"]) => {
            let status = parse(parts, body)?;
            let target = service.target(project, id, "");
            let state = &mut service.lock().state;
            state.pin(target, status)?;
            json!(state.get_connection(target)?)
        }
        (
            "PUT",
            [
                "projects",
                project,
                "connections",
                id,
                "interfaceEndpoints",
                vpce,
                "status",
            ],
        ) => {
            let status = parse(parts, body)?;
            let target = service.target(project, id, vpce);
            let state = &mut service.lock().state;
            state.pin(target, status)?;
            json!(state.get_interface_endpoint(target)?)
        }
        _ => return Err(not_found(parts)),
    };
    Ok(response::json_response(StatusCode::OK, &value, JSON, true))
}

fn state(service: &Service) -> Result<Value, Refusal> {
    let state = &mut service.lock().state;
    let mut projects = Vec::new();
    for id in state.project_ids() {
        let connections = state.list_connections(service.target(&id, "", ""))?;
        let history = state.history(service.target(&id, "", ""))?;
        projects.push(json!({ "id": id, "connections": connections, "history": history }));
    }
    Ok(json!({ "projects": projects }))
}

fn clock(service: &Service) -> Value {
    let now = humantime::format_rfc3339_millis(service.clock().now());
    json!({ "now": now.to_string() })
}

fn faults(service: &Service) -> Value {
    json!({ "faults": service.lock().faults.faults() })
}

fn requests(service: &Service) -> Value {
    let log = &service.lock().log;
    json!({ "count": log.count(), "requests": log.to_vec() })
}

/// Parses a body. A form of another site cannot have its media type.
fn parse<T: DeserializeOwned>(parts: &Parts, body: &Body) -> Result<T, Refusal> {
    if !media_type(&parts.headers).eq_ignore_ascii_case(JSON) {
        let detail = format!("The Content-Type must be {JSON}.");
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    let Some(body) = body else {
        let detail = format!("The body exceeds {MAX_BODY} bytes.");
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
    };
    serde_json::from_slice(body).map_err(|error| invalid(&error))
}

fn invalid(reason: &dyn Display) -> Refusal {
    let detail = format!("The body is invalid: {reason}.");
    Refusal::new(StatusCode::BAD_REQUEST, detail)
}

fn not_found(parts: &Parts) -> Refusal {
    let detail = format!(
        "The control API has no {} {}.",
        parts.method,
        parts.uri.path()
    );
    Refusal::new(StatusCode::NOT_FOUND, detail)
}
