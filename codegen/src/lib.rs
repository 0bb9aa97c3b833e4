//! Generates the `atlas-private-endpoint` client from its OpenAPI fragment.
//!
//! ```text
//! text ─ source ─> values with places ─ lint ─ prepare ─ skeleton (progenitor) ─ passes ─ render ─> Rust
//! ```
//!
//! Text goes in, text or every problem comes out; nothing is read, written or printed here. The same text
//! gives the same code on every machine.

mod client_types;
pub mod compat;
mod diagnostic;
mod document;
mod extract;
#[cfg(test)]
mod golden;
mod guard;
mod lint;
mod passes;
mod prepare;
mod render;
mod rule;
mod skeleton;
mod source_map;
mod together;

use serde_json::Value;

pub use client_types::unfit_types;
pub use diagnostic::{Diagnostic, Position};
pub use extract::{Extracted, Kept, Selection, Summary, extract};
pub use rule::{RULES, Rule};
pub use together::{Description, conflicts, module_list, module_name};

use crate::document::Document;
use crate::passes::Mismatch;
use crate::source_map::SourceMap;

/// Turns a description into the Rust file of its client.
///
/// `source_name` is what the file's header calls the description, relative to the workspace.
///
/// # Errors
///
/// Every problem of the description that is found before code is made of it; after that, the first.
pub fn generate(text: &str, source_name: &str) -> Result<String, Vec<Diagnostic>> {
    guarded(text, source_name, |_| true)
}

/// Like [`generate`], for a description that is not complete yet, or was written before today's rules: those
/// that are for its readers alone are passed over. The code is the same.
///
/// # Errors
///
/// As [`generate`].
pub fn draft(text: &str, source_name: &str) -> Result<String, Vec<Diagnostic>> {
    guarded(text, source_name, |diagnostic| {
        !rule::FOR_READERS.contains(&diagnostic.rule)
    })
}

/// Whether a problem stands in the way.
type Matters = fn(&Diagnostic) -> bool;

fn guarded(text: &str, source_name: &str, matters: Matters) -> Result<String, Vec<Diagnostic>> {
    let result = guard::caught(|| steps(text, source_name, matters));
    result.unwrap_or_else(|panic| {
        Err(vec![Diagnostic {
            rule: rule::CANNOT_GENERATE,
            start: Position::START,
            end: Position::START,
            pointer: String::new(),
            message: format!("the generator gave up: {panic}"),
            help: "undo the last changes of the description one by one, to find which one it was"
                .to_owned(),
        }])
    })
}

fn steps(text: &str, source_name: &str, matters: Matters) -> Result<String, Vec<Diagnostic>> {
    let source = SourceMap::parse(text)?;
    let mut diagnostics = lint::check(&source);
    diagnostics.retain(matters);
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let prepared = prepare::prepare(&source)?;
    let skeleton = skeleton::generate(&source, &prepared)?;
    let file = passes::apply(skeleton, Document(&prepared.document));
    let file = file.map_err(|mismatch| vec![unexpected(&source, mismatch)])?;
    Ok(render::render(&file, source_name, text))
}

fn unexpected(source: &SourceMap, mismatch: Mismatch) -> Diagnostic {
    let help =
        "look for what this has that others of its kind in the file have not, and leave it out";
    source.diagnostic(
        rule::UNEXPECTED_CODE,
        &mismatch.pointer,
        mismatch.message,
        help,
    )
}

/// Reads a description as JSON, for programs that look at its examples.
///
/// # Errors
///
/// What makes it no YAML, or YAML that JSON cannot express.
pub fn read(text: &str) -> Result<Value, Vec<Diagnostic>> {
    let source = SourceMap::parse(text)?;
    if source.diagnostics.is_empty() {
        return Ok(source.value);
    }
    Err(source.diagnostics)
}
