//! The part of the OpenAPI fragment that the sandbox needs: paths, methods, parameters and media types.
//!
//! The fragment is read as JSON values instead of types for all of OpenAPI: the few members needed here are
//! found by their path, and changes elsewhere do not affect the sandbox.

use hyper::Method;
use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Value};

/// The fragment. `cargo xtask generate` copies it from `spec/`.
pub(crate) const DOCUMENT: &str = include_str!("private-endpoint-v1.0.yaml");

pub(crate) const JSON: &str = "application/json";

const METHODS: [(&str, Method); 5] = [
    ("get", Method::GET),
    ("post", Method::POST),
    ("put", Method::PUT),
    ("patch", Method::PATCH),
    ("delete", Method::DELETE),
];

/// The error is the reason why the document cannot be used.
type Result<T> = std::result::Result<T, String>;

#[derive(Debug)]
pub(crate) struct Spec {
    /// The path of the server's URL, without a slash at the end.
    pub(crate) base_path: String,
    pub(crate) operations: Vec<Operation>,
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    /// Relative to the base path, with parameters in braces.
    pub(crate) path: String,
    pub(crate) query: Vec<Field>,
    pub(crate) body: Option<Body>,
    /// The media types of the responses, by their status as the spec writes it, such as `2XX`.
    responses: Vec<(String, String)>,
}

/// A request body.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) media_types: Vec<String>,
    /// The required fields come first.
    pub(crate) fields: Vec<Field>,
}

/// A field of a request body, or a query parameter.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) required: bool,
    /// The type of its schema; empty when the schema has none.
    pub(crate) kind: String,
    /// The accepted values; empty when the schema does not list them.
    pub(crate) values: Vec<String>,
}

impl Spec {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let document = Document::parse(text)?;
        let mut operations = Vec::new();
        for (path, item) in object(document.get(&document.root, "paths")?, "paths")? {
            for (name, method) in METHODS {
                if let Some(operation) = item.get(name) {
                    let operation = document.operation(path, &method, item, operation);
                    let in_context = |error| format!("{method} {path}: {error}");
                    operations.push(operation.map_err(in_context)?);
                }
            }
        }
        Ok(Self {
            base_path: document.base_path()?,
            operations,
        })
    }
}

impl Operation {
    /// Returns the media type of a response by its exact status, its range or the default.
    pub(crate) fn response_type(&self, status: u16) -> &str {
        let range = format!("{}XX", status / 100);
        let keys = [status.to_string(), range, "default".to_owned()];
        let declared = keys
            .iter()
            .find_map(|key| self.responses.iter().find(|(status, _)| status == key));
        declared.map_or(JSON, |(_, media_type)| media_type)
    }
}

struct Document {
    root: Value,
}

impl Document {
    fn parse(text: &str) -> Result<Self> {
        let documents = Yaml::load_from_str(text).map_err(|error| format!("not YAML: {error}"))?;
        let root = documents
            .first()
            .ok_or_else(|| "the document is empty".to_owned())?;
        Ok(Self { root: json(root)? })
    }

    /// Returns a required member, with a reference followed.
    fn get<'a>(&'a self, value: &'a Value, name: &str) -> Result<&'a Value> {
        let member = value
            .get(name)
            .ok_or_else(|| format!("`{name}` is missing"))?;
        self.resolve(member)
    }

