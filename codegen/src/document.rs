//! Queries over a fragment as JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::source_map::child;

/// The HTTP methods as OpenAPI spells them.
pub(crate) const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Extension that names the roles of which the caller of an operation needs one.
pub(crate) const ROLES: &str = "x-atlas-roles";
/// Extension that names the hand-written type which takes the place of a schema's own.
pub(crate) const RUST_TYPE: &str = "x-rust-type";
/// Extension that leaves a parameter out of the client.
pub(crate) const TYPED_CLIENT: &str = "x-typed-client";
/// Extension that marks the list of an enum as complete or not: `open` or `closed`.
pub(crate) const ENUM: &str = "x-enum";
/// Extension that describes each value of an enum.
pub(crate) const ENUM_DESCRIPTIONS: &str = "x-enum-descriptions";
/// Extension that names the Rust variants of values whose own names do not fit.
pub(crate) const ENUM_NAMES: &str = "x-enum-names";
/// Extension with the schema of every response when a parameter is true.
pub(crate) const RESPONSE_SCHEMA: &str = "x-response-schema";
/// Extension with the responses that only the sandbox sends.
pub(crate) const SANDBOX_RESPONSES: &str = "x-sandbox-responses";
/// Extension that lists the error codes of a response.
pub(crate) const ERROR_CODES: &str = "x-error-codes";

/// A fragment as JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Document<'a>(pub(crate) &'a Value);

impl<'a> Document<'a> {
    /// Follows references. Returns the value itself if it is not a reference, or a dangling one.
    pub(crate) fn resolve(self, value: &'a Value) -> &'a Value {
        self.resolve_at("", value).1
    }

    /// Like [`resolve`](Self::resolve), for a value at a pointer. Returns the pointer of the target, too.
    pub(crate) fn resolve_at(self, pointer: &str, value: &'a Value) -> (String, &'a Value) {
        let mut value = value;
        let mut pointer = pointer.to_owned();
        // A chain longer than this leads in a circle.
        for _ in 0..32 {
            let Some(reference) = value["$ref"].as_str() else {
                break;
            };
            let Some(target) = self.target(reference) else {
                break;
            };
            reference.trim_start_matches('#').clone_into(&mut pointer);
            value = target;
        }
        (pointer, value)
    }

    /// Returns the target of a reference.
    pub(crate) fn target(self, reference: &str) -> Option<&'a Value> {
        self.0.pointer(reference.strip_prefix('#')?)
    }

    /// Returns the reference in a discriminator's mapping, whose values are references or names of schemas.
    pub(crate) fn mapped_reference(self, value: &Value) -> String {
        let value = value.as_str().unwrap_or_default();
        let is_schema = self.0["components"]["schemas"].get(value).is_some();
        // A name may contain a dot, so only these characters distinguish it from a file.
        if is_schema || !value.contains(['/', '#', ':']) {
            return child("#/components/schemas", value);
        }
        value.to_owned()
    }

    /// Returns every reference that an object makes itself: its `$ref`, and the mapping of its discriminator.
    pub(crate) fn references(self, value: &Value) -> Vec<String> {
        let own = value["$ref"].as_str().map(str::to_owned);
        let mapped = object(&value["discriminator"]["mapping"]);
        let mapped = mapped.map(|(_, schema)| self.mapped_reference(schema));
        own.into_iter().chain(mapped).collect()
    }

    /// Returns the named schemas, in the order of the file.
    pub(crate) fn schemas(self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        object(&self.0["components"]["schemas"])
    }

    /// Returns method, path, path item and value of each operation, in the order of the file.
    pub(crate) fn operations(self) -> Vec<(&'a str, &'a str, &'a Value, &'a Value)> {
        let mut operations = Vec::new();
        for (path, item) in object(&self.0["paths"]) {
            for (method, operation) in object(item) {
                if METHODS.contains(&method.as_str()) {
                    operations.push((method.as_str(), path.as_str(), item, operation));
                }
            }
        }
        operations
    }

