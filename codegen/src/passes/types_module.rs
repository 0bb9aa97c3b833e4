//! Keeps progenitor's `types` module, and drops everything else by name.
//!
//! The client brings its own `Client`, hooks and error; the methods are rewritten elsewhere.

use quote::ToTokens;
use syn::{File, Item, ItemMod};

use super::{Outcome, mismatch};

/// Takes the module of types out of the file.
///
/// # Errors
///
/// When there is none, or when the file has an item that nobody decided to drop.
pub(crate) fn extract(file: File) -> Outcome<ItemMod> {
    let mut types = None;
    for item in file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => types = Some(module),
            Item::Mod(module) if module.ident == "prelude" => {}
            Item::Struct(item) if item.ident == "Client" => {}
            Item::Use(item) if is_progenitors(&item) => {}
            Item::Impl(item) if is_client(&item.self_ty) => {}
            other => {
                return mismatch(format!(
                    "progenitor emits an item that is not known here: {}",
                    other.to_token_stream()
                ));
            }
        }
    }
    let Some(mut types) = types else {
        return mismatch("progenitor emits no module `types`");
    };
    if types.content.is_none() {
        return mismatch("progenitor's module `types` has no content");
    }
    // Lints are for the whole file to allow, and its documentation is the fragment's.
    types
        .attrs
        .retain(|attribute| attribute.path().is_ident("doc"));
    Ok(types)
}

fn is_progenitors(item: &syn::ItemUse) -> bool {
    matches!(&item.tree, syn::UseTree::Path(path) if path.ident == "progenitor_client")
}

fn is_client(ty: &syn::Type) -> bool {
    let ty = match ty {
        syn::Type::Reference(reference) => &*reference.elem,
        other => other,
    };
    matches!(ty, syn::Type::Path(path) if path.path.is_ident("Client"))
}

/// The items of a module that [`extract`] returned.
pub(crate) fn items(module: &mut ItemMod) -> &mut Vec<Item> {
    let (_, items) = module.content.get_or_insert_default();
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn only_the_types_are_kept() {
        let file: File = parse_quote! {
            use progenitor_client::{encode_path, ClientHooks};
            #[allow(clippy::all)]
            pub mod types { pub struct A; }
            pub struct Client {}
            impl Client {}
            impl ClientInfo<()> for Client {}
            impl ClientHooks<()> for &Client {}
            pub mod prelude {}
        };
        let module = extract(file).unwrap();
        assert_eq!(
            module.to_token_stream().to_string(),
            "pub mod types { pub struct A ; }"
        );
    }

    #[test]
    fn an_unknown_item_is_refused() {
        let file: File = parse_quote! { pub mod types {} pub fn surprise() {} };
        assert!(extract(file).unwrap_err().message.contains("surprise"));
        assert!(extract(parse_quote! { pub struct Client {} }).is_err());
    }
}
