//! Prints output, failures, notes and questions. Only this module and that of the progress print.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::Output;
use super::progress::clear_retry;
use crate::args::{Color, Format, Globals};
use crate::failure::{Failure, exit_code};
use crate::query::Query;
use crate::render::{self, Layout, escaped_json, escaped_line, escaped_lines};

/// Prints the output of commands.
#[derive(Debug, Default)]
pub(crate) struct Printer {
    format: Format,
    query: Option<Query>,
    colors: bool,
}

impl Printer {
    /// Makes a printer for the resolved format, which a query overrides unless the format is an option.
    pub(crate) fn new(globals: &Globals, mut format: Format) -> Result<Self, Failure> {
        let query = globals.query.as_deref().map(Query::parse).transpose()?;
        if query.is_some() && (format.is_table() || format == Format::Ids) {
            if globals.output.is_some() {
                return Err(Failure::usage(
                    "--query requires -o json, yaml, jsonl or text: its result has no columns and no ids",
                ));
            }
            format = Format::Json;
        }
        let colors = match globals.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
            }
        };
        Ok(Self {
            format,
            query,
            colors,
        })
    }

    /// Prints an output, and its note if `with_note` is set.
    ///
    /// A failure to print has a hint with the id of the output, since the command has succeeded by then.
    pub(crate) fn print(&self, output: &Output, with_note: bool) -> Result<(), Failure> {
        let print = || {
            let text = self.text(output)?;
            if let Some(note) = self.note(output).filter(|_| with_note) {
                write_err(&note);
            }
            write_out(&text)
        };
        print()
            .map(drop)
            .map_err(|failure: Failure| match output.ids()[..] {
                [id] => failure.with_hint(format!("the command succeeded, and the id is {id}")),
                _ => failure.with_hint("the command succeeded"),
            })
    }

    /// Prints the output of a command that has failed, in the formats for programs.
    pub(crate) fn print_in_spite_of_failure(&self, output: &Output) -> Result<(), Failure> {
        if self.format.is_table() {
            return Ok(());
        }
        write_out(&self.text(output)?).map(drop)
    }

    pub(crate) fn note(&self, output: &Output) -> Option<String> {
        output.note().filter(|_| self.format.is_table())
    }

    pub(crate) fn messages(&self) -> Messages {
        Messages {
            json: self.format.is_json(),
            notes: self.format.is_table() || io::stderr().is_terminal(),
        }
    }

    /// Returns the text to print. Fails if the query cannot be applied.
    pub(crate) fn text(&self, output: &Output) -> Result<String, Failure> {
        let value = || self.select(output.value());
        let text = match self.format {
            Format::Table | Format::Wide => output.text(Layout {
                width: terminal_width(),
                is_wide: self.format == Format::Wide,
                colors: self.colors,
            }),
            Format::Json => render::json(&value()?),
            Format::Yaml => render::yaml(&value()?),
            Format::Jsonl => render::json_lines(&value()?),
            Format::Text => render::text(&value()?),
            Format::Ids => output.ids().iter().map(|id| format!("{id}\n")).collect(),
        };
        Ok(text)
    }

    pub(crate) fn prints_json_lines(&self) -> bool {
        self.format == Format::Jsonl
    }

    /// Returns one line per item of a list. Fails if the query cannot be applied.
    pub(crate) fn json_lines(&self, list: Value) -> Result<String, Failure> {
        Ok(render::json_lines(&self.select(list)?))
    }

    fn select(&self, value: Value) -> Result<Value, Failure> {
        match &self.query {
            Some(query) => query.apply(&value),
            None => Ok(value),
        }
    }
}

/// Returns the width that a table must fit, or `None` where standard output is no terminal.
fn terminal_width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(usize::from(width.0))
}

/// Writes messages about a command to standard error while it runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Messages {
    json: bool,
    notes: bool,
}

impl Messages {
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Writes a note for people. There is none for output in another format than a table, except on a terminal.
    pub(crate) fn note(self, text: &str) {
        if self.notes {
            write_err(text);
        }
    }

    /// Reports a failure that does not stop the command.
    pub(crate) fn failure(self, failure: &Failure) {
        report(failure, self.json);
    }
}

