//! Puts fields into the order of the description, which is the one that people chose; typify sorts them.

use std::collections::BTreeMap;

use serde_json::Value;
use syn::punctuated::Punctuated;
use syn::{Field, Fields, Item, ItemMod};

use super::types_module::items;
use super::{Mismatch, Outcome, mismatch};
use crate::document::{Document, array, object};

/// Reorders the fields of every struct that is a named schema.
///
/// # Errors
///
/// When a struct lacks a field of its schema.
pub(crate) fn apply(types: &mut ItemMod, document: Document<'_>) -> Outcome {
    for (name, schema) in document.schemas() {
        let order: Vec<&String> = document
            .properties(schema)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        if order.is_empty() {
            continue;
        }
        for item in items(types) {
            let Item::Struct(item) = item else { continue };
            if item.ident != name {
                continue;
            }
            // typify wraps what a schema puts together from one other schema.
            if matches!(item.fields, Fields::Unnamed(_)) && is_wrapper(schema) {
                continue;
            }
            let Fields::Named(fields) = &mut item.fields else {
                let mismatch = Mismatch::new(format!("{name} has no named fields"));
                return Err(mismatch.at_schema(name));
            };
            fields.named = reorder(&fields.named, &order, name)
                .map_err(|mismatch| mismatch.at_schema(name))?;
        }
    }
    Ok(())
}

fn is_wrapper(schema: &Value) -> bool {
    let has_none = object(&schema["properties"]).next().is_none();
    has_none && array(&schema["allOf"]).count() == 1
}

fn reorder(
    fields: &Punctuated<Field, syn::Token![,]>,
    order: &[&String],
    name: &str,
) -> Outcome<Punctuated<Field, syn::Token![,]>> {
    let mut by_name: BTreeMap<String, &Field> = BTreeMap::new();
    let mut rest = Vec::new();
    for field in fields {
        let wire = wire_name(field);
        if order.contains(&&wire) {
            by_name.insert(wire, field);
        } else {
            rest.push(field.clone());
        }
    }
    let mut ordered = Punctuated::new();
    for wire in order {
        let Some(field) = by_name.get(*wire) else {
            return mismatch(format!("{name} has no field for {wire}"));
        };
        ordered.push((*field).clone());
    }
    ordered.extend(rest);
    Ok(ordered)
}

/// The name of a field in JSON.
pub(super) fn wire_name(field: &Field) -> String {
    let mut name = field
        .ident
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    for attribute in &field.attrs {
        if !attribute.path().is_ident("serde") {
            continue;
        }
        // What else serde is told about the field does not matter here.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = meta.value()?.parse::<syn::LitStr>()?.value();
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            }
            Ok(())
        });
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::printed;
    use serde_json::json;
    use syn::parse_quote;

    #[test]
    fn fields_come_in_the_order_of_the_description() {
        let document =
            json!({"components": {"schemas": {"A": {"properties": {"zB": {}, "a": {}}}}}});
        let mut types: ItemMod = parse_quote! {
            mod types { struct A { a: u8, #[serde(default, rename = "zB")] z_b: u8 } }
        };
        apply(&mut types, Document(&document)).unwrap();
        let expected: ItemMod = parse_quote!(
            mod types {
                struct A {
                    #[serde(default, rename = "zB")]
                    z_b: u8,
                    a: u8,
                }
            }
        );
        assert_eq!(printed(&types), printed(&expected));
        let mut types: ItemMod = parse_quote! { mod types { struct A { a: u8 } } };
        assert!(apply(&mut types, Document(&document)).is_err());
    }
}
