//! The OpenAPI fragment, and the types of the table of its operations.

use hyper::Method;

/// The fragment. `cargo xtask generate` copies it from `spec/`.
#[cfg(any(test, feature = "page"))]
pub(crate) const DOCUMENT: &str = include_str!("private-endpoint-v1.0.yaml");

pub(crate) const JSON: &str = "application/json";

#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// From the root of the server, with parameters in braces.
    pub(crate) path: &'static str,
    pub(crate) query: &'static [Field],
    /// `None` for an operation that takes no JSON.
    pub(crate) body: Option<Body>,
    /// The media types of the responses, by their status as the spec writes it, such as `2XX`.
    pub(crate) responses: &'static [(&'static str, &'static str)],
}

/// A request body.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) media_types: &'static [&'static str],
    /// The required fields come first.
    pub(crate) fields: &'static [Field],
}

/// A field of a request body, or a query parameter.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    /// The type of its schema; empty when the schema has none.
    pub(crate) kind: &'static str,
    /// The accepted values; empty when the schema does not list them.
    pub(crate) values: &'static [&'static str],
    pub(crate) minimum: Option<i64>,
    pub(crate) maximum: Option<i64>,
}

impl Operation {
    /// Returns the media type of a response by its exact status, its range or the default.
    pub(crate) fn response_type(&self, status: u16) -> &'static str {
        let range = format!("{}XX", status / 100);
        let keys = [status.to_string(), range, "default".to_owned()];
        let declared = keys
            .iter()
            .find_map(|key| self.responses.iter().find(|(status, _)| status == key));
        declared.map_or(JSON, |(_, media_type)| media_type)
    }
}

#[cfg(test)]
mod responses;
#[cfg(test)]
mod tests;
