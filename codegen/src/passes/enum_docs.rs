//! Documents the variants of enums with what each value means.

use quote::ToTokens;
use syn::{Item, ItemEnum, ItemMod, parse_quote};

use super::types_module::items;
use super::{Mismatch, Outcome};
use crate::document::{Document, object};
use crate::lint::ENUM_DESCRIPTIONS;

/// Documents every variant whose value is described.
///
/// # Errors
///
/// When an enum has fewer variants than its schema has descriptions.
pub(crate) fn apply(types: &mut ItemMod, document: Document<'_>) -> Outcome {
    for (name, schema) in document.schemas() {
        let descriptions: Vec<&str> = object(&schema[ENUM_DESCRIPTIONS])
            .filter_map(|(_, text)| text.as_str())
            .collect();
        if descriptions.is_empty() {
            continue;
        }
        let values: Vec<&str> = schema["enum"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(serde_json::Value::as_str)
            .collect();
        let Some(item) = find(items(types), name) else {
            let mismatch = Mismatch::new(format!("there is no enum {name} to document"));
            return Err(mismatch.at_schema(name));
        };
        if item.variants.len() < values.len() {
            let mismatch = Mismatch::new(format!("{name} has fewer variants than values"));
            return Err(mismatch.at_schema(name));
        }
        // The enum passes have checked that variants and values come in one order.
        for (variant, value) in item.variants.iter_mut().zip(values) {
            let text = schema[ENUM_DESCRIPTIONS][value]
                .as_str()
                .unwrap_or_default();
            let doc = format!("`{value}`: {text}");
            variant.attrs.insert(0, parse_quote! { #[doc = #doc] });
        }
    }
    Ok(())
}

fn find<'a>(items: &'a mut [Item], name: &str) -> Option<&'a mut ItemEnum> {
    items.iter_mut().find_map(|item| match item {
        Item::Enum(item) if item.ident.to_token_stream().to_string() == name => Some(item),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;
    use serde_json::json;

    #[test]
    fn each_variant_says_what_its_value_means() {
        let document = json!({"components": {"schemas": {"S": {
            "enum": ["A", "B"],
            "x-enum-descriptions": {"B": "Second.", "A": "First."},
        }}}});
        let mut types: ItemMod = parse_quote! { mod types { enum S { A, B, Unknown } } };
        apply(&mut types, Document(&document)).unwrap();
        assert_eq!(
            quote!(#types).to_string(),
            "mod types { enum S { # [doc = \"`A`: First.\"] A , # [doc = \"`B`: Second.\"] B , Unknown } }"
        );
        assert!(
            apply(
                &mut parse_quote! { mod types { enum S { A } } },
                Document(&document)
            )
            .is_err()
        );
        assert!(apply(&mut parse_quote! { mod types {} }, Document(&document)).is_err());
    }
}
