//! HTML responses, and what a browser may do with them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Bytes;
use hyper::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_FRAME_OPTIONS};
use hyper::{Response, StatusCode};
use maud::Markup;
use rand::TryRng as _;
use rand::rngs::SysRng;
use sha2::{Digest as _, Sha256};

use super::Refusal;
use crate::response::append_header;

/// Returns a text that cannot be guessed.
pub(super) fn nonce() -> Result<String, Refusal> {
    let mut bytes = [0; 16];
    SysRng.try_fill_bytes(&mut bytes).map_err(|_| {
        let detail = "The operating system provides no random numbers.";
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
    })?;
    Ok(STANDARD.encode(bytes))
}

/// Returns the source of an inline script or style. Unlike a nonce, it also permits them in the copy of the
/// page that its script parses.
pub(super) fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

/// Makes a response in which only scripts and styles of these sources have an effect, and which loads nothing
/// from other servers.
pub(super) fn response(
    status: StatusCode,
    script: &str,
    style: &str,
    html: Markup,
) -> Response<Bytes> {
    let policy = format!(
        "default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; img-src data:; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    let mut response = body("text/html; charset=utf-8", html.into_string());
    *response.status_mut() = status;
    append_header(&mut response, CONTENT_SECURITY_POLICY, policy);
    append_header(&mut response, X_FRAME_OPTIONS, "DENY");
    append_header(&mut response, REFERRER_POLICY, "no-referrer");
    response
}

/// Makes a response with the status 200.
pub(super) fn body(media_type: &str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    append_header(&mut response, CONTENT_TYPE, media_type);
    response
}
