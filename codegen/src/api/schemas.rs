//! Schemas: the Rust types of the client.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::Value;

use super::{Builder, names};
use crate::document::{ENUM, ENUM_DESCRIPTIONS, ENUM_NAMES, RUST_TYPE, array, object};
use crate::rule;
use crate::source_map::child;

const SCHEMAS: &str = "/components/schemas";

/// A schema with a name, which becomes one Rust type.
#[derive(Debug)]
pub(crate) struct Schema<'a> {
    pub(crate) description: &'a str,
    pub(crate) kind: Kind<'a>,
    /// Requests write it.
    pub(crate) in_request: bool,
    /// Responses read it, errors included.
    pub(crate) in_response: bool,
}

#[derive(Debug)]
pub(crate) enum Kind<'a> {
    /// An object with properties.
    Struct(Vec<Field<'a>>),
    /// A list of strings that may grow.
    OpenEnum(Vec<Variant<'a>>),
    ClosedEnum(Vec<Variant<'a>>),
    /// A struct around another type.
    Newtype(Type),
    /// A type that the client writes by hand, by its path.
    Replaced(&'a str),
}

/// A property of an object.
#[derive(Debug)]
pub(crate) struct Field<'a> {
    pub(crate) pointer: String,
    /// The property's name.
    pub(crate) wire: &'a str,
    /// The name of the Rust field.
    pub(crate) ident: String,
    pub(crate) description: &'a str,
    pub(crate) ty: Type,
    pub(crate) is_required: bool,
    pub(crate) default: Option<&'a Value>,
    is_read_only: bool,
    is_write_only: bool,
}

impl Field<'_> {
    /// Returns true where the type cannot be without the field: what is read-only is not in requests, and what
    /// is write-only not in responses.
    pub(crate) fn is_always_present(&self, schema: &Schema<'_>) -> bool {
        self.is_required
            && !(self.is_read_only && schema.in_request)
            && !(self.is_write_only && schema.in_response)
    }

    /// Returns true where a request is not valid without the field.
    pub(crate) fn is_required_in_requests(&self) -> bool {
        self.is_required && !self.is_read_only
    }
}

/// A value of an enum.
#[derive(Debug)]
pub(crate) struct Variant<'a> {
    pub(crate) value: &'a str,
    /// The name of the Rust variant.
    pub(crate) ident: String,
    pub(crate) description: &'a str,
}

/// The type of a field, an argument or a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// A schema by its name.
    Named(String),
    Text,
    Boolean,
    /// An integer or number, by its Rust type.
    Number(&'static str),
    /// Any JSON value.
    Any,
    List(Box<Type>),
    /// An object of values by name.
    Map(Box<Type>),
    Nullable(Box<Type>),
}

impl Type {
    /// Adds the schemas that the type names.
    pub(crate) fn collect_names(&self, into: &mut BTreeSet<String>) {
        match self {
            Self::Named(name) => {
                into.insert(name.clone());
            }
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => {
                inner.collect_names(into);
            }
            Self::Text | Self::Boolean | Self::Number(_) | Self::Any => {}
        }
    }

    fn nullable(self) -> Self {
        match self {
            // Any value may be null, and nothing is null twice.
            Self::Any | Self::Nullable(_) => self,
            other => Self::Nullable(Box::new(other)),
        }
    }
}

impl Kind<'_> {
    /// Adds the schemas that the type contains.
    pub(super) fn collect_names(&self, into: &mut BTreeSet<String>) {
        match self {
            Self::Struct(fields) => fields.iter().for_each(|it| it.ty.collect_names(into)),
            Self::Newtype(ty) => ty.collect_names(into),
            Self::OpenEnum(_) | Self::ClosedEnum(_) | Self::Replaced(_) => {}
        }
    }
}

/// A property of an object or of a part of its `allOf`.
struct Property<'a> {
    /// The schema that describes it, after which its type is named.
    owner: String,
    pointer: String,
    wire: &'a str,
    value: &'a Value,
}

