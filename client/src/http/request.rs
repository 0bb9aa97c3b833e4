//! Requests and their URLs.

use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderMap;

use crate::operation::CallContext;
use crate::{Error, ErrorKind};

/// A request without its signature, so that each attempt can be signed anew.
pub(crate) struct Request {
    pub(crate) context: CallContext,
    pub(crate) url: Url,
    /// The headers of the operation; the transport adds its own.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
    /// Replaces the client's limits, if set.
    pub(crate) limits: Option<CallLimits>,
}

/// The limits of a call that is a part of a wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallLimits {
    /// The client's own deadline is an upper bound.
    pub(crate) deadline: Duration,
    pub(crate) retries: bool,
}

impl Request {
    /// Returns a request without headers and body.
    pub(crate) fn new(origin: &Url, context: CallContext) -> Result<Self, Error> {
        match url_of(origin, &context) {
            Ok(url) => Ok(Self {
                context,
                url,
                headers: HeaderMap::new(),
                body: None,
                limits: None,
            }),
            Err(error) => Err(error.with_call(context)),
        }
    }
}

/// Fills the operation's path template, each value percent-encoded as one segment, and appends the query.
pub(super) fn url_of(origin: &Url, context: &CallContext) -> Result<Url, Error> {
    let mut url = origin.clone();
    url.set_path(context.operation.base_path);
    let Ok(mut segments) = url.path_segments_mut() else {
        let message = "the base URL cannot have a path";
        return Err(Error::new(ErrorKind::Configuration, message));
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
            let message = format!("a value for {name} is required in the path");
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        };
        segments.push(value);
    }
    drop(segments);
    if !context.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&context.query);
        // Only forms read a plus sign as a space; every server reads %20 as one.
        let query = url.query().map(|query| query.replace('+', "%20"));
        url.set_query(query.as_deref());
    }
    Ok(url)
}
