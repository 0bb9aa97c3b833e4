//! Responses that do not depend on the request.

use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use serde::{Deserialize, Serialize};

use super::json;
use crate::error::{ApiError, Code};

/// A response that does not depend on the request.
///
/// In JSON it is an object with `status`, `headers` and `body`. The value of a header is a string, or an array
/// of strings for a repeated header. A body that is not a string is sent as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "json::CannedResponse", into = "json::CannedResponse")]
#[must_use]
pub struct CannedResponse {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl CannedResponse {
    /// Makes a response without headers and body.
    ///
    /// # Panics
    ///
    /// Panics when the status is not between 200 and 999: a lower one does not end an exchange.
    #[track_caller]
    #[expect(clippy::panic, reason = "documented")]
    pub fn new(status: u16) -> Self {
        match Self::try_new(status) {
            Ok(response) => response,
            Err(reason) => panic!("{reason}"),
        }
    }

    pub(super) fn try_new(status: u16) -> Result<Self, String> {
        if !(200..=999).contains(&status) {
            return Err(format!("{status} is not the status of a final response"));
        }
        Ok(Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        })
    }

    /// Adds a header. The same name can be added several times.
    ///
    /// # Panics
    ///
    /// Panics when HTTP does not allow the name or the value.
    #[track_caller]
    #[expect(clippy::panic, reason = "documented")]
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        match self.try_header(name.into(), value.into()) {
            Ok(response) => response,
            Err(reason) => panic!("{reason}"),
        }
    }

    pub(super) fn try_header(mut self, name: String, value: String) -> Result<Self, String> {
        if HeaderName::try_from(&name).is_err() || HeaderValue::try_from(&value).is_err() {
            return Err(format!("{name:?}: {value:?} is not a valid header"));
        }
        self.headers.push((name, value));
        Ok(self)
    }

    /// Sets the body, without a `Content-Type`.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Returns the status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Makes the 502 of a gateway, with an HTML page.
    pub fn html_502() -> Self {
        Self::html(502, "Bad Gateway")
    }

    /// Makes the 504 of a gateway, with an HTML page.
    pub fn html_504() -> Self {
        Self::html(504, "Gateway Time-out")
    }

    /// Makes a 401 without challenge and body.
    pub fn empty_401() -> Self {
        Self::new(401)
    }

    /// Makes Atlas' 429 `RATE_LIMITED`. `retry_after` is the value of the header: seconds, a date by the
    /// sandbox's clock, or any other text.
    ///
    /// # Panics
    ///
    /// Panics when HTTP does not allow the value.
    #[track_caller]
    pub fn rate_limited(retry_after: Option<&str>) -> Self {
        let response = Self::atlas(&ApiError::new(Code::RateLimited, "Too many requests."));
        match retry_after {
            Some(value) => response.header("retry-after", value),
            None => response,
        }
    }

    /// Makes Atlas' 405 `WRITES_NOT_ALLOWED_DURING_APP_UPGRADES`.
    pub fn writes_not_allowed() -> Self {
        let detail = "Writes are not allowed during an upgrade.";
        Self::atlas(&ApiError::new(Code::WritesNotAllowed, detail))
    }

    /// Makes the 503 of a load balancer without a server, with a line of plain text.
    pub fn service_unavailable() -> Self {
        Self::new(503)
            .header("content-type", "text/plain")
            .body("no healthy upstream")
    }

    /// Makes a 307, which redirects the same request, with its body.
    ///
    /// # Panics
    ///
    /// Panics when HTTP does not allow the URL in a header.
    #[track_caller]
    pub fn redirect_to(url: impl Into<String>) -> Self {
        Self::new(307).header("location", url)
    }

    /// Makes a 200 whose JSON ends in the middle.
    pub fn truncated_json() -> Self {
        Self::json(200, "{\"id\": \"5f7cb1a3e3b4aa3b8")
    }

    /// Makes a response whose body is declared as JSON.
    ///
    /// # Panics
    ///
    /// Panics when the status is not between 200 and 999.
    #[track_caller]
    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status)
            .header("content-type", "application/json")
            .body(body)
    }

    fn atlas(error: &ApiError) -> Self {
        Self::json(error.code.status().as_u16(), error.body().to_string())
    }

    fn html(status: u16, phrase: &str) -> Self {
        let page = format!(
            "<html>\n<head><title>{status} {phrase}</title></head>\n\
             <body><center><h1>{status} {phrase}</h1></center></body>\n</html>\n"
        );
        Self::new(status)
            .header("content-type", "text/html")
            .body(page)
    }

    /// Converts to a response of hyper. Invalid values were refused when this response was made.
    pub(crate) fn response(&self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(self.body.clone()));
        if let Ok(status) = StatusCode::from_u16(self.status) {
            *response.status_mut() = status;
        }
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "100 is not the status of a final response")]
    fn status_of_an_interim_response_is_refused() {
        let _ = CannedResponse::new(100);
    }

    #[test]
    #[should_panic(expected = "\"a b\": \"c\" is not a valid header")]
    fn invalid_header_name_is_refused() {
        let _ = CannedResponse::new(200).header("a b", "c");
    }

    #[test]
    fn header_can_be_repeated() {
        let canned = CannedResponse::new(299).header("a", "b").header("a", "c");
        let response = canned.response();
        assert_eq!(response.status(), 299);
        assert_eq!(response.headers().get_all("a").iter().count(), 2);
    }
}
