//! Answers that do not come from Atlas' own logic.

use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use crate::error::{ApiError, Code};

/// An answer to give whatever was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct CannedResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl CannedResponse {
    /// Has this status, and neither body nor headers of its own.
    ///
    /// # Panics
    ///
    /// When the status is not one that ends an exchange: below 200, or above 999.
    #[track_caller]
    pub fn new(status: u16) -> Self {
        assert!(
            (200..=999).contains(&status),
            "{status} is not a status to answer with"
        );
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Adds a header. The same name may be given several times.
    ///
    /// # Panics
    ///
    /// When HTTP does not allow the name or the value.
    #[track_caller]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        let allowed = HeaderName::try_from(&name).is_ok() && HeaderValue::try_from(&value).is_ok();
        assert!(allowed, "{name:?}: {value:?} cannot be a header");
        self.headers.push((name, value));
        self
    }

    /// Sets the body. Nothing says of what type it is unless [`header`](Self::header) does.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// A gateway that did not like what it got from Atlas: 502 with a page for people.
    pub fn html_502() -> Self {
        Self::html(502, "Bad Gateway")
    }

    /// A gateway that did not wait long enough for Atlas: 504 with a page for people.
    pub fn html_504() -> Self {
        Self::html(504, "Gateway Time-out")
    }

    /// A 401 without challenge or body.
    pub fn empty_401() -> Self {
        Self::new(401)
    }

    /// Atlas' 429 `RATE_LIMITED`. `retry_after` is the header's value, in seconds or as a date by the
    /// sandbox's clock; any text will do.
    ///
    /// # Panics
    ///
    /// When the value cannot be a header's.
    #[track_caller]
    pub fn rate_limited(retry_after: Option<&str>) -> Self {
        let answer = Self::atlas(&ApiError::new(Code::RateLimited, "Too many requests."));
        match retry_after {
            Some(value) => answer.header("retry-after", value),
            None => answer,
        }
    }

    /// Atlas' 405 `WRITES_NOT_ALLOWED_DURING_APP_UPGRADES`.
    pub fn writes_not_allowed() -> Self {
        let detail = "Changes are not possible during an upgrade.";
        Self::atlas(&ApiError::new(Code::WritesOff, detail))
    }

    /// A load balancer that has no server left: 503 with a line of plain text.
    pub fn service_unavailable() -> Self {
        Self::new(503)
            .header("content-type", "text/plain")
            .body("no healthy upstream")
    }

    /// A 307, which asks to send the same request, with its body, to another place.
    ///
    /// # Panics
    ///
    /// When the URL cannot stand in a header.
    #[track_caller]
    pub fn redirect_to(url: impl Into<String>) -> Self {
        Self::new(307).header("location", url)
    }

    /// A 200 that is declared as JSON and ends in the middle of it.
    pub fn truncated_json() -> Self {
        Self::json(200, "{\"id\": \"5f7cb1a3e3b4aa3b8")
    }

    /// A body that is declared as JSON.
    ///
    /// # Panics
    ///
    /// When the status is below 200 or above 999.
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

    /// What cannot be was refused when the answer was made.
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
    #[should_panic(expected = "100 is not a status to answer with")]
    fn a_status_that_ends_nothing_is_refused() {
        let _ = CannedResponse::new(100);
    }

    #[test]
    #[should_panic(expected = "\"a b\": \"c\" cannot be a header")]
    fn a_name_that_is_none_is_refused() {
        let _ = CannedResponse::new(200).header("a b", "c");
    }

    #[test]
    fn headers_may_come_twice() {
        let answer = CannedResponse::new(299).header("a", "b").header("a", "c");
        let response = answer.response();
        assert_eq!(response.status(), 299);
        assert_eq!(response.headers().get_all("a").iter().count(), 2);
    }
}
