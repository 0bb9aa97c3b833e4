//! What the passes need to know of a description, in a form that is easy to ask.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The HTTP methods of OpenAPI, as they are written there.
pub(crate) const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// One operation.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) roles: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) errors: Vec<ErrorAnswer>,
}

/// One parameter of an operation.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) description: String,
}

/// A status that is no success, and the error codes that come with it.
#[derive(Clone, Debug)]
pub(crate) struct ErrorAnswer {
    pub(crate) status: String,
    pub(crate) codes: Vec<String>,
}

/// A description, as JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Document<'a>(pub(crate) &'a Value);

impl<'a> Document<'a> {
    /// Follows `$ref`s; the value itself when it has none, or when it leads nowhere.
    pub(crate) fn resolve(self, value: &'a Value) -> &'a Value {
        let mut value = value;
        // A chain longer than this leads in a circle.
        for _ in 0..32 {
            let Some(target) = value["$ref"].as_str().and_then(|text| self.target(text)) else {
                return value;
            };
            value = target;
        }
        value
    }

    /// What a `$ref` points to.
    pub(crate) fn target(self, reference: &str) -> Option<&'a Value> {
        self.0.pointer(reference.strip_prefix('#')?)
    }

    /// The schemas that have names, in the order of the file.
    pub(crate) fn schemas(self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        object(&self.0["components"]["schemas"])
    }

    /// Method, path, path item and operation, in the order of the file.
    pub(crate) fn raw_operations(self) -> Vec<(&'a str, &'a str, &'a Value, &'a Value)> {
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

    /// Every operation, in the order of the file.
    pub(crate) fn operations(self) -> Vec<Operation> {
        self.raw_operations()
            .into_iter()
            .map(|(method, path, item, operation)| Operation {
                id: text(&operation["operationId"]),
                method: method.to_owned(),
                path: path.to_owned(),
                summary: text(&operation["summary"]),
                description: text(&operation["description"]),
                roles: texts(&operation["x-atlas-roles"]),
                parameters: self.parameters(item, operation),
                errors: self.errors(operation),
            })
            .collect()
    }

    fn parameters(self, item: &'a Value, operation: &'a Value) -> Vec<Parameter> {
        let lists = [&item["parameters"], &operation["parameters"]];
        lists
            .into_iter()
            .flat_map(array)
            .map(|parameter| self.resolve(parameter))
            .map(|parameter| Parameter {
                name: text(&parameter["name"]),
                place: text(&parameter["in"]),
                description: text(&parameter["description"]),
            })
            .collect()
    }

    fn errors(self, operation: &'a Value) -> Vec<ErrorAnswer> {
        object(&operation["responses"])
            .filter(|(status, _)| !status.starts_with('2'))
            .map(|(status, answer)| ErrorAnswer {
                status: status.clone(),
                codes: texts(&self.resolve(answer)["x-error-codes"]),
            })
            .collect()
    }

    /// The named schemas that are an object without any field.
    pub(crate) fn empty_objects(self) -> BTreeSet<&'a str> {
        self.schemas()
            .filter(|(_, schema)| {
                schema["type"] == "object"
                    && object(&schema["properties"]).next().is_none()
                    && schema["additionalProperties"] == false
            })
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// Scheme, host and port of the first server, and its path.
    pub(crate) fn first_server(self) -> Option<(&'a str, &'a str)> {
        let url = self.0["servers"][0]["url"].as_str()?;
        let host = url.find("://")? + 3;
        let path = url[host..]
            .find('/')
            .map_or(url.len(), |start| host + start);
        Some((&url[..path], url[path..].trim_end_matches('/')))
    }
}

/// The names in braces of a path template, in their order.
pub(crate) fn template_names(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// The entries of an object; none when it is something else.
pub(crate) fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// The items of an array; none when it is something else.
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
    fn the_first_server_is_taken_apart() {
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
    fn a_circle_of_references_ends() {
        let value = json!({"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}});
        let document = Document(&value);
        assert!(document.resolve(&value["a"]).get("$ref").is_some());
    }

    #[test]
    fn names_of_a_template_are_in_order() {
        assert_eq!(template_names("/a/{b}/c/{d}"), ["b", "d"]);
        assert!(template_names("/a").is_empty());
    }
}
