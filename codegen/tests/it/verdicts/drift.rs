//! A second opinion on each change, from Oxide's `drift`.
//!
//! It cannot be asked in the place of our own comparison: it panics where a body or a path parameter comes
//! or goes, passes over roles, servers, signatures and extensions, and so takes every enum for a closed one.

use std::panic::catch_unwind;

use atlas_private_endpoint_codegen::diff::{Side, Verdict};
use atlas_private_endpoint_codegen::read;
use drift::ChangeClass;

use super::{BEFORE, REPORTS, ROWS, edited};

/// What it makes of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opinion {
    Breaks,
    Works,
}

/// `None` when it says that it does not know, or panics.
fn opinion(after: &str) -> Option<Opinion> {
    let (old, new) = (read(BEFORE).unwrap(), read(after).unwrap());
    let Ok(Ok(changes)) = catch_unwind(|| drift::compare(&old, &new)) else {
        return None;
    };
    let classes: Vec<ChangeClass> = changes
        .iter()
        .flat_map(|change| &change.changes)
        .map(|change| change.class)
        .collect();
    let any = |wanted: &[ChangeClass]| classes.iter().any(|class| wanted.contains(class));
    if any(&[ChangeClass::BackwardIncompatible, ChangeClass::Incompatible]) {
        return Some(Opinion::Breaks);
    }
    if any(&[ChangeClass::Unhandled]) {
        return None;
    }
    Some(Opinion::Works)
}

/// Where it judges otherwise, and why ours stays.
const DIFFERENT: &[(&str, &str)] = &[
    ("a role removed", "it does not read roles"),
    ("roles asked for", "it does not read roles"),
    ("a signature removed", "it does not read security"),
    ("another scheme", "it does not read security"),
    ("the first server", "it does not read servers"),
    ("a path of its own", "it does not read servers"),
    (
        "a parameter's default",
        "a request without it means something else now",
    ),
    (
        "a request default",
        "a request without it means something else now",
    ),
    ("a request field may not be null", "null was taken before"),
    (
        "a response field may be null",
        "null was never answered before",
    ),
    ("an enum is open", "it does not read x-enum"),
    ("a header removed", "it does not read headers"),
    ("a header's type", "it does not read headers"),
    (
        "an error status added",
        "errors may have any status in HTTP; no client may rely on a list",
    ),
    (
        "a success that was covered",
        "2XX covered it before: who read that reads it still",
    ),
];

#[test]
fn a_second_opinion_differs_only_where_we_know_why() {
    let mut asked = 0;
    let mut differing = Vec::new();
    for ((name, edits, ..), report) in ROWS.iter().zip(&*REPORTS) {
        let breaks = report.verdict_of(Side::Wire) == Some(Verdict::Breaking);
        let Some(opinion) = opinion(&edited(name, edits)) else {
            continue;
        };
        asked += 1;
        if (opinion == Opinion::Breaks) != breaks {
            differing.push(*name);
        }
    }
    let mut known: Vec<&str> = DIFFERENT.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    differing.sort_unstable();
    assert_eq!(differing, known);
    assert!(asked > 60, "it had an opinion on {asked} changes only");
}