/// Reports a failure on standard error.
pub(crate) fn report(failure: &Failure, as_json: bool) {
    if as_json {
        return write_err(&escaped_json(&failure.to_json().to_string()));
    }
    let mut text = format!("error: {}", escaped_line(&failure.to_string()));
    if let Some(hint) = failure.hint() {
        text.push_str(&format!("\nhint: {}", escaped_line(hint)));
    }
    if let Some(guide) = failure.guide() {
        text.push_str(&format!("\n\n{guide}"));
    }
    write_err(&text);
}

/// True if warnings are JSON, like failures.
static WARNINGS_ARE_JSON: AtomicBool = AtomicBool::new(false);

pub(crate) fn set_warning_format(format: Format) {
    WARNINGS_ARE_JSON.store(format.is_json(), Ordering::Relaxed);
}

static WARNINGS_ARE_SILENT: AtomicBool = AtomicBool::new(false);

pub(crate) fn silence_warnings() {
    WARNINGS_ARE_SILENT.store(true, Ordering::Relaxed);
}

pub(super) fn warnings_are_silent() -> bool {
    WARNINGS_ARE_SILENT.load(Ordering::Relaxed)
}

/// Reports a warning on standard error.
pub(crate) fn warn(text: &str) {
    if warnings_are_silent() {
        return;
    }
    if WARNINGS_ARE_JSON.load(Ordering::Relaxed) {
        let warning = json!({ "warning": { "message": text } });
        return write_err(&escaped_json(&warning.to_string()));
    }
    write_err(&format!("warning: {text}"));
}

/// Writes a note to a user at a terminal, who has to act elsewhere. Returns false if there is no such user.
pub(crate) fn note_at_terminal(text: &str) -> bool {
    let is_read = io::stderr().is_terminal() && !warnings_are_silent();
    if is_read {
        write_err(text);
    }
    is_read
}

/// Writes lines to standard error. A failure to do so is ignored: the exit code remains.
pub(crate) fn write_err(text: &str) {
    clear_retry();
    let _ = writeln!(io::stderr().lock(), "{}", escaped_lines(text));
}

/// The state of the reader of standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    Open,
    /// The reader has closed the pipe, which is no failure.
    Closed,
}

/// Writes to standard output, and flushes it.
pub(crate) fn write_out(text: &str) -> Result<Reader, Failure> {
    write_with(|| io::stdout().lock().write_all(text.as_bytes()))
}

/// Prints what clap returns in place of arguments: help, the version or an error.
pub(crate) fn print_clap(text: &clap::Error) -> Result<(), Failure> {
    if text.use_stderr() {
        // A failure to do so is ignored, as in `write_err`.
        let _ = text.print();
        return Ok(());
    }
    write_with(|| text.print()).map(drop)
}

fn write_with(write: impl FnOnce() -> io::Result<()>) -> Result<Reader, Failure> {
    clear_retry();
    match write().and_then(|()| io::stdout().flush()) {
        Ok(()) => Ok(Reader::Open),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Reader::Closed),
        Err(error) => Err(print_failure(&error)),
    }
}

fn print_failure(error: &io::Error) -> Failure {
    let message = format!("could not print the result: {error}");
    Failure::new(exit_code::OTHER, message)
}

/// Fails unless `--force` is given or there is a terminal for the question of [`confirm_deletion`].
pub(crate) fn check_can_confirm(force: bool, what: &str) -> Result<(), Failure> {
    if force || (io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "could not ask whether to delete {what}: there is no terminal; use --force"
    )))
}

/// Asks whether to delete `what`, unless `--force` is given.
pub(crate) fn confirm_deletion(force: bool, what: &str) -> Result<(), Failure> {
    check_can_confirm(force, what)?;
    if force || ask(what).map_err(|error| print_failure(&error))? {
        return Ok(());
    }
    Err(Failure::new(exit_code::OTHER, "nothing was deleted"))
}

/// Asks on standard error, which is visible when the output is redirected.
fn ask(what: &str) -> io::Result<bool> {
    clear_retry();
    let mut terminal = io::stderr().lock();
    write!(terminal, "Delete {}? [y/N] ", escaped_line(what))?;
    terminal.flush()?;
    let mut answer = String::new();
    if io::stdin().read_line(&mut answer)? == 0 {
        // At the end of input, the cursor is still behind the question.
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
    fn only_yes_is_consent() {
        for yes in ["y\n", "Y\r\n", " yes ", "YES"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n", "yeah", "y n", "ye"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
