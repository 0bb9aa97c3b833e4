//! Rules on parameters, without those that are left out of the client.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Lint, Operation};
use crate::document::{array, is_omitted, template_names};
use crate::rule;
use crate::source_map::child;

/// A parameter of an operation.
struct Parameter<'a> {
    /// The JSON pointer in the operation or its path item.
    listed_at: String,
    /// The JSON pointer of the definition.
    pointer: String,
    value: &'a Value,
}

fn parameters<'a>(lint: &Lint<'a>, operation: &Operation<'a>) -> Vec<Parameter<'a>> {
    let item = child("/paths", operation.path);
    let mut parameters = Vec::new();
    for (pointer, holder) in [
        (&item, operation.item),
        (&operation.pointer, operation.value),
    ] {
        let pointer = child(pointer, "parameters");
        for (index, parameter) in array(&holder["parameters"]).enumerate() {
            let listed_at = child(&pointer, &index.to_string());
            let (pointer, value) = lint.resolve(&listed_at, parameter);
            if !is_omitted(value) {
                parameters.push(Parameter {
                    listed_at,
                    pointer,
                    value,
                });
            }
        }
    }
    parameters
}

/// The parameters of a path and the declared path parameters are the same.
pub(super) fn check_path_parameters(lint: &mut Lint<'_>) {
    for operation in lint.operations() {
        let mut parameters = parameters(lint, &operation);
        parameters.retain(|parameter| parameter.value["in"] == "path");
        let names = template_names(operation.path);
        let mut seen = BTreeSet::new();
        for name in &names {
            if !seen.insert(name) {
                let pointer = child("/paths", operation.path);
                let message = format!("the path repeats the parameter {name}");
                lint.report(
                    rule::PATH_PARAMETER_REPEATED,
                    &pointer,
                    message,
                    "rename one of them",
                );
            } else if parameters.iter().all(|it| it.value["name"] != *name) {
                let message = format!("the path parameter {name} is not declared");
                let help = "declare it under #/components/parameters and refer to it";
                lint.report(
                    rule::PATH_PARAMETER_UNDECLARED,
                    &operation.pointer,
                    message,
                    help,
                );
            }
        }
        for parameter in parameters {
            let name = parameter.value["name"].as_str().unwrap_or_default();
            if names.contains(&name) {
                check_path_parameter(lint, &parameter, name);
            } else {
                let message = format!("the path {} has no parameter {name}", operation.path);
                let help = "remove the parameter, or add it to the path in braces";
                lint.report(
                    rule::PATH_PARAMETER_UNUSED,
                    &parameter.listed_at,
                    message,
                    help,
                );
            }
        }
    }
}

/// A path parameter is shared, required and has a named type.
fn check_path_parameter(lint: &mut Lint<'_>, parameter: &Parameter<'_>, name: &str) {
    let Parameter {
        listed_at,
        pointer,
        value,
    } = parameter;
    if listed_at == pointer {
        let message = format!("the path parameter {name} is declared inline");
        let help = "declare it under #/components/parameters and refer to it";
        lint.report(rule::PATH_PARAMETER_INLINE, pointer, message, help);
    }
    if value["required"] != true {
        let message = format!("the path parameter {name} is not required");
        lint.report(
            rule::PATH_PARAMETER_OPTIONAL,
            pointer,
            message,
            "write required: true",
        );
    }
    if value
        .get("schema")
        .is_some_and(|schema| schema.get("$ref").is_none())
    {
        let message = format!("the schema of the path parameter {name} has no name");
        let help = "move it to #/components/schemas and refer to it";
        let pointer = child(pointer, "schema");
        lint.report(rule::PATH_PARAMETER_WITHOUT_TYPE, &pointer, message, help);
    }
}
