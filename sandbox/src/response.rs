//! How answers look on the wire.

use hyper::body::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use hyper::{HeaderMap, Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::error::{ApiError, Code};
use crate::gate::Refused;
use crate::handlers::Answer;
use crate::request::Presentation;

/// Never in an envelope: a client has to see this status and its header to go on.
pub(crate) fn unauthorized(refused: Refused) -> Response<Bytes> {
    let error = ApiError::new(Code::UserUnauthorized, refused.detail);
    let mut response = json_response(error.code.status(), &error.body(), false);
    for challenge in refused.challenges {
        if let Ok(challenge) = HeaderValue::try_from(challenge) {
            response.headers_mut().append(WWW_AUTHENTICATE, challenge);
        }
    }
    response
}

pub(crate) fn render(result: Result<Answer, ApiError>, look: Presentation) -> Response<Bytes> {
    let (status, entity, error) = match result {
        Ok(answer) => (answer.status, answer.entity, None),
        Err(error) => (error.code.status(), error.body(), Some(error)),
    };
    let mut response = if look.envelope {
        let envelope = json!({ "status": status.as_u16(), "content": entity });
        json_response(StatusCode::OK, &envelope, look.pretty)
    } else {
        json_response(status, &entity, look.pretty)
    };
    if let Some(error) = error {
        add_headers(response.headers_mut(), &error);
    }
    response
}

fn add_headers(headers: &mut HeaderMap, error: &ApiError) {
    if !error.allowed.is_empty() {
        let names: Vec<&str> = error.allowed.iter().map(Method::as_str).collect();
        set(headers, ALLOW, names.join(", "));
    }
    if let Some(seconds) = error.retry_after {
        set(headers, RETRY_AFTER, seconds.to_string());
    }
}

pub(crate) fn json_response(status: StatusCode, body: &Value, pretty: bool) -> Response<Bytes> {
    let text = if pretty {
        format!("{body:#}")
    } else {
        body.to_string()
    };
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A value that a header cannot hold is left out; the builder lets none in that would end up here.
pub(crate) fn set(headers: &mut HeaderMap, name: HeaderName, value: String) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}
