//! Drops the types that no method takes or returns, such as the empty object of deletions.

use syn::{Item, ItemMod};

use super::methods::Methods;
use super::response_types::reach;
use super::types_module::items;
use super::{Outcome, mismatch};

/// Drops every struct and enum that is out of reach, with its impls.
///
/// # Errors
///
/// When a type that a method names does not exist.
pub(crate) fn apply(types: &mut ItemMod, methods: &Methods) -> Outcome {
    let items = items(types);
    let mut roots = methods.answers.clone();
    roots.extend(methods.requests.iter().cloned());
    for root in &roots {
        if !items
            .iter()
            .any(|item| name_of(item).as_ref() == Some(root))
        {
            return mismatch(format!(
                "a method names types::{root}, which does not exist"
            ));
        }
    }
    let reached = reach(items, &roots);
    items.retain(|item| match item {
        Item::Impl(item) => implemented(item).is_none_or(|name| reached.contains(&name)),
        other => name_of(other).is_none_or(|name| reached.contains(&name)),
    });
    Ok(())
}

fn name_of(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// The type that an impl is about. `impl From<X> for String` is about `X`.
fn implemented(item: &syn::ItemImpl) -> Option<String> {
    let own = last_name(&item.self_ty)?;
    if own != "String" {
        return Some(own);
    }
    let (path, _) = item.trait_.as_ref()?;
    let syn::PathArguments::AngleBracketed(arguments) = &path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => last_name(ty),
        _ => None,
    })
}

fn last_name(ty: &syn::Type) -> Option<String> {
    match ty {
        syn::Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        syn::Type::Reference(reference) => last_name(&reference.elem),
        _ => None,
    }
}
