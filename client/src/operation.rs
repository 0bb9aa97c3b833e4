//! Operations of the API, and the values of a call.

use std::fmt;

use reqwest::Method;

/// An operation of the API; [`operations`](crate::operations) lists them.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The operation id of the fragment, unique and in camel case: `listPrivateEndpointConnections`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path prefix of all operations of its fragment: `/api/atlas/v1.0`.
    pub base_path: &'static str,
    /// The path below the prefix, with parameters in braces: `/groups/{groupId}/privateEndpoint`.
    pub path: &'static str,
    /// True if sending it twice leaves the same state as sending it once.
    pub idempotent: bool,
    /// The media types of its success responses, as the header `Accept` lists them: `application/json`.
    pub accept: &'static str,
    /// The media type of its request body, if it has one: `application/json`.
    pub content_type: Option<&'static str>,
    /// A summary of one sentence.
    pub summary: &'static str,
    /// The Atlas roles that permit the operation.
    pub roles: &'static [&'static str],
}

/// An operation with the values of its path and query. Header values are left out, since they may be secrets.
#[derive(Clone, Debug)]
pub(crate) struct CallContext {
    pub(crate) operation: &'static Operation,
    pub(crate) values: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(&'static str, String)>,
}

impl CallContext {
    pub(crate) fn new(operation: &'static Operation, values: Vec<(&'static str, String)>) -> Self {
        Self {
            operation,
            values,
            query: Vec::new(),
        }
    }

    /// Returns the id of the project in the path.
    pub(crate) fn project(&self) -> Option<&str> {
        let group = self.values.iter().find(|(name, _)| *name == "groupId");
        group.map(|(_, id)| id.as_str())
    }

    /// Returns the resource that the path names and its parents: `interface endpoint vpce-… of private
    /// endpoint connection … of project …`.
    pub(crate) fn resource(&self) -> String {
        let parts: Vec<String> = self
            .values
            .iter()
            .rev()
            .map(|(name, value)| format!("{} {value}", noun(name)))
            .collect();
        parts.join(" of ")
    }
}

impl fmt::Display for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation.id)?;
        for (index, (name, value)) in self.values.iter().chain(&self.query).enumerate() {
            let lead = if index == 0 { " for" } else { "," };
            write!(f, "{lead} {} {}", noun(name), escaped(value))?;
        }
        Ok(())
    }
}

/// Returns the noun for a path parameter in messages.
fn noun(parameter: &str) -> &str {
    match parameter {
        "groupId" => "project",
        "privateLinkId" => "private endpoint connection",
        "interfaceEndpointId" => "interface endpoint",
        other => other,
    }
}

/// Escapes control characters, so that a text can neither break a line nor control a terminal.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            escaped.extend(character.escape_debug());
        } else {
            escaped.push(character);
        }
    }
    escaped
}
