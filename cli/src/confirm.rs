//! Asking before something is deleted.

use std::io::{self, IsTerminal, Write};

use crate::args::waiting::Consent;
use crate::failure::{Failure, Reason};

/// Asks whether to delete `what`, unless `--force` says so.
///
/// # Errors
///
/// [`Reason::Usage`] where there is no terminal to ask on, [`Reason::Declined`] unless the answer is yes.
pub(crate) fn confirm(consent: Consent, what: &str) -> Result<(), Failure> {
    must_be_askable(consent, what)?;
    if consent.force || ask(what).map_err(Failure::output)? {
        return Ok(());
    }
    Err(Failure::new(Reason::Declined))
}

/// Whether there is a terminal to ask on, for those who look something up before they ask.
///
/// # Errors
///
/// [`Reason::Usage`] when there is none, and `--force` was not given.
pub(crate) fn must_be_askable(consent: Consent, what: &str) -> Result<(), Failure> {
    if consent.force || (io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "there is no terminal to ask on whether to delete {what}: use --force"
    )))
}

/// The question goes to standard error, so that it is seen when the output goes elsewhere.
fn ask(what: &str) -> io::Result<bool> {
    let mut terminal = io::stderr().lock();
    write!(terminal, "Delete {what}? [y/N] ")?;
    terminal.flush()?;
    let mut answer = String::new();
    if io::stdin().read_line(&mut answer)? == 0 {
        // The end of input leaves the cursor behind the question.
        writeln!(terminal)?;
    }
    Ok(is_yes(&answer))
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn only_yes_is_yes() {
        for yes in ["y\n", "Y\r\n", " yes ", "YES"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n", "yeah", "y n", "ye"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
