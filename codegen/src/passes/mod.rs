//! The steps from progenitor's code to the client's, one per file.
//!
//! Each finds what it expects or fails: a change in what progenitor emits must be seen here, and not by
//! the client's users.

mod closed_enums;
mod docs;
mod enum_docs;
mod equality;
mod field_order;
mod methods;
mod open_enums;
mod operations;
pub(crate) mod residue;
mod response_types;
mod types_module;
mod unused_types;

use syn::{File, Item};

use crate::document::Document;
use crate::source::child;

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

/// Applies every pass, in order.
///
/// # Errors
///
/// The first [`Mismatch`].
pub(crate) fn apply(file: File, document: Document<'_>) -> Outcome<File> {
    let methods = methods::rewrite(&file, document)?;
    let mut types = types_module::extract(file)?;
    open_enums::apply(&mut types, document)?;
    closed_enums::apply(&mut types, document)?;
    enum_docs::apply(&mut types, document)?;
    response_types::apply(&mut types, &methods.answers)?;
    unused_types::apply(&mut types, &methods)?;
    field_order::apply(&mut types, document)?;
    equality::apply(&mut types)?;
    docs::describe_fields(&mut types, document)?;

    let mut items = operations::constants(document)?;
    items.push(operations::table(document));
    items.push(Item::Mod(types));
    items.push(Item::Impl(methods.block));
    let mut file = File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items,
    };
    docs::wrap(&mut file);
    residue::check(&file)?;
    Ok(file)
}

fn mismatch<T>(message: impl Into<String>) -> Outcome<T> {
    Err(Mismatch::new(message))
}

/// A module as it would be printed, to be compared in tests.
#[cfg(test)]
fn printed(module: &syn::ItemMod) -> String {
    prettyplease::unparse(&syn::parse_quote! { #module })
}
