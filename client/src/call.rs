//! One call, from typed arguments to a typed result.

use std::fmt::Display;

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::attempts;
use crate::error::{CallContext, UnknownOutcome};
use crate::transport::{Answer, Request, Transport};
use crate::{Error, ErrorKind, Operation};

/// A call that is being put together.
///
/// A part that cannot be sent is remembered, and is the error of the call, which then sends nothing.
#[must_use]
pub(crate) struct Call<'c> {
    transport: &'c Transport,
    context: CallContext,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    refused: Option<Error>,
}

impl<'c> Call<'c> {
    pub(crate) fn new(transport: &'c Transport, operation: &'static Operation) -> Self {
        Self {
            transport,
            context: CallContext {
                operation,
                values: Vec::new(),
                query: Vec::new(),
            },
            headers: HeaderMap::new(),
            body: None,
            refused: None,
        }
    }

    /// The value of `{name}` in the operation's path.
    ///
    /// Values that a URL takes for something else are refused: with an empty one or `..`, a request to
    /// delete an interface endpoint would delete the connection that it belongs to.
    pub(crate) fn path(mut self, name: &'static str, value: &impl Display) -> Self {
        let value = value.to_string();
        if matches!(value.as_str(), "" | "." | "..") {
            self.refuse(Error::new(
                ErrorKind::InvalidArgument,
                format!("{value:?} cannot be the {name} of a path"),
            ));
        }
        self.context.values.push((name, value));
        self
    }

    /// The values of a parameter of the query, which is repeated for each; without any, it is left out.
    ///
    /// An `Option` is such a list of values, too.
    #[allow(dead_code, reason = "not every description has query parameters")]
    pub(crate) fn query<V: Display>(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let pairs = values.into_iter().map(|value| (name, value.to_string()));
        self.context.query.extend(pairs);
        self
    }

    /// The value of a header, if it has one. It is in no error, since it may be a secret.
    #[allow(dead_code, reason = "not every description has header parameters")]
    pub(crate) fn header(mut self, name: &'static str, value: Option<impl Display>) -> Self {
        let Some(value) = value else { return self };
        let header = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_str(&value.to_string());
        if let (Ok(header), Ok(mut value)) = (header, value)
            // Servers do not agree on what other bytes mean.
            && value.to_str().is_ok()
        {
            value.set_sensitive(true);
            self.headers.append(header, value);
            return self;
        }
        self.refuse(Error::new(
            ErrorKind::InvalidArgument,
            format!("the value for the header {name} is not of visible ASCII characters alone"),
        ));
        self
    }

    /// The JSON body.
    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => self.body = Some(bytes),
            Err(error) => self.refuse(
                Error::new(
                    ErrorKind::InvalidArgument,
                    "the body cannot be written as JSON",
                )
                .with_source(error),
            ),
        }
        self
    }

    /// Sends it, and reads the answer as a `T`.
    pub(crate) async fn fetch<T: DeserializeOwned>(self) -> Result<T, Error> {
        let context = self.context.clone();
        let answer = self.dispatch().await.map_err(unread)?;
        read(&answer, context)
    }

    /// Sends it, and reads the answer as a `T` if it has a body.
    #[allow(dead_code, reason = "not every description has such operations")]
    pub(crate) async fn fetch_optional<T: DeserializeOwned>(self) -> Result<Option<T>, Error> {
        let context = self.context.clone();
        let answer = self.dispatch().await.map_err(unread)?;
        if answer.body.is_empty() {
            return Ok(None);
        }
        read(&answer, context).map(Some)
    }

    /// Sends it. A success may have any JSON, or no body. Something else did not come from the API: a page to
    /// log in, for instance, that says yes to everything.
    pub(crate) async fn send(self) -> Result<(), Error> {
        let context = self.context.clone();
        let answer = self.dispatch().await?;
        if answer.body.trim_ascii().is_empty() {
            return Ok(());
        }
        read::<IgnoredAny>(&answer, context).map(drop)
    }

    /// Where it would go.
    pub(crate) fn into_url(self) -> Result<String, Error> {
        let context = self.context;
        let url = match self.refused {
            Some(error) => Err(error),
            None => url_of(self.transport.origin(), &context),
        };
        url.map(String::from)
            .map_err(|error| error.with_call(context))
    }

    fn refuse(&mut self, error: Error) {
        self.refused.get_or_insert(error);
    }

    async fn dispatch(self) -> Result<Answer, Error> {
        let context = self.context;
        if let Some(error) = self.refused {
            return Err(error.with_call(context));
        }
        let url = match url_of(self.transport.origin(), &context) {
            Ok(url) => url,
            Err(error) => return Err(error.with_call(context)),
        };
        let request = Request {
            context,
            url,
            headers: self.headers,
            body: self.body,
        };
        // What an attempt keeps in mind is large, and a call may be a part of many other futures.
        Box::pin(attempts::run(self.transport, &request)).await
    }
}

fn read<T: DeserializeOwned>(answer: &Answer, context: CallContext) -> Result<T, Error> {
    let read = answer.decode();
    read.map_err(|error| unread(error.with_call(context)))
}

