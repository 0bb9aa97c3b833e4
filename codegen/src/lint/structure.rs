//! Checks that a fragment is OpenAPI 3.0, object by object.
//!
//! The reader that progenitor uses checks the type of every key. It stops at the first error and ignores
//! unknown keys, so each key is read on its own, in an object that is otherwise minimal.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Lint, propose, shorten};
use crate::document::{METHODS, array, object};
use crate::rule;
use crate::source_map::child;

macro_rules! kinds {
    ($($kind:ident $name:literal $reader:ident,)*) => {
        /// The kind of an OpenAPI object.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Kind { $($kind),* }

        impl Kind {
            /// Returns its name with an article.
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$kind => $name),* }
            }

            /// Reads an object, and returns what the reader understood of it.
            fn read(self, value: &Value) -> Result<Value, Mismatch> {
                match self { $(Self::$kind => read_as::<openapiv3::$reader>(value)),* }
            }
        }
    };
}

kinds! {
    Root "the document" OpenAPI,
    Info "info" Info,
    Contact "a contact" Contact,
    License "a license" License,
    Server "a server" Server,
    Tag "a tag" Tag,
    ExternalDocs "external documentation" ExternalDocumentation,
    PathItem "a path item" PathItem,
    Operation "an operation" Operation,
    Parameter "a parameter" Parameter,
    Header "a header" Header,
    RequestBody "a request body" RequestBody,
    Response "a response" Response,
    MediaType "a media type" MediaType,
    Example "an example" Example,
    Schema "a schema" Schema,
    SecurityScheme "a security scheme" SecurityScheme,
    Components "components" Components,
}

/// An OpenAPI object of the fragment.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub(super) pointer: String,
    pub(super) value: &'a Value,
    pub(super) kind: Kind,
}

impl<'a> Part<'a> {
    pub(super) fn is_reference(&self) -> bool {
        self.value.get("$ref").is_some()
    }

    pub(super) fn is_component(&self) -> bool {
        is_component(&self.pointer)
    }

    /// Returns the JSON pointer of a key.
    pub(super) fn at(&self, key: &str) -> String {
        child(&self.pointer, key)
    }

    /// Returns the trimmed text of a key; empty if there is none.
    pub(super) fn text(&self, key: &str) -> &'a str {
        self.value[key].as_str().unwrap_or_default().trim()
    }

    /// Returns the items of the list of a key, each with its JSON pointer.
    pub(super) fn items(&self, key: &str) -> impl Iterator<Item = (String, &'a Value)> + use<'a> {
        let pointer = self.at(key);
        let items = array(&self.value[key]).enumerate();
        items.map(move |(index, item)| (format!("{pointer}/{index}"), item))
    }

    /// Returns the entries of the mapping of a key, each with its JSON pointer.
    pub(super) fn entries(
        &self,
        key: &str,
    ) -> impl Iterator<Item = (String, &'a str, &'a Value)> + use<'a> {
        let pointer = self.at(key);
        object(&self.value[key]).map(move |(key, it)| (child(&pointer, key), key.as_str(), it))
    }
}

/// Returns whether a value is directly below a section of `#/components`.
fn is_component(pointer: &str) -> bool {
    pointer.starts_with("/components/") && pointer.matches('/').count() == 3
}

/// How the objects below a key are arranged.
enum Shape {
    One,
    List,
    Map,
}

