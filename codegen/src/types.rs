//! The types of the client: progenitor's, with the fields of structs in the order of the fragment and read and
//! written the way Atlas does.
//!
//! progenitor sees a document of schemas alone, which [`Api`] has brought into few shapes. Constraints are not
//! among them: the server checks values, and a client that checked them too would refuse responses that it can
//! read.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::OpenAPI;
use proc_macro2::{Ident, TokenStream};
use progenitor::{GenerationSettings, Generator, TypeImpl, TypePatch};
use quote::{format_ident, quote};
use serde_json::{Map, Value, json};
use syn::punctuated::Punctuated;
use syn::{Item, ItemMod, ItemStruct, Meta, Token, parse_quote};

use crate::api::{Api, Field, Kind, Schema, Type, Variant};
use crate::catch_panic::catch_panic;
use crate::docs::{escaped, string_of};

/// Generates the module `types`.
///
/// # Errors
///
/// Why progenitor cannot generate the types of a fragment.
pub(crate) fn module(api: &Api<'_>) -> Result<ItemMod, String> {
    let floats = types_with_floats(api);
    let mut generated = Generated::read(run_progenitor(api, &floats)?);
    let mut items: Vec<Item> = Vec::new();
    for (name, schema) in &api.schemas {
        match &schema.kind {
            Kind::Replaced(_) => {}
            Kind::OpenEnum(variants) => items.extend(open_enum(name, schema, variants)),
            Kind::Struct(fields) => {
                let own = generated.take(name)?;
                items.extend(structure(api, own, name, schema, fields)?);
            }
            Kind::ClosedEnum(_) | Kind::Newtype(_) => items.extend(generated.take(name)?),
        }
    }
    items.extend(generated.helpers());
    Ok(parse_quote! {
        /// Types of parameters, request bodies and responses.
        pub mod types { #(#items)* }
    })
}

/// Runs progenitor over the schemas, and returns the items of its module of types.
fn run_progenitor(api: &Api<'_>, floats: &BTreeSet<&str>) -> Result<Vec<Item>, String> {
    let mut settings = GenerationSettings::default();
    // The order of the entries must be the same each time that they are written.
    settings.with_map_type("::std::collections::BTreeMap");
    settings.with_derive("PartialEq");
    let mut schemas = Map::new();
    for (name, schema) in &api.schemas {
        let impls = [TypeImpl::Display, TypeImpl::FromStr].into_iter();
        match &schema.kind {
            Kind::Replaced(path) => {
                settings.with_replacement(name, path, impls);
            }
            Kind::OpenEnum(_) => {
                settings.with_replacement(name, name, impls);
            }
            Kind::Struct(_) | Kind::Newtype(_) if !floats.contains(&**name) => {
                settings.with_patch(name, TypePatch::default().with_derive("Eq"));
            }
            Kind::Struct(_) | Kind::Newtype(_) | Kind::ClosedEnum(_) => {}
        }
        schemas.insert(name.clone(), schema_json(schema));
    }
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": "" },
        "paths": {},
        "components": { "schemas": schemas },
    });
    let document: OpenAPI = serde_json::from_value(document).map_err(|error| error.to_string())?;
    let mut generator = Generator::new(&settings);
    let tokens = catch_panic(|| {
        let code = generator.generate_tokens(&document);
        code.map(|_| generator.get_type_space().to_stream())
    })?;
    let tokens = tokens.map_err(|error| error.to_string())?;
    let file: syn::File = syn::parse2(tokens).map_err(|error| error.to_string())?;
    Ok(file.items)
}

fn schema_json(schema: &Schema<'_>) -> Value {
    match &schema.kind {
        Kind::Struct(fields) => {
            let properties: Map<String, Value> = fields
                .iter()
                .map(|field| (field.ident.clone(), field_json(field)))
                .collect();
            let required: Vec<&str> = fields
                .iter()
                .filter(|field| field.is_always_present(schema))
                .map(|field| field.ident.as_str())
                .collect();
            json!({ "type": "object", "properties": properties, "required": required })
        }
        Kind::ClosedEnum(variants) => {
            let variants: Vec<Value> = variants
                .iter()
                .map(|it| json!({ "type": "string", "enum": [it.value], "description": variant_doc(it) }))
                .collect();
            json!({ "description": escaped(schema.description), "oneOf": variants })
        }
        Kind::Newtype(ty) => {
            let mut value = type_json(ty);
            value["description"] = escaped(schema.description).into();
            value
        }
        Kind::OpenEnum(_) | Kind::Replaced(_) => json!({ "type": "string" }),
    }
}