/// A success that cannot be read leaves open what a POST has made.
fn unread(error: Error) -> Error {
    let idempotent = error
        .operation()
        .is_none_or(|operation| operation.idempotent);
    if idempotent || error.kind() != ErrorKind::Response {
        return error;
    }
    error.with_unknown_outcome(UnknownOutcome::because("the answer cannot be read"))
}

/// Puts the values into the operation's path template, each percent-encoded as one segment, and the query
/// behind it.
pub(crate) fn url_of(origin: &Url, context: &CallContext) -> Result<Url, Error> {
    let mut url = origin.clone();
    url.set_path(context.operation.base_path);
    let Ok(mut segments) = url.path_segments_mut() else {
        return Err(Error::new(
            ErrorKind::Configuration,
            "the base URL cannot have a path",
        ));
    };
    segments.pop_if_empty();
    for part in context.operation.path.split('/').skip(1) {
        let name = part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'));
        let Some(name) = name else {
            segments.push(part);
            continue;
        };
        let value = context.values.iter().find(|(known, _)| *known == name);
        let Some((_, value)) = value else {
            return Err(Error::new(
                ErrorKind::InvalidArgument,
                format!("the path has no value for {name}"),
            ));
        };
        segments.push(value);
    }
    drop(segments);
    if !context.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&context.query);
        // A plus sign is a space in forms only; this is one everywhere.
        let query = url.query().map(|query| query.replace('+', "%20"));
        url.set_query(query.as_deref());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Client, Credentials, operations};

    fn context(values: &[&str; 3]) -> CallContext {
        let names = ["groupId", "privateLinkId", "interfaceEndpointId"];
        CallContext {
            operation: &operations::DELETE_INTERFACE_ENDPOINT,
            values: names.into_iter().zip(values.map(str::to_owned)).collect(),
            query: Vec::new(),
        }
    }

    #[test]
    fn each_value_stays_one_segment_of_the_path() {
        let origin = Url::parse("https://cloud.mongodb.com").unwrap();
        let url = url_of(&origin, &context(&["a/../b", "c?d#e", "%2e%2e é"])).unwrap();
        assert_eq!(
            url.as_str(),
            "https://cloud.mongodb.com/api/atlas/v1.0/groups/a%2F..%2Fb/privateEndpoint/c%3Fd%23e/interfaceEndpoints/%252e%252e%20%C3%A9"
        );
    }

    #[test]
    fn a_value_that_is_missing_is_an_error() {
        let origin = Url::parse("https://cloud.mongodb.com").unwrap();
        let mut context = context(&["a", "b", "c"]);
        context.values.pop();
        let error = url_of(&origin, &context).unwrap_err();
        assert!(error.to_string().contains("interfaceEndpointId"), "{error}");
    }

    fn client() -> Client {
        let builder = Client::builder(Credentials::api_key("public", "private"));
        builder.base_url("http://127.0.0.1:1").build().unwrap()
    }

    #[test]
    fn each_value_of_the_query_is_sent_with_its_name() {
        let client = client();
        let call = client
            .call(&operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS)
            .path("groupId", &"a")
            .query("one", Some(1.5))
            .query("none", None::<bool>)
            .query("tag", ["a b", "c&d=e", "+%é"]);
        let url = url_of(call.transport.origin(), &call.context).unwrap();
        assert_eq!(
            url.query(),
            Some("one=1.5&tag=a%20b&tag=c%26d%3De&tag=%2B%25%C3%A9")
        );
        assert_eq!(
            call.context.to_string(),
            "listPrivateEndpointConnections for project a, one 1.5, tag a b, tag c&d=e, tag +%é"
        );
        let call = client
            .call(&operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS)
            .path("groupId", &"a")
            .query("none", None::<bool>);
        let url = url_of(call.transport.origin(), &call.context).unwrap();
        assert_eq!(url.query(), None);
    }

    #[test]
    fn what_would_break_the_line_of_an_error_is_escaped() {
        let mut context = context(&["a", "b", "c"]);
        context.query.push(("q", "one\ntwo".to_owned()));
        assert!(context.to_string().ends_with("q one\\ntwo"), "{context}");
    }

    #[tokio::test]
    async fn a_header_that_cannot_be_sent_is_an_error_without_its_value() {
        let client = client();
        for bad in ["hunter2\r\nX-Other: 1", "hunter2 é", "hunter2\0"] {
            let call = client
                .call(&operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS)
                .path("groupId", &"a")
                .header("X-Secret", Some(bad));
            let error = call.send().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
            assert_eq!(error.attempts(), 0);
            let said = format!("{error} {error:?}");
            assert!(said.contains("X-Secret"), "{said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }

    #[test]
    fn a_header_without_a_value_is_left_out() {
        let client = client();
        let call = client
            .call(&operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS)
            .header("X-None", None::<&str>)
            .header("X-One", Some(1));
        assert_eq!(call.headers.len(), 1);
        assert!(call.headers["x-one"].is_sensitive());
    }
}
