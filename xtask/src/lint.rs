//! `cargo xtask lint`, and what the other tasks generate from fragments that are in order.

use std::io::{Write, stderr};
use std::process::ExitCode;

use crate::Failure;
use crate::fragment::{FRAGMENTS, Fragment, Verdict};
use crate::report::Reporter;

/// Reports every problem of every fragment. Writes nothing.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let Some(generated) = generate_all()? else {
        return Ok(ExitCode::FAILURE);
    };
    for (fragment, _) in generated {
        println!("clean  {}", fragment.source);
    }
    Ok(ExitCode::SUCCESS)
}

/// Each fragment with what it becomes; `None` when one has problems, which are reported then.
///
/// # Errors
///
/// When a fragment cannot be read.
pub(crate) fn generate_all() -> Result<Option<Vec<(&'static Fragment, String)>>, Failure> {
    let reporter = Reporter::for_stderr();
    let mut generated = Vec::new();
    let mut count = 0;
    for fragment in FRAGMENTS {
        match fragment.generate()? {
            Verdict::Good(code) => generated.push((fragment, code)),
            Verdict::Bad { text, problems } => {
                count += problems.len();
                for problem in &problems {
                    say(&format!(
                        "{}\n",
                        reporter.problem(fragment.source, &text, problem)
                    ));
                }
            }
        }
    }
    if count == 0 {
        return Ok(Some(generated));
    }
    say(&format!("found {}", counted(count)));
    Ok(None)
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
