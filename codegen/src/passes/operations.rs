//! The table of operations.

use heck::ToShoutySnakeCase;
use proc_macro2::Ident;
use quote::format_ident;
use syn::{Item, parse_quote};

use super::{Mismatch, Outcome};
use crate::document::Document;

/// The module `operations`.
///
/// # Errors
///
/// When the description names no server.
pub(crate) fn table(document: Document<'_>) -> Outcome<Item> {
    let server = document.first_server();
    let (_, base_path) =
        server.ok_or_else(|| Mismatch::new("there is no server").at("/servers"))?;
    let operations = document.operations();
    let names: Vec<Ident> = operations
        .iter()
        .map(|operation| constant(&operation.id))
        .collect();
    let statics: Vec<Item> = operations
        .iter()
        .map(|operation| {
            let name = constant(&operation.id);
            let doc = format!("`{}`: {}", operation.id, operation.summary);
            let method = format_ident!("{}", operation.method.to_uppercase());
            let idempotent = is_idempotent(&operation.method);
            let (id, path, summary) = (&operation.id, &operation.path, &operation.summary);
            let roles = &operation.roles;
            parse_quote! {
                #[doc = #doc]
                pub static #name: Operation = Operation {
                    id: #id,
                    method: Method::#method,
                    base_path: #base_path,
                    path: #path,
                    idempotent: #idempotent,
                    summary: #summary,
                    roles: &[#(#roles),*],
                };
            }
        })
        .collect();
    Ok(parse_quote! {
        #[doc = "Every operation of the API."]
        pub mod operations {
            use crate::{Method, Operation};

            #(#statics)*

            #[doc = "All of them, in the order of the description."]
            pub static ALL: &[&Operation] = &[#(&#names),*];
        }
    })
}

/// The name of an operation's row in the table.
pub(super) fn constant(id: &str) -> Ident {
    format_ident!("{}", id.to_shouty_snake_case())
}

/// Whether HTTP says that sending the method twice is the same as sending it once.
fn is_idempotent(method: &str) -> bool {
    !matches!(method, "post" | "patch")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_not_idempotent() {
        let idempotent: Vec<bool> = ["get", "delete", "put", "post", "patch"]
            .map(is_idempotent)
            .to_vec();
        assert_eq!(idempotent, [true, true, true, false, false]);
    }

    #[test]
    fn names_are_constants() {
        assert_eq!(constant("getInterfaceEndpoint"), "GET_INTERFACE_ENDPOINT");
    }
}
