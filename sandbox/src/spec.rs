//! What the sandbox takes from the OpenAPI document: paths, methods, parameters and request bodies.
//!
//! The document is walked as JSON rather than through types for all of OpenAPI: the few fields needed here
//! are found by their path, and everything else may change without this crate noticing.

use std::fmt;

use hyper::Method;
use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Number, Value};

/// The description of the API, as it was when the crate was built.
pub(crate) const DOCUMENT: &str = include_str!("../../spec/private-endpoint-v1.0.yaml");

const METHODS: [(&str, Method); 5] = [
    ("get", Method::GET),
    ("post", Method::POST),
    ("put", Method::PUT),
    ("patch", Method::PATCH),
    ("delete", Method::DELETE),
];

/// What is wrong with the document, as a sentence without a full stop.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SpecError(String);

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SpecError {}

/// The API.
#[derive(Debug)]
pub(crate) struct Spec {
    /// The path of the server's URL, without a slash at the end.
    pub(crate) base_path: String,
    pub(crate) operations: Vec<Operation>,
}

/// One operation of the API.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    /// Relative to the base path, with parameters in braces.
    pub(crate) path: String,
    /// Names of its query parameters. All of them are booleans.
    pub(crate) query: Vec<String>,
    /// The fields of the request body, the required ones first; `None` when there is no body.
    pub(crate) body: Option<Vec<Field>>,
}

/// A field of a request body. All of them are strings.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) required: bool,
    /// The values that are taken; empty when it may be any.
    pub(crate) values: Vec<String>,
}

impl Spec {
    pub(crate) fn parse(text: &str) -> Result<Self, SpecError> {
        let document = Document::parse(text)?;
        let mut operations = Vec::new();
        for (path, item) in object(document.get(&document.root, "paths")?, "paths")? {
            for (name, method) in METHODS {
                if let Some(operation) = item.get(name) {
                    operations.push(document.operation(path, &method, item, operation)?);
                }
            }
        }
        Ok(Self {
            base_path: document.base_path()?,
            operations,
        })
    }
}

/// The whole document, for following its references.
pub(crate) struct Document {
    pub(crate) root: Value,
}

impl Document {
    pub(crate) fn parse(text: &str) -> Result<Self, SpecError> {
        let documents =
            Yaml::load_from_str(text).map_err(|error| SpecError(format!("not YAML: {error}")))?;
        let root = documents
            .first()
            .ok_or_else(|| SpecError("the document is empty".to_owned()))?;
        Ok(Self { root: json(root)? })
    }

    /// A member that must be there, with a reference followed.
    fn get<'a>(&'a self, value: &'a Value, name: &str) -> Result<&'a Value, SpecError> {
        let member = value
            .get(name)
            .ok_or_else(|| SpecError(format!("`{name}` is missing")))?;
        self.resolve(member)
    }

