//! Makes structs comparable, which typify leaves out.

use quote::ToTokens;
use syn::{Fields, Item, ItemMod, ItemStruct, parse_quote};

use super::types_module::items;
use super::{Outcome, mismatch};

/// Derives `PartialEq` for every struct, and `Eq` where no type has a floating-point number.
///
/// # Errors
///
/// When a struct derives nothing, or one of these already.
pub(crate) fn apply(types: &mut ItemMod) -> Outcome {
    // Looking at the whole module is coarser than need be, and cannot be wrong.
    let text = types.to_token_stream().to_string();
    let floats = text
        .split_whitespace()
        .any(|word| matches!(word, "f32" | "f64"));
    for item in items(types) {
        if let Item::Struct(item) = item {
            derive(item, floats)?;
        }
    }
    Ok(())
}

fn derive(item: &mut ItemStruct, floats: bool) -> Outcome {
    let name = item.ident.clone();
    let derives = item
        .attrs
        .iter_mut()
        .find(|attribute| attribute.path().is_ident("derive"));
    let Some(derives) = derives else {
        return mismatch(format!("{name} derives nothing"));
    };
    let list = derives.meta.to_token_stream().to_string();
    if list.contains("Eq") {
        // typify makes a text with a name comparable by itself.
        if matches!(item.fields, Fields::Unnamed(_)) {
            return Ok(());
        }
        return mismatch(format!("{name} can be compared already"));
    }
    let syn::Meta::List(list) = &derives.meta else {
        return mismatch(format!("the derive of {name} has no list"));
    };
    let known = &list.tokens;
    *derives = if floats {
        parse_quote! { #[derive(#known, PartialEq)] }
    } else {
        parse_quote! { #[derive(#known, PartialEq, Eq)] }
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::printed;
    use quote::quote;

    #[test]
    fn structs_can_be_compared() {
        let mut types: ItemMod = parse_quote! { mod types { #[derive(Clone)] struct A { a: u8 } } };
        apply(&mut types).unwrap();
        let expected: ItemMod = parse_quote!(
            mod types {
                #[derive(Clone, PartialEq, Eq)]
                struct A {
                    a: u8,
                }
            }
        );
        assert_eq!(printed(&types), printed(&expected));

        let mut types: ItemMod =
            parse_quote! { mod types { #[derive(Clone)] struct A { a: f64 } } };
        apply(&mut types).unwrap();
        assert!(!quote!(#types).to_string().contains(", Eq"));
    }

    #[test]
    fn another_shape_is_refused() {
        assert!(apply(&mut parse_quote! { mod types { struct A; } }).is_err());
        assert!(apply(&mut parse_quote! { mod types { #[derive(Eq)] struct A; } }).is_err());
    }
}
