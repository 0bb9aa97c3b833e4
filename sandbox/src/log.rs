//! The log of requests: bounded, and without secrets.

use std::collections::VecDeque;

use hyper::HeaderMap;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};
use hyper::http::request::Parts;
use serde::Serialize;

use crate::auth::TOKEN_PATH;
use crate::request::{FORM, media_type};

/// The number of requests that the log keeps.
const MAX_RECORDS: usize = 16_384;

/// The total size of the requests that the log keeps, in bytes.
const MAX_BYTES: usize = 32 << 20;

/// What a secret is replaced with.
const REDACTED: &str = "[redacted]";

/// The parameters of a query or form that are secrets, by RFC 6749, 6750 and 7521.
const SECRET_PARAMETERS: [&str; 3] = ["access_token", "client_assertion", "client_secret"];

/// One HTTP request that the sandbox received, whether it responded or not. Secrets in the query, the
/// headers and the body are replaced with `[redacted]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RequestRecord {
    /// The method, such as `GET`. Empty for a connection that was reset before a request was read.
    pub method: String,
    /// The path as it was sent, without the query.
    pub path: String,
    /// The query as it was sent, without the question mark.
    pub query: Option<String>,
    /// The headers in the order of their names, which are in lower case.
    pub headers: Vec<(String, String)>,
    /// The body. Empty when there was none, and when it exceeded the maximum size of 1 MiB.
    pub body: String,
    /// The operation of the spec with this method and path, even for a 401; `token` for the token
    /// endpoint.
    pub operation: Option<String>,
    /// The public API key or the client id that the request was authenticated with.
    pub principal: Option<String>,
    /// The HTTP status of the response, even of a partial one. It is 200 for a response in an envelope,
    /// and 0 when no byte was sent.
    pub status: u16,
    /// True if the request had an `Authorization` header, valid or not.
    pub has_authorization: bool,
    /// The effect of a [fault](crate::fault), as [`Effect`](crate::fault::Effect) is displayed.
    pub fault: Option<String>,
}

impl RequestRecord {
    /// Records what was sent.
    pub(crate) fn new(parts: &Parts, body: Option<&Bytes>) -> Self {
        let path = parts.uri.path();
        Self {
            method: parts.method.to_string(),
            path: path.to_owned(),
            query: parts.uri.query().map(redact_parameters),
            headers: headers(&parts.headers),
            body: body.map_or_else(String::new, |body| {
                let text = String::from_utf8_lossy(body);
                let is_form = media_type(&parts.headers).eq_ignore_ascii_case(FORM);
                match (is_form, path == TOKEN_PATH) {
                    (true, _) => redact_parameters(&text),
                    // A client that does not send a form can still send its secret.
                    (false, true) if !text.is_empty() => REDACTED.to_owned(),
                    (false, _) => text.into_owned(),
                }
            }),
            has_authorization: parts.headers.contains_key(AUTHORIZATION),
            ..Self::default()
        }
    }

    /// Returns the approximate size in memory in bytes.
    fn size(&self) -> usize {
        let headers = self.headers.iter();
        let headers = headers.map(|it| size_of_val(it) + it.0.len() + it.1.len());
        let query = self.query.as_ref().map_or(0, String::len);
        size_of::<Self>() + self.path.len() + query + self.body.len() + headers.sum::<usize>()
    }
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let secret = [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION];
    let mut texts: Vec<_> = headers
        .iter()
        .map(|(name, value)| {
            let text = if secret.contains(name) {
                REDACTED.into()
            } else {
                String::from_utf8_lossy(value.as_bytes())
            };
            (name.as_str().to_owned(), text.into_owned())
        })
        .collect();
    // A stable sort: the order of the values of a repeated header has a meaning.
    texts.sort_by(|(one, _), (other, _)| one.cmp(other));
    texts
}

