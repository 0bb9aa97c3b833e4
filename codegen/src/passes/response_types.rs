//! Makes what the server sends easy to read and to pass on.
//!
//! A field without a value may be absent or null. Either is read, and it is always written, so that a
//! program that reads the client's JSON finds every field. More fields may come, so the structs are not
//! exhaustive.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Field, Fields, Item, ItemMod, ItemStruct, Meta, Token, parse_quote};

use super::types_module::items;
use super::{Outcome, mismatch};

/// Rewrites every struct that `answers` reach.
///
/// # Errors
///
/// When a field has an attribute of serde's that is not known here.
pub(crate) fn apply(types: &mut ItemMod, answers: &BTreeSet<String>) -> Outcome {
    let reached = reach(items(types), answers);
    for item in items(types) {
        let Item::Struct(item) = item else { continue };
        if reached.contains(&item.ident.to_string()) {
            let name = item.ident.to_string();
            rewrite(item).map_err(|mismatch| mismatch.at_schema(&name))?;
        }
    }
    Ok(())
}

/// The names of all types that the named ones contain, themselves included.
pub(super) fn reach(items: &[Item], from: &BTreeSet<String>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<String> = from.iter().cloned().collect();
    while let Some(name) = open.pop() {
        if !reached.insert(name.clone()) {
            continue;
        }
        for item in items {
            match item {
                Item::Struct(item) if item.ident == name => open.extend(identifiers(&item.fields)),
                Item::Enum(item) if item.ident == name => open.extend(identifiers(&item.variants)),
                _ => {}
            }
        }
    }
    reached
}

fn identifiers(tokens: &impl ToTokens) -> Vec<String> {
    fn collect(tokens: proc_macro2::TokenStream, into: &mut Vec<String>) {
        for tree in tokens {
            match tree {
                proc_macro2::TokenTree::Ident(ident) => into.push(ident.to_string()),
                proc_macro2::TokenTree::Group(group) => collect(group.stream(), into),
                _ => {}
            }
        }
    }
    let mut names = Vec::new();
    collect(tokens.to_token_stream(), &mut names);
    names
}

fn rewrite(item: &mut ItemStruct) -> Outcome {
    // A named text or list is a struct of one field without a name, to which none can be added.
    if matches!(item.fields, Fields::Unnamed(_)) {
        return Ok(());
    }
    if item
        .attrs
        .iter()
        .any(|attribute| attribute.path().is_ident("non_exhaustive"))
    {
        return mismatch(format!("{} is not exhaustive already", item.ident));
    }
    item.attrs.push(parse_quote! { #[non_exhaustive] });
    for field in &mut item.fields {
        let name = format!("{}.{}", item.ident, field.ident.to_token_stream());
        read_null(field, &name)?;
    }
    Ok(())
}

fn read_null(field: &mut Field, name: &str) -> Outcome {
    let mut metas = Vec::new();
    for attribute in &field.attrs {
        if !attribute.path().is_ident("serde") {
            continue;
        }
        let parsed = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        match parsed {
            Ok(parsed) => metas.extend(parsed),
            Err(error) => return mismatch(format!("{name}: {error}")),
        }
    }
    let mut kept: Vec<Meta> = Vec::new();
    let mut default = false;
    for meta in metas {
        let path = meta.path();
        if path.is_ident("skip_serializing_if") || insists_on_presence(&meta) {
            continue;
        }
        if path.is_ident("default") {
            if !matches!(meta, Meta::Path(_)) {
                return mismatch(format!(
                    "{name} has a default other than its type's; null cannot be read as that"
                ));
            }
            default = true;
        } else if !path.is_ident("rename") && !path.is_ident("flatten") {
            return mismatch(format!(
                "{name} has serde's {}, which is not known here",
                path.to_token_stream()
            ));
        }
        kept.push(meta);
    }
    if default {
        kept.push(parse_quote! { deserialize_with = "crate::null::or_default" });
    }
    field
        .attrs
        .retain(|attribute| !attribute.path().is_ident("serde"));
    if !kept.is_empty() {
        field.attrs.push(parse_quote! { #[serde(#(#kept),*)] });
    }
    Ok(())
}

/// Whether this is typify's way to refuse that a nullable field is absent. The server may leave it out all
/// the same, and serde reads an absent `Option` as `None` when it is told nothing.
fn insists_on_presence(meta: &Meta) -> bool {
    let Meta::NameValue(meta) = meta else {
        return false;
    };
    let syn::Expr::Lit(syn::ExprLit {
        lit: syn::Lit::Str(function),
        ..
    }) = &meta.value
    else {
        return false;
    };
    meta.path.is_ident("deserialize_with") && function.value() == OPTION_DESERIALIZE
}

const OPTION_DESERIALIZE: &str = "::std::option::Option::deserialize";

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn run(mut types: ItemMod) -> Outcome<String> {
        apply(&mut types, &BTreeSet::from(["Answer".to_owned()]))?;
        Ok(quote!(#types).to_string())
    }

    #[test]
    fn what_is_reached_reads_null_and_writes_everything() {
        let text = run(parse_quote! {
            mod types {
                pub struct Answer {
                    #[serde(rename = "aB", default, skip_serializing_if = "Vec::is_empty")]
                    pub a_b: Vec<Inner>,
                    #[serde(deserialize_with = "::std::option::Option::deserialize")]
                    pub z: Option<String>,
                }
                pub struct Inner {
                    #[serde(skip_serializing_if = "Option::is_none")]
                    pub c: Option<String>,
                }
                pub struct Request {
                    #[serde(skip_serializing_if = "Option::is_none")]
                    pub d: Option<String>,
                }
            }
        })
        .unwrap();
        let expected = quote! {
            mod types {
                #[non_exhaustive]
                pub struct Answer {
                    #[serde(rename = "aB", default, deserialize_with = "crate::null::or_default")]
                    pub a_b: Vec<Inner>,
                    pub z: Option<String>,
                }
                #[non_exhaustive]
                pub struct Inner {
                    pub c: Option<String>,
                }
                pub struct Request {
                    #[serde(skip_serializing_if = "Option::is_none")]
                    pub d: Option<String>,
                }
            }
        };
        assert_eq!(text, expected.to_string());
    }

    #[test]
    fn what_cannot_be_read_that_way_is_refused() {
        let refused = [
            quote!(#[serde(default = "defaults::x")]),
            quote!(#[serde(with = "x")]),
            quote!(#[serde(deserialize_with = "x")]),
        ];
        for attribute in refused {
            let result = run(parse_quote! { mod types { pub struct Answer { #attribute a: u8 } } });
            assert!(result.unwrap_err().message.contains("Answer.a"));
        }
    }
}