    /// Follows one reference; the document has no chains of them.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> Result<&'a Value, SpecError> {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return Ok(value);
        };
        reference
            .strip_prefix('#')
            .and_then(|pointer| self.root.pointer(pointer))
            .ok_or_else(|| SpecError(format!("{reference} leads nowhere")))
    }

    /// All servers must have the same path, as the sandbox has to decide on one.
    fn base_path(&self) -> Result<String, SpecError> {
        let mut paths = list(self.get(&self.root, "servers")?, "servers")?
            .iter()
            .map(|server| url_path(string(self.get(server, "url")?, "url")?));
        let first = paths
            .next()
            .ok_or_else(|| SpecError("`servers` is empty".to_owned()))??;
        for path in paths {
            if path? != first {
                return Err(SpecError("the servers' paths differ".to_owned()));
            }
        }
        Ok(first)
    }

    fn operation(
        &self,
        path: &str,
        method: &Method,
        item: &Value,
        operation: &Value,
    ) -> Result<Operation, SpecError> {
        let in_context = |error: SpecError| SpecError(format!("{method} {path}: {error}"));
        let id = self.get(operation, "operationId").map_err(in_context)?;
        Ok(Operation {
            id: string(id, "operationId").map_err(in_context)?.to_owned(),
            method: method.clone(),
            path: path.to_owned(),
            query: self.query(item, operation).map_err(in_context)?,
            body: self.body(operation).map_err(in_context)?,
        })
    }

    fn query(&self, item: &Value, operation: &Value) -> Result<Vec<String>, SpecError> {
        let mut names = Vec::new();
        for parameters in [item, operation].map(|owner| owner.get("parameters")) {
            for parameter in parameters.and_then(Value::as_array).into_iter().flatten() {
                let parameter = self.resolve(parameter)?;
                if self.get(parameter, "in")? != "query" {
                    continue;
                }
                let name = string(self.get(parameter, "name")?, "name")?;
                self.require_type(self.get(parameter, "schema")?, "boolean", name)?;
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }

    fn body(&self, operation: &Value) -> Result<Option<Vec<Field>>, SpecError> {
        let Some(body) = operation.get("requestBody") else {
            return Ok(None);
        };
        let media = self.get(
            self.get(self.resolve(body)?, "content")?,
            "application/json",
        )?;
        let schema = self.get(media, "schema")?;
        let required = schema.get("required").and_then(Value::as_array);
        let is_required =
            |name: &str| required.is_some_and(|names| names.iter().any(|it| it == name));
        let mut fields = Vec::new();
        for (name, property) in object(self.get(schema, "properties")?, "properties")? {
            let property = self.resolve(property)?;
            self.require_type(property, "string", name)?;
            fields.push(Field {
                name: name.clone(),
                required: is_required(name),
                values: strings(property.get("enum")),
            });
        }
        fields.sort_by_key(|field| !field.required);
        Ok(Some(fields))
    }

    fn require_type(&self, schema: &Value, wanted: &str, name: &str) -> Result<(), SpecError> {
        if self.get(schema, "type")? == wanted {
            return Ok(());
        }
        Err(SpecError(format!(
            "the sandbox cannot check `{name}`, as it is not a {wanted}"
        )))
    }
}

fn url_path(url: &str) -> Result<String, SpecError> {
    let uri: hyper::Uri = url
        .parse()
        .map_err(|error| SpecError(format!("{url} is not a URL: {error}")))?;
    Ok(uri.path().trim_end_matches('/').to_owned())
}

fn object<'a>(value: &'a Value, name: &str) -> Result<&'a Map<String, Value>, SpecError> {
    let wrong = || SpecError(format!("`{name}` is not a mapping"));
    value.as_object().ok_or_else(wrong)
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], SpecError> {
    let wrong = || SpecError(format!("`{name}` is not a sequence"));
    value.as_array().map(Vec::as_slice).ok_or_else(wrong)
}

fn string<'a>(value: &'a Value, name: &str) -> Result<&'a str, SpecError> {
    let wrong = || SpecError(format!("`{name}` is not a string"));
    value.as_str().ok_or_else(wrong)
}

pub(crate) fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn json(yaml: &Yaml<'_>) -> Result<Value, SpecError> {
    match yaml {
        Yaml::Value(Scalar::Null) => Ok(Value::Null),
        Yaml::Value(Scalar::Boolean(value)) => Ok(Value::Bool(*value)),
        Yaml::Value(Scalar::Integer(value)) => Ok(Value::from(*value)),
        Yaml::Value(Scalar::FloatingPoint(value)) => {
            Ok(Number::from_f64(value.into_inner()).map_or(Value::Null, Value::Number))
        }
        Yaml::Value(Scalar::String(value)) => Ok(Value::from(value.as_ref())),
        Yaml::Sequence(items) => items.iter().map(json).collect(),
        Yaml::Mapping(members) => members
            .iter()
            .map(|(name, value)| Ok((key(name)?, json(value)?)))
            .collect::<Result<Map<_, _>, _>>()
            .map(Value::Object),
        Yaml::Tagged(_, inner) => json(inner),
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            Err(SpecError("a value cannot be read".to_owned()))
        }
    }
}

fn key(yaml: &Yaml<'_>) -> Result<String, SpecError> {
    let name = yaml.as_str().map(str::to_owned);
    name.ok_or_else(|| SpecError("a key is not a string".to_owned()))
}

#[cfg(test)]
mod tests;
