//! Generates the `atlas-private-endpoint` client from its OpenAPI fragment.
//!
//! ```text
//! text ─ source ─> values with places ─ lint ─ prepare ─ skeleton (progenitor) ─ passes ─ render ─> Rust
//! ```
//!
//! Text goes in, text or every problem comes out; nothing is read, written or printed here. The same text
//! gives the same code on every machine.

mod client_types;
pub mod diff;
mod document;
mod extract;
#[cfg(test)]
mod golden;
mod guard;
mod lint;
mod passes;
mod prepare;
mod problem;
mod render;
mod rule;
mod skeleton;
mod source;
mod together;

use serde_json::Value;

pub use client_types::unknown_types;
pub use extract::{Extracted, Kept, Selection, Summary, extract};
pub use problem::{Position, Problem};
pub use rule::{RULES, Rule};
pub use together::{Description, conflicts, module_list, module_name};

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
    guarded(text, source_name, |_| true)
}

/// Like [`generate`], for a description that is not complete yet, or was written before today's rules: those
/// that are for its readers alone are passed over. The code is the same.
///
/// # Errors
///
/// As [`generate`].
pub fn draft(text: &str, source_name: &str) -> Result<String, Vec<Problem>> {
    guarded(text, source_name, |problem| {
        !rule::FOR_READERS.contains(&problem.rule)
    })
}

/// Whether a problem stands in the way.
type Matters = fn(&Problem) -> bool;

fn guarded(text: &str, source_name: &str, matters: Matters) -> Result<String, Vec<Problem>> {
    let result = guard::caught(|| steps(text, source_name, matters));
    result.unwrap_or_else(|panic| {
        Err(vec![Problem {
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

fn steps(text: &str, source_name: &str, matters: Matters) -> Result<String, Vec<Problem>> {
    let source = Source::parse(text)?;
    let mut problems = lint::lint(&source);
    problems.retain(matters);
    if !problems.is_empty() {
        return Err(problems);
    }
    let prepared = prepare::prepare(&source)?;
    let skeleton = skeleton::generate(&source, &prepared)?;
    let file = passes::apply(skeleton, Document(&prepared.document));
    let file = file.map_err(|mismatch| vec![unexpected(&source, mismatch)])?;
    Ok(render::render(&file, source_name, text))
}

fn unexpected(source: &Source, mismatch: Mismatch) -> Problem {
    let help =
        "look for what this has that others of its kind in the file have not, and leave it out";
    source.problem(
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
pub fn read(text: &str) -> Result<Value, Vec<Problem>> {
    let source = Source::parse(text)?;
    if source.problems.is_empty() {
        return Ok(source.value);
    }
    Err(source.problems)
}