impl<'a> Builder<'a> {
    /// Returns the type of a schema. What becomes a Rust type of its own and has no name is named `name`.
    ///
    /// A shape without a type is reported, and is any value then.
    pub(super) fn type_of(&mut self, pointer: &str, schema: &'a Value, name: &str) -> Type {
        if schema.get("$ref").is_some() {
            return self.type_of_reference(pointer, schema);
        }
        for keyword in ["oneOf", "anyOf", "not", "discriminator"] {
            if schema.get(keyword).is_some() && schema.get(RUST_TYPE).is_none() {
                self.report(
                    rule::UNSUPPORTED_SCHEMA,
                    &child(pointer, keyword),
                    format!("{keyword} is not supported"),
                    "name a hand-written type with x-rust-type, or describe one kind of value",
                );
                return Type::Any;
            }
        }
        let parts: Vec<&Value> = array(&schema["allOf"]).collect();
        let ty = match (parts.as_slice(), has_properties(schema)) {
            ([part], false) if !has_own_type(schema) => {
                self.type_of(&child(&child(pointer, "allOf"), "0"), part, name)
            }
            _ if has_own_type(schema) => self.inline_type(pointer, schema, name),
            _ => self.plain_type(pointer, schema, name),
        };
        if schema["nullable"] == true {
            return ty.nullable();
        }
        ty
    }

    fn type_of_reference(&mut self, pointer: &str, schema: &'a Value) -> Type {
        let reference = schema["$ref"].as_str().unwrap_or_default();
        // One step, since an alias is not supported.
        let target = self.document.target(reference).unwrap_or(schema);
        let Some(name) = reference.strip_prefix("#/components/schemas/") else {
            self.report(
                rule::MISPLACED_REFERENCE,
                &child(pointer, "$ref"),
                format!("{reference} does not refer to a schema under #{SCHEMAS}"),
                "give the schema a name there",
            );
            return Type::Any;
        };
        self.enqueue(name, child(SCHEMAS, name), target);
        let ty = Type::Named(name.to_owned());
        if target["nullable"] == true {
            return ty.nullable();
        }
        ty
    }

    fn enqueue(&mut self, name: &str, pointer: String, schema: &'a Value) {
        if self.queued.insert(name.to_owned()) {
            self.pending.push_back((name.to_owned(), pointer, schema));
        }
    }

    /// Gives a name to a schema that is written where it is used.
    fn inline_type(&mut self, pointer: &str, schema: &'a Value, name: &str) -> Type {
        let name = name.to_pascal_case();
        let help = "give it a name under #/components/schemas, and refer to it";
        let twin = self.inline.get(&name).cloned();
        let taken_by = match &twin {
            // Several success statuses may have the same response.
            Some((_, same)) if *same == schema => None,
            Some((other, _)) => Some(other.as_str()),
            None if self.document.0["components"]["schemas"]
                .get(&name)
                .is_some() =>
            {
                Some("#/components/schemas")
            }
            None if names::is_prelude_name(&name) => Some("Rust's prelude"),
            None => None,
        };
        if let Some(other) = taken_by {
            self.report(
                rule::SCHEMA_NAME_TAKEN,
                pointer,
                format!("this schema would be named {name}, which is taken by {other}"),
                help,
            );
        } else if twin.is_none() {
            self.inline
                .insert(name.clone(), (pointer.to_owned(), schema));
            self.enqueue(&name, pointer.to_owned(), schema);
        }
        Type::Named(name)
    }

    /// Returns the type of a value without fields of its own.
    fn plain_type(&mut self, pointer: &str, schema: &'a Value, name: &str) -> Type {
        match schema["type"].as_str() {
            Some("string") => Type::Text,
            Some("boolean") => Type::Boolean,
            Some("integer") => Type::Number(match schema["format"].as_str() {
                Some("int32") => "i32",
                _ => "i64",
            }),
            Some("number") => Type::Number(match schema["format"].as_str() {
                Some("float") => "f32",
                _ => "f64",
            }),
            Some("array") => {
                let items = child(pointer, "items");
                Type::List(Box::new(self.type_of(
                    &items,
                    &schema["items"],
                    &format!("{name}Item"),
                )))
            }
            Some("object") => {
                let values = &schema["additionalProperties"];
                let ty = if values.is_object() {
                    let pointer = child(pointer, "additionalProperties");
                    self.type_of(&pointer, values, &format!("{name}Value"))
                } else {
                    Type::Any
                };
                Type::Map(Box::new(ty))
            }
            _ => Type::Any,
        }
    }

