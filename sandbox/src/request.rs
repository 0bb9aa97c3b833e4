//! The checks that a request has to pass before an operation sees it.

use std::collections::BTreeMap;

use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use crate::error::{ApiError, Code};
use crate::spec::Field;

/// The fields of a request body that passed the checks.
pub(crate) type Fields = BTreeMap<String, String>;

/// How the caller wants the answer to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Presentation {
    pub(crate) pretty: bool,
    pub(crate) envelope: bool,
}

impl Presentation {
    /// Overlooks what is wrong with the query, as even the answer that complains about it has to look
    /// somehow.
    pub(crate) fn of(query: &str) -> Self {
        let asked = |name: &str| {
            form_urlencoded::parse(query.as_bytes())
                .any(|(key, value)| key == name && value == "true")
        };
        Self {
            pretty: asked("pretty"),
            envelope: asked("envelope"),
        }
    }
}

/// Refuses unknown and repeated query parameters, and values that are no booleans.
pub(crate) fn check_query(query: &str, known: &[String]) -> Result<(), ApiError> {
    let mut seen = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let problem = if !known.iter().any(|it| *it == name) {
            "is not known"
        } else if seen.contains(&name) {
            "stands there twice"
        } else if value != "true" && value != "false" {
            "is neither true nor false"
        } else {
            seen.push(name);
            continue;
        };
        let detail = format!("The query parameter {name} {problem}.");
        return Err(ApiError::new(Code::InvalidQueryParameter, detail).about(name));
    }
    Ok(())
}

/// Refuses a body that is not declared as JSON.
pub(crate) fn check_media_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let declared = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let detail = "The request body has to be declared as application/json.";
    Err(ApiError::new(Code::UnsupportedMediaType, detail).about(declared))
}

/// Reads the body, and refuses it unless it has the known fields with values that they can have.
pub(crate) fn fields(body: &[u8], known: &[Field]) -> Result<Fields, ApiError> {
    let object = object(body)?;
    if let Some(name) = object.keys().find(|name| !is_known(name, known)) {
        let detail = format!("The field {name} is not known.");
        return Err(ApiError::new(Code::InvalidJsonAttribute, detail).about(name));
    }
    check_missing(&object, known)?;
    let mut fields = Fields::new();
    for field in known {
        if let Some(value) = object.get(&field.name).filter(|value| !value.is_null()) {
            fields.insert(field.name.clone(), text(field, value)?);
        }
    }
    Ok(fields)
}

fn object(body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    let value = serde_json::from_slice(body).map_err(|error| {
        let detail = format!("The request body is not JSON: {error}.");
        ApiError::new(Code::MalformedJson, detail)
    })?;
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(ApiError::new(
            Code::InvalidJson,
            "The request body is not a JSON object.",
        )),
    }
}

fn is_known(name: &str, known: &[Field]) -> bool {
    known.iter().any(|field| field.name == name)
}

/// Null counts as missing: it says that there is no value.
fn check_missing(object: &Map<String, Value>, known: &[Field]) -> Result<(), ApiError> {
    let missing: Vec<&str> = known
        .iter()
        .filter(|field| field.required && object.get(&field.name).is_none_or(Value::is_null))
        .map(|field| field.name.as_str())
        .collect();
    let code = match missing.len() {
        0 => return Ok(()),
        1 => Code::MissingAttribute,
        _ => Code::MissingAttributes,
    };
    let error = ApiError::new(code, format!("Missing: {}.", missing.join(", ")));
    Err(missing.into_iter().fold(error, ApiError::about))
}

fn text(field: &Field, value: &Value) -> Result<String, ApiError> {
    let name = &field.name;
    let Some(text) = value.as_str() else {
        let detail = format!("The field {name} is not a string.");
        return Err(ApiError::new(Code::InvalidJsonAttribute, detail).about(name));
    };
    if field.values.is_empty() || field.values.iter().any(|it| it == text) {
        return Ok(text.to_owned());
    }
    let code = match name.as_str() {
        "region" => Code::InvalidRegion,
        "providerName" => Code::InvalidProvider,
        _ => Code::InvalidAttribute,
    };
    Err(ApiError::new(code, format!("The field {name} cannot be {text}.")).about(text))
}
