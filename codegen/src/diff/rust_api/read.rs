//! Reads a generated file.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Expr, Fields, FnArg, ImplItem, Item, ItemImpl, Lit, Meta, Signature, Token,
    Visibility,
};

use super::model::{Api, Argument, Constant, Function, Implementation, Member, Shape, Type};
use super::shown::shown;

/// Reads every public item.
///
/// # Errors
///
/// When the text is no Rust.
pub(super) fn read(code: &str) -> syn::Result<Api> {
    let file = syn::parse_file(code)?;
    let mut api = Api::default();
    items(&file.items, "", &mut api);
    Ok(api)
}

/// Types come first: what is implemented for one of them is filed under its whole path.
fn items(items: &[Item], prefix: &str, api: &mut Api) {
    let (blocks, others): (Vec<&Item>, Vec<&Item>) =
        items.iter().partition(|item| matches!(item, Item::Impl(_)));
    for item in others.into_iter().chain(blocks) {
        one(item, prefix, api);
    }
}

fn one(item: &Item, prefix: &str, api: &mut Api) {
    let path = |name: &syn::Ident| join(prefix, &name.to_string());
    match item {
        Item::Mod(item) if is_public(&item.vis) => {
            let path = path(&item.ident);
            if let Some((_, inner)) = &item.content {
                items(inner, &path, api);
            }
            api.modules.insert(path, docs(&item.attrs));
        }
        Item::Struct(item) if is_public(&item.vis) => {
            let members = item.fields.iter().enumerate();
            let members = members.map(|(index, field)| member(index, field)).collect();
            let shape = match item.fields {
                Fields::Named(_) => Shape::Struct(members),
                Fields::Unnamed(_) | Fields::Unit => Shape::Tuple(members),
            };
            add_type(api, path(&item.ident), shape, &item.attrs);
        }
        Item::Enum(item) if is_public(&item.vis) => {
            let variant = |variant: &syn::Variant| Member {
                name: variant.ident.to_string(),
                holds: shown(&variant.fields),
                is_public: true,
                serde: serde(&variant.attrs),
                docs: docs(&variant.attrs),
            };
            let shape = Shape::Enum(item.variants.iter().map(variant).collect());
            add_type(api, path(&item.ident), shape, &item.attrs);
        }
        Item::Type(item) if is_public(&item.vis) => {
            let shape = Shape::Alias(shown(&item.ty));
            add_type(api, path(&item.ident), shape, &item.attrs);
        }
        Item::Const(item) if is_public(&item.vis) => {
            let constant = constant(&item.ty, &item.expr, &item.attrs);
            api.constants.insert(path(&item.ident), constant);
        }
        Item::Static(item) if is_public(&item.vis) => {
            let constant = constant(&item.ty, &item.expr, &item.attrs);
            api.constants.insert(path(&item.ident), constant);
        }
        Item::Fn(item) if is_public(&item.vis) => {
            let function = function(&item.sig, &item.attrs);
            api.functions.insert(path(&item.sig.ident), function);
        }
        Item::Impl(item) => implementation(item, prefix, api),
        _ => {}
    }
}

