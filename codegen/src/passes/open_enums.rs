//! Makes the enums that are marked open keep values that they have no name for.

use std::collections::BTreeSet;

use proc_macro2::Ident;
use quote::quote;
use serde_json::Value;
use syn::{Item, ItemEnum, ItemMod, parse_quote};

use super::types_module::items;
use super::{Outcome, mismatch};
use crate::document::{Document, texts};
use crate::lint::ENUM;

/// Rewrites every open enum.
///
/// # Errors
///
/// When the Rust enum of an open schema is missing, or has not the form that typify gives it.
pub(crate) fn apply(types: &mut ItemMod, document: Document<'_>) -> Outcome {
    for (name, schema) in document.schemas() {
        if schema[ENUM] == "open" {
            open(items(types), name, schema).map_err(|mismatch| mismatch.at_schema(name))?;
        }
    }
    Ok(())
}

fn open(items: &mut Vec<Item>, name: &str, schema: &Value) -> Outcome {
    let position = items
        .iter()
        .position(|item| matches!(item, Item::Enum(item) if item.ident == name));
    let Some(position) = position else {
        return mismatch(format!(
            "there is no enum {name} for the open schema of that name"
        ));
    };
    let Item::Enum(item) = &items[position] else {
        return mismatch(format!("{name} is no enum"));
    };
    let variants = variants(item, schema)?;
    let docs: Vec<syn::Attribute> = item
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
        .cloned()
        .collect();
    let ident = item.ident.clone();
    let found = remove_impls(items, &ident);
    if found != TYPIFY_IMPLS {
        return mismatch(format!(
            "{name} has {found} impls beside its derives instead of {TYPIFY_IMPLS}"
        ));
    }
    let position = items
        .iter()
        .position(|item| matches!(item, Item::Enum(item) if item.ident == name))
        .unwrap_or(position);
    items.splice(position..=position, open_enum(&ident, &docs, &variants));
    Ok(())
}

/// `Display`, `FromStr`, and `TryFrom` of `&str` and of `String`.
const TYPIFY_IMPLS: usize = 4;

/// The variants with the text that each stands for.
pub(super) fn variants(item: &ItemEnum, schema: &Value) -> Outcome<Vec<(Ident, String)>> {
    let mut seen = BTreeSet::new();
    let mut variants = Vec::new();
    for variant in &item.variants {
        if !variant.fields.is_empty() {
            return mismatch(format!("the variant {} has fields", variant.ident));
        }
        let text = renamed(variant)?;
        if !seen.insert(text.clone()) {
            return mismatch(format!("two variants stand for {text}"));
        }
        variants.push((variant.ident.clone(), text));
    }
    let texts_here: Vec<&String> = variants.iter().map(|(_, text)| text).collect();
    let expected = texts(&schema["enum"]);
    if texts_here != expected.iter().collect::<Vec<_>>() {
        return mismatch(format!(
            "the variants of {} stand for {texts_here:?} instead of {expected:?}",
            item.ident
        ));
    }
    if variants.iter().any(|(ident, _)| ident == "Unknown") {
        return mismatch(format!("{} has a value of the name Unknown", item.ident));
    }
    Ok(variants)
}

/// The text of `#[serde(rename = "…")]`, or the variant's name where it needs no other.
fn renamed(variant: &syn::Variant) -> Outcome<String> {
    let mut text = None;
    for attribute in &variant.attrs {
        if !attribute.path().is_ident("serde") {
            continue;
        }
        let parsed = attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("rename") {
                return Err(meta.error("only rename is known"));
            }
            text = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            Ok(())
        });
        if let Err(error) = parsed {
            return mismatch(format!("the variant {}: {error}", variant.ident));
        }
    }
    Ok(text.unwrap_or_else(|| variant.ident.to_string()))
}

fn remove_impls(items: &mut Vec<Item>, ident: &Ident) -> usize {
    let before = items.len();
    items.retain(|item| {
        let Item::Impl(item) = item else {
            return true;
        };
        !matches!(&*item.self_ty, syn::Type::Path(path) if path.path.is_ident(ident))
    });
    before - items.len()
}