impl Kind {
    /// Returns the section of `#/components` that references in its place lead to.
    pub(super) fn section(self) -> Option<&'static str> {
        Some(match self {
            Self::Parameter => "parameters",
            Self::Header => "headers",
            Self::RequestBody => "requestBodies",
            Self::Response => "responses",
            Self::Example => "examples",
            Self::Schema => "schemas",
            Self::SecurityScheme => "securitySchemes",
            _ => return None,
        })
    }

    /// Returns how the objects below a key are arranged, and their kind.
    fn nested(self, key: &str, value: &Value) -> Option<(Shape, Self)> {
        use Shape::{List, Map, One};
        Some(match (self, key) {
            (Self::Root, "info") => (One, Self::Info),
            (Self::Info, "contact") => (One, Self::Contact),
            (Self::Info, "license") => (One, Self::License),
            (Self::Root, "tags") => (List, Self::Tag),
            (Self::Root, "paths") => (Map, Self::PathItem),
            (Self::Root, "components") => (One, Self::Components),
            (_, "servers") => (List, Self::Server),
            (_, "externalDocs") => (One, Self::ExternalDocs),
            (_, "content") => (Map, Self::MediaType),
            (_, "examples") => (Map, Self::Example),
            (_, "headers") => (Map, Self::Header),
            (_, "responses") => (Map, Self::Response),
            (Self::PathItem, method) if METHODS.contains(&method) => (One, Self::Operation),
            (Self::Components, "parameters") => (Map, Self::Parameter),
            (_, "parameters") => (List, Self::Parameter),
            (_, "requestBody") => (One, Self::RequestBody),
            (_, "requestBodies") => (Map, Self::RequestBody),
            (_, "securitySchemes") => (Map, Self::SecurityScheme),
            (_, "additionalProperties") if value.is_boolean() => return None,
            (_, "schema" | "items" | "not" | "additionalProperties") => (One, Self::Schema),
            (_, "schemas" | "properties") => (Map, Self::Schema),
            (_, "allOf" | "anyOf" | "oneOf") => (List, Self::Schema),
            _ => return None,
        })
    }

    /// Returns an object with the required keys only. The type of a security scheme and the place of a
    /// parameter decide which keys it may have.
    fn minimal(self, object: &Value) -> Value {
        match self {
            Self::Root => json!({"openapi": "", "info": {"title": "", "version": ""}, "paths": {}}),
            Self::Info => json!({"title": "", "version": ""}),
            Self::License | Self::Tag => json!({"name": ""}),
            Self::Server | Self::ExternalDocs => json!({"url": ""}),
            Self::Operation => json!({"responses": {}}),
            Self::Header => json!({"schema": {}}),
            Self::Response => json!({"description": ""}),
            Self::Parameter => {
                let places = ["path", "query", "header", "cookie"];
                let place = object["in"].as_str().filter(|it| places.contains(it));
                json!({"name": "", "in": place.unwrap_or("query"), "schema": {}})
            }
            Self::SecurityScheme => match object["type"].as_str() {
                Some("apiKey") => json!({"type": "apiKey", "name": "", "in": "header"}),
                Some("oauth2") => json!({"type": "oauth2", "flows": {}}),
                Some("openIdConnect") => json!({"type": "openIdConnect", "openIdConnectUrl": ""}),
                _ => json!({"type": "http", "scheme": ""}),
            },
            _ => json!({}),
        }
    }
}

/// Why the reader refused an object, and the JSON pointer in the object.
struct Mismatch {
    pointer: String,
    reason: String,
}

fn read_as<T: DeserializeOwned + Serialize>(value: &Value) -> Result<Value, Mismatch> {
    use serde_path_to_error::Segment;
    let object: T = serde_path_to_error::deserialize(value).map_err(|error| {
        let segments = error.path().iter().map_while(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { .. } | Segment::Unknown => None,
        });
        Mismatch {
            pointer: segments.fold(String::new(), |outer, key| child(&outer, &key)),
            reason: error.inner().to_string(),
        }
    })?;
    Ok(serde_json::to_value(object).unwrap_or_default())
}

/// The keys of OpenAPI 3.0, to propose in place of unknown keys.
const WORDS: &str = "additionalProperties allOf allowEmptyValue allowReserved anyOf bearerFormat callbacks \
    components contact content default delete deprecated description discriminator email encoding enum \
    example examples exclusiveMaximum exclusiveMinimum explode externalDocs externalValue flows format get \
    head headers in info items license links maxItems maxLength maxProperties maximum minItems minLength \
    minProperties minimum multipleOf name not nullable oneOf openIdConnectUrl openapi operationId options \
    parameters patch paths pattern post properties put readOnly requestBodies requestBody required responses \
    schema schemas scheme security securitySchemes servers style summary tags termsOfService title trace type \
    uniqueItems url value variables version writeOnly";

/// Keys of OpenAPI that the reader does not have. They do not matter to a client that sends JSON.
const UNREAD: &[(Kind, &str)] = &[
    (Kind::Schema, "xml"),
    (Kind::Header, "explode"),
    (Kind::Header, "allowEmptyValue"),
    (Kind::Header, "allowReserved"),
];

/// Compares the whole document with OpenAPI 3.0, and collects its objects.
pub(super) fn check_structure(lint: &mut Lint<'_>) {
    check_object(lint, String::new(), lint.root, Kind::Root);
}

