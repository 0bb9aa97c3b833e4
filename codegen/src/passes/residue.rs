//! The last look: nothing of progenitor's runtime may be left.

use proc_macro2::{TokenStream, TokenTree};
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

fn find(tokens: TokenStream) -> Option<&'static str> {
    tokens.into_iter().find_map(|tree| match tree {
        TokenTree::Ident(ident) => FOREIGN.iter().find(|name| ident == **name).copied(),
        TokenTree::Group(group) => find(group.stream()),
        _ => None,
    })
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
}
