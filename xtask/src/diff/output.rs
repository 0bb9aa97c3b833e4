//! Prints the changes, for people or as JSON.

use anstream::println;
use atlas_private_endpoint_codegen::compat::{Change, Place, Verdict};
use serde_json::{Value, json};

use super::{Changed, Outcome};
use crate::{Failure, version};

/// The version of the JSON's shape, which the help documents.
const FORMAT: u32 = 1;

/// The number of characters of a commit that are printed.
const SHORT: usize = 10;

/// Prints one JSON object.
///
/// # Errors
///
/// When it cannot be written as JSON.
pub(super) fn print_json(outcome: &Outcome) -> Result<(), Failure> {
    let needed = outcome.needed();
    let is_enough = needed
        .as_ref()
        .is_none_or(|needed| version::is_enough(&outcome.current, needed));
    let fragments = outcome.fragments.iter().map(|changed| {
        json!({
            "fragment": changed.fragment,
            "verdict": changed.report.verdict().map(Verdict::word),
            "changes": changed.report.changes.iter().map(change).collect::<Value>(),
        })
    });
    let output = json!({
        "format": FORMAT,
        "base": {
            "revision": outcome.base.name,
            "commit": outcome.base.commit,
            "version": outcome.released.as_ref().map(ToString::to_string),
        },
        "verdict": outcome.verdict().map(Verdict::word),
        "version": {
            "current": outcome.current.to_string(),
            "needed": needed.map(|needed| needed.to_string()),
            "enough": is_enough,
        },
        "fragments": fragments.collect::<Value>(),
    });
    println!("{}", serde_json::to_string_pretty(&output)?);
    Ok(())
}

fn change(change: &Change) -> Value {
    let place = |place: &Option<Place>| {
        let place = place.as_ref();
        place.map(|it| json!({ "pointer": it.pointer, "line": it.line, "column": it.column }))
    };
    json!({
        "verdict": change.verdict.word(),
        "side": change.side.word(),
        "what": change.what,
        "why": change.why,
        "item": change.item,
        "old": place(&change.old),
        "new": place(&change.new),
    })
}

/// Prints every change, grouped by verdict, and last the verdict of all.
pub(super) fn print_people(outcome: &Outcome) {
    let base = &outcome.base;
    let short = &base.commit[..SHORT.min(base.commit.len())];
    println!("compared with {} ({short})", base.name);
    for changed in &outcome.fragments {
        println!("\n{}", changed.fragment);
        if changed.report.changes.is_empty() {
            println!("\n  no changes");
        }
        for verdict in Verdict::WORST_FIRST {
            print_group(outcome, changed, verdict);
        }
    }
    println!("\n{}", conclusion(outcome));
}

/// Prints the changes with a verdict. One with that verdict for both sides is printed once.
fn print_group(outcome: &Outcome, changed: &Changed, verdict: Verdict) {
    let all = changed.report.changes.iter();
    let group: Vec<&Change> = all.filter(|change| change.verdict == verdict).collect();
    if group.is_empty() {
        return;
    }
    println!("\n  {verdict}");
    let key = |change: &Change| (change.what.clone(), change.old.clone(), change.new.clone());
    for (index, change) in group.iter().enumerate() {
        if group[..index].iter().any(|other| key(other) == key(change)) {
            continue;
        }
        println!("    {}", change.what);
        for side in group.iter().filter(|other| key(other) == key(change)) {
            let item = side.item.as_ref().map(|item| format!(" (`{item}`)"));
            println!(
                "      {}: {}{}",
                side.side,
                side.why,
                item.unwrap_or_default()
            );
        }
        if let Some(place) = place(outcome, &changed.fragment, change) {
            println!("      at {place}");
        }
    }
}

/// Returns the place of a change in the work tree, or else at the base.
fn place(outcome: &Outcome, fragment: &str, change: &Change) -> Option<String> {
    if let Some(place) = &change.new {
        return Some(format!("{fragment}:{} {}", place.line, place.pointer));
    }
    let place = change.old.as_ref()?;
    let base = &outcome.base.name;
    Some(format!(
        "{base}:{fragment}:{} {}",
        place.line, place.pointer
    ))
}

fn conclusion(outcome: &Outcome) -> String {
    let word = outcome.verdict().map_or("no changes", Verdict::word);
    let current = &outcome.current;
    let (Some(released), Some(needed)) = (&outcome.released, outcome.needed()) else {
        return format!("{word}: {} names no version", outcome.base.name);
    };
    let is_enough = version::is_enough(current, &needed);
    if needed == *released && is_enough {
        return format!("{word}: version {current} is high enough");
    }
    if is_enough {
        return format!("{word}: version {current} is high enough after {released}");
    }
    if current == released {
        return format!("{word}: raise the version from {released} to {needed}");
    }
    format!("{word}: raise the version from {current} to {needed}, since {released} is released")
}
