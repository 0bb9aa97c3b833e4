//! `--watch`: prints an output again after each change.

use std::future::pending;
use std::io::{self, IsTerminal};
use std::mem;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::sleep;

use crate::failure::Failure;
use crate::interrupt::interruptible;
use crate::output::{Output, Printer, Reader, write_err, write_out};
use crate::render::escaped_line;

/// Clears the screen, and moves the cursor to its top.
const CLEAR: &str = "\u{1b}[2J\u{1b}[H";

/// Polls until Control-C, until the reader closes the pipe, or until a failure that is not transient.
///
/// On a terminal the screen shows the latest output; elsewhere each change is appended. Lists as JSON Lines are
/// events instead, one per change of a connection.
pub(super) async fn watch(
    printer: &Printer,
    interval: Duration,
    mut poll: impl AsyncFnMut() -> Result<Output, Failure>,
) -> Result<(), Failure> {
    let is_terminal = io::stdout().is_terminal();
    let watch = async {
        let mut last = None;
        let mut known = Map::new();
        loop {
            match poll().await {
                Ok(output @ Output::Connections(_)) if printer.prints_json_lines() => {
                    let events = events(&mut known, &output.value());
                    if write_out(&printer.json_lines(events)?)? == Reader::Closed {
                        return Ok(());
                    }
                }
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
    interruptible(watch, || Ok(())).await
}

/// Returns an event for each connection that was added, changed or deleted. `known` are the connections by id.
fn events(known: &mut Map<String, Value>, list: &Value) -> Value {
    let mut before = mem::take(known);
    let mut events = Vec::new();
    let mut add_event = |event: &str, connection: &Value| {
        let mut fields = Map::new();
        fields.insert("event".to_owned(), event.into());
        fields.extend(connection.as_object().cloned().unwrap_or_default());
        events.push(Value::Object(fields));
    };
    for connection in list.as_array().into_iter().flatten() {
        let id = connection["id"].as_str().unwrap_or_default();
        match before.shift_remove(id) {
            None => add_event("added", connection),
            Some(before) if before != *connection => add_event("changed", connection),
            Some(_) => {}
        }
        known.insert(id.to_owned(), connection.clone());
    }
    for connection in before.values() {
        add_event("deleted", connection);
    }
    Value::Array(events)
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