fn join(prefix: &str, name: &str) -> String {
    match prefix {
        "" => name.to_owned(),
        prefix => format!("{prefix}::{name}"),
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn member(index: usize, field: &syn::Field) -> Member {
    Member {
        name: match &field.ident {
            Some(name) => name.to_string(),
            None => index.to_string(),
        },
        holds: shown(&field.ty),
        is_public: is_public(&field.vis),
        serde: serde(&field.attrs),
        docs: docs(&field.attrs),
    }
}

fn add_type(api: &mut Api, path: String, shape: Shape, attributes: &[Attribute]) {
    let found = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"));
    for derived in found.flat_map(metas) {
        // serde's Serialize and any other are told apart well enough by their last names.
        let of = last_name(derived.path());
        api.traits.insert(Implementation {
            names: vec![of.clone(), last_of(&path)],
            of,
            for_type: path.clone(),
        });
    }
    let non_exhaustive = attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("non_exhaustive"));
    let added = Type {
        shape,
        non_exhaustive,
        serde: serde(attributes),
        docs: docs(attributes),
    };
    api.types.insert(path, added);
}

fn last_name(path: &syn::Path) -> String {
    let last = path.segments.last();
    last.map(|last| last.ident.to_string()).unwrap_or_default()
}

fn last_of(path: &str) -> String {
    path.rsplit("::").next().unwrap_or(path).to_owned()
}

fn metas(attribute: &Attribute) -> Vec<Meta> {
    let parsed = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    parsed.into_iter().flatten().collect()
}

fn serde(attributes: &[Attribute]) -> BTreeMap<String, String> {
    let of_serde = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"));
    of_serde
        .flat_map(metas)
        .map(|meta| {
            let value = match &meta {
                Meta::NameValue(meta) => shown(&meta.value),
                Meta::List(meta) => shown(&meta.tokens),
                Meta::Path(_) => String::new(),
            };
            (last_name(meta.path()), value)
        })
        .collect()
}

fn docs(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(meta) = &attribute.meta
            && meta.path.is_ident("doc")
            && let Expr::Lit(literal) = &meta.value
            && let Lit::Str(text) = &literal.lit
        {
            lines.push(text.value());
        }
    }
    lines.join("\n")
}

fn constant(of: &syn::Type, value: &Expr, attributes: &[Attribute]) -> Constant {
    let value = match value {
        Expr::Struct(value) => value
            .fields
            .iter()
            .map(|field| (shown(&field.member), shown(&field.expr)))
            .collect(),
        other => BTreeMap::from([(String::new(), shown(other))]),
    };
    Constant {
        of: shown(of),
        value,
        docs: docs(attributes),
    }
}

fn function(signature: &Signature, attributes: &[Attribute]) -> Function {
    let mut receiver = String::new();
    let mut arguments = Vec::new();
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(input) => receiver = shown(input),
            FnArg::Typed(input) => arguments.push(Argument {
                name: shown(&input.pat),
                of: shown(&input.ty),
            }),
        }
    }
    let mut modifiers = TokenStream::new();
    signature.constness.to_tokens(&mut modifiers);
    signature.asyncness.to_tokens(&mut modifiers);
    signature.generics.to_tokens(&mut modifiers);
    signature.generics.where_clause.to_tokens(&mut modifiers);
    Function {
        arguments,
        receiver,
        modifiers: shown(&modifiers),
        output: shown(&signature.output),
        docs: docs(attributes),
    }
}

fn implementation(item: &ItemImpl, prefix: &str, api: &mut Api) {
    let own = shown(&item.self_ty);
    // A type of this file is known by its whole path.
    let inside = join(prefix, &own);
    let path = if api.types.contains_key(&inside) {
        inside
    } else {
        own
    };
    if let Some((of, _)) = &item.trait_ {
        let mut names = Vec::new();
        collect_names(of.to_token_stream(), &mut names);
        collect_names(item.self_ty.to_token_stream(), &mut names);
        let types: Vec<String> = item.items.iter().filter_map(associated).collect();
        let of = match &types[..] {
            [] => shown(of),
            types => format!("{} with {}", shown(of), types.join(", ")),
        };
        api.traits.insert(Implementation {
            of,
            for_type: path,
            names,
        });
        return;
    }
    for inner in &item.items {
        match inner {
            ImplItem::Fn(inner) if is_public(&inner.vis) => {
                let name = join(&path, &inner.sig.ident.to_string());
                let function = function(&inner.sig, &inner.attrs);
                api.functions.insert(name, function);
            }
            ImplItem::Const(inner) if is_public(&inner.vis) => {
                let name = join(&path, &inner.ident.to_string());
                let constant = constant(&inner.ty, &inner.expr, &inner.attrs);
                api.constants.insert(name, constant);
            }
            _ => {}
        }
    }
}

fn associated(item: &ImplItem) -> Option<String> {
    match item {
        ImplItem::Type(item) => Some(format!("{} = {}", item.ident, shown(&item.ty))),
        _ => None,
    }
}

fn collect_names(tokens: TokenStream, into: &mut Vec<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Ident(ident) => into.push(ident.to_string()),
            TokenTree::Group(group) => collect_names(group.stream(), into),
            _ => {}
        }
    }
}
