//! What is told to people only.

use super::Wire;
use super::node::Pair;
use super::rules::{Judgement, UNKNOWN};
use crate::diff::Verdict::Documentation;
use crate::diff::listed;

/// Keywords that change nothing in what is sent.
const KEYWORDS: &[&str] = &[
    "title",
    "summary",
    "description",
    "example",
    "examples",
    "externalDocs",
    "deprecated",
    "tags",
    "xml",
    "x-observed",
];

/// Keywords that matter to the generated code alone; its comparison tells of them.
const RUST_ONLY: &[&str] = &["operationId", "x-rust-type", "x-typed-client"];

/// What is in `#` and is compared elsewhere.
const COMPARED: &[&str] = &["paths", "components", "servers", "security"];

pub(super) const JUST_TOLD: Judgement = (Documentation, "nothing that is sent changes");

/// Compares what is said of `subject`, and tells of every keyword that nobody else `compares`.
pub(super) fn compare(wire: &mut Wire<'_>, pair: &Pair<'_>, subject: &str, compared: &[&str]) {
    let mut told = Vec::new();
    for key in pair.keys() {
        let part = pair.get(key);
        if part.is_same() || compared.contains(&key) || RUST_ONLY.contains(&key) {
            continue;
        }
        if KEYWORDS.contains(&key) {
            told.push((key.to_owned(), part));
        } else {
            wire.changed(&part, UNKNOWN, format!("`{key}` of {subject} changed"));
        }
    }
    let Some((_, first)) = told.first().cloned() else {
        return;
    };
    let place = if told.len() == 1 { &first } else { pair };
    let keys: Vec<String> = told.iter().map(|(key, _)| format!("`{key}`")).collect();
    wire.changed(
        place,
        JUST_TOLD,
        format!("{} of {subject} changed", listed(&keys)),
    );
}

/// Compares what is said of the API as a whole.
pub(super) fn of_the_whole(wire: &mut Wire<'_>, pair: &Pair<'_>) {
    for key in ["info", "openapi"] {
        let part = pair.get(key);
        if !part.is_same() {
            wire.changed(
                &part,
                JUST_TOLD,
                format!("`{key}` of the description changed"),
            );
        }
    }
    let compared = [COMPARED, &["info", "openapi"]].concat();
    compare(wire, pair, "the description", &compared);
}
