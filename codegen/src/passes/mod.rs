//! The steps from progenitor's code to the client's, one per file.
//!
//! Each finds what it expects or fails: a change in what progenitor emits must be seen here, and not by
//! the client's users.

mod closed_enums;
mod docs;
mod enum_docs;
mod equality;
mod field_order;
#[cfg(test)]
mod golden;
mod methods;
mod open_enums;
mod operations;
pub(crate) mod residue;
mod response_types;
mod types_module;
mod unused_types;

use syn::{File, Item, ItemMod, parse_quote};

use self::methods::Methods;
use crate::document::Document;
use crate::source_map::child;

/// What a pass has to say when it does not find what it expects.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    pub(crate) message: String,
    /// The JSON pointer of what it is about; empty where the pass does not know.
    pub(crate) pointer: String,
}

impl Mismatch {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            pointer: String::new(),
        }
    }

    /// Says what it is about, when that is not said already.
    fn at(mut self, pointer: &str) -> Self {
        if self.pointer.is_empty() {
            pointer.clone_into(&mut self.pointer);
        }
        self
    }

    fn at_schema(self, name: &str) -> Self {
        self.at(&child("/components/schemas", name))
    }
}

type Outcome<T = ()> = Result<T, Mismatch>;

type TypePass = fn(&mut ItemMod, &Methods, Document<'_>) -> Outcome;

/// The passes over the module of types, in order, with the name of each one's file.
const TYPE_PASSES: &[(&str, TypePass)] = &[
    ("open_enums", |types, _, document| {
        open_enums::apply(types, document)
    }),
    ("closed_enums", |types, _, document| {
        closed_enums::apply(types, document)
    }),
    ("enum_docs", |types, _, document| {
        enum_docs::apply(types, document)
    }),
    ("response_types", |types, methods, _| {
        response_types::apply(types, &methods.answers)
    }),
    ("unused_types", |types, methods, _| {
        unused_types::apply(types, methods)
    }),
    ("field_order", |types, _, document| {
        field_order::apply(types, document)
    }),
    ("equality", |types, _, _| equality::apply(types)),
    ("docs", |types, _, document| {
        docs::describe_fields(types, document)
    }),
];

/// Applies every pass, in order.
///
/// # Errors
///
/// The first [`Mismatch`].
pub(crate) fn apply(file: File, document: Document<'_>) -> Outcome<File> {
    let methods = methods::rewrite(&file, document)?;
    let mut types = types_module::extract(file)?;
    for (_, pass) in TYPE_PASSES {
        pass(&mut types, &methods, document)?;
    }
    let mut file = assemble(methods, types, document)?;
    docs::wrap(&mut file);
    residue::check(&file)?;
    Ok(file)
}

fn assemble(methods: Methods, types: ItemMod, document: Document<'_>) -> Outcome<File> {
    Ok(file_of(vec![
        parse_quote! { use crate::{Client, Error}; },
        operations::table(document)?,
        Item::Mod(types),
        Item::Impl(methods.block),
    ]))
}

fn file_of(items: Vec<Item>) -> File {
    File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items,
    }
}

fn mismatch<T>(message: impl Into<String>) -> Outcome<T> {
    Err(Mismatch::new(message))
}

/// A module as it would be printed, to be compared in tests.
#[cfg(test)]
fn printed(module: &ItemMod) -> String {
    prettyplease::unparse(&syn::parse_quote! { #module })
}
