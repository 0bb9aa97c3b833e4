//! Operations: the methods of the client.

use std::collections::BTreeMap;

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::Value;

use super::schemas::Type;
use super::{Builder, names};
use crate::document::{ERROR_CODES, ROLES, array, is_json, is_omitted, object};
use crate::rule;
use crate::source_map::child;

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) id: &'a str,
    /// The name of the client's method.
    pub(crate) ident: String,
    /// The HTTP method in lower case.
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) summary: &'a str,
    pub(crate) description: &'a str,
    pub(crate) roles: Vec<&'a str>,
    /// Those that the client sends: first those of the path in its order, then the others by name.
    pub(crate) parameters: Vec<Parameter<'a>>,
    pub(crate) body: Option<Body<'a>>,
    pub(crate) success: Success<'a>,
    pub(crate) errors: Vec<ErrorResponse<'a>>,
}

/// A parameter that the client sends.
#[derive(Debug)]
pub(crate) struct Parameter<'a> {
    /// The parameter's name.
    pub(crate) wire: &'a str,
    /// The name of the method's argument.
    pub(crate) ident: String,
    pub(crate) location: Location,
    pub(crate) description: &'a str,
    pub(crate) is_required: bool,
    pub(crate) ty: Type,
}

impl Parameter<'_> {
    fn position_in(&self, path: &str) -> Option<usize> {
        path.find(&format!("{{{}}}", self.wire))
    }
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
}

/// A request body.
#[derive(Debug)]
pub(crate) struct Body<'a> {
    pub(crate) ty: Type,
    pub(crate) media_type: &'a str,
}

/// What the success responses of an operation have in common.
#[derive(Debug)]
pub(crate) struct Success<'a> {
    /// None where no response has a body that says something.
    pub(crate) ty: Option<Type>,
    /// Some of the responses have no body.
    pub(crate) may_be_empty: bool,
    /// Media types of the bodies, each once.
    pub(crate) media_types: Vec<&'a str>,
}

/// An error response.
#[derive(Debug)]
pub(crate) struct ErrorResponse<'a> {
    pub(crate) status: &'a str,
    pub(crate) codes: Vec<&'a str>,
    pub(crate) ty: Option<Type>,
}

/// Headers that the client sets itself.
const OWN_HEADERS: &[&str] = &["accept", "authorization", "content-type"];