    /// Follows one reference. The document has no chains of references.
    fn resolve<'a>(&'a self, value: &'a Value) -> Result<&'a Value> {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return Ok(value);
        };
        reference
            .strip_prefix('#')
            .and_then(|pointer| self.root.pointer(pointer))
            .ok_or_else(|| format!("{reference} does not exist"))
    }

    /// Returns the path that all servers have in common.
    fn base_path(&self) -> Result<String> {
        let servers = self.get(&self.root, "servers")?;
        let mut paths = Vec::new();
        for server in servers.as_array().into_iter().flatten() {
            let url = string(self.get(server, "url")?, "url")?;
            let uri: hyper::Uri = url
                .parse()
                .map_err(|error| format!("{url} is not a URL: {error}"))?;
            paths.push(uri.path().trim_end_matches('/').to_owned());
        }
        paths.dedup();
        match <[String; 1]>::try_from(paths) {
            Ok([path]) => Ok(path),
            Err(paths) if paths.is_empty() => Err("`servers` is empty".to_owned()),
            Err(_) => Err("the paths of the servers differ".to_owned()),
        }
    }

    fn operation(
        &self,
        path: &str,
        method: &Method,
        item: &Value,
        operation: &Value,
    ) -> Result<Operation> {
        let id = string(self.get(operation, "operationId")?, "operationId")?;
        Ok(Operation {
            id: id.to_owned(),
            method: method.clone(),
            path: path.to_owned(),
            query: self.query(item, operation)?,
            body: self.body(operation)?,
            responses: self.responses(operation)?,
        })
    }

    fn query(&self, item: &Value, operation: &Value) -> Result<Vec<Field>> {
        let mut fields = Vec::new();
        for owner in [item, operation] {
            let parameters = owner.get("parameters").and_then(Value::as_array);
            for parameter in parameters.into_iter().flatten() {
                let parameter = self.resolve(parameter)?;
                if self.get(parameter, "in")? == "query" {
                    let name = string(self.get(parameter, "name")?, "name")?;
                    let required = parameter.get("required") == Some(&Value::Bool(true));
                    fields.push(field(name, required, self.get(parameter, "schema")?));
                }
            }
        }
        Ok(fields)
    }

    /// Returns `None` for a body without a JSON media type, which is not checked.
    fn body(&self, operation: &Value) -> Result<Option<Body>> {
        let Some(body) = operation.get("requestBody") else {
            return Ok(None);
        };
        let content = object(self.get(self.resolve(body)?, "content")?, "content")?;
        let Some((_, media)) = content.iter().find(|(media_type, _)| is_json(media_type)) else {
            return Ok(None);
        };
        let schema = self.get(media, "schema")?;
        let required = strings(schema.get("required"));
        let mut fields = Vec::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let property = self.resolve(property)?;
            fields.push(field(name, required.contains(name), property));
        }
        fields.sort_by_key(|field| !field.required);
        Ok(Some(Body {
            media_types: content.keys().filter(|it| is_json(it)).cloned().collect(),
            fields,
        }))
    }

    /// Of several media types of a response, the first JSON one counts.
    fn responses(&self, operation: &Value) -> Result<Vec<(String, String)>> {
        let mut responses = Vec::new();
        let declared = operation.get("responses").and_then(Value::as_object);
        for (status, response) in declared.into_iter().flatten() {
            let response = self.resolve(response)?;
            let content = response.get("content").and_then(Value::as_object);
            let mut media_types = content.into_iter().flat_map(Map::keys);
            if let Some(media_type) = media_types.find(|it| is_json(it)) {
                responses.push((status.clone(), media_type.clone()));
            }
        }
        Ok(responses)
    }
}

fn field(name: &str, required: bool, schema: &Value) -> Field {
    let kind = schema.get("type").and_then(Value::as_str);
    Field {
        name: name.to_owned(),
        required,
        kind: kind.unwrap_or_default().to_owned(),
        values: strings(schema.get("enum")),
    }
}

fn is_json(media_type: &str) -> bool {
    media_type == JSON || media_type.starts_with("application/") && media_type.ends_with("+json")
}

fn object<'a>(value: &'a Value, name: &str) -> Result<&'a Map<String, Value>> {
    let object = value.as_object();
    object.ok_or_else(|| format!("`{name}` is not a mapping"))
}

fn string<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    let text = value.as_str();
    text.ok_or_else(|| format!("`{name}` is not a string"))
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn json(yaml: &Yaml<'_>) -> Result<Value> {
    match yaml {
        Yaml::Value(Scalar::Null) => Ok(Value::Null),
        Yaml::Value(Scalar::Boolean(value)) => Ok(Value::Bool(*value)),
        Yaml::Value(Scalar::Integer(value)) => Ok(Value::from(*value)),
        Yaml::Value(Scalar::FloatingPoint(value)) => Ok(Value::from(value.into_inner())),
        Yaml::Value(Scalar::String(value)) => Ok(Value::from(value.as_ref())),
        Yaml::Sequence(items) => items.iter().map(json).collect(),
        Yaml::Mapping(members) => members
            .iter()
            .map(|(name, value)| {
                let name = name.as_str().map(str::to_owned);
                let name = name.ok_or_else(|| "a key is not a string".to_owned())?;
                Ok((name, json(value)?))
            })
            .collect::<Result<Map<_, _>>>()
            .map(Value::Object),
        Yaml::Tagged(_, inner) => json(inner),
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            Err("a value cannot be read".to_owned())
        }
    }
}

#[cfg(test)]
mod tests;
