//! What differs between two descriptions, and what that means for those who rely on the old one.
//!
//! Two sides are judged apart. The *wire* is what is sent: requests that were taken must be taken, and what
//! was read in responses must still be there. The *Rust API* is what the generated file lets its users write.
//!
//! ```text
//! old, new ─ source ─> values ─ wire ──────────────> changes ┐
//!    └────── generate ─> Rust ─ rust_api ─> changes ─ origin ┴─> report
//! ```

mod origin;
mod rust_api;
mod verdict;
mod wire;

pub use verdict::{Change, Place, Report, Side, Verdict};

use std::fmt;

use crate::source_map::SourceMap;
use crate::{Diagnostic, Position, draft};

/// Which of the two things that are compared cannot be, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The old one.
    Old(Vec<Diagnostic>),
    /// The new one.
    New(Vec<Diagnostic>),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (which, diagnostics) = match self {
            Self::Old(diagnostics) => ("old", diagnostics),
            Self::New(diagnostics) => ("new", diagnostics),
        };
        write!(f, "the {which} one has {} problem(s)", diagnostics.len())?;
        match diagnostics.first() {
            Some(first) => write!(f, "; the first is at {first}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Unreadable {}

/// Compares two descriptions and what is generated from them.
///
/// # Errors
///
/// When no code can be generated from one of them, with its problems.
///
/// ```
/// use atlas_private_endpoint_codegen::diff::{Unreadable, compare};
///
/// assert!(matches!(compare("openapi: [", ""), Err(Unreadable::Old(_))));
/// ```
pub fn compare(old: &str, new: &str) -> Result<Report, Unreadable> {
    let old_code = draft(old, "").map_err(Unreadable::Old)?;
    compare_with(old, &old_code, new)
}

/// Like [`compare`], with the code that was generated from the old description: for one that the rules of
/// today refuse.
///
/// # Errors
///
/// When the old description is no YAML, its code no Rust, or when no code can be generated from the new one.
pub fn compare_with(old: &str, old_code: &str, new: &str) -> Result<Report, Unreadable> {
    let new_code = draft(new, "").map_err(Unreadable::New)?;
    let old = SourceMap::parse(old).map_err(Unreadable::Old)?;
    let new = SourceMap::parse(new).map_err(Unreadable::New)?;
    let mut changes = wire::compare(&old, &new);
    for mut found in rust_api::compare(old_code, &new_code)? {
        found.change.old = origin::place_of(&old, found.in_old.as_ref());
        found.change.new = origin::place_of(&new, found.in_new.as_ref());
        changes.push(found.change);
    }
    Ok(Report::new(changes))
}

/// Compares two generated files. The changes have no places in a description.
///
/// # Errors
///
/// When one of them is no Rust.
pub fn compare_rust(old_code: &str, new_code: &str) -> Result<Report, Unreadable> {
    let found = rust_api::compare(old_code, new_code)?;
    Ok(Report::new(
        found.into_iter().map(|found| found.change).collect(),
    ))
}

/// Where a pointer leads to in a description.
fn place(source: &SourceMap, pointer: &str) -> Place {
    let Position { line, column } = source.position(pointer);
    Place {
        pointer: pointer.to_owned(),
        line,
        column,
    }
}

/// Words as people list them: `a, b and c`.
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [word] => word.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
