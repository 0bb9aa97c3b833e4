//! Effects on the fields of a response.

use serde_json::{Map, Value, json};

use super::Effect;

/// The fields with a status in the resources of the spec.
const STATUS_FIELDS: [&str; 2] = ["status", "connectionStatus"];

impl Effect {
    /// Changes the entity of a successful response: one resource or a list of them.
    pub(crate) fn alter(&self, entity: &mut Value) {
        let resources = match entity {
            Value::Array(items) => items.iter_mut(),
            one => std::slice::from_mut(one).iter_mut(),
        };
        for resource in resources.filter_map(Value::as_object_mut) {
            match self {
                Self::Status(status) => replace_status(resource, status),
                Self::OmitNulls => resource.retain(|_, value| !is_empty(value)),
                Self::ExtraFields => add_fields(resource),
                _ => {}
            }
        }
    }
}

fn replace_status(resource: &mut Map<String, Value>, status: &str) {
    for name in STATUS_FIELDS {
        if let Some(value) = resource.get_mut(name) {
            *value = Value::from(status);
        }
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

fn add_fields(resource: &mut Map<String, Value>) {
    resource.insert("extraText".to_owned(), json!("extra"));
    resource.insert(
        "extraObject".to_owned(),
        json!({ "number": 1.5, "items": [null, {}] }),
    );
}