fn open_enum(ident: &Ident, docs: &[syn::Attribute], variants: &[(Ident, String)]) -> Vec<Item> {
    let names: Vec<&Ident> = variants.iter().map(|(ident, _)| ident).collect();
    let texts: Vec<&String> = variants.iter().map(|(_, text)| text).collect();
    let known_doc = format!("The {} values that this version knows.", variants.len());
    let item: Item = parse_quote! {
        #(#docs)*
        #[derive(
            ::serde::Deserialize, ::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd
        )]
        #[serde(from = "String", into = "String")]
        #[non_exhaustive]
        pub enum #ident {
            #(#names,)*
            #[doc = "A value that this version does not know."]
            Unknown(crate::UnknownValue),
        }
    };
    let methods: Item = parse_quote! {
        impl #ident {
            #[doc = #known_doc]
            pub const KNOWN: &'static [Self] = &[#(Self::#names),*];

            #[doc = "The value as the API writes it."]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#names => #texts,)*
                    Self::Unknown(value) => value.as_str(),
                }
            }

            #[doc = "Whether this version knows the value."]
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }
    };
    let mut items = vec![item, methods];
    items.extend(conversions(ident, &names, &texts));
    items
}

fn conversions(ident: &Ident, names: &[&Ident], texts: &[&String]) -> Vec<Item> {
    let tokens = quote! {
        impl ::std::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl From<&str> for #ident {
            fn from(value: &str) -> Self {
                match value {
                    #(#texts => Self::#names,)*
                    other => Self::Unknown(crate::UnknownValue::new(other.to_owned())),
                }
            }
        }

        impl From<String> for #ident {
            fn from(value: String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl From<#ident> for String {
            fn from(value: #ident) -> Self {
                value.as_str().to_owned()
            }
        }

        impl ::std::str::FromStr for #ident {
            type Err = ::std::convert::Infallible;

            // `Self::Err` would also be the variant of a value called err.
            fn from_str(value: &str) -> Result<Self, ::std::convert::Infallible> {
                Ok(Self::from(value))
            }
        }
    };
    // The tokens are written above; that they are items cannot change with the input.
    syn::parse2::<syn::File>(tokens).map_or_else(|_| Vec::new(), |file| file.items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document() -> Value {
        json!({"components": {"schemas": {"Status": {"enum": ["UP", "down-1"], "x-enum": "open"}}}})
    }

    fn typify() -> ItemMod {
        parse_quote! {
            pub mod types {
                #[doc = "How it is."]
                #[derive(Clone, Copy)]
                pub enum Status {
                    #[serde(rename = "UP")]
                    Up,
                    #[serde(rename = "down-1")]
                    Down1,
                }
                impl ::std::fmt::Display for Status {}
                impl ::std::str::FromStr for Status {}
                impl ::std::convert::TryFrom<&str> for Status {}
                impl ::std::convert::TryFrom<String> for Status {}
            }
        }
    }

    #[test]
    fn an_open_enum_gets_a_variant_for_what_it_does_not_know() {
        let mut types = typify();
        apply(&mut types, Document(&document())).unwrap();
        let text = quote!(#types).to_string();
        assert!(text.contains("Unknown (crate :: UnknownValue)"), "{text}");
        assert!(text.contains("\"down-1\" => Self :: Down1"), "{text}");
        assert!(text.contains("# [doc = \"How it is.\"]"), "{text}");
        assert!(!text.contains("Copy"), "{text}");
        assert_eq!(items(&mut types).len(), 7);
    }

    #[test]
    fn another_shape_is_refused() {
        let mut types = typify();
        items(&mut types).pop();
        assert!(apply(&mut types, Document(&document())).is_err());

        let mut types = typify();
        items(&mut types).remove(0);
        assert!(apply(&mut types, Document(&document())).is_err());

        let mut types = typify();
        items(&mut types)[0] = parse_quote! { pub enum Status { Up(u8), Down1 } };
        assert!(apply(&mut types, Document(&document())).is_err());

        let mut types = typify();
        items(&mut types)[0] = parse_quote! { pub enum Status { #[serde(alias = "UP")] Up } };
        assert!(apply(&mut types, Document(&document())).is_err());

        let mut more = document();
        more["components"]["schemas"]["Status"]["enum"] = json!(["UP"]);
        assert!(apply(&mut typify(), Document(&more)).is_err());
    }
}
