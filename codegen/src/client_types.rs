//! The types of the client that may take the place of a schema's own.

use proc_macro2::TokenTree;
use syn::Item;

use crate::Diagnostic;
use crate::document::{Document, RUST_TYPE};
use crate::rule;
use crate::source_map::{SourceMap, child};

/// The macro with which the client declares them. Each is a string that was checked.
const MACRO: &str = "identifier";

/// Reports every `x-rust-type` that names no identifier of the client, or that is not beside `type: string`.
///
/// `client_ids` is the text of `client/src/ids.rs`, which declares the identifiers. A text that is not YAML,
/// or not Rust, is reported elsewhere.
///
/// ```
/// use atlas_private_endpoint_codegen::unfit_types;
///
/// let fragment = "components: { schemas: { Id: { type: string, x-rust-type: 'crate::Id' } } }";
/// assert!(unfit_types(fragment, "identifier!(Id);").is_empty());
/// assert_eq!(unfit_types(fragment, "struct Id;").len(), 1);
/// ```
pub fn unfit_types(text: &str, client_ids: &str) -> Vec<Diagnostic> {
    let (Ok(source), Ok(ids)) = (SourceMap::parse(text), syn::parse_file(client_ids)) else {
        return Vec::new();
    };
    let known: Vec<String> = ids.items.iter().filter_map(declared).collect();
    let mut diagnostics = Vec::new();
    for (name, schema) in Document(&source.value).schemas() {
        let path = schema[RUST_TYPE].as_str();
        let Some(path) = path.filter(|path| path.starts_with("crate::")) else {
            continue;
        };
        let (message, help) = if !known.iter().any(|known| known == path) {
            let help = format!(
                "write {}, or declare another one in client/src/ids.rs",
                known.join(", ")
            );
            let message = format!("the client has no identifier type {path}");
            (message, help)
        } else if schema["type"] != "string" {
            let message = format!("{path} is a string, and the schema is not");
            (message, "write type: string".to_owned())
        } else {
            continue;
        };
        let pointer = child(&child("/components/schemas", name), RUST_TYPE);
        diagnostics.push(source.diagnostic(rule::UNFIT_RUST_TYPE, &pointer, message, &help));
    }
    diagnostics
}

/// Returns the path of the type that an item declares as an identifier.
fn declared(item: &Item) -> Option<String> {
    let Item::Macro(item) = item else { return None };
    let is_declaration = item.ident.is_none() && item.mac.path.is_ident(MACRO);
    let mut tokens = item.mac.tokens.clone().into_iter();
    let name = tokens.find_map(|token| match token {
        TokenTree::Ident(name) => Some(name),
        _ => None,
    });
    name.filter(|_| is_declaration)
        .map(|name| format!("crate::{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: &str = "
        macro_rules! identifier { () => {} }
        pub struct Other;
        identifier!(
            /// Documented.
            Id, \"an id\", is_id
        );
    ";

    fn messages(schema: &str) -> Vec<String> {
        let text = format!("components: {{ schemas: {{ A: {{ {schema} }} }} }}");
        let diagnostics = unfit_types(&text, IDS).into_iter();
        diagnostics.map(|diagnostic| diagnostic.message).collect()
    }

    #[test]
    fn only_identifiers_replace_schemas() {
        assert!(messages("type: string, x-rust-type: 'crate::Id'").is_empty());
        for unknown in ["crate::Other", "crate::Client", "crate::ids::Id"] {
            assert_eq!(
                messages(&format!("type: string, x-rust-type: '{unknown}'")),
                [format!("the client has no identifier type {unknown}")]
            );
        }
    }

    #[test]
    fn only_strings_are_replaced() {
        for schema in ["type: integer", "nullable: true"] {
            assert_eq!(
                messages(&format!("{schema}, x-rust-type: 'crate::Id'")),
                ["crate::Id is a string, and the schema is not"]
            );
        }
    }
}
