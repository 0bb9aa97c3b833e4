//! `--watch`: prints an output again after each change.

use std::future::{Future, pending};
use std::io::{self, IsTerminal};
use std::time::Duration;

use tokio::time::sleep;

use crate::failure::Failure;
use crate::interrupt::interruptible;
use crate::output::{Output, Printer, Reader, write_err, write_out};
use crate::render::escaped_line;

/// Clears the screen, and moves the cursor to its top.
const CLEAR: &str = "\u{1b}[2J\u{1b}[H";

/// Polls until Control-C, until the reader closes the pipe, or until a failure that is not transient.
///
/// On a terminal the screen shows the latest output; elsewhere each change is appended.
pub(super) async fn watch<F>(
    printer: &Printer,
    interval: Duration,
    mut poll: impl FnMut() -> F,
) -> Result<(), Failure>
where
    F: Future<Output = Result<Output, Failure>>,
{
    let is_terminal = io::stdout().is_terminal();
    let watch = async {
        let mut last = None;
        loop {
            match poll().await {
                Ok(output) => {
                    let text = printer.text(&output)?;
                    if last.as_ref() != Some(&text) {
                        let clear = if is_terminal { CLEAR } else { "" };
                        let note = printer.note(&output).filter(|_| is_terminal);
                        let note = note.map(|note| note + "\n").unwrap_or_default();
                        if write_out(&format!("{clear}{note}{text}"))? == Reader::Closed {
                            return Ok(());
                        }
                        last = Some(text);
                    }
                }
                Err(failure) if failure.is_transient() => {
                    let failure = escaped_line(&failure.to_string());
                    write_err(&format!("still watching: {failure}"));
                    // The next output must replace this line on the screen.
                    last = last.filter(|_| !is_terminal);
                }
                Err(failure) => return Err(failure),
            }
            tokio::select! {
                () = sleep(interval) => {}
                () = reader_closed() => return Ok(()),
            }
        }
    };
    interruptible(watch, || Failure::interrupted("nothing was changed")).await
}

/// Waits until the reader closes the pipe. Never returns if standard output is no pipe.
#[cfg(unix)]
async fn reader_closed() {
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
    // Writes stay blocking, which the checked constructor would refuse.
    let Ok(pipe) = Sender::from_file_unchecked(stdout) else {
        return pending().await;
    };
    if !is_pipe || pipe.ready(Interest::ERROR).await.is_err() {
        pending::<()>().await;
    }
}

#[cfg(not(unix))]
async fn reader_closed() {
    pending().await
}
