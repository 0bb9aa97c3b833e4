//! Showing something again whenever it has changed.

use std::future::Future;
use std::io::{self, IsTerminal};

use tokio::time::sleep;

use crate::args::waiting::Watching;
use crate::failure::Failure;
use crate::interrupt::or_interrupted;
use crate::output::{Printer, Reader, say, write_out};
use crate::shown::Shown;

/// Clears the screen and goes to its top.
const CLEAR: &str = "\u{1b}[2J\u{1b}[H";

/// Looks again and again, until Control-C, a reader that closes the pipe, or a failure that will not pass.
///
/// On a terminal the screen shows the latest; elsewhere each change is appended.
///
/// # Errors
///
/// [`Reason::Interrupted`](crate::failure::Reason::Interrupted) is how it ends at a terminal.
pub(super) async fn watch<F>(
    printer: &Printer,
    watching: Watching,
    mut look: impl FnMut() -> F,
) -> Result<(), Failure>
where
    F: Future<Output = Result<Shown, Failure>>,
{
    let on_terminal = io::stdout().is_terminal();
    let looking = async {
        let mut last = None;
        loop {
            match look().await {
                Ok(shown) => {
                    let text = printer.text(&shown)?;
                    if last.as_ref() != Some(&text) {
                        let clear = if on_terminal { CLEAR } else { "" };
                        let note = printer.note_of(&shown).filter(|_| on_terminal);
                        let note = note.map(|note| note + "\n").unwrap_or_default();
                        if write_out(&format!("{clear}{note}{text}"))? == Reader::Gone {
                            return Ok(());
                        }
                        last = Some(text);
                    }
                }
                Err(failure) if failure.may_pass() => {
                    say(&format!("still watching: {failure}"));
                    // What this has written to the screen goes with the next look.
                    last = None;
                }
                Err(failure) => return Err(failure),
            }
            sleep(watching.interval).await;
        }
    };
    or_interrupted(looking, || "nothing was changed".to_owned()).await
}
