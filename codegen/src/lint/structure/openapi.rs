//! The objects of OpenAPI 3.0 and their keys, as a table.

use serde_json::Value;

/// An object of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    Info,
    Server,
    Tag,
    PathItem,
    Operation,
    Parameter,
    Header,
    RequestBody,
    Response,
    MediaType,
    Schema,
    Example,
    Components,
    SecurityScheme,
    ExternalDocs,
    Contact,
    License,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Is {
    Any,
    /// An object whose keys are not looked at.
    Mapping,
    Text,
    Texts,
    Bool,
    Number,
    /// A number of things.
    Count,
    /// The name of a type in JSON.
    Type,
    /// Any values.
    Values,
    One(Kind),
    List(Kind),
    Map(Kind),
    SchemaOrBool,
    /// Texts, at least one.
    SomeTexts,
    /// Parts, at least one.
    SomeOf(Kind),
    /// Lists of the schemes of which one is needed.
    Requirements,
}

/// Whether a key must be there. What a rule of its own asks for is not asked for here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Always,
    Never,
}

pub(super) type Keys = &'static [(&'static str, Need, Is)];

const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object"];

impl Is {
    pub(super) fn fits(self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Text => value.is_string(),
            Self::Texts | Self::Values | Self::List(_) => value.is_array(),
            Self::SomeTexts | Self::SomeOf(_) => value.as_array().is_some_and(|it| !it.is_empty()),
            Self::Bool => value.is_boolean(),
            Self::Number => value.is_number(),
            Self::Count => value.is_u64(),
            Self::Type => value.as_str().is_some_and(|text| TYPES.contains(&text)),
            Self::Mapping | Self::One(_) | Self::Map(_) => value.is_object(),
            Self::SchemaOrBool => value.is_object() || value.is_boolean(),
            Self::Requirements => value
                .as_array()
                .is_some_and(|items| items.iter().all(is_requirement)),
        }
    }

    pub(super) fn wanted(self) -> String {
        let wanted = match self {
            Self::Any => "a value",
            Self::Mapping => "a mapping",
            Self::Text => "a text, in quotes where YAML reads something else",
            Self::Texts => "a list of texts",
            Self::SomeTexts => "a list of at least one text, or leave it out",
            Self::SomeOf(kind) => {
                return format!("a list of at least one, each item {}", kind.name());
            }
            Self::Values => "a list",
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::Count => "a number of things, from 0",
            Self::Type => return format!("one of {}", TYPES.join(", ")),
            Self::One(kind) => return format!("{}, a mapping", kind.name()),
            Self::List(kind) => return format!("a list, each item {}", kind.name()),
            Self::Map(kind) => return format!("a mapping from names, each to {}", kind.name()),
            Self::SchemaOrBool => "a schema, true or false",
            Self::Requirements => "a list like [{ digest: [] }]",
        };
        wanted.to_owned()
    }
}

fn is_texts(value: &Value) -> bool {
    let items = value.as_array();
    items.is_some_and(|items| items.iter().all(Value::is_string))
}

fn is_requirement(value: &Value) -> bool {
    let scopes = value.as_object().map(|schemes| schemes.values());
    scopes.is_some_and(|mut scopes| scopes.all(is_texts))
}

