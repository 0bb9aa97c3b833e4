//! Checks that the enums that are marked closed are enums of just the values that are listed.

use serde_json::Value;
use syn::{Item, ItemMod};

use super::open_enums::variants;
use super::types_module::items;
use super::{Outcome, mismatch};
use crate::document::Document;
use crate::lint::ENUM;

/// Looks for every closed enum. typify's form is what the client wants of it.
///
/// # Errors
///
/// When one is missing, or stands for other values.
pub(crate) fn apply(types: &mut ItemMod, document: Document<'_>) -> Outcome {
    for (name, schema) in document.schemas() {
        if schema[ENUM] != "closed" {
            continue;
        }
        check(items(types), name, schema).map_err(|mismatch| mismatch.at_schema(name))?;
    }
    Ok(())
}

fn check(items: &[Item], name: &str, schema: &Value) -> Outcome {
    let item = items.iter().find_map(|item| match item {
        Item::Enum(item) if item.ident == name => Some(item),
        _ => None,
    });
    let Some(item) = item else {
        return mismatch(format!(
            "there is no enum {name} for the closed schema of that name"
        ));
    };
    variants(item, schema)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use syn::parse_quote;

    #[test]
    fn a_closed_enum_must_be_there_with_its_values() {
        let document =
            json!({"components": {"schemas": {"P": {"enum": ["AWS"], "x-enum": "closed"}}}});
        let check = |mut types: ItemMod| apply(&mut types, Document(&document));
        let good = parse_quote! { mod types { pub enum P { #[serde(rename = "AWS")] Aws } } };
        assert_eq!(check(good), Ok(()));
        assert!(check(parse_quote! { mod types { pub enum P { Gcp } } }).is_err());
        assert!(check(parse_quote! { mod types {} }).is_err());
    }
}
