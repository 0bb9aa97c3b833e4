//! Rewrites progenitor's methods to calls of the client's own transport.
//!
//! What a method sends is read from progenitor's code and compared with the description, so that neither
//! can say something that the other does not. How it is sent is the client's.

mod request;
mod signature;

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use quote::{format_ident, quote};
use syn::{File, ImplItem, ImplItemFn, Item, ItemImpl, parse_quote};

use self::request::{Part, Sent};
use self::signature::Signature;
use super::{Outcome, docs, mismatch, operations};
use crate::document::{Document, Operation};
use crate::source_map::child;

/// The rewritten methods, and the types that they name.
pub(crate) struct Methods {
    pub(crate) block: ItemImpl,
    /// The names of the types that answers are read as, errors included.
    pub(crate) answers: BTreeSet<String>,
    /// The names of the types that bodies and parameters are written from.
    pub(crate) requests: BTreeSet<String>,
}

/// Rewrites the method of every operation.
///
/// # Errors
///
/// When operations and methods are not the same, or a method has not the form that progenitor gives it.
pub(crate) fn rewrite(file: &File, document: Document<'_>) -> Outcome<Methods> {
    let mut found = find(file)?;
    let empty = document.empty_objects();
    let mut rewritten = Methods {
        block: parse_quote! { impl Client {} },
        answers: BTreeSet::new(),
        requests: BTreeSet::new(),
    };
    for operation in document.operations() {
        let name = operation.id.to_snake_case();
        let method = found.remove(&name);
        let pointer = child(&child("/paths", &operation.path), &operation.method);
        rewrite_one(&operation, method, &empty, &mut rewritten)
            .map_err(|mismatch| mismatch.at(&pointer))?;
    }
    if let Some(name) = found.keys().next() {
        return mismatch(format!(
            "progenitor emits a method {name} that is no operation"
        ));
    }
    Ok(rewritten)
}

fn rewrite_one(
    operation: &Operation,
    method: Option<&ImplItemFn>,
    empty: &BTreeSet<&str>,
    rewritten: &mut Methods,
) -> Outcome {
    let Some(method) = method else {
        return mismatch(format!("progenitor emits no method for {}", operation.id));
    };
    let signature = Signature::of(method)?;
    let mut sent = Sent::by(method)?;
    sent.name_path_values(operation);
    rewritten.answers.extend(signature.error_types());
    rewritten.requests.extend(signature.argument_types());
    let answers_nothing = signature.answers_nothing(empty);
    if !answers_nothing {
        rewritten.answers.extend(signature.success_types());
    }
    let method = method_of(operation, &signature, &sent, answers_nothing)?;
    rewritten.block.items.push(ImplItem::Fn(method));
    Ok(())
}

/// The methods that progenitor gives its client besides the operations; the client has its own.
const DROPPED: &[&str] = &[
    "new",
    "new_with_client",
    "api_version",
    "baseurl",
    "client",
    "inner",
];

/// progenitor's methods by name: the async functions of its impls of `Client`.
fn find(file: &File) -> Outcome<BTreeMap<String, &ImplItemFn>> {
    let mut methods = BTreeMap::new();
    for item in &file.items {
        let Item::Impl(block) = item else { continue };
        for item in &block.items {
            let ImplItem::Fn(method) = item else { continue };
            let name = method.sig.ident.to_string();
            if method.sig.asyncness.is_some() {
                methods.insert(name, method);
            } else if !DROPPED.contains(&name.as_str()) {
                return mismatch(format!(
                    "progenitor emits a method {name} that is not known here"
                ));
            }
        }
    }
    if methods.is_empty() {
        return mismatch("progenitor emits no methods");
    }
    Ok(methods)
}

fn method_of(
    operation: &Operation,
    signature: &Signature,
    sent: &Sent,
    answers_nothing: bool,
) -> Outcome<ImplItemFn> {
    check(operation, signature, sent)?;
    let name = format_ident!("{}", operation.id.to_snake_case());
    let row = operations::constant(&operation.id);
    let arguments = signature.arguments.iter().map(|argument| {
        let (name, ty) = (&argument.name, &argument.ty);
        quote! { #name: #ty }
    });
    let parts = sent.parts.iter();
    let parts = parts.map(|part| part.call(operation, signature));
    let may_answer_nothing = operation.may_answer_nothing && !answers_nothing;
    let doc = docs::method(operation, may_answer_nothing);
    let success = &signature.success;
    let (success, finish) = if answers_nothing {
        (quote! { () }, quote! { send })
    } else if may_answer_nothing {
        (quote! { Option<#success> }, quote! { fetch_optional })
    } else {
        (quote! { #success }, quote! { fetch })
    };
    Ok(parse_quote! {
        #[doc = #doc]
        pub async fn #name(&self, #(#arguments),*) -> Result<#success, Error> {
            self.call(&operations::#row)
                #(#parts)*
                .#finish()
                .await
        }
    })
}

/// Compares what progenitor's code sends with the description, and with the method's arguments.
fn check(operation: &Operation, signature: &Signature, sent: &Sent) -> Outcome {
    let id = &operation.id;
    if sent.method != operation.method {
        return mismatch(format!("{id} is sent as {} by progenitor", sent.method));
    }
    if sent.template(operation) != operation.path {
        return mismatch(format!(
            "{id} goes to {} with progenitor, and to {} in the description",
            sent.template(operation),
            operation.path
        ));
    }
    for part in &sent.parts {
        if let Part::Path { name, argument } = part
            && argument.to_string().trim_end_matches('_') != name.to_snake_case()
        {
            return mismatch(format!(
                "{id} puts {argument} where {name} goes in its path"
            ));
        }
    }
    let declared: BTreeSet<(&str, &str)> = operation
        .parameters
        .iter()
        .map(|parameter| (parameter.place.as_str(), parameter.name.as_str()))
        .collect();
    let bound: BTreeSet<(&str, &str)> = sent
        .parts
        .iter()
        .filter_map(|part| part.parameter())
        .collect();
    if declared != bound {
        return mismatch(format!(
            "{id} should send {declared:?}, and progenitor sends {bound:?}"
        ));
    }
    let mut used: Vec<String> = sent
        .parts
        .iter()
        .map(|part| part.argument().to_string())
        .collect();
    let mut given: Vec<String> = signature
        .arguments
        .iter()
        .map(|argument| argument.name.to_string())
        .collect();
    used.sort();
    given.sort();
    if used != given {
        return mismatch(format!(
            "{id} takes {given:?}, and progenitor sends {used:?}"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