/// Replaces the values of secret parameters, and leaves the rest as it is.
fn redact_parameters(text: &str) -> String {
    let redacted = text.split('&').map(|parameter| {
        let sent = parameter.split('=').next().unwrap_or_default();
        let mut names = form_urlencoded::parse(sent.as_bytes()).map(|(name, _)| name);
        let is_secret = names.any(|name| {
            let mut secret = SECRET_PARAMETERS.iter();
            secret.any(|it| it.eq_ignore_ascii_case(name.trim()))
        });
        if is_secret {
            format!("{sent}={REDACTED}")
        } else {
            parameter.to_owned()
        }
    });
    redacted.collect::<Vec<_>>().join("&")
}

/// The most recent requests, and the number of all.
#[derive(Default)]
pub(crate) struct RequestLog {
    /// Oldest first.
    records: VecDeque<RequestRecord>,
    bytes: usize,
    count: usize,
}

impl RequestLog {
    /// Adds a request, and removes the oldest ones that exceed the limits.
    pub(crate) fn push(&mut self, record: RequestRecord) {
        self.count += 1;
        self.bytes += record.size();
        self.records.push_back(record);
        while self.records.len() > MAX_RECORDS || self.bytes > MAX_BYTES {
            let Some(oldest) = self.records.pop_front() else {
                return;
            };
            self.bytes -= oldest.size();
        }
    }

    /// Removes all requests. The count stays.
    pub(crate) fn clear(&mut self) {
        self.records = VecDeque::new();
        self.bytes = 0;
    }

    /// Returns the latest requests, oldest first.
    #[cfg(feature = "page")]
    pub(crate) fn latest(&self, count: usize) -> Vec<RequestRecord> {
        let skipped = self.records.len().saturating_sub(count);
        self.records.iter().skip(skipped).cloned().collect()
    }

    pub(crate) fn to_vec(&self) -> Vec<RequestRecord> {
        self.records.iter().cloned().collect()
    }

    /// Returns the number of requests so far, including those that have been removed.
    pub(crate) fn count(&self) -> usize {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: usize, body: usize) -> RequestRecord {
        RequestRecord {
            path: number.to_string(),
            body: "x".repeat(body),
            ..RequestRecord::default()
        }
    }

    fn log(requests: usize, body: usize) -> RequestLog {
        let mut log = RequestLog::default();
        for number in 1..=requests {
            log.push(record(number, body));
        }
        log
    }

    #[test]
    fn log_keeps_the_most_recent_requests_and_counts_all() {
        let log = log(MAX_RECORDS + 3, 0);
        let records = log.to_vec();
        assert_eq!((records.len(), log.count()), (MAX_RECORDS, MAX_RECORDS + 3));
        assert_eq!(records[0].path, "4");
        let last = (MAX_RECORDS + 3).to_string();
        assert_eq!(records.last().map(|it| &it.path), Some(&last));
    }

    #[test]
    fn log_with_large_bodies_keeps_fewer_requests() {
        let log = log(100, 1 << 20);
        let records = log.to_vec();
        assert_eq!((records.len(), log.count()), (31, 100));
        let sizes = records.iter().map(RequestRecord::size);
        assert_eq!(sizes.sum::<usize>(), log.bytes);
        assert!(log.bytes <= MAX_BYTES);
    }

    #[test]
    fn cleared_log_is_empty_and_still_counts() {
        let mut log = log(2, 10);
        log.clear();
        assert_eq!((log.to_vec(), log.count(), log.bytes), (vec![], 2, 0));
        log.push(record(3, 0));
        assert_eq!((log.to_vec().len(), log.count()), (1, 3));
    }

    #[test]
    fn secret_parameters_are_redacted_however_they_are_spelled() {
        for (sent, recorded) in [
            ("", ""),
            ("pretty=true&&envelope", "pretty=true&&envelope"),
            (
                "a=1&client_secret=s&b=%20",
                "a=1&client_secret=[redacted]&b=%20",
            ),
            ("client%5Fsecret=s=t", "client%5Fsecret=[redacted]"),
            ("Access_Token=s", "Access_Token=[redacted]"),
            ("+client_assertion=s", "+client_assertion=[redacted]"),
        ] {
            assert_eq!(redact_parameters(sent), recorded, "{sent}");
        }
    }
}
