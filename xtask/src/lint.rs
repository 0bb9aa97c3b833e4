//! `cargo xtask lint`, and what the other tasks generate from fragments that are in order.

use std::io::{Write, stderr};
use std::process::ExitCode;

use anstream::println;

use crate::Failure;
use crate::fragment::{self, Bad, Fragment};
use crate::generated::GeneratedFile;
use crate::report::Reporter;

/// Reports every problem of every fragment. Writes nothing.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let fragments = fragment::all()?;
    if let Err(bad) = fragment::generate_all(&fragments) {
        report(&fragments, &bad);
        return Ok(ExitCode::FAILURE);
    }
    for fragment in fragments {
        println!("clean  {}", fragment.source);
    }
    Ok(ExitCode::SUCCESS)
}

/// Every generated file as the fragments give it; `None` when one has problems, which are reported then.
///
/// # Errors
///
/// When a fragment cannot be read.
pub(crate) fn generate_all() -> Result<Option<Vec<GeneratedFile>>, Failure> {
    let fragments = fragment::all()?;
    match fragment::generate_all(&fragments) {
        Ok(files) => Ok(Some(files)),
        Err(bad) => {
            report(&fragments, &bad);
            Ok(None)
        }
    }
}

fn report(fragments: &[Fragment], bad: &[Bad]) {
    let reporter = Reporter::for_stderr();
    let mut count = 0;
    for (index, diagnostics) in bad {
        let Some(fragment) = fragments.get(*index) else {
            continue;
        };
        count += diagnostics.len();
        for diagnostic in diagnostics {
            let report = reporter.diagnostic(&fragment.source, fragment.text(), diagnostic);
            say(&format!("{report}\n"));
        }
    }
    say(&format!("found {}", counted(count)));
}

/// Writes a line to the standard error stream. A reader that has gone away, such as `head`, has seen enough.
fn say(text: &str) {
    let _ = writeln!(stderr(), "{text}");
}

fn counted(count: usize) -> String {
    match count {
        1 => "1 problem".to_owned(),
        count => format!("{count} problems"),
    }
}
