//! Showing something again whenever it has changed.

use std::future::{Future, pending};
use std::io::{self, IsTerminal};

use tokio::time::sleep;

use crate::args::waiting::Watching;
use crate::failure::Failure;
use crate::interrupt::or_interrupted;
use crate::output::Output;
use crate::output::{Printer, Reader, write_err, write_out};
use crate::render::escaped_line;

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
    F: Future<Output = Result<Output, Failure>>,
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
                        let note = printer.note(&shown).filter(|_| on_terminal);
                        let note = note.map(|note| note + "\n").unwrap_or_default();
                        if write_out(&format!("{clear}{note}{text}"))? == Reader::Closed {
                            return Ok(());
                        }
                        last = Some(text);
                    }
                }
                Err(failure) if failure.may_pass() => {
                    write_err(&format!(
                        "still watching: {}",
                        escaped_line(&failure.to_string())
                    ));
                    // On a screen, what this has written goes with the next look.
                    last = last.filter(|_| !on_terminal);
                }
                Err(failure) => return Err(failure),
            }
            tokio::select! {
                () = sleep(watching.interval) => {}
                () = reader_gone() => return Ok(()),
            }
        }
    };
    or_interrupted(looking, || "nothing was changed".to_owned()).await
}

/// Waits until nobody reads standard output any more. Of what is no pipe, that is never known.
#[cfg(unix)]
async fn reader_gone() {
    use std::fs::File;
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    use tokio::io::Interest;
    use tokio::net::unix::pipe::Sender;
    let stdout = io::stdout().as_fd().try_clone_to_owned().map(File::from);
    let Ok(stdout) = stdout else {
        return pending().await;
    };
    let is_pipe = stdout.metadata().is_ok_and(|it| it.file_type().is_fifo());
    // It is only looked at; what is written goes the blocking way, which the checked form would forbid.
    let Ok(pipe) = Sender::from_file_unchecked(stdout) else {
        return pending().await;
    };
    if !is_pipe || pipe.ready(Interest::ERROR).await.is_err() {
        pending::<()>().await;
    }
}

#[cfg(not(unix))]
async fn reader_gone() {
    pending().await
}
