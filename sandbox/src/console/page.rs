//! The page at `/`: the state of the sandbox, and forms that change it.
//!
//! It works without JavaScript: a form is sent, and the response redirects back to the page. The script
//! replaces the parts of an open page, and sends forms without losing the place on the page.

mod view;

use std::collections::HashMap;

use hyper::body::Bytes;
use hyper::header::LOCATION;
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::Refusal;
use crate::duration;
use crate::fault::Fault;
use crate::response::append_header;
use crate::service::{Body, Service};
use crate::state::PinnedStatus;

/// Responds to a request for the page. The token is in each of its forms.
pub(super) fn respond(
    service: &Service,
    token: &str,
    parts: &Parts,
    body: &Body,
) -> Result<Response<Bytes>, Refusal> {
    match parts.method {
        Method::GET | Method::HEAD => view::respond(service, token, parts, None),
        Method::POST => match change(service, token, body) {
            Ok(()) => Ok(redirect()),
            Err(refusal) => view::respond(service, token, parts, Some(&refusal)),
        },
        _ => {
            let detail = "The methods of the page are GET and POST.";
            Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, detail))
        }
    }
}

/// Makes a response after which a browser can reload the page without sending the form again.
fn redirect() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::SEE_OTHER;
    append_header(&mut response, LOCATION, "/");
    response
}

/// The fields of a form.
struct Form(HashMap<String, String>);

impl Form {
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn parse<T: std::str::FromStr>(&self, name: &str) -> Result<T, Refusal> {
        let text = self.get(name);
        text.parse()
            .map_err(|_| invalid(format!("{text:?} is not a number")))
    }
}

fn invalid(reason: impl std::fmt::Display) -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        format!("Nothing was changed: {reason}."),
    )
}

/// Executes the action of a form.
fn change(service: &Service, token: &str, body: &Body) -> Result<(), Refusal> {
    let fields = form_urlencoded::parse(body.as_deref().unwrap_or_default());
    let form = Form(fields.into_owned().collect());
    if !bool::from(form.get("token").as_bytes().ct_eq(token.as_bytes())) {
        let detail =
            "Nothing was changed: the form is from before the start of this sandbox. Try again.";
        return Err(Refusal::new(StatusCode::FORBIDDEN, detail));
    }
    let (project, id) = (form.get("project"), form.get("connection"));
    let connection = service.target(project, id, "");
    let endpoint = service.target(project, id, form.get("interface-endpoint"));
    match form.get("action") {
        "accept" => service.lock().state.accept_interface_endpoint(endpoint)?,
        "reject" => {
            let state = &mut service.lock().state;
            // A status would end a deletion in progress.
            if state.get_interface_endpoint(endpoint)?.delete_requested {
                return Err(conflict("the interface endpoint"));
            }
            state.pin(endpoint, by_hand("REJECTED"))?;
        }
        "fail" => {
            let state = &mut service.lock().state;
            if state.get_connection(connection)?.status == "DELETING" {
                return Err(conflict("the connection"));
            }
            state.pin(connection, by_hand("FAILED"))?;
        }
        "advance" => service.advance(duration::parse(form.get("by")).map_err(invalid)?),
        "add-fault" => {
            service.inject(fault(&form)?).map_err(invalid)?;
        }
        "remove-fault" => {
            // It may have been removed on another page.
            service.lock().faults.remove(form.parse("number")?);
        }
        "clear-requests" => service.lock().log.clear(),
        "reset" => service.reset()?,
        other => return Err(invalid(format!("there is no action {other:?}"))),
    }
    Ok(())
}

fn by_hand(status: &str) -> PinnedStatus {
    PinnedStatus::new(status).with_error("Set by hand in the sandbox.")
}

fn conflict(resource: &str) -> Refusal {
    let detail = format!("Nothing was changed: {resource} is being deleted.");
    Refusal::new(StatusCode::CONFLICT, detail)
}

/// Makes a fault of its JSON form.
fn fault(form: &Form) -> Result<Fault, Refusal> {
    let effect: Value = serde_json::from_str(form.get("effect")).map_err(invalid)?;
    let mut fault = json!({ "effect": effect });
    if !form.get("operation").is_empty() {
        fault["operation"] = form.get("operation").into();
    }
    if !form.get("first").is_empty() {
        fault["first"] = form.parse::<u64>("first")?.into();
    }
    serde_json::from_value(fault).map_err(invalid)
}
