//! One call, from typed arguments to a typed result.

use std::fmt::Display;

use reqwest::Url;
use serde::Serialize;
use serde::de::DeserializeOwned;

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
            },
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
        answer
            .decode()
            .map_err(|error| unread(error.with_call(context)))
    }

    /// Sends it. Whatever the body of a success holds, it is a success.
    pub(crate) async fn send(self) -> Result<(), Error> {
        self.dispatch().await.map(drop)
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
            body: self.body,
        };
        attempts::run(self.transport, &request).await
    }
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

/// Puts the values into the operation's path template, each percent-encoded as one segment.
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
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations;

    fn context(values: &[&str; 3]) -> CallContext {
        let names = ["groupId", "privateLinkId", "interfaceEndpointId"];
        CallContext {
            operation: &operations::DELETE_INTERFACE_ENDPOINT,
            values: names.into_iter().zip(values.map(str::to_owned)).collect(),
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
}
