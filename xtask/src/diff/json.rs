//! Prints what was found for programs. The shape is told in the help, and kept.

use anstream::println;
use atlas_private_endpoint_codegen::diff::{Change, Place, Verdict};
use serde::Serialize;

use super::Outcome;
use crate::{Failure, version};

/// Goes up when a program that reads the output could misread it.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Output<'a> {
    format: u32,
    base: Base<'a>,
    verdict: Option<&'static str>,
    version: Versions,
    fragments: Vec<Compared<'a>>,
}

#[derive(Serialize)]
struct Base<'a> {
    revision: &'a str,
    commit: &'a str,
    version: Option<String>,
}

#[derive(Serialize)]
struct Versions {
    current: String,
    needed: Option<String>,
    enough: bool,
}

#[derive(Serialize)]
struct Compared<'a> {
    fragment: &'a str,
    verdict: Option<&'static str>,
    changes: Vec<Difference<'a>>,
}

#[derive(Serialize)]
struct Difference<'a> {
    verdict: &'static str,
    side: &'static str,
    what: &'a str,
    why: &'a str,
    item: Option<&'a str>,
    old: Option<Position<'a>>,
    new: Option<Position<'a>>,
}

#[derive(Serialize)]
struct Position<'a> {
    pointer: &'a str,
    line: usize,
    column: usize,
}

/// Prints one object.
///
/// # Errors
///
/// When it cannot be written as JSON.
pub(super) fn print(outcome: &Outcome) -> Result<(), Failure> {
    let needed = outcome.needed();
    let enough = needed
        .as_ref()
        .is_none_or(|needed| version::is_enough(&outcome.current, needed));
    let output = Output {
        format: FORMAT,
        base: Base {
            revision: &outcome.base.name,
            commit: &outcome.base.commit,
            version: outcome.released.as_ref().map(ToString::to_string),
        },
        verdict: outcome.verdict().map(Verdict::word),
        version: Versions {
            current: outcome.current.to_string(),
            needed: needed.map(|needed| needed.to_string()),
            enough,
        },
        fragments: outcome
            .fragments
            .iter()
            .map(|changed| Compared {
                fragment: &changed.fragment,
                verdict: changed.report.verdict().map(Verdict::word),
                changes: changed.report.changes.iter().map(difference).collect(),
            })
            .collect(),
    };
    println!("{}", serde_json::to_string_pretty(&output)?);
    Ok(())
}

fn difference(change: &Change) -> Difference<'_> {
    Difference {
        verdict: change.verdict.word(),
        side: change.side.word(),
        what: &change.what,
        why: &change.why,
        item: change.item.as_deref(),
        old: position(change.old.as_ref()),
        new: position(change.new.as_ref()),
    }
}

fn position(place: Option<&Place>) -> Option<Position<'_>> {
    let place = place?;
    Some(Position {
        pointer: &place.pointer,
        line: place.line,
        column: place.column,
    })
}
