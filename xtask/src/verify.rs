//! `cargo xtask verify`.

use std::process::ExitCode;

use similar::TextDiff;

use crate::fragment::Fragment;
use crate::{Failure, STALE, lint};

/// How many lines of a difference are shown; more do not help to see that there is one.
const SHOWN_LINES: usize = 60;

/// Compares what is checked in with what the descriptions give. Writes nothing.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let Some(generated) = lint::generate_all()? else {
        return Ok(ExitCode::FAILURE);
    };
    let mut stale = false;
    for (fragment, expected) in generated {
        let found = fragment.checked_in()?;
        if found.as_deref() == Some(expected.as_str()) {
            println!("fresh  {}", fragment.target);
            continue;
        }
        stale = true;
        report(fragment, found.as_deref(), &expected);
    }
    if !stale {
        return Ok(ExitCode::SUCCESS);
    }
    println!("\nTo mend it, run: cargo xtask generate");
    Ok(ExitCode::from(STALE))
}

fn report(fragment: &Fragment, found: Option<&str>, expected: &str) {
    let Some(found) = found else {
        println!("stale  {} (it does not exist)", fragment.target);
        return;
    };
    println!("stale  {}", fragment.target);
    let diff = TextDiff::from_lines(found, expected);
    let diff = diff
        .unified_diff()
        .header("checked in", &format!("from {}", fragment.source))
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
