//! The one way to the network: sign, send, read, and tell success from failure.

use std::fmt;

use diqwest::error::Error as DigestError;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Method, Response, StatusCode, Url};
use serde::de::DeserializeOwned;

use crate::body::{self, Body, End};
use crate::digest::DigestPool;
use crate::error::FailedAnswer;
use crate::generated::BASE_PATH;
use crate::{Credentials, Error, ErrorKind};

const JSON: &str = "application/json";

/// A request, complete but for its signature, so that each attempt can be signed anew.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<Vec<u8>>,
}

/// The answer to a request that succeeded.
pub(crate) struct Answer {
    status: StatusCode,
    body: Vec<u8>,
}

/// Where requests go, and how they are signed.
pub(crate) struct Transport {
    http: reqwest::Client,
    base: Url,
    digest: DigestPool,
}

impl Transport {
    pub(crate) fn new(http: reqwest::Client, origin: Url, credentials: Credentials) -> Self {
        let mut base = origin;
        base.set_path(BASE_PATH);
        Self {
            http,
            base,
            digest: DigestPool::new(credentials),
        }
    }

    /// The URL below which every operation lies.
    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    ///
    /// Every failure but those of decoding.
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer, Error> {
        let mut builder = self
            .http
            .request(request.method.clone(), request.url.clone())
            .header(ACCEPT, JSON);
        if let Some(body) = &request.body {
            builder = builder.header(CONTENT_TYPE, JSON).body(body.clone());
        }
        let response = self.digest.send(&builder).await;
        let response = response.map_err(|error| self.unsent(error))?;
        self.receive(response).await
    }

    async fn receive(&self, response: Response) -> Result<Answer, Error> {
        let status = response.status();
        if !status.is_success() {
            let body = body::read(response, body::ERROR_LIMIT).await;
            return Err(refused(status, &body));
        }
        let body = body::read(response, body::SUCCESS_LIMIT).await;
        match body.end {
            End::Complete => Ok(Answer {
                status,
                body: body.bytes,
            }),
            End::TooLong { limit } => Err(undescribed(
                format!("the answer is longer than {limit} bytes"),
                status,
                &body.bytes,
            )),
            End::Broken(error) => {
                let answer = failed_answer(status, &body.bytes);
                Err(self.reqwest_error(error).with_answer(answer))
            }
        }
    }

    fn unsent(&self, error: DigestError) -> Error {
        match error {
            DigestError::Reqwest(error) => self.reqwest_error(error),
            DigestError::InvalidHeaderValue(error) => Error::new(
                ErrorKind::InvalidArgument,
                "the API key cannot be put into a header",
            )
            .with_source(error),
            error => Error::new(
                ErrorKind::Challenge,
                format!(
                    "{} asks for an authentication other than the digest that this client can give",
                    self.host()
                ),
            )
            .with_source(error),
        }
    }

    fn reqwest_error(&self, error: reqwest::Error) -> Error {
        // The URL is told by the operation and its values.
        let error = error.without_url();
        let timed_out = error.is_timeout();
        let (kind, message) = if error.is_connect() {
            let late = if timed_out { " in time" } else { "" };
            (
                ErrorKind::Connect,
                format!("no connection to {} could be made{late}", self.host()),
            )
        } else if error.is_builder() {
            (
                ErrorKind::InvalidArgument,
                "the request cannot be built".to_owned(),
            )
        } else if timed_out {
            (
                ErrorKind::Timeout,
                format!("{} did not answer in time", self.host()),
            )
        } else {
            (
                ErrorKind::Connection,
                format!(
                    "the connection to {} broke before the answer was complete",
                    self.host()
                ),
            )
        };
        Error::new(kind, message)
            .timed_out(timed_out)
            .with_source(error)
    }

    fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("base", &self.base.as_str())
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// Reads the body as a `T`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Response`] when it is none, with the status and an excerpt.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let message = if self.body.is_empty() {
                format!("the answer, {}, has an empty body", self.status)
            } else {
                format!("the answer, {}, is not what the API describes", self.status)
            };
            undescribed(message, self.status, &self.body).with_source(error)
        })
    }
}

fn undescribed(message: String, status: StatusCode, body: &[u8]) -> Error {
    Error::new(ErrorKind::Response, message).with_answer(failed_answer(status, body))
}

fn refused(status: StatusCode, body: &Body) -> Error {
    Error::new(ErrorKind::Status, status.to_string()).with_answer(FailedAnswer {
        // An answer in another form than Atlas', from a proxy for instance, is told by its excerpt.
        api_error: serde_json::from_slice(&body.bytes).ok(),
        ..failed_answer(status, &body.bytes)
    })
}

fn failed_answer(status: StatusCode, body: &[u8]) -> FailedAnswer {
    FailedAnswer {
        status,
        excerpt: body::excerpt(body),
        api_error: None,
    }
}