impl Kind {
    /// What it is called, with its article.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Root => "a description",
            Self::Info => "info",
            Self::Server => "a server",
            Self::Tag => "a tag",
            Self::PathItem => "a path",
            Self::Operation => "an operation",
            Self::Parameter => "a parameter",
            Self::Header => "a header",
            Self::RequestBody => "a request body",
            Self::Response => "a response",
            Self::MediaType => "a media type",
            Self::Schema => "a schema",
            Self::Example => "an example",
            Self::Components => "components",
            Self::SecurityScheme => "a security scheme",
            Self::ExternalDocs => "further documentation",
            Self::Contact => "a contact",
            Self::License => "a license",
        }
    }

    /// Whether a `$ref` may stand in its place. That of a path is refused by a rule of its own.
    pub(super) fn may_be_a_reference(self) -> bool {
        matches!(
            self,
            Self::PathItem
                | Self::Parameter
                | Self::Header
                | Self::RequestBody
                | Self::Response
                | Self::Schema
                | Self::Example
                | Self::SecurityScheme
        )
    }

    pub(super) fn keys(self) -> Keys {
        match self {
            Self::Root => ROOT,
            Self::Info => INFO,
            Self::Server => SERVER,
            Self::Tag => TAG,
            Self::PathItem => PATH_ITEM,
            Self::Operation => OPERATION,
            Self::Parameter => PARAMETER,
            Self::Header => HEADER,
            Self::RequestBody => REQUEST_BODY,
            Self::Response => RESPONSE,
            Self::MediaType => MEDIA_TYPE,
            Self::Schema => SCHEMA,
            Self::Example => EXAMPLE,
            Self::Components => COMPONENTS,
            Self::SecurityScheme => SECURITY_SCHEME,
            Self::ExternalDocs => EXTERNAL_DOCS,
            Self::Contact => CONTACT,
            Self::License => LICENSE,
        }
    }
}

use Is::{
    Any, Bool, Count, List, Map, Mapping, Number, One, Requirements, SchemaOrBool, SomeOf,
    SomeTexts, Text, Texts, Type, Values,
};
use Need::{Always, Never};

const ROOT: Keys = &[
    ("openapi", Never, Text),
    ("info", Always, One(Kind::Info)),
    ("servers", Never, List(Kind::Server)),
    ("paths", Always, Map(Kind::PathItem)),
    ("components", Never, One(Kind::Components)),
    ("security", Never, Requirements),
    ("tags", Never, List(Kind::Tag)),
    ("externalDocs", Never, One(Kind::ExternalDocs)),
];

const INFO: Keys = &[
    ("title", Always, Text),
    ("version", Always, Text),
    ("description", Never, Text),
    ("termsOfService", Never, Text),
    ("contact", Never, One(Kind::Contact)),
    ("license", Never, One(Kind::License)),
];

const CONTACT: Keys = &[
    ("name", Never, Text),
    ("url", Never, Text),
    ("email", Never, Text),
];

const LICENSE: Keys = &[("name", Always, Text), ("url", Never, Text)];

const EXTERNAL_DOCS: Keys = &[("description", Never, Text), ("url", Always, Text)];

const SERVER: Keys = &[
    ("url", Always, Text),
    ("description", Never, Text),
    ("variables", Never, Mapping),
];

const TAG: Keys = &[
    ("name", Always, Text),
    ("description", Never, Text),
    ("externalDocs", Never, One(Kind::ExternalDocs)),
];

const PATH_ITEM: Keys = &[
    ("$ref", Never, Text),
    ("summary", Never, Text),
    ("description", Never, Text),
    ("get", Never, One(Kind::Operation)),
    ("put", Never, One(Kind::Operation)),
    ("post", Never, One(Kind::Operation)),
    ("delete", Never, One(Kind::Operation)),
    ("options", Never, One(Kind::Operation)),
    ("head", Never, One(Kind::Operation)),
    ("patch", Never, One(Kind::Operation)),
    ("trace", Never, One(Kind::Operation)),
    ("servers", Never, List(Kind::Server)),
    ("parameters", Never, List(Kind::Parameter)),
];

const OPERATION: Keys = &[
    ("tags", Never, Texts),
    ("summary", Never, Text),
    ("description", Never, Text),
    ("externalDocs", Never, One(Kind::ExternalDocs)),
    ("operationId", Never, Text),
    ("parameters", Never, List(Kind::Parameter)),
    ("requestBody", Never, One(Kind::RequestBody)),
    ("responses", Never, Map(Kind::Response)),
    ("callbacks", Never, Mapping),
    ("deprecated", Never, Bool),
    ("security", Never, Requirements),
    ("servers", Never, List(Kind::Server)),
];

const PARAMETER: Keys = &[
    ("name", Always, Text),
    ("in", Always, Text),
    ("description", Never, Text),
    ("required", Never, Bool),
    ("deprecated", Never, Bool),
    ("allowEmptyValue", Never, Bool),
    ("style", Never, Text),
    ("explode", Never, Bool),
    ("allowReserved", Never, Bool),
    ("schema", Never, One(Kind::Schema)),
    ("example", Never, Any),
    ("examples", Never, Map(Kind::Example)),
    ("content", Never, Map(Kind::MediaType)),
];

