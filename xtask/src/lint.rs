//! `cargo xtask lint`.

use std::io::{Write, stderr};
use std::process::ExitCode;

use anstream::println;

use crate::Failure;
use crate::fragment::{self, Fragment, FragmentDiagnostics, GeneratedFile};
use crate::report::Reporter;

/// Reports every diagnostic of every fragment. Writes nothing.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let fragments = fragment::all()?;
    if let Err(refused) = fragment::generate_all(&fragments) {
        report(&fragments, &refused);
        return Ok(ExitCode::FAILURE);
    }
    for fragment in fragments {
        println!("clean  {}", fragment.source);
    }
    Ok(ExitCode::SUCCESS)
}

/// Generates every file, or reports the diagnostics of the fragments and returns `None`.
///
/// # Errors
///
/// When a fragment cannot be read.
pub(crate) fn generate_all() -> Result<Option<Vec<GeneratedFile>>, Failure> {
    let fragments = fragment::all()?;
    match fragment::generate_all(&fragments) {
        Ok(files) => Ok(Some(files)),
        Err(refused) => {
            report(&fragments, &refused);
            Ok(None)
        }
    }
}

fn report(fragments: &[Fragment], refused: &[FragmentDiagnostics]) {
    let reporter = Reporter::for_stderr();
    let mut count = 0;
    for (index, diagnostics) in refused {
        let Some(fragment) = fragments.get(*index) else {
            continue;
        };
        count += diagnostics.len();
        for report in reporter.render(&fragment.source, fragment.text(), diagnostics) {
            print_error(&format!("{report}\n"));
        }
    }
    let noun = if count == 1 { "problem" } else { "problems" };
    print_error(&format!("found {count} {noun}"));
}

/// Prints a line to standard error, and ignores a closed pipe, as after `| head`.
fn print_error(text: &str) {
    let _ = writeln!(stderr(), "{text}");
}
