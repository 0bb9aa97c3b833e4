//! Compares each fragment with what it was.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;

use atlas_private_endpoint_codegen::diff::{
    Change, Report, Side, Unreadable, Verdict, compare as compare_texts, compare_with,
};

use crate::fragment::{FRAGMENTS, Fragment};
use crate::git::{Checkout, Revision};
use crate::{Failure, workspace};

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
    let mut names: BTreeSet<String> = FRAGMENTS
        .iter()
        .map(|fragment| fragment.source.to_owned())
        .collect();
    let old = checkout.files(base, FOLDER)?.into_iter();
    names.extend(old.filter(|name| name.ends_with(ENDING)));
    let names = names.into_iter();
    names
        .map(|fragment| {
            let report = compare_one(checkout, base, &fragment)?;
            Ok(Changed { fragment, report })
        })
        .collect()
}

fn compare_one(checkout: &Checkout, base: &Revision, name: &str) -> Result<Report, Failure> {
    let old = checkout.read(base, name)?;
    match (old, in_work_tree(name)?) {
        (Some(old), Some(new)) if same(&old, &new) => Ok(Report::default()),
        (Some(old), Some(new)) => {
            let report = compare_texts(&old, &new);
            report.or_else(|unreadable| otherwise(checkout, base, name, unreadable, &old, &new))
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

fn in_work_tree(name: &str) -> Result<Option<String>, Failure> {
    match fs::read_to_string(workspace::root().join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("cannot read {name}: {error}").into()),
    }
}

/// What to do when one of two fragments is refused: the rules of a description may have become stricter
/// since the old one was good. What was generated from it is kept in git, too.
fn otherwise(
    checkout: &Checkout,
    base: &Revision,
    name: &str,
    unreadable: Unreadable,
    old: &str,
    new: &str,
) -> Result<Report, Failure> {
    let fragment = FRAGMENTS.iter().find(|fragment| fragment.source == name);
    let problems = match unreadable {
        Unreadable::New(problems) => {
            // Says it as `generate` does.
            if let Some(failure) = fragment.and_then(|fragment| fragment.generate().err()) {
                return Err(failure);
            }
            return Err(refused(name, &problems).into());
        }
        Unreadable::Old(problems) => problems,
    };
    let at = format!("{name} at {}", base.name);
    let code = match fragment {
        Some(Fragment { target, .. }) => checkout.read(base, target)?,
        None => None,
    };
    let code = code.ok_or_else(|| refused(&at, &problems))?;
    compare_with(old, &code, new).map_err(|unreadable| match unreadable {
        Unreadable::Old(problems) => refused(&at, &problems).into(),
        Unreadable::New(problems) => refused(name, &problems).into(),
    })
}

fn refused(what: &str, problems: &[impl std::fmt::Display]) -> String {
    let mut report = format!("{what} has {} problem(s):", problems.len());
    for problem in problems {
        report.push_str(&format!("\n  {problem}"));
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
