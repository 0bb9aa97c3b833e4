//! `cargo xtask verify`.

use std::process::ExitCode;

use anstream::println;
use similar::TextDiff;

use crate::fragment::{self, GeneratedFile};
use crate::git::{Checkout, Release};
use crate::{Failure, diff, lint, version};

/// Exit code for generated files that do not match the fragments.
const STALE: u8 = 4;
/// Exit code for a version that is too low for the changes since the last release.
const VERSION_TOO_LOW: u8 = 5;

/// How many lines of a difference are printed.
const MAX_DIFF_LINES: usize = 60;

/// Compares the generated files with the fragments, and the version with the changes since the last
/// release. Writes nothing.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let Some(files) = lint::generate_all()? else {
        return Ok(ExitCode::FAILURE);
    };
    let mut is_stale = false;
    for file in &files {
        let checked_in = file.checked_in()?;
        if checked_in.as_deref() == Some(file.text.as_str()) {
            println!("fresh  {}", file.path);
            continue;
        }
        is_stale = true;
        print_stale(file, checked_in.as_deref());
    }
    for path in fragment::orphans(&files)? {
        is_stale = true;
        println!("stale  {path} (its fragment no longer exists)");
    }
    if is_stale {
        println!("\nto update, run: cargo xtask generate");
        return Ok(ExitCode::from(STALE));
    }
    if check_version()? {
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::from(VERSION_TOO_LOW))
}

fn print_stale(file: &GeneratedFile, checked_in: Option<&str>) {
    let Some(checked_in) = checked_in else {
        println!("stale  {} (it does not exist)", file.path);
        return;
    };
    println!("stale  {}", file.path);
    let diff = TextDiff::from_lines(checked_in, &file.text);
    let diff = diff
        .unified_diff()
        .header("checked in", &format!("from {}", file.source))
        .to_string();
    let mut lines = diff.lines();
    for line in lines.by_ref().take(MAX_DIFF_LINES) {
        println!("{line}");
    }
    match lines.count() {
        0 => {}
        count => println!("… and {count} more lines"),
    }
}

/// Returns whether the version is high enough for a release, and prints why. It is when there is no earlier
/// release.
fn check_version() -> Result<bool, Failure> {
    let checkout = match Checkout::open() {
        Ok(checkout) => checkout,
        Err(reason) => {
            println!("version not compared with a release: {reason}");
            return Ok(true);
        }
    };
    if let Some(release) = checkout.releases()?.pop() {
        return compare_with(&checkout, &release);
    }
    let reason = if checkout.is_shallow() {
        "this clone is shallow and has no release tag"
    } else {
        "there is no release tag yet"
    };
    println!("version not compared with a release: {reason}");
    Ok(true)
}

fn compare_with(checkout: &Checkout, release: &Release) -> Result<bool, Failure> {
    let current = version::current()?;
    let base = checkout.find(&release.tag)?;
    let verdict = diff::worst(&diff::compare(checkout, &base)?);
    let tag = &release.tag;
    let changes = match verdict {
        Some(verdict) => format!("the changes in spec/ since {tag} are {verdict}"),
        None => format!("nothing changed in spec/ since {tag}"),
    };
    let needed = version::needed(&release.version, verdict);
    if version::is_enough(&current, &needed) {
        println!("version {current} is high enough: {changes}");
        return Ok(true);
    }
    println!(
        "version {current} is too low: {changes}; raise it to {needed} wherever {} names it (for the changes, \
         run: cargo xtask diff)",
        version::MANIFEST
    );
    Ok(false)
}
