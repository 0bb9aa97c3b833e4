//! One call, from typed arguments to a typed result.

use std::fmt::Display;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::attempts::{self, Reconcile};
use super::request::{CallLimits, Request, url_of};
use super::transport::{Response, Transport};
use crate::error::UnknownOutcome;
use crate::operation::CallContext;
use crate::{Error, ErrorKind, Operation};

/// A builder for a call.
///
/// The first argument that cannot be sent is kept and becomes the error of the call, which then sends nothing.
#[must_use]
pub(crate) struct Call<'c> {
    transport: &'c Transport,
    reconcile: Reconcile,
    context: CallContext,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    limits: Option<CallLimits>,
    invalid: Option<Error>,
}

impl<'c> Call<'c> {
    pub(crate) fn new(
        transport: &'c Transport,
        operation: &'static Operation,
        reconcile: Reconcile,
    ) -> Self {
        Self {
            transport,
            reconcile,
            context: CallContext::new(operation, Vec::new()),
            headers: HeaderMap::new(),
            body: None,
            limits: None,
            invalid: None,
        }
    }

    /// Sets the value of `{name}` in the operation's path.
    ///
    /// Values that change the meaning of a URL are rejected: with an empty value or `..`, a request to
    /// delete an interface endpoint would delete its connection.
    pub(crate) fn path(mut self, name: &'static str, value: &impl Display) -> Self {
        let value = value.to_string();
        if matches!(value.as_str(), "" | "." | "..") {
            self.reject(format!("{name} cannot be {value:?} in a path"));
        }
        self.context.values.push((name, value));
        self
    }

    /// Adds a query parameter once for each value, and not at all without one.
    ///
    /// An `Option` is a list of values, too.
    #[allow(dead_code, reason = "not every fragment has query parameters")]
    pub(crate) fn query<V: Display>(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let pairs = values.into_iter().map(|value| (name, value.to_string()));
        self.context.query.extend(pairs);
        self
    }

    /// Sets a header. Its value appears in no error, since it may be a secret.
    #[allow(dead_code, reason = "not every fragment has header parameters")]
    pub(crate) fn header(mut self, name: &'static str, value: Option<impl Display>) -> Self {
        let Some(value) = value else { return self };
        let header = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_str(&value.to_string());
        if let (Ok(header), Ok(mut value)) = (header, value)
            // Servers disagree on the meaning of other bytes.
            && value.to_str().is_ok()
        {
            value.set_sensitive(true);
            self.headers.append(header, value);
            return self;
        }
        self.reject(format!(
            "the value of the header {name} must be visible ASCII"
        ));
        self
    }

