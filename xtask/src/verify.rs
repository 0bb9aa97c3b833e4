//! `cargo xtask verify`.

use std::process::ExitCode;

use anstream::println;
use similar::TextDiff;

use crate::generated::{self, GeneratedFile};
use crate::{Failure, LOW, STALE, lint, release};

/// How many lines of a difference are shown; more do not help to see that there is one.
const SHOWN_LINES: usize = 60;

/// Compares what is checked in with what the descriptions give, and the version with what changed in them
/// since the last release. Writes nothing.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let Some(files) = lint::generate_all()? else {
        return Ok(ExitCode::FAILURE);
    };
    let mut stale = false;
    for file in &files {
        let found = file.checked_in()?;
        if found.as_deref() == Some(file.text.as_str()) {
            println!("fresh  {}", file.path);
            continue;
        }
        stale = true;
        report(file, found.as_deref());
    }
    for path in generated::left_over(&files)? {
        stale = true;
        println!("stale  {path} (its description is gone)");
    }
    if stale {
        println!("\nTo mend it, run: cargo xtask generate");
        return Ok(ExitCode::from(STALE));
    }
    if release::check()? {
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::from(LOW))
}

fn report(file: &GeneratedFile, found: Option<&str>) {
    let Some(found) = found else {
        println!("stale  {} (it does not exist)", file.path);
        return;
    };
    println!("stale  {}", file.path);
    let diff = TextDiff::from_lines(found, &file.text);
    let diff = diff
        .unified_diff()
        .header("checked in", &format!("from {}", file.source))
        .to_string();
    let mut lines = diff.lines();
    for line in lines.by_ref().take(SHOWN_LINES) {
        println!("{line}");
    }
    match lines.count() {
        0 => {}
        more => println!("… and {more} more lines"),
    }
}
