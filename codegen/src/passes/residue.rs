//! The last look: nothing of progenitor's runtime may be left.

use syn::visit::{self, Visit};
use syn::{File, ItemImpl, Path};

use super::{Outcome, mismatch};

/// progenitor's runtime, and the crates of typify's helpers; constraints and formats are dropped before it
/// sees them.
const CRATES: &[&str] = &["progenitor_client", "reqwest", "chrono", "regress", "uuid"];

/// What progenitor's methods use without saying where it comes from.
const NAMES: &[&str] = &[
    "ClientHooks",
    "ClientInfo",
    "OperationInfo",
    "ResponseValue",
    "ByteStream",
    "encode_path",
];

/// Looks for names of what the client does not have. A field or a schema may be called like any of them.
///
/// # Errors
///
/// Naming the first that is left.
pub(crate) fn check(file: &File) -> Outcome {
    let mut residue = Residue::default();
    residue.visit_file(file);
    match residue.found {
        Some(name) => mismatch(format!("progenitor's {name} is left in the generated code")),
        None => Ok(()),
    }
}

#[derive(Default)]
struct Residue {
    in_client: bool,
    found: Option<String>,
}

impl<'ast> Visit<'ast> for Residue {
    fn visit_item_impl(&mut self, block: &'ast ItemImpl) {
        self.in_client =
            matches!(&*block.self_ty, syn::Type::Path(path) if path.path.is_ident("Client"));
        visit::visit_item_impl(self, block);
        self.in_client = false;
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let first = path
            .segments
            .first()
            .map(|segment| segment.ident.to_string());
        if let Some(first) = first {
            let from_a_crate = path.segments.len() > 1 && CRATES.contains(&first.as_str());
            let bare = self.in_client && NAMES.contains(&first.as_str());
            if from_a_crate || bare {
                self.found.get_or_insert(first);
            }
        }
        visit::visit_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn what_is_left_is_found_at_any_depth() {
        let left = |file: File| check(&file).is_err();
        assert!(left(
            parse_quote! { mod a { fn b() { progenitor_client::c(); } } }
        ));
        assert!(left(
            parse_quote! { mod types { struct A { at: Vec<::uuid::Uuid> } } }
        ));
        assert!(left(
            parse_quote! { impl Client { fn a() -> ResponseValue<()> {} } }
        ));
        assert!(left(
            parse_quote! { impl Client { fn a() { encode_path(b); } } }
        ));
    }

    #[test]
    fn what_a_description_calls_like_that_is_its_own() {
        let file = parse_quote! {
            mod types {
                struct ByteStream { uuid: String, baseurl: A }
                impl From<ByteStream> for B {}
            }
            impl Client { fn a(&self, uuid: &str) -> types::ByteStream { "api_version" } }
        };
        assert_eq!(check(&file), Ok(()));
    }
}