const HEADER: Keys = &[
    ("description", Never, Text),
    ("required", Never, Bool),
    ("deprecated", Never, Bool),
    ("allowEmptyValue", Never, Bool),
    ("style", Never, Text),
    ("explode", Never, Bool),
    ("allowReserved", Never, Bool),
    ("schema", Always, One(Kind::Schema)),
    ("example", Never, Any),
    ("examples", Never, Map(Kind::Example)),
    ("content", Never, Map(Kind::MediaType)),
];

const REQUEST_BODY: Keys = &[
    ("description", Never, Text),
    ("content", Never, Map(Kind::MediaType)),
    ("required", Never, Bool),
];

const RESPONSE: Keys = &[
    ("description", Always, Text),
    ("headers", Never, Map(Kind::Header)),
    ("content", Never, Map(Kind::MediaType)),
    ("links", Never, Mapping),
];

const MEDIA_TYPE: Keys = &[
    ("schema", Never, One(Kind::Schema)),
    ("example", Never, Any),
    ("examples", Never, Map(Kind::Example)),
    ("encoding", Never, Mapping),
];

const SCHEMA: Keys = &[
    ("title", Never, Text),
    ("description", Never, Text),
    ("type", Never, Type),
    ("format", Never, Text),
    ("nullable", Never, Bool),
    ("enum", Never, Values),
    ("default", Never, Any),
    ("example", Never, Any),
    ("properties", Never, Map(Kind::Schema)),
    ("required", Never, SomeTexts),
    ("additionalProperties", Never, SchemaOrBool),
    ("minProperties", Never, Count),
    ("maxProperties", Never, Count),
    ("items", Never, One(Kind::Schema)),
    ("minItems", Never, Count),
    ("maxItems", Never, Count),
    ("uniqueItems", Never, Bool),
    ("allOf", Never, SomeOf(Kind::Schema)),
    ("oneOf", Never, SomeOf(Kind::Schema)),
    ("anyOf", Never, SomeOf(Kind::Schema)),
    ("not", Never, One(Kind::Schema)),
    ("discriminator", Never, Mapping),
    ("pattern", Never, Text),
    ("minLength", Never, Count),
    ("maxLength", Never, Count),
    ("minimum", Never, Number),
    ("maximum", Never, Number),
    ("exclusiveMinimum", Never, Bool),
    ("exclusiveMaximum", Never, Bool),
    ("multipleOf", Never, Number),
    ("readOnly", Never, Bool),
    ("writeOnly", Never, Bool),
    ("deprecated", Never, Bool),
    ("externalDocs", Never, One(Kind::ExternalDocs)),
    ("xml", Never, Mapping),
];

const EXAMPLE: Keys = &[
    ("summary", Never, Text),
    ("description", Never, Text),
    ("value", Never, Any),
    ("externalValue", Never, Text),
];

const COMPONENTS: Keys = &[
    ("schemas", Never, Map(Kind::Schema)),
    ("responses", Never, Map(Kind::Response)),
    ("parameters", Never, Map(Kind::Parameter)),
    ("examples", Never, Map(Kind::Example)),
    ("requestBodies", Never, Map(Kind::RequestBody)),
    ("headers", Never, Map(Kind::Header)),
    ("securitySchemes", Never, Map(Kind::SecurityScheme)),
    ("links", Never, Mapping),
    ("callbacks", Never, Mapping),
];

const SECURITY_SCHEME: Keys = &[
    ("type", Always, Text),
    ("description", Never, Text),
    ("name", Never, Text),
    ("in", Never, Text),
    ("scheme", Never, Text),
    ("bearerFormat", Never, Text),
    ("flows", Never, Mapping),
    ("openIdConnectUrl", Never, Text),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::METHODS;

    #[test]
    fn every_method_is_a_key_of_a_path() {
        for method in METHODS {
            assert!(
                PATH_ITEM.iter().any(|(key, _, _)| key == method),
                "{method}"
            );
        }
    }
}
