//! Responses: how they are formatted as JSON, and broken ones that hyper would not send.

use std::io;

use hyper::body::Bytes;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, TRANSFER_ENCODING};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::error::ApiError;
use crate::spec::{JSON, Operation};

/// The response of an operation that succeeded, before it is written as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Success {
    status: StatusCode,
    entity: Value,
}

impl Success {
    pub(crate) fn ok(entity: Value) -> Self {
        Self {
            status: StatusCode::OK,
            entity,
        }
    }

    pub(crate) fn entity_mut(&mut self) -> &mut Value {
        &mut self.entity
    }

    pub(crate) fn created(entity: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            entity,
        }
    }
}

/// Writes a response in the format that the query requests, and with the media type that the spec declares
/// for its status.
///
/// Errors in the query are ignored here, as even the response that reports them has a format.
pub(crate) fn render(
    result: Result<Success, ApiError>,
    query: &str,
    operation: Option<&Operation>,
) -> Response<Bytes> {
    let has = |name: &str| {
        form_urlencoded::parse(query.as_bytes()).any(|(key, value)| key == name && value == "true")
    };
    let (status, entity, headers) = match result {
        Ok(success) => (success.status, success.entity, Vec::new()),
        Err(error) => (error.code.status(), error.body(), error.headers),
    };
    let media_type = operation.map_or(JSON, |it| it.response_type(status.as_u16()));
    // A 401 has no envelope: a client needs its status and its header to continue.
    let mut response = if has("envelope") && status != StatusCode::UNAUTHORIZED {
        let envelope = json!({ "status": status.as_u16(), "content": entity });
        json_response(StatusCode::OK, &envelope, media_type, has("pretty"))
    } else {
        json_response(status, &entity, media_type, has("pretty"))
    };
    for (name, value) in headers {
        append_header(&mut response, name, value);
    }
    response
}

pub(crate) fn json_response(
    status: StatusCode,
    body: &Value,
    media_type: &str,
    pretty: bool,
) -> Response<Bytes> {
    let text = if pretty {
        format!("{body:#}")
    } else {
        body.to_string()
    };
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = status;
    append_header(&mut response, CONTENT_TYPE, media_type);
    response
}

/// Appends a header. A value that no header can have is omitted; the builder has refused those that could
/// be in one.
pub(crate) fn append_header(
    response: &mut Response<Bytes>,
    name: HeaderName,
    value: impl AsRef<[u8]>,
) {
    if let Ok(value) = HeaderValue::from_bytes(value.as_ref()) {
        response.headers_mut().append(name, value);
    }
}

/// Bytes to send without hyper, and what happens to the connection then.
#[derive(Debug)]
pub(crate) struct RawResponse {
    bytes: Vec<u8>,
    ending: Ending,
}

#[derive(Debug)]
pub(crate) enum Ending {
    /// Resets the connection.
    Reset,
    /// Closes the connection in an orderly way.
    Close,
    /// Sends nothing more until the client closes the connection.
    Stall,
    /// Sends chunks until the client closes the connection.
    Endless,
}

/// The part of a response that is sent.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    HalfHead,
    HalfBody,
    /// The whole response, with a `Content-Length` that is too large.
    TooShort,
}

impl RawResponse {
    pub(crate) fn empty(ending: Ending) -> Self {
        Self {
            bytes: Vec::new(),
            ending,
        }
    }

    pub(crate) fn partial(response: &Response<Bytes>, part: Part, ending: Ending) -> Self {
        let body = response.body();
        let length = match part {
            Part::TooShort => body.len() + 1,
            Part::HalfHead | Part::HalfBody => body.len(),
        };
        let mut bytes = head(response, &CONTENT_LENGTH, &length.to_string());
        match part {
            Part::HalfHead => bytes.truncate(bytes.len() / 2),
            Part::HalfBody => bytes.extend(body.iter().take(body.len() / 2)),
            Part::TooShort => bytes.extend_from_slice(body),
        }
        Self { bytes, ending }
    }

    /// Makes an array without an end. Only the head of the response is used.
    pub(crate) fn endless(response: &Response<Bytes>) -> Self {
        let mut bytes = head(response, &TRANSFER_ENCODING, "chunked");
        bytes.extend_from_slice(b"1\r\n[\r\n");
        Self {
            bytes,
            ending: Ending::Endless,
        }
    }

    /// Sends the bytes and ends the connection. An error means that the client closed it first.
    pub(crate) async fn send(self, mut stream: TcpStream) -> io::Result<()> {
        stream.write_all(&self.bytes).await?;
        match self.ending {
            Ending::Reset => reset(&stream),
            Ending::Close => stream.shutdown().await,
            Ending::Stall => {
                let mut ignored = [0; 1024];
                while stream.read(&mut ignored).await? > 0 {}
                Ok(())
            }
            Ending::Endless => {
                // The array stays valid, so that no parser can fail before its reader stops.
                let items = "\"endless\", ".repeat(1000);
                let chunk = format!("{:x}\r\n{items}\r\n", items.len());
                loop {
                    stream.write_all(chunk.as_bytes()).await?;
                }
            }
        }
    }
}

/// Makes the socket send a reset when it is dropped.
pub(crate) fn reset(stream: &TcpStream) -> io::Result<()> {
    stream.set_zero_linger()
}

/// Writes a head by hand, as hyper writes none that does not fit its body.
fn head(response: &Response<Bytes>, framing: &HeaderName, value: &str) -> Vec<u8> {
    let status = response.status();
    let phrase = status.canonical_reason().unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {} {phrase}\r\n", status.as_u16()).into_bytes();
    for (name, value) in response.headers() {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("{framing}: {value}\r\n\r\n").as_bytes());
    bytes
}