    /// Returns the properties of a schema and of the parts of its `allOf`, in the order of the file.
    pub(crate) fn properties(self, schema: &'a Value) -> Vec<(&'a String, &'a Value)> {
        let mut found = Properties::default();
        self.collect_properties(schema, &mut found, 0);
        found.list
    }

    fn collect_properties(self, schema: &'a Value, found: &mut Properties<'a>, depth: usize) {
        // Deeper than this, a schema contains itself.
        if depth > 32 {
            return;
        }
        let schema = self.resolve(schema);
        for part in array(&schema["allOf"]) {
            self.collect_properties(part, found, depth + 1);
        }
        for (name, property) in object(&schema["properties"]) {
            if let Some(place) = found.places.get(name.as_str()) {
                found.list[*place].1 = property;
            } else {
                found.places.insert(name, found.list.len());
                found.list.push((name, property));
            }
        }
    }

    /// Returns the description of a schema, or else of the schema that it is an alias of.
    pub(crate) fn described(self, schema: &'a Value) -> Option<&'a str> {
        let own = schema["description"].as_str();
        let target = self.resolve(schema);
        own.or_else(|| target["description"].as_str())
            .or_else(|| match array(&target["allOf"]).collect::<Vec<_>>()[..] {
                [part] => self.resolve(part)["description"].as_str(),
                _ => None,
            })
            .filter(|text| !text.trim().is_empty())
    }

    /// Returns the origin of the first server, and its path.
    pub(crate) fn first_server(self) -> Option<(&'a str, &'a str)> {
        let url = self.0["servers"][0]["url"].as_str()?;
        let host = url.find("://")? + 3;
        let path = url[host..]
            .find('/')
            .map_or(url.len(), |start| host + start);
        Some((&url[..path], url[path..].trim_end_matches('/')))
    }
}

/// Properties in order, and the index of each.
#[derive(Default)]
struct Properties<'a> {
    list: Vec<(&'a String, &'a Value)>,
    places: BTreeMap<&'a str, usize>,
}

/// Returns true for `application/json` and the media types whose syntax is JSON.
pub(crate) fn is_json(media_type: &str) -> bool {
    let name = media_type.split(';').next().unwrap_or_default().trim();
    let subtype = name.strip_prefix("application/");
    subtype.is_some_and(|it| it == "json" || it.ends_with("+json"))
}

/// Returns true for parameters that the client does not send.
pub(crate) fn is_omitted(parameter: &Value) -> bool {
    parameter[TYPED_CLIENT] == "omit"
}

/// Returns the names of the parameters in a path template, in their order.
pub(crate) fn template_names(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// Returns the entries of an object, or none for another value.
pub(crate) fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// Returns the items of an array, or none for another value.
pub(crate) fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub(crate) fn texts(value: &Value) -> Vec<String> {
    array(value).map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn first_server_is_split_into_origin_and_path() {
        let server = |url: &str| json!({"servers": [{"url": url}]});
        let value = server("https://host:1/api/v1/");
        assert_eq!(
            Document(&value).first_server(),
            Some(("https://host:1", "/api/v1"))
        );
        let value = server("https://host");
        assert_eq!(Document(&value).first_server(), Some(("https://host", "")));
        let value = server("/api");
        assert_eq!(Document(&value).first_server(), None);
    }

    #[test]
    fn circular_references_are_not_followed_forever() {
        let value = json!({"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}});
        let document = Document(&value);
        assert!(document.resolve(&value["a"]).get("$ref").is_some());
    }

    #[test]
    fn mappings_are_references_or_names() {
        let value = json!({
            "components": { "schemas": { "A/b": {} } },
            "a": { "$ref": "#/b", "discriminator": { "mapping": { "1": "A/b", "2": "B.c", "3": "./c#/d" } } },
        });
        assert_eq!(
            Document(&value).references(&value["a"]),
            [
                "#/b",
                "#/components/schemas/A~1b",
                "#/components/schemas/B.c",
                "./c#/d"
            ]
        );
    }

    #[test]
    fn template_names_are_in_order() {
        assert_eq!(template_names("/a/{b}/c/{d}"), ["b", "d"]);
        assert!(template_names("/a").is_empty());
    }
}
