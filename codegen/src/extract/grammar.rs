//! What may stand where in OpenAPI: without it, a `$ref` in an example would be followed, and a property or
//! header whose name begins with `x-` be taken for an extension.

use crate::document::METHODS;

/// What an object of a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    PathItem,
    Operation,
    /// A header, too: it is a parameter without a name.
    Parameter,
    RequestBody,
    Responses,
    Response,
    MediaType,
    Encoding,
    Example,
    Link,
    Callback,
    Schema,
    Discriminator,
    /// An object without references, whose parts are such objects.
    Plain,
}

/// What stands below a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// One object, or a list of them.
    One(Kind),
    /// Objects under names that the document's writer chose, or a list of them.
    Each(Kind),
    /// Values that OpenAPI gives no meaning.
    Data,
}

impl Kind {
    /// What the components of a section are; `None` for a section that OpenAPI does not have.
    pub(super) fn of_section(section: &str) -> Option<Self> {
        let kind = match section {
            "schemas" => Self::Schema,
            "parameters" | "headers" => Self::Parameter,
            "responses" => Self::Response,
            "requestBodies" => Self::RequestBody,
            "examples" => Self::Example,
            "links" => Self::Link,
            "callbacks" => Self::Callback,
            "pathItems" => Self::PathItem,
            "securitySchemes" => Self::Plain,
            _ => return None,
        };
        Some(kind)
    }

    /// What stands below a keyword of such an object.
    pub(super) fn part(self, key: &str) -> Part {
        use Part::{Data, Each, One};
        match self {
            Self::PathItem if METHODS.contains(&key) => One(Self::Operation),
            Self::PathItem | Self::Operation => match key {
                "parameters" => Each(Self::Parameter),
                "requestBody" => One(Self::RequestBody),
                "responses" => One(Self::Responses),
                "callbacks" => Each(Self::Callback),
                "servers" => Each(Self::Plain),
                "externalDocs" => One(Self::Plain),
                _ => Data,
            },
            Self::Responses => One(Self::Response),
            Self::Callback => One(Self::PathItem),
            Self::Parameter
            | Self::RequestBody
            | Self::Response
            | Self::MediaType
            | Self::Encoding => match key {
                "schema" => One(Self::Schema),
                "content" => Each(Self::MediaType),
                "examples" => Each(Self::Example),
                "headers" => Each(Self::Parameter),
                "encoding" => Each(Self::Encoding),
                "links" => Each(Self::Link),
                _ => Data,
            },
            Self::Link if key == "server" => One(Self::Plain),
            Self::Schema => of_schema(key),
            Self::Plain => match key {
                "variables" => Each(Self::Plain),
                "scopes" => Data,
                _ => One(Self::Plain),
            },
            Self::Link | Self::Example | Self::Discriminator => Data,
        }
    }
}

fn of_schema(key: &str) -> Part {
    match key {
        "properties" | "patternProperties" | "$defs" | "dependentSchemas" | "allOf" | "anyOf"
        | "oneOf" | "prefixItems" => Part::Each(Kind::Schema),
        "items"
        | "additionalProperties"
        | "not"
        | "if"
        | "then"
        | "else"
        | "contains"
        | "propertyNames"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Part::One(Kind::Schema),
        "discriminator" => Part::One(Kind::Discriminator),
        "xml" | "externalDocs" => Part::One(Kind::Plain),
        _ => Part::Data,
    }
}
