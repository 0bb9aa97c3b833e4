//! Makes structs comparable, which typify leaves out.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Fields, Item, ItemMod, ItemStruct, parse_quote};

use super::types_module::items;
use super::{Outcome, mismatch};

/// Derives `PartialEq` for every struct, and `Eq` for those in which there is no floating-point number, however
/// deep.
///
/// # Errors
///
/// When a struct derives nothing, or one of these already.
pub(crate) fn apply(types: &mut ItemMod) -> Outcome {
    let floats = with_floats(types);
    for item in items(types) {
        if let Item::Struct(item) = item {
            let has_float = floats.contains(&item.ident.to_string());
            derive(item, has_float)?;
        }
    }
    Ok(())
}

/// The names of the types that hold a floating-point number, or another type that does.
fn with_floats(types: &mut ItemMod) -> BTreeSet<String> {
    let parts: Vec<(String, BTreeSet<String>)> = items(types)
        .iter()
        .filter_map(|item| {
            let (name, fields) = match item {
                Item::Struct(item) => (&item.ident, item.fields.to_token_stream()),
                Item::Enum(item) => (&item.ident, item.variants.to_token_stream()),
                Item::Type(item) => (&item.ident, item.ty.to_token_stream()),
                _ => return None,
            };
            Some((name.to_string(), words(fields)))
        })
        .collect();
    let mut floats = BTreeSet::from(["f32".to_owned(), "f64".to_owned()]);
    loop {
        let before = floats.len();
        for (name, words) in &parts {
            if !words.is_disjoint(&floats) {
                floats.insert(name.clone());
            }
        }
        if floats.len() == before {
            return floats;
        }
    }
}

/// The names in some code.
fn words(code: TokenStream) -> BTreeSet<String> {
    code.into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) => words(group.stream()),
            TokenTree::Ident(name) => BTreeSet::from([name.to_string()]),
            TokenTree::Punct(_) | TokenTree::Literal(_) => BTreeSet::new(),
        })
        .collect()
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
    fn only_what_holds_a_float_is_without_eq() {
        let mut types: ItemMod = parse_quote! {
            mod types {
                #[derive(Clone)] struct Plain { a: Option<Other> }
                #[derive(Clone)] struct Outer { a: Vec<Middle> }
                #[derive(Clone)] struct Other { a: String }
                #[derive(Clone)] struct Middle { a: std::collections::HashMap<String, Inner> }
                #[derive(Clone)] struct Inner { a: Option<f64> }
            }
        };
        apply(&mut types).unwrap();
        let with_eq: Vec<String> = items(&mut types)
            .iter()
            .filter(|item| quote!(#item).to_string().contains("PartialEq , Eq"))
            .map(|item| match item {
                Item::Struct(item) => item.ident.to_string(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(with_eq, ["Plain", "Other"]);
    }

    #[test]
    fn another_shape_is_refused() {
        assert!(apply(&mut parse_quote! { mod types { struct A; } }).is_err());
        assert!(apply(&mut parse_quote! { mod types { #[derive(Eq)] struct A; } }).is_err());
    }
}