    /// Sets the JSON body.
    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => self.body = Some(bytes),
            Err(error) => self.reject(format!("could not encode the body as JSON: {error}")),
        }
        self
    }

    /// Sets limits in place of the client's.
    pub(crate) fn limits(mut self, limits: CallLimits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Sends the call and decodes the response as a `T`.
    pub(crate) async fn fetch<T: DeserializeOwned>(self) -> Result<T, Error> {
        let (response, context) = self.dispatch().await.map_err(mark_undecoded)?;
        decode(&response, context)
    }

    /// Sends the call and decodes the response as a list, without elements that are null.
    #[allow(dead_code, reason = "not every fragment has such operations")]
    pub(crate) async fn fetch_list<T: DeserializeOwned>(self) -> Result<Vec<T>, Error> {
        let items: Vec<Option<T>> = self.fetch().await?;
        Ok(items.into_iter().flatten().collect())
    }

    /// Sends the call and decodes the response as a `T` unless its body is empty.
    #[allow(dead_code, reason = "not every fragment has such operations")]
    pub(crate) async fn fetch_optional<T: DeserializeOwned>(self) -> Result<Option<T>, Error> {
        let (response, context) = self.dispatch().await.map_err(mark_undecoded)?;
        if response.body.is_empty() {
            return Ok(None);
        }
        decode(&response, context).map(Some)
    }

    /// Sends the call. The body of a success must be JSON or empty: anything else did not come from the
    /// API, but from a login page, for instance, that returns 200 for every request.
    pub(crate) async fn send(self) -> Result<(), Error> {
        let (response, context) = self.dispatch().await?;
        if response.body.trim_ascii().is_empty() {
            return Ok(());
        }
        decode::<IgnoredAny>(&response, context).map(drop)
    }

    /// Returns the URL without sending anything.
    pub(crate) fn into_url(self) -> Result<String, Error> {
        let context = self.context;
        let url = match self.invalid {
            Some(error) => Err(error),
            None => url_of(self.transport.origin(), &context),
        };
        url.map(String::from)
            .map_err(|error| error.with_call(context))
    }

    fn reject(&mut self, message: String) {
        let error = Error::new(ErrorKind::InvalidArgument, message);
        self.invalid.get_or_insert(error);
    }

    async fn dispatch(self) -> Result<(Response, CallContext), Error> {
        if let Some(error) = self.invalid {
            return Err(error.with_call(self.context));
        }
        let mut request = Request::new(self.transport.origin(), self.context)?;
        request.headers = self.headers;
        request.body = self.body;
        request.limits = self.limits;
        // The state of an attempt is large, and callers embed the future of a call in their own.
        let response = Box::pin(attempts::run(self.transport, &request, self.reconcile)).await?;
        Ok((response, request.context))
    }
}

fn decode<T: DeserializeOwned>(response: &Response, context: CallContext) -> Result<T, Error> {
    let decoded = response.decode();
    decoded.map_err(|error| mark_undecoded(error.with_call(context)))
}

/// Marks the outcome of a POST as unknown when its success could not be decoded.
fn mark_undecoded(error: Error) -> Error {
    let idempotent = error
        .operation()
        .is_none_or(|operation| operation.idempotent);
    if idempotent || error.kind() != ErrorKind::Response {
        return error;
    }
    error.with_unknown_outcome(UnknownOutcome::because("the response could not be decoded"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Client, Credentials, operations};

    fn client() -> Client {
        let builder = Client::builder(Credentials::api_key("public", "private"));
        builder.base_url("http://127.0.0.1:1").build().unwrap()
    }

    #[test]
    fn query_parameter_is_repeated_for_each_value() {
        let client = client();
        let call = client
            .call(&operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS)
            .path("groupId", &"a")
            .query("one", Some(1.5))
            .query("none", None::<bool>)
            .query("tag", ["a b", "c&d=e", "+%é"]);
        assert_eq!(
            call.context.to_string(),
            "listPrivateEndpointConnections for project a, one 1.5, tag a b, tag c&d=e, tag +%é"
        );
        let url = call.into_url().unwrap();
        assert!(
            url.ends_with("?one=1.5&tag=a%20b&tag=c%26d%3De&tag=%2B%25%C3%A9"),
            "{url}"
        );
        let call = client
            .call(&operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS)
            .path("groupId", &"a")
            .query("none", None::<bool>);
        assert!(!call.into_url().unwrap().contains('?'));
    }

    #[tokio::test]
    async fn invalid_header_is_an_error_without_its_value() {
        let client = client();
        for bad in ["hunter2\r\nX-Other: 1", "hunter2 é", "hunter2\0"] {
            let call = client
                .call(&operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS)
                .path("groupId", &"a")
                .header("X-Secret", Some(bad));
            let error = call.send().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
            assert_eq!(error.attempts(), 0);
            let text = format!("{error} {error:?}");
            assert!(text.contains("X-Secret"), "{text}");
            assert!(!text.contains("hunter2"), "{text}");
        }
    }

    #[test]
    fn header_without_a_value_is_left_out() {
        let client = client();
        let call = client
            .call(&operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS)
            .header("X-None", None::<&str>)
            .header("X-One", Some(1));
        assert_eq!(call.headers.len(), 1);
        assert!(call.headers["x-one"].is_sensitive());
    }
}