impl<'a> Builder<'a> {
    pub(super) fn operations(&mut self) -> Vec<Operation<'a>> {
        let mut operations = Vec::new();
        for (method, path, item, value) in self.document.operations() {
            let item_pointer = child("/paths", path);
            let pointer = child(&item_pointer, method);
            let id = value["operationId"].as_str().unwrap_or_default();
            let ident = id.to_snake_case();
            self.check_method_name(&ident, &child(&pointer, "operationId"));
            let base = id.to_pascal_case();
            let mut parameters = self.parameters(&item_pointer, item, &pointer, value, &base);
            // Moving a parameter in the file must not move an argument.
            parameters.sort_by_key(|it| (it.location, it.position_in(path), it.ident.clone()));
            let body = self.body(&pointer, method, value, &base);
            self.check_argument_names(&pointer, &parameters, body.is_some());
            let errors = self.errors(&pointer, value, &base);
            operations.push(Operation {
                id,
                ident,
                method,
                path,
                summary: text(value, "summary"),
                description: text(value, "description"),
                roles: array(&value[ROLES]).filter_map(Value::as_str).collect(),
                success: self.success(&pointer, method, value, &base),
                parameters,
                body,
                errors,
            });
        }
        operations
    }

    fn check_method_name(&mut self, ident: &str, pointer: &str) {
        // Lint reports an operation without an id.
        if ident.is_empty() {
            return;
        }
        if names::is_keyword(ident) {
            self.report(
                rule::ID_NOT_RUST,
                pointer,
                format!("{ident} cannot be the name of a Rust method"),
                "choose an id of more than one word",
            );
        } else if names::is_client_method(ident) {
            self.report(
                rule::METHOD_NAME_TAKEN,
                pointer,
                format!("the client already has a method {ident}"),
                "choose another id",
            );
        }
    }

    fn parameters(
        &mut self,
        item_pointer: &str,
        item: &'a Value,
        pointer: &str,
        operation: &'a Value,
        base: &str,
    ) -> Vec<Parameter<'a>> {
        let mut parameters = Vec::new();
        for (pointer, holder) in [(item_pointer, item), (pointer, operation)] {
            let pointer = child(pointer, "parameters");
            for (index, value) in array(&holder["parameters"]).enumerate() {
                let pointer = child(&pointer, &index.to_string());
                let (pointer, value) = self.document.resolve_at(&pointer, value);
                if !is_omitted(value) {
                    parameters.extend(self.parameter(&pointer, value, base));
                }
            }
        }
        parameters
    }

    /// Returns none for a parameter that cannot be sent, which is reported.
    fn parameter(&mut self, pointer: &str, value: &'a Value, base: &str) -> Option<Parameter<'a>> {
        let wire = text(value, "name");
        let (location, style) = match value["in"].as_str() {
            Some("path") => (Location::Path, "simple"),
            Some("query") => (Location::Query, "form"),
            Some("header") => (Location::Header, "simple"),
            other => {
                self.report(
                    rule::PARAMETER_LOCATION,
                    &child(pointer, "in"),
                    format!("a parameter in {} is not supported", other.unwrap_or("?")),
                    "write in: path, in: query or in: header",
                );
                return None;
            }
        };
        if value["style"].as_str().is_some_and(|own| own != style) {
            self.report(
                rule::PARAMETER_STYLE,
                &child(pointer, "style"),
                format!("style: {} is not supported here", text(value, "style")),
                "leave it out",
            );
        }
        if value["explode"] == false && location == Location::Query {
            self.report(
                rule::PARAMETER_STYLE,
                &child(pointer, "explode"),
                "explode: false is not supported",
                "leave it out; the client repeats a query parameter for each of its values",
            );
        }
        if location == Location::Header && OWN_HEADERS.contains(&&*wire.to_ascii_lowercase()) {
            self.report(
                rule::PARAMETER_RESERVED,
                &child(pointer, "name"),
                format!("the client sets the header {wire} itself"),
                "leave the parameter out",
            );
        }
        let Some(ident) = names::ident(wire) else {
            self.report(
                rule::PARAMETER_NAME,
                &child(pointer, "name"),
                format!("{wire:?} cannot be the name of an argument"),
                "omit the parameter from the client with x-typed-client: omit",
            );
            return None;
        };
        let Some(schema) = value.get("schema") else {
            self.report(
                rule::PARAMETER_STYLE,
                pointer,
                "a parameter with content is not supported",
                "describe its values with schema",
            );
            return None;
        };
        let pointer = child(pointer, "schema");
        let ty = self.type_of(
            &pointer,
            schema,
            &format!("{base}{}", wire.to_pascal_case()),
        );
        self.check_parameter_type(&pointer, schema, &ty, location);
        Some(Parameter {
            wire,
            ident,
            location,
            description: text(value, "description"),
            is_required: value["required"] == true,
            ty,
        })
    }

    fn check_parameter_type(
        &mut self,
        pointer: &str,
        schema: &Value,
        ty: &Type,
        location: Location,
    ) {
        if matches!(ty, Type::Nullable(_)) {
            self.report(
                rule::PARAMETER_NULLABLE,
                pointer,
                "a nullable parameter is not supported",
                "leave nullable out; a parameter that is not required can be left out",
            );
            return;
        }
        let schema = self.document.resolve(schema);
        let is_scalar = |schema: &Value| {
            let schema = self.document.resolve(schema);
            // A hand-written type has a Display of its own.
            matches!(
                schema["type"].as_str(),
                Some("string" | "boolean" | "integer" | "number")
            )
        };
        let is_list = schema["type"] == "array" && location == Location::Query;
        let is_plain = is_scalar(schema) || (is_list && is_scalar(&schema["items"]));
        if !is_plain {
            self.report(
                rule::PARAMETER_TYPE,
                pointer,
                "a parameter of this type is not supported",
                "use string, boolean, integer or number; a query parameter may be an array of them",
            );
        }
    }

    fn check_argument_names(
        &mut self,
        pointer: &str,
        parameters: &[Parameter<'_>],
        has_body: bool,
    ) {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        if has_body {
            seen.insert("body", "the request body");
        }
        for parameter in parameters {
            let Some(other) = seen.insert(&parameter.ident, parameter.wire) else {
                continue;
            };
            self.report(
                rule::PARAMETER_NAME_REPEATED,
                pointer,
                format!(
                    "the parameter {} would be the same argument as {other}",
                    parameter.wire
                ),
                "give each its own name, or omit one with x-typed-client: omit",
            );
        }
    }

    fn body(
        &mut self,
        pointer: &str,
        method: &str,
        operation: &'a Value,
        base: &str,
    ) -> Option<Body<'a>> {
        let value = operation.get("requestBody")?;
        let pointer = child(pointer, "requestBody");
        if matches!(method, "get" | "delete" | "head" | "trace") {
            self.report(
                rule::BODY_NOT_ALLOWED,
                &pointer,
                format!(
                    "the body of a {} request has no meaning",
                    method.to_uppercase()
                ),
                "leave it out, or use parameters",
            );
            return None;
        }
        let (pointer, value) = self.document.resolve_at(&pointer, value);
        if value["required"] != true {
            self.report(
                rule::BODY_OPTIONAL,
                &pointer,
                "an optional request body is not supported",
                "write required: true",
            );
        }
        let content = self.content(&pointer, value, &format!("{base}Body"));
        if content.is_none() && object(&value["content"]).next().is_none() {
            self.report(
                rule::BODY_EMPTY,
                &pointer,
                "this request body has no content",
                "describe it under application/json with a schema",
            );
        }
        let (ty, media_type) = content?;
        Some(Body { ty, media_type })
    }

    /// Returns the type and the media type of a body, none for an absent one.
    fn content(&mut self, pointer: &str, holder: &'a Value, name: &str) -> Option<(Type, &'a str)> {
        let pointer = child(pointer, "content");
        let component = component_name(&pointer);
        let name = component.as_deref().unwrap_or(name);
        let mut found = None;
        for (media_type, content) in object(&holder["content"]) {
            let pointer = child(&pointer, media_type);
            if !is_json(media_type) {
                self.report(
                    rule::BODY_MEDIA_TYPE,
                    &pointer,
                    format!("the media type {media_type} is not supported"),
                    "the client reads and writes application/json and application/…+json",
                );
                continue;
            }
            if content.get("encoding").is_some() {
                self.report(
                    rule::BODY_ENCODING,
                    &child(&pointer, "encoding"),
                    "encoding has no meaning for JSON",
                    "leave it out",
                );
            }
            let Some(schema) = content.get("schema") else {
                self.report(
                    rule::BODY_WITHOUT_SCHEMA,
                    &pointer,
                    "a body without a schema is not supported",
                    "describe it with a schema",
                );
                continue;
            };
            let ty = self.type_of(&child(&pointer, "schema"), schema, name);
            // The first one is sent and asked for.
            found.get_or_insert((ty, media_type.as_str()));
        }
        found
    }

    fn success(
        &mut self,
        pointer: &str,
        method: &str,
        operation: &'a Value,
        base: &str,
    ) -> Success<'a> {
        let responses = child(pointer, "responses");
        let mut success = Success {
            ty: None,
            may_be_empty: false,
            media_types: Vec::new(),
        };
        let (mut is_described, mut first) = (false, "");
        for (status, response) in object(&operation["responses"]) {
            let pointer = child(&responses, status);
            if status.starts_with('1') {
                self.report(
                    rule::INTERIM_STATUS,
                    &pointer,
                    format!("{status} is an interim response, which is not supported"),
                    "leave it out",
                );
            }
            if !status.starts_with('2') {
                continue;
            }
            is_described = true;
            let (target, response) = self.document.resolve_at(&pointer, response);
            let content = self.content(&target, response, &format!("{base}Response"));
            if content.is_some() && method == "head" {
                self.report(
                    rule::BODY_NOT_ALLOWED,
                    &child(&target, "content"),
                    "a response to HEAD has no body",
                    "leave it out",
                );
            }
            let Some((ty, media_type)) = content else {
                success.may_be_empty = true;
                continue;
            };
            if !success.media_types.contains(&media_type) {
                success.media_types.push(media_type);
            }
            match &success.ty {
                None => (success.ty, first) = (Some(ty), status),
                Some(other) if *other == ty => {}
                Some(_) => self.report(
                    rule::SUCCESSES_DIFFER,
                    &pointer,
                    format!("the success responses {first} and {status} have different schemas"),
                    "give all success responses of the operation the same schema",
                ),
            }
        }
        if !is_described {
            self.report(
                rule::OPERATION_WITHOUT_SUCCESS,
                &responses,
                "this operation has no success response",
                "describe one; write 2XX where the status is not known",
            );
        }
        if success.ty.as_ref().is_some_and(|ty| self.is_empty(ty)) {
            success.ty = None;
        }
        success.may_be_empty &= success.ty.is_some();
        success
    }

    /// Returns true for an object without properties, of which nothing needs to be read.
    fn is_empty(&self, ty: &Type) -> bool {
        let Type::Named(name) = ty else { return false };
        let schema = &self.document.0["components"]["schemas"][name];
        schema["type"] == "object"
            && schema["additionalProperties"] == false
            && object(&schema["properties"]).next().is_none()
    }

    fn errors(
        &mut self,
        pointer: &str,
        operation: &'a Value,
        base: &str,
    ) -> Vec<ErrorResponse<'a>> {
        let responses = child(pointer, "responses");
        let mut errors: Vec<ErrorResponse<'a>> = Vec::new();
        for (status, response) in object(&operation["responses"]) {
            if status.starts_with(['1', '2', '3']) {
                continue;
            }
            let pointer = child(&responses, status);
            let (target, response) = self.document.resolve_at(&pointer, response);
            let content = self.content(&target, response, &format!("{base}Error"));
            let ty = content.map(|(ty, _)| ty);
            let other = errors.iter().find(|it| it.ty.is_some());
            if let Some(other) = other
                && ty.is_some()
                && ty != other.ty
            {
                let message = format!(
                    "the error responses {} and {status} have different schemas",
                    other.status
                );
                let help = "give all error responses of the operation the same schema";
                self.report(rule::ERRORS_DIFFER, &pointer, message, help);
            }
            errors.push(ErrorResponse {
                status,
                codes: array(&response[ERROR_CODES])
                    .filter_map(Value::as_str)
                    .collect(),
                ty,
            });
        }
        errors
    }
}

/// Returns the name of the shared component that a pointer leads into, after which its inline schema is named.
fn component_name(pointer: &str) -> Option<String> {
    let name = pointer.strip_prefix("/components/")?.split('/').nth(1)?;
    Some(name.to_pascal_case())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}
