//! The last look: nothing of progenitor's runtime may be left.

use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::File;

use super::{Outcome, mismatch};

const FOREIGN: &[&str] = &[
    "progenitor_client",
    "ClientHooks",
    "ClientInfo",
    "OperationInfo",
    "ResponseValue",
    "api_version",
    "encode_path",
    "baseurl",
    "ByteStream",
    // typify's helpers from other crates; constraints and formats are dropped before it sees them.
    "chrono",
    "regress",
    "uuid",
];

/// Looks for names of what the client does not have.
///
/// # Errors
///
/// Naming the first that is left.
pub(crate) fn check(file: &File) -> Outcome {
    match find(file.to_token_stream()) {
        Some(name) => mismatch(format!("progenitor's {name} is left in the generated code")),
        None => Ok(()),
    }
}

/// Whether a word is a name of what the client does not have.
pub(crate) fn is_foreign(word: &str) -> bool {
    FOREIGN.contains(&word)
}

fn find(tokens: TokenStream) -> Option<&'static str> {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(tree) = tokens.next() {
        let found = match tree {
            // The names of fields are the description's.
            TokenTree::Ident(_) if tokens.peek().is_some_and(is_colon) => None,
            TokenTree::Ident(ident) => FOREIGN.iter().find(|name| ident == **name).copied(),
            TokenTree::Group(group) => find(group.stream()),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Whether this is the colon after a name, and none of the two in a path.
fn is_colon(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Alone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn what_is_left_is_found_at_any_depth() {
        assert!(check(&parse_quote! { mod a { fn b() { progenitor_client::c(); } } }).is_err());
        assert!(check(&parse_quote! { fn b() -> &'static str { "api_version" } }).is_ok());
    }

    #[test]
    fn fields_may_be_called_what_they_are() {
        assert!(check(&parse_quote! { struct A { uuid: String } }).is_ok());
        assert!(check(&parse_quote! { struct A { a: uuid::Uuid } }).is_err());
        assert!(check(&parse_quote! { struct A { a: ::uuid::Uuid } }).is_err());
    }
}