fn check_object<'a>(lint: &mut Lint<'a>, pointer: String, value: &'a Value, kind: Kind) {
    let Some(entries) = value.as_object() else {
        let message = format!("expected {}, but found {}", kind.name(), shown(value));
        lint.report(rule::WRONG_TYPE, pointer, message, "write a mapping");
        return;
    };
    let is_reference = value.get("$ref").is_some();
    if is_reference && kind == Kind::PathItem {
        let message = "a path item cannot be a reference";
        let help = "write the operations here";
        lint.report(rule::PATH_REFERENCE, &pointer, message, help);
    } else if is_reference && kind.section().is_some() {
        for key in entries.keys().filter(|key| *key != "$ref") {
            let message = format!("{key} has no effect beside $ref");
            let help = "move it to the referenced part, or put the reference into an allOf";
            lint.report(rule::UNKNOWN_KEY, child(&pointer, key), message, help);
        }
    } else {
        let minimal = kind.minimal(value);
        // The keys of a security scheme depend on its type.
        let is_scheme = kind == Kind::SecurityScheme;
        let is_unknown = is_scheme && value.get("type").is_some_and(|it| *it != minimal["type"]);
        let keys = entries.iter().filter(|(key, _)| !key.starts_with("x-"));
        for (key, part) in keys.filter(|(key, _)| *key == "type" || !is_unknown) {
            check_key(lint, &pointer, kind, &minimal, key, part);
        }
        if !is_unknown {
            check_required_keys(lint, &pointer, kind, &minimal, value);
        }
    }
    lint.parts.push(Part {
        pointer,
        value,
        kind,
    });
}

fn check_key<'a>(
    lint: &mut Lint<'a>,
    outer: &str,
    kind: Kind,
    minimal: &Value,
    key: &str,
    value: &'a Value,
) {
    let pointer = child(outer, key);
    if (kind, key) == (Kind::Root, "openapi") {
        // The version has a rule of its own.
    } else if !has_key(lint, kind, minimal, key) {
        let message = format!("unknown key {key} in {}", kind.name());
        let words = WORDS.split_whitespace();
        let known: Vec<&str> = words
            .filter(|word| has_key(lint, kind, minimal, word))
            .collect();
        let help = if (kind, key) == (Kind::Schema, "const") {
            format!("write enum: [{value}]; OpenAPI 3.0 has no const")
        } else {
            propose(key, &known)
        };
        lint.report(rule::UNKNOWN_KEY, &pointer, message, help);
    } else if let Some((shape, nested)) = kind.nested(key, value) {
        check_nested(lint, &pointer, value, &shape, nested);
    } else if value.is_null() && !matches!(key, "example" | "default" | "value") {
        let message = format!("{key} is empty");
        let help = "write a value, or leave the key out";
        lint.report(rule::WRONG_TYPE, &pointer, message, help);
    } else if !UNREAD.contains(&(kind, key)) {
        let mut probe = minimal.clone();
        probe[key] = value.clone();
        if let Err(mismatch) = kind.read(&probe) {
            return report_mismatch(lint, outer, &pointer, value, &mismatch);
        }
    }
    if kind == Kind::Schema {
        check_schema_key(lint, &pointer, key, value);
    }
}

fn check_nested<'a>(
    lint: &mut Lint<'a>,
    pointer: &str,
    value: &'a Value,
    shape: &Shape,
    kind: Kind,
) {
    let (expected, help) = match (shape, value) {
        (Shape::One, _) => return check_object(lint, pointer.to_owned(), value, kind),
        (Shape::List, Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                check_object(lint, format!("{pointer}/{index}"), item, kind);
            }
            return;
        }
        (Shape::Map, Value::Object(entries)) => {
            let are_responses = kind == Kind::Response && pointer != "/components/responses";
            let may_be_extension = are_responses || kind == Kind::PathItem;
            for (name, part) in entries {
                if !may_be_extension || !name.starts_with("x-") {
                    let pointer = child(pointer, name);
                    check_name(lint, &pointer, name, are_responses);
                    check_object(lint, pointer, part, kind);
                }
            }
            return;
        }
        (Shape::List, _) => ("a list, each item", "write a list"),
        (Shape::Map, _) => ("a mapping from names, each value", "write a mapping"),
    };
    let message = format!(
        "expected {expected} {}, but found {}",
        kind.name(),
        shown(value)
    );
    lint.report(rule::WRONG_TYPE, pointer, message, help);
}

/// Checks the name of an entry in a mapping: the status of a response, or the name of a component.
fn check_name(lint: &mut Lint<'_>, pointer: &str, name: &str, is_response: bool) {
    if is_response && !is_status(name) {
        let message = format!("unknown status {name}");
        let help = "write a status in quotes like \"404\", a range like 4XX, or default";
        lint.report(rule::UNKNOWN_KEY, pointer, message, help);
    }
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
    if is_component(pointer) && (name.is_empty() || !name.chars().all(is_plain)) {
        let message = format!("invalid name {name:?} of a component");
        let help = "use letters, digits, hyphens, underscores and dots";
        lint.report(rule::INVALID_COMPONENT_NAME, pointer, message, help);
    }
}