    /// Reads every schema that was referred to, and those that it refers to.
    pub(super) fn finish_schemas(&mut self) {
        while let Some((name, pointer, value)) = self.pending.pop_front() {
            self.check_schema_name(&name, &pointer);
            let kind = self.kind(&name, &pointer, value);
            let schema = Schema {
                description: value["description"].as_str().unwrap_or_default(),
                kind,
                in_request: false,
                in_response: false,
            };
            self.schemas.insert(name, schema);
        }
    }

    fn check_schema_name(&mut self, name: &str, pointer: &str) {
        if name.to_pascal_case() != name || names::is_keyword(name) {
            self.report(
                rule::SCHEMA_NAME,
                pointer,
                format!("{name} is not written like a Rust type"),
                "write it in words like PrivateEndpointConnection",
            );
        } else if names::is_prelude_name(name) {
            self.report(
                rule::SCHEMA_NAME_TAKEN,
                pointer,
                format!("{name} is a name of Rust's prelude"),
                "choose another name",
            );
        }
    }

    fn kind(&mut self, name: &str, pointer: &str, schema: &'a Value) -> Kind<'a> {
        if let Some(path) = schema[RUST_TYPE].as_str() {
            return Kind::Replaced(path);
        }
        if schema.get("$ref").is_some() {
            self.report(
                rule::SCHEMA_ALIAS,
                &child(pointer, "$ref"),
                format!("{name} is an alias of another schema"),
                "refer to the other schema wherever this one is referred to, and remove this one",
            );
            return Kind::Newtype(Type::Any);
        }
        if schema.get("enum").is_some() {
            let variants = self.variants(pointer, schema);
            return if schema[ENUM] == "closed" {
                Kind::ClosedEnum(variants)
            } else {
                Kind::OpenEnum(variants)
            };
        }
        if has_properties(schema) || schema.get("allOf").is_some() {
            return Kind::Struct(self.fields(name, pointer, schema));
        }
        let ty = match self.type_of(pointer, schema, name) {
            // What is nullable is the reference, not the type.
            Type::Nullable(inner) => *inner,
            other => other,
        };
        Kind::Newtype(ty)
    }

    fn variants(&mut self, pointer: &str, schema: &'a Value) -> Vec<Variant<'a>> {
        let mut variants: Vec<Variant<'a>> = Vec::new();
        let mut by_ident: BTreeMap<String, &str> = BTreeMap::new();
        let pointer = child(pointer, "enum");
        for (index, value) in array(&schema["enum"]).enumerate() {
            let pointer = child(&pointer, &index.to_string());
            let name = |value| schema[ENUM_NAMES][value].as_str().unwrap_or(value);
            let ident = value.as_str().and_then(|value| names::variant(name(value)));
            let (Some(value), Some(ident)) = (value.as_str(), ident) else {
                self.report(
                    rule::ENUM_VALUE,
                    &pointer,
                    format!("{value} cannot be the name of a variant"),
                    "write strings with ASCII letters or digits, in quotes where YAML reads another type; \
                     nullable: true allows null",
                );
                continue;
            };
            if ident == "Unknown" {
                self.report(
                    rule::ENUM_VALUE,
                    &pointer,
                    format!("{value} would be the variant Unknown, which holds unlisted values"),
                    "leave it out; it is read as an unlisted value",
                );
            } else if names::is_prelude_name(&ident) {
                let message = format!(
                    "{value} would be the variant {ident}, which is a name of Rust's prelude"
                );
                let help = format!("give the variant another name under {ENUM_NAMES}");
                self.report(rule::ENUM_VALUE, &pointer, message, &help);
            }
            let same = *by_ident.entry(ident.clone()).or_insert(value);
            if same != value {
                let message = format!("{value} would be the same variant as {same}");
                let help = "leave one of them out; an open enum reads it as an unlisted value";
                self.report(rule::ENUM_VALUE, &pointer, message, help);
            }
            let description = schema[ENUM_DESCRIPTIONS][value].as_str();
            variants.push(Variant {
                value,
                ident,
                description: description.unwrap_or_default(),
            });
        }
        variants
    }

    /// Returns the fields of an object, with those of the parts of its `allOf`.
    fn fields(&mut self, name: &str, pointer: &str, schema: &'a Value) -> Vec<Field<'a>> {
        let mut properties = Vec::new();
        let mut required = BTreeSet::new();
        let mut path = Vec::new();
        self.collect_properties(
            name,
            pointer,
            schema,
            &mut path,
            &mut properties,
            &mut required,
        );
        let mut fields: Vec<Field<'a>> = Vec::new();
        let mut by_ident: BTreeMap<String, usize> = BTreeMap::new();
        for property in properties {
            let Property {
                owner,
                pointer,
                wire,
                value,
            } = property;
            let Some(ident) = names::ident(wire) else {
                self.report(
                    rule::PROPERTY_NAME,
                    &pointer,
                    format!("{wire:?} cannot be the name of a Rust field"),
                    "leave the property out of the fragment",
                );
                continue;
            };
            let ty = self.type_of(
                &pointer,
                value,
                &format!("{owner}{}", wire.to_pascal_case()),
            );
            let target = self.document.resolve(value);
            let field = Field {
                wire,
                ident: ident.clone(),
                description: self.document.described(value).unwrap_or_default(),
                is_required: required.contains(wire),
                default: value.get("default"),
                is_read_only: value["readOnly"] == true || target["readOnly"] == true,
                is_write_only: value["writeOnly"] == true || target["writeOnly"] == true,
                pointer,
                ty,
            };
            let Some(index) = by_ident.get(&ident) else {
                by_ident.insert(ident, fields.len());
                fields.push(field);
                continue;
            };
            let other = &mut fields[*index];
            if other.wire != wire {
                let message = format!("{wire} would be the same Rust field as {}", other.wire);
                let help = "leave one of them out of the fragment";
                self.report(rule::PROPERTY_NAME, &field.pointer, message, help);
            } else if let Some(ty) = self.both(&other.ty, &field.ty) {
                *other = Field { ty, ..field };
            } else {
                let message = format!(
                    "{wire} has another type in another part, at {}",
                    other.pointer
                );
                let help = "describe it in one of the parts, or with the same type in both";
                self.report(rule::PARTS_CONTRADICT, &field.pointer, message, help);
            }
        }
        fields
    }

    /// Returns the type of the values that are of both types, which two parts give the same property.
    fn both(&self, one: &Type, other: &Type) -> Option<Type> {
        let within = |one: &Type, other: &Type| self.both(one, other).map(Box::new);
        match (one, other) {
            _ if one == other => Some(one.clone()),
            (Type::Any, ty) | (ty, Type::Any) => Some(ty.clone()),
            (Type::Nullable(one), Type::Nullable(other)) => within(one, other).map(Type::Nullable),
            (Type::Nullable(one), other) | (other, Type::Nullable(one)) => self.both(one, other),
            (Type::List(one), Type::List(other)) => within(one, other).map(Type::List),
            (Type::Map(one), Type::Map(other)) => within(one, other).map(Type::Map),
            (Type::Named(name), plain) | (plain, Type::Named(name)) => {
                let schema = &self.document.0["components"]["schemas"][name];
                let is_refined = match plain {
                    Type::Text => schema["type"] == "string",
                    Type::Map(value) => schema["type"] == "object" && **value == Type::Any,
                    _ => false,
                };
                is_refined.then(|| Type::Named(name.clone()))
            }
            _ => None,
        }
    }

    /// Collects the properties of an object and of the parts of its `allOf`, in the order of the file.
    ///
    /// `path` has the pointers of the objects around this one.
    fn collect_properties(
        &mut self,
        owner: &str,
        pointer: &str,
        schema: &'a Value,
        path: &mut Vec<String>,
        properties: &mut Vec<Property<'a>>,
        required: &mut BTreeSet<&'a str>,
    ) {
        let reference = schema["$ref"].as_str().unwrap_or_default();
        let owner = reference
            .strip_prefix("#/components/schemas/")
            .unwrap_or(owner);
        let (target, schema) = self.document.resolve_at(pointer, schema);
        // Lint reports a schema that is a part of itself.
        if path.contains(&target) {
            return;
        }
        let is_part = !path.is_empty();
        let is_object = has_properties(schema) || schema.get("allOf").is_some();
        if is_part && (!is_object || schema["nullable"] == true) {
            self.report(
                rule::UNSUPPORTED_SCHEMA,
                pointer,
                "a part of allOf that is not an object with properties, or is nullable, is not supported",
                "combine objects with properties that are not nullable",
            );
            return;
        }
        let others = &schema["additionalProperties"];
        let combines = is_part || schema.get("allOf").is_some();
        if others.is_object() || *others == true {
            self.report(
                rule::UNSUPPORTED_SCHEMA,
                &child(&target, "additionalProperties"),
                "an object with both properties and additionalProperties is not supported",
                "leave it out",
            );
        } else if *others == false && combines {
            self.report(
                rule::PARTS_CONTRADICT,
                &child(&target, "additionalProperties"),
                "additionalProperties: false excludes the properties of the other parts",
                "leave it out",
            );
        }
        path.push(target.clone());
        let parts = child(&target, "allOf");
        for (index, part) in array(&schema["allOf"]).enumerate() {
            let pointer = child(&parts, &index.to_string());
            self.collect_properties(owner, &pointer, part, path, properties, required);
        }
        path.pop();
        let own = child(&target, "properties");
        for (wire, value) in object(&schema["properties"]) {
            properties.push(Property {
                owner: owner.to_owned(),
                pointer: child(&own, wire),
                wire,
                value,
            });
        }
        required.extend(array(&schema["required"]).filter_map(Value::as_str));
    }

    /// progenitor names the functions that make defaults after the type and the field, all in one module.
    pub(super) fn check_default_functions(&mut self) {
        let mut functions: BTreeMap<String, String> = BTreeMap::new();
        let mut found = Vec::new();
        for (name, schema) in &self.schemas {
            let Kind::Struct(fields) = &schema.kind else {
                continue;
            };
            for field in fields.iter().filter(|field| field.default.is_some()) {
                let function = format!("{}_{}", name.to_snake_case(), field.ident);
                let field_name = format!("{name}.{}", field.wire);
                let message =
                    format!("the default of {field_name} would be the same function as that of");
                if let Some(other) = functions.insert(function, field_name) {
                    found.push((field.pointer.clone(), format!("{message} {other}")));
                }
            }
        }
        for (pointer, message) in found {
            let help = "rename the schema, or leave the default to the description";
            self.report(rule::PROPERTY_NAME, &pointer, message, help);
        }
    }

    /// Null and absence are read as the Rust type's own default, so responses can promise no other.
    pub(super) fn check_response_defaults(&mut self) {
        let mut found = Vec::new();
        for schema in self.schemas.values().filter(|it| it.in_response) {
            let Kind::Struct(fields) = &schema.kind else {
                continue;
            };
            for field in fields {
                if let Some(default) = field.default
                    && !is_own_default(&field.ty, default)
                {
                    found.push((child(&field.pointer, "default"), default.clone()));
                }
            }
        }
        for (pointer, default) in found {
            self.report(
                rule::RESPONSE_DEFAULT,
                &pointer,
                format!("the default {default} of a response's field is not supported"),
                "leave it out and write nullable: true; clients then see what the server sent",
            );
        }
    }
}

/// Returns true where a default is the one of the Rust type.
fn is_own_default(ty: &Type, default: &Value) -> bool {
    match (ty, default) {
        (Type::Nullable(_) | Type::Any, default) => default.is_null(),
        (Type::Boolean, default) => *default == false,
        (Type::Number("i32" | "i64"), default) => *default == 0,
        (Type::Text, default) => default == "",
        (Type::List(_), Value::Array(items)) => items.is_empty(),
        (Type::Map(_), Value::Object(entries)) => entries.is_empty(),
        _ => false,
    }
}

fn has_properties(schema: &Value) -> bool {
    schema.get("properties").is_some()
}

/// Returns true where a schema becomes a Rust type of its own.
fn has_own_type(schema: &Value) -> bool {
    let combines = array(&schema["allOf"]).nth(1).is_some();
    let replaced = schema.get(RUST_TYPE).is_some();
    replaced || combines || schema.get("enum").is_some() || has_properties(schema)
}
