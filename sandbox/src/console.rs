//! What the sandbox serves beside the API: the control API, the API reference and the page.
//!
//! Requests to it are neither recorded nor counted, and no fault affects them.
//!
//! A page of any site can make a browser send requests to the loopback interface. So the console requires a
//! `Host` that is a name of this sandbox, which such a request does not have even if the name of the site
//! resolves to the loopback address. A change requires a token of the page, or a media type that no form can
//! have.

mod control;
#[cfg(feature = "page")]
mod docs;
#[cfg(feature = "page")]
mod html;
#[cfg(feature = "page")]
mod page;

use std::net::IpAddr;

use hyper::body::Bytes;
use hyper::header::{CACHE_CONTROL, HOST, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::{Response, StatusCode};
use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::json;

use crate::error::ApiError;
use crate::response;
use crate::service::{Body, Service};
use crate::spec::JSON;

/// The parts of the console that are on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) control: bool,
    #[cfg(feature = "page")]
    pub(crate) page: bool,
    /// The names in a `Host` header beside those of the loopback interface.
    pub(crate) hosts: Vec<String>,
}

/// The control API, the API reference and the page.
#[derive(Default)]
pub(crate) struct Console {
    settings: Settings,
    /// Required in each form of the page.
    #[cfg_attr(
        not(feature = "page"),
        expect(dead_code, reason = "only the page has forms")
    )]
    token: String,
}

/// Why the console refuses a request, in one sentence.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    detail: String,
}

impl Refusal {
    fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
        }
    }

    fn response(&self) -> Response<Bytes> {
        let body = json!({
            "detail": self.detail,
            "error": self.status.as_u16(),
            "reason": self.status.canonical_reason(),
        });
        response::json_response(self.status, &body, JSON, true)
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::new(error.code.status(), error.detail)
    }
}

impl Console {
    /// Makes a console whose forms have a token of this generator.
    pub(crate) fn new(settings: Settings, mut rng: StdRng) -> Self {
        Self {
            settings,
            token: format!("{:032x}", rng.random::<u128>()),
        }
    }

    pub(crate) fn is_on(&self) -> bool {
        #[cfg(feature = "page")]
        if self.settings.page {
            return true;
        }
        self.settings.control
    }

    /// Returns true if a request that begins with these bytes is for the console.
    pub(crate) fn has(&self, head: &[u8]) -> bool {
        let target = head.split(|byte| *byte == b' ').nth(1);
        let target = target.and_then(|it| str::from_utf8(it).ok());
        let path = target.unwrap_or_default().split('?').next();
        match path.unwrap_or_default() {
            path if path.starts_with("/_sandbox/") => self.settings.control,
            #[cfg(feature = "page")]
            path if path == "/" || docs::has(path) => self.settings.page,
            _ => false,
        }
    }

    /// Responds to a request for the console; `None` for all others, and for what is off.
    pub(crate) fn respond(
        &self,
        service: &Service,
        parts: &Parts,
        body: &Body,
    ) -> Option<Response<Bytes>> {
        let path = parts.uri.path();
        let responded = match path.strip_prefix("/_sandbox/") {
            Some(path) if self.settings.control => self
                .check_host(parts)
                .and_then(|()| control::respond(service, path, parts, body)),
            #[cfg(feature = "page")]
            None if self.settings.page && path == "/" => self
                .check_host(parts)
                .and_then(|()| page::respond(service, &self.token, parts, body)),
            #[cfg(feature = "page")]
            None if self.settings.page && docs::has(path) => self
                .check_host(parts)
                .and_then(|()| docs::respond(parts, path)),
            _ => return None,
        };
        let mut response = responded.unwrap_or_else(|refusal| refusal.response());
        let headers = response.headers_mut();
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers
            .entry(CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
        Some(response)
    }

    fn check_host(&self, parts: &Parts) -> Result<(), Refusal> {
        let sent = parts.headers.get(HOST).and_then(|it| it.to_str().ok());
        let authority: Option<Authority> = sent.and_then(|it| it.parse().ok());
        let host = authority.as_ref().map_or("", Authority::host);
        let mut known = self.settings.hosts.iter().map(String::as_str);
        if is_loopback(host) || known.any(|it| it.eq_ignore_ascii_case(host)) {
            return Ok(());
        }
        let detail = format!("{host:?} is not a name of this sandbox; add it with --host.");
        Err(Refusal::new(StatusCode::FORBIDDEN, detail))
    }
}

/// Returns true for the names and addresses that no name server can resolve to something else.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse().is_ok_and(|it: IpAddr| it.is_loopback())
}
