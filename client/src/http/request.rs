//! Requests and their URLs.

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
}

impl Request {
    /// Returns a request without headers and body.
    pub(crate) fn new(origin: &Url, context: CallContext) -> Result<Self, Error> {
        Ok(Self {
            url: url_of(origin, &context)?,
            context,
            headers: HeaderMap::new(),
            body: None,
        })
    }
}

/// Fills the operation's path template, each value percent-encoded as one segment, and appends the query.
pub(super) fn url_of(origin: &Url, context: &CallContext) -> Result<Url, Error> {
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
        // Only forms read a plus sign as a space; every server reads %20 as one.
        let query = url.query().map(|query| query.replace('+', "%20"));
        url.set_query(query.as_deref());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations;

    fn context(values: &[&str; 3]) -> CallContext {
        let names = ["groupId", "privateLinkId", "interfaceEndpointId"];
        CallContext::new(
            &operations::DELETE_INTERFACE_ENDPOINT,
            names.into_iter().zip(values.map(str::to_owned)).collect(),
        )
    }

    #[test]
    fn path_value_stays_one_segment() {
        let origin = Url::parse("https://cloud.mongodb.com").unwrap();
        let url = url_of(&origin, &context(&["a/../b", "c?d#e", "%2e%2e é"])).unwrap();
        assert_eq!(
            url.as_str(),
            "https://cloud.mongodb.com/api/atlas/v1.0/groups/a%2F..%2Fb/privateEndpoint/c%3Fd%23e/interfaceEndpoints/%252e%252e%20%C3%A9"
        );
    }

    #[test]
    fn missing_path_value_is_an_error() {
        let origin = Url::parse("https://cloud.mongodb.com").unwrap();
        let mut context = context(&["a", "b", "c"]);
        context.values.pop();
        let error = url_of(&origin, &context).unwrap_err();
        assert!(error.to_string().contains("interfaceEndpointId"), "{error}");
    }

    #[test]
    fn control_characters_in_errors_are_escaped() {
        let mut context = context(&["a", "b", "c"]);
        context.query.push(("q", "one\ntwo".to_owned()));
        assert!(context.to_string().ends_with("q one\\ntwo"), "{context}");
    }
}
