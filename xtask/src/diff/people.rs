//! Prints what was found for people.

use anstream::println;
use atlas_private_endpoint_codegen::diff::{Change, Verdict};

use super::{Changed, Outcome};
use crate::version;

/// How much of a commit's name is enough to find it.
const SHORT: usize = 10;

/// Prints every change, grouped by verdict, and last the verdict of the whole.
pub(super) fn print(outcome: &Outcome) {
    let base = &outcome.base;
    let short = &base.commit[..SHORT.min(base.commit.len())];
    println!("compared with {} ({short})", base.name);
    for changed in &outcome.fragments {
        println!("\n{}", changed.fragment);
        if changed.report.changes.is_empty() {
            println!("\n  unchanged");
        }
        for verdict in Verdict::WORST_FIRST {
            print_group(outcome, changed, verdict);
        }
    }
    println!("\n{}", conclusion(outcome));
}

fn print_group(outcome: &Outcome, changed: &Changed, verdict: Verdict) {
    let all = changed.report.changes.iter();
    let group: Vec<&Change> = all.filter(|change| change.verdict == verdict).collect();
    if group.is_empty() {
        return;
    }
    println!("\n  {verdict}");
    for change in group {
        println!("    {:4}  {}", change.side, change.what);
        println!("          because: {}", change.why);
        if let Some(place) = place(outcome, &changed.fragment, change) {
            println!("          at {place}");
        }
    }
}

/// Where to look: in the work tree, or else at the base.
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
    let verdict = outcome.verdict();
    let word = verdict.map_or("unchanged", Verdict::word);
    let current = &outcome.current;
    let (Some(released), Some(needed)) = (&outcome.released, outcome.needed()) else {
        return format!("{word}: {} names no version to raise", outcome.base.name);
    };
    if needed == *released && version::is_enough(current, &needed) {
        return format!("{word}: no version to raise, {current} will do");
    }
    if version::is_enough(current, &needed) {
        return format!("{word}: {current} is raised far enough from {released}");
    }
    if current == released {
        return format!("{word}: raise {released} to {needed}");
    }
    format!("{word}: raise {current} to {needed}, since {released} was before")
}
