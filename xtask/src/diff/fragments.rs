//! Compares each fragment with what it was.

use std::collections::BTreeSet;

use atlas_private_endpoint_codegen::diff::{
    Change, Report, Side, Unreadable, Verdict, compare as compare_texts, compare_with,
};

use crate::Failure;
use crate::fragment::{self, Fragment};
use crate::git::{Checkout, Revision};

/// The folder of the fragments, and how their names end.
const FOLDER: &str = "spec";
const ENDING: &str = ".yaml";

/// A fragment and what differs.
pub(crate) struct Changed {
    /// Its file, relative to the workspace.
    pub(crate) fragment: String,
    pub(crate) report: Report,
}

/// The worst verdict of all fragments.
pub(crate) fn worst(fragments: &[Changed]) -> Option<Verdict> {
    let verdicts = fragments.iter().map(|changed| changed.report.verdict());
    verdicts.max().flatten()
}

/// Compares every fragment that is in the work tree or was at the base.
///
/// # Errors
///
/// When one cannot be read, or no code can be generated from it.
pub(crate) fn compare(checkout: &Checkout, base: &Revision) -> Result<Vec<Changed>, Failure> {
    let fragments = fragment::all()?;
    let mut names: BTreeSet<String> = fragments
        .iter()
        .map(|fragment| fragment.source.clone())
        .collect();
    let old = checkout.files(base, FOLDER)?.into_iter();
    names.extend(old.filter(|name| name.ends_with(ENDING)));
    let names = names.into_iter();
    names
        .map(|fragment| {
            let present = fragments.iter().find(|present| present.source == fragment);
            let report = compare_one(checkout, base, &fragment, present)?;
            Ok(Changed { fragment, report })
        })
        .collect()
}

fn compare_one(
    checkout: &Checkout,
    base: &Revision,
    name: &str,
    present: Option<&Fragment>,
) -> Result<Report, Failure> {
    let old = checkout.read(base, name)?;
    match (old, present) {
        (Some(old), Some(new)) if same(&old, new.text()) => Ok(Report::default()),
        (Some(old), Some(new)) => {
            let report = compare_texts(&old, new.text());
            report.or_else(|unreadable| otherwise(checkout, base, new, unreadable, &old))
        }
        (None, Some(_)) => Ok(whole(name, "added", Verdict::Compatible)),
        (Some(_), None) => Ok(whole(name, "removed", Verdict::Breaking)),
        (None, None) => Ok(Report::default()),
    }
}

/// Line endings are no change.
fn same(old: &str, new: &str) -> bool {
    old.lines().eq(new.lines())
}

/// What to do when one of two fragments is refused: the rules of a description may have become stricter
/// since the old one was good. What was generated from it is kept in git, too.
fn otherwise(
    checkout: &Checkout,
    base: &Revision,
    new: &Fragment,
    unreadable: Unreadable,
    old: &str,
) -> Result<Report, Failure> {
    let diagnostics = match unreadable {
        Unreadable::New(diagnostics) => return Err(new.report(&diagnostics).into()),
        Unreadable::Old(diagnostics) => diagnostics,
    };
    let at = format!("{} at {}", new.source, base.name);
    let code = checkout.read(base, &new.target())?;
    let code = code.ok_or_else(|| refused(&at, &diagnostics))?;
    compare_with(old, &code, new.text()).map_err(|unreadable| match unreadable {
        Unreadable::Old(diagnostics) => refused(&at, &diagnostics).into(),
        Unreadable::New(diagnostics) => new.report(&diagnostics).into(),
    })
}

fn refused(what: &str, diagnostics: &[impl std::fmt::Display]) -> String {
    let mut report = format!("{what} has {} problem(s):", diagnostics.len());
    for diagnostic in diagnostics {
        report.push_str(&format!("\n  {diagnostic}"));
    }
    report
}

/// What to say of a fragment that came or went as a whole.
fn whole(name: &str, word: &str, verdict: Verdict) -> Report {
    let change = |side, what: String, why: &str| Change {
        verdict,
        side,
        what,
        why: why.to_owned(),
        item: None,
        old: None,
        new: None,
    };
    let (calls, code) = match verdict {
        Verdict::Breaking => (
            "who calls its operations finds them described no more",
            "code that uses them does not compile",
        ),
        _ => (
            "nobody could call them before",
            "nobody could use them before",
        ),
    };
    Report::new(vec![
        change(
            Side::Wire,
            format!("{name} was {word}, with all of its operations"),
            calls,
        ),
        change(
            Side::Rust,
            format!("what is generated from {name} was {word}"),
            code,
        ),
    ])
}