fn field_json(field: &Field<'_>) -> Value {
    let mut value = type_json(&field.ty);
    if let Some(default) = field.default {
        if value.get("$ref").is_some() {
            value = json!({ "allOf": [value] });
        }
        value["default"] = default.clone();
    }
    value
}

fn type_json(ty: &Type) -> Value {
    match ty {
        Type::Named(name) => json!({ "$ref": format!("#/components/schemas/{name}") }),
        Type::Text => json!({ "type": "string" }),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::Number("i32") => json!({ "type": "integer", "format": "int32" }),
        Type::Number("i64") => json!({ "type": "integer", "format": "int64" }),
        Type::Number("f32") => json!({ "type": "number", "format": "float" }),
        Type::Number(_) => json!({ "type": "number", "format": "double" }),
        Type::Any => json!({}),
        Type::List(item) => json!({ "type": "array", "items": type_json(item) }),
        Type::Map(value) => json!({ "type": "object", "additionalProperties": type_json(value) }),
        Type::Nullable(inner) => {
            let mut value = type_json(inner);
            // OpenAPI 3.0 ignores everything beside `$ref`.
            if value.get("$ref").is_some() {
                value = json!({ "allOf": [value] });
            }
            value["nullable"] = true.into();
            value
        }
    }
}

/// Returns the names of the types that hold a floating-point number, however deep; they cannot be `Eq`.
fn types_with_floats<'a>(api: &'a Api<'_>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    loop {
        let before = found.len();
        for (name, schema) in &api.schemas {
            let has_float = match &schema.kind {
                Kind::Struct(fields) => fields.iter().any(|it| has_float(&it.ty, &found)),
                Kind::Newtype(ty) => has_float(ty, &found),
                _ => false,
            };
            if has_float {
                found.insert(name.as_str());
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

fn has_float(ty: &Type, floats: &BTreeSet<&str>) -> bool {
    match ty {
        Type::Named(name) => floats.contains(&**name),
        Type::Number(number) => number.starts_with('f'),
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => has_float(inner, floats),
        Type::Text | Type::Boolean | Type::Any => false,
    }
}

/// progenitor's types, each with its impls, by name.
struct Generated {
    types: BTreeMap<String, Vec<Item>>,
    modules: BTreeMap<String, Item>,
}

impl Generated {
    fn read(items: Vec<Item>) -> Self {
        let mut generated = Self {
            types: BTreeMap::new(),
            modules: BTreeMap::new(),
        };
        // Impls follow the type that they are about.
        let mut name = String::new();
        for item in items {
            match &item {
                Item::Mod(module) => {
                    generated.modules.insert(module.ident.to_string(), item);
                    continue;
                }
                Item::Struct(item) => name = item.ident.to_string(),
                Item::Enum(item) => name = item.ident.to_string(),
                // Nothing parses these types, and the error type of parsing would be public.
                Item::Impl(item) if is_parser(item) => continue,
                _ => {}
            }
            generated.types.entry(name.clone()).or_default().push(item);
        }
        generated
    }

    fn take(&mut self, name: &str) -> Result<Vec<Item>, String> {
        let missing = || format!("progenitor generates no type {name}");
        self.types.remove(name).ok_or_else(missing)
    }

    /// Returns the modules that the types use.
    fn helpers(&mut self) -> Vec<Item> {
        self.modules.remove("error");
        if let Some(Item::Mod(module)) = self.modules.get_mut("defaults")
            && let Some((_, items)) = &mut module.content
        {
            // Only the types use it, and a default of an open enum names it without a path.
            module.vis = syn::Visibility::Inherited;
            items.insert(0, parse_quote! { #[allow(unused_imports)] use super::*; });
        }
        std::mem::take(&mut self.modules).into_values().collect()
    }
}

/// Returns true for implementations of the traits that convert a text, by the name of the trait.
fn is_parser(item: &syn::ItemImpl) -> bool {
    let name = item
        .trait_
        .as_ref()
        .and_then(|(path, _)| path.segments.last());
    name.is_some_and(|name| name.ident == "FromStr" || name.ident == "TryFrom")
}

/// Returns a struct with its fields in the order of the fragment, and its constructor.
fn structure(
    api: &Api<'_>,
    mut items: Vec<Item>,
    name: &str,
    schema: &Schema<'_>,
    fields: &[Field<'_>],
) -> Result<Vec<Item>, String> {
    let generated = items.iter_mut().find_map(|item| match item {
        Item::Struct(item) => Some(item),
        _ => None,
    });
    let Some(ItemStruct {
        attrs,
        fields: generated,
        ..
    }) = generated
    else {
        return Err(format!(
            "progenitor generates {name} as another type than a struct"
        ));
    };
    let mut typed = BTreeMap::new();
    for field in generated.iter() {
        if let Some(ident) = &field.ident {
            typed.insert(ident.to_string(), Typed::read(field)?);
        }
    }
    let mut members = Vec::new();
    let mut all = Vec::new();
    for field in fields {
        let Some(typed) = typed.remove(&field.ident) else {
            return Err(format!(
                "progenitor generates no field {} of {name}",
                field.ident
            ));
        };
        members.push(typed.member(api, schema, field));
        all.push((field, typed));
    }
    let derives = attrs.iter().filter(|it| it.path().is_ident("derive"));
    let ident = format_ident!("{name}");
    let doc = escaped(schema.description);
    let item: Item = parse_quote! {
        #[doc = #doc]
        #(#derives)*
        #[non_exhaustive]
        pub struct #ident { #(#members),* }
    };
    // An impl of Default may follow the struct.
    items.retain(|item| !matches!(item, Item::Struct(_)));
    items.insert(0, item);
    items.extend(constructor(&ident, schema, &all));
    Ok(items)
}

/// Returns true where null is not among the values of a type.
pub(crate) fn is_never_null(ty: &Type) -> bool {
    !matches!(ty, Type::Any | Type::Nullable(_))
}

/// A field as progenitor generates it.
struct Typed {
    ty: syn::Type,
    /// The function that makes its default, where that is not the one of its type.
    default_fn: Option<syn::Path>,
    /// The function that returns true where it need not be written.
    skip_if: Option<String>,
    /// Absence is read as a value.
    has_default: bool,
}

impl Typed {
    fn read(field: &syn::Field) -> Result<Self, String> {
        let mut typed = Self {
            ty: field.ty.clone(),
            default_fn: None,
            skip_if: None,
            has_default: false,
        };
        for attribute in field.attrs.iter().filter(|it| it.path().is_ident("serde")) {
            let metas = attribute
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .map_err(|error| error.to_string())?;
            for meta in metas {
                let text = string_of(&meta);
                if meta.path().is_ident("default") {
                    typed.has_default = true;
                    let path = text.map(|text| syn::parse_str(&text)).transpose();
                    typed.default_fn = path.map_err(|error| error.to_string())?;
                } else if meta.path().is_ident("skip_serializing_if") {
                    typed.skip_if = text.map(|text| text.replace(' ', ""));
                }
            }
        }
        Ok(typed)
    }

    /// Returns the field of the client's struct.
    ///
    /// Responses are read leniently: a field without a value may be absent or null, and an identifier may have any
    /// form. What only responses have is written in full, so that programs find every field; what requests have
    /// is left out where it is absent.
    fn member(&self, api: &Api<'_>, schema: &Schema<'_>, field: &Field<'_>) -> TokenStream {
        let ident = format_ident!("{}", field.ident);
        let mut serde = Vec::new();
        if field.ident != field.wire {
            let wire = field.wire;
            serde.push(quote!(rename = #wire));
        }
        match &self.default_fn {
            Some(path) => {
                let path = quote!(#path).to_string().replace(' ', "");
                serde.push(quote!(default = #path));
            }
            None if self.has_default => serde.push(quote!(default)),
            None => {}
        }
        if schema.in_response
            && self.default_fn.is_none()
            && let Some(reader) = self.reader(api, schema, field)
        {
            serde.push(quote!(deserialize_with = #reader));
        }
        if schema.in_request
            && let Some(skip_if) = &self.skip_if
        {
            serde.push(quote!(skip_serializing_if = #skip_if));
        }
        let serde = (!serde.is_empty()).then(|| quote!(#[serde(#(#serde),*)]));
        let (doc, ty) = (escaped(field.description), &self.ty);
        quote! { #[doc = #doc] #serde pub #ident: #ty }
    }

    /// Returns the function of the client that reads the field leniently; none where serde's own is enough.
    fn reader(
        &self,
        api: &Api<'_>,
        schema: &Schema<'_>,
        field: &Field<'_>,
    ) -> Option<&'static str> {
        let is_id = |ty: &Type| match ty {
            Type::Named(name) => {
                let schema = api.schemas.get(name);
                schema.is_some_and(|it| matches!(it.kind, Kind::Replaced(_)))
            }
            _ => false,
        };
        match &field.ty {
            Type::List(item) if is_id(item) => Some("crate::lenient::ids"),
            Type::List(item) if is_never_null(item) => Some("crate::lenient::list"),
            ty if is_id(ty) && field.is_always_present(schema) => Some("crate::lenient::id"),
            _ => self.has_default.then_some("crate::lenient::or_default"),
        }
    }
}

/// Returns the constructor: the struct may grow, so that callers cannot name all fields.
///
/// That of a response is for tests. A response without required fields needs none, since it is `Default`.
fn constructor(name: &Ident, schema: &Schema<'_>, fields: &[(&Field<'_>, Typed)]) -> Option<Item> {
    // By name, since moving a property in the file must not move an argument.
    let mut arguments = BTreeMap::new();
    let mut values = Vec::new();
    for (field, typed) in fields {
        let ident = format_ident!("{}", field.ident);
        let ty = &typed.ty;
        let is_required = if schema.in_request {
            field.is_required_in_requests()
        } else {
            field.is_always_present(schema)
        };
        if is_required && field.default.is_none() {
            arguments.insert(&field.ident, quote!(#ident: #ty));
            values.push(quote!(#ident));
        } else if let Some(default) = &typed.default_fn {
            values.push(quote!(#ident: #default()));
        } else {
            values.push(quote!(#ident: ::std::default::Default::default()));
        }
    }
    let (doc, condition) = match (schema.in_request, arguments.is_empty()) {
        (true, true) => ("Returns a request with every field at its default.", None),
        (true, false) => (
            "Returns a request with its required fields, and the others at their defaults.",
            None,
        ),
        (false, true) => return None,
        (false, false) => (
            "Returns a response with its required fields, and the others without a value, for tests.",
            Some(quote!(#[cfg(feature = "test-util")])),
        ),
    };
    let arguments = arguments.into_values();
    Some(parse_quote! {
        impl #name {
            #[doc = #doc]
            #condition
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values),* }
            }
        }
    })
}

/// Returns an open enum; the client's macro `open_enum` implements what all of them share.
fn open_enum(name: &str, schema: &Schema<'_>, variants: &[Variant<'_>]) -> [Item; 2] {
    let ident = format_ident!("{name}");
    let doc = escaped(schema.description);
    let idents: Vec<Ident> = variants
        .iter()
        .map(|it| format_ident!("{}", it.ident))
        .collect();
    let values = variants.iter().map(|it| it.value);
    let docs = variants.iter().map(variant_doc);
    [
        parse_quote! {
            #[doc = #doc]
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[non_exhaustive]
            pub enum #ident {
                #(#[doc = #docs] #idents,)*
                /// A value that this version does not list.
                Unknown(crate::UnknownValue),
            }
        },
        parse_quote! { crate::open_enum! { #ident #(, #idents(#values))* } },
    ]
}

fn variant_doc(variant: &Variant<'_>) -> String {
    let text = escaped(variant.description);
    format!("`{}`: {text}", variant.value)
}