/// Returns whether the reader has a key: it refuses a wrong value for it, or writes the value back.
fn has_key(lint: &mut Lint<'_>, kind: Kind, minimal: &Value, key: &str) -> bool {
    if minimal.get(key).is_some() || UNREAD.contains(&(kind, key)) {
        return true;
    }
    let variant = minimal.get("in").or(minimal.get("type"));
    let variant = variant.and_then(Value::as_str).unwrap_or_default();
    *lint
        .known_keys
        .entry((kind, format!("{variant} {key}")))
        .or_insert_with(|| {
            let mut probe = minimal.clone();
            probe[key] = json!(5);
            kind.read(&probe)
                .map_or(true, |read| read.get(key).is_some())
        })
}

fn check_required_keys(
    lint: &mut Lint<'_>,
    pointer: &str,
    kind: Kind,
    minimal: &Value,
    value: &Value,
) {
    for (key, _) in object(minimal) {
        if value.get(key).is_none() && key != "openapi" {
            let message = format!("{} requires the key {key}", kind.name());
            let help = format!("add {key}: with its value");
            lint.report(rule::MISSING_KEY, pointer, message, &help);
        }
    }
    if kind == Kind::Schema && value["type"] == "array" && value.get("items").is_none() {
        let message = "an array requires the key items";
        let help = "add items: with the schema of an item, or {} for any value";
        lint.report(rule::MISSING_KEY, pointer, message, help);
    }
}

/// Reports why the reader refused the value of a key.
fn report_mismatch(
    lint: &mut Lint<'_>,
    outer: &str,
    pointer: &str,
    value: &Value,
    mismatch: &Mismatch,
) {
    let inner = format!("{outer}{}", mismatch.pointer);
    let place = if inner.len() > pointer.len() {
        &inner
    } else {
        pointer
    };
    let missing = mismatch.reason.strip_prefix("missing field `");
    if let Some(key) = missing.and_then(|it| it.strip_suffix('`')) {
        let message = format!("the key {key} is required here");
        let help = format!("add {key}: with its value");
        lint.report(rule::MISSING_KEY, place, message, help);
        return;
    }
    let found = lint.root.pointer(place).unwrap_or(value);
    let reason = mismatch.reason.replace('`', "");
    let wanted = match reason.split_once(", expected ").map(|(_, wanted)| wanted) {
        Some("usize") => "an integer from 0".to_owned(),
        Some("a sequence") => "a list".to_owned(),
        Some("a map") => "a mapping".to_owned(),
        Some("a JSON number") => "a number".to_owned(),
        Some(wanted) => wanted.replace(" or ", ", "),
        None => "another type of value".to_owned(),
    };
    let message = format!("expected {wanted}, but found {}", shown(found));
    let last = place.rsplit('/').next().unwrap_or_default();
    let help = match (last, found) {
        ("type", Value::Array(types)) => {
            let mut names = types.iter().filter_map(Value::as_str);
            let name = names.find(|it| *it != "null").unwrap_or("string");
            format!("write type: {name}, with nullable: true if null is allowed")
        }
        ("exclusiveMinimum" | "exclusiveMaximum", Value::Number(limit)) => {
            let key = last.replace("exclusive", "").to_lowercase();
            format!("OpenAPI 3.0 writes {key}: {limit} with {last}: true")
        }
        (_, Value::Number(_) | Value::Bool(_)) if wanted == "a string" => {
            format!("write it in quotes: '{found}'")
        }
        _ => format!("write {wanted}"),
    };
    lint.report(rule::WRONG_TYPE, place, message, &help);
}

/// Reports what the reader accepts and OpenAPI 3.0 does not: other types, and lists without items.
fn check_schema_key(lint: &mut Lint<'_>, pointer: &str, key: &str, value: &Value) {
    const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object"];
    let (message, help) = match (key, value) {
        ("type", Value::String(text)) if text == "null" => (
            "unknown type null".to_owned(),
            "write the type of the other values, with nullable: true".to_owned(),
        ),
        ("type", Value::String(text)) if !TYPES.contains(&text.as_str()) => (
            format!("unknown type {text}"),
            format!("write one of {}", TYPES.join(", ")),
        ),
        ("required" | "enum" | "allOf" | "anyOf" | "oneOf", Value::Array(items))
            if items.is_empty() =>
        {
            (
                format!("{key} is an empty list"),
                "write at least one item, or leave the key out".to_owned(),
            )
        }
        _ => return,
    };
    lint.report(rule::WRONG_TYPE, pointer, message, help);
}

fn is_status(name: &str) -> bool {
    let bytes = name.as_bytes();
    let is_class = matches!(bytes.first(), Some(b'1'..=b'5'));
    let rest = bytes.get(1..).unwrap_or_default();
    let is_number = rest.len() == 2 && rest.iter().all(u8::is_ascii_digit);
    name == "default" || (is_class && (is_number || rest == b"XX"))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Bool(_) => format!("the boolean {value}"),
        Value::Number(_) => format!("the number {value}"),
        Value::String(_) => format!("the string {}", shorten(value)),
    }
}
