//! Generates the `atlas-private-endpoint` client from its OpenAPI fragment.
//!
//! ```text
//! text ─ source ─> values with places ─ lint ─ prepare ─ skeleton (progenitor) ─ passes ─ render ─> Rust
//! ```
//!
//! Text goes in, text or every problem comes out; nothing is read, written or printed here. The same text
//! gives the same code on every machine.

mod document;
mod extract;
mod lint;
mod passes;
mod prepare;
mod problem;
mod render;
mod skeleton;
mod source;

use serde_json::Value;

pub use extract::{Extracted, Kept, Selection, Summary, extract};
pub use problem::Problem;

use crate::document::Document;
use crate::passes::Mismatch;
use crate::source::Source;

/// Turns a description into the Rust file of its client.
///
/// `source_name` is what the file's header calls the description, relative to the workspace.
///
/// # Errors
///
/// Every problem of the description that is found before code is made of it; after that, the first.
pub fn generate(text: &str, source_name: &str) -> Result<String, Vec<Problem>> {
    let source = Source::parse(text)?;
    let problems = lint::lint(&source);
    if !problems.is_empty() {
        return Err(problems);
    }
    let prepared = prepare::prepare(&source)?;
    let skeleton = skeleton::generate(&source, &prepared)?;
    let file = passes::apply(skeleton, Document(&prepared.document));
    let file = file.map_err(|Mismatch(message)| vec![source.problem("", message, None)])?;
    Ok(render::render(&file, source_name, text))
}

/// Reads a description as JSON, for programs that look at its examples.
///
/// # Errors
///
/// What makes it no YAML, or YAML that JSON cannot express.
pub fn read(text: &str) -> Result<Value, Vec<Problem>> {
    Source::parse(text).map(|source| source.value)
}
