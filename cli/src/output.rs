//! The one place that prints.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::args::globals::{Color, Format, Globals};
use crate::failure::Failure;
use crate::query::Query;
use crate::settings::origin::{Found, Origin};
use crate::shown::Shown;
use crate::visible::{in_json, in_lines, on_one_line};
use crate::yaml::to_yaml;

/// How results are printed.
#[derive(Debug)]
pub(crate) struct Printer {
    format: Format,
    query: Option<Query>,
    colours: bool,
}

impl Printer {
    /// # Errors
    ///
    /// [`Failure::usage`] for a query that cannot be read, or that does not go with the format.
    pub(crate) fn new(globals: &Globals, output: &Found<Format>) -> Result<Self, Failure> {
        let query = globals.query.as_deref().map(Query::parse).transpose()?;
        let mut format = output.value;
        if query.is_some() && matches!(format, Format::Table | Format::Ids) {
            if matches!(output.origin, Origin::Option(_)) {
                return Err(Failure::usage(
                    "--query goes with -o json, yaml or jsonl: what it makes has no columns and no ids",
                ));
            }
            format = Format::Json;
        }
        Ok(Self {
            format,
            query,
            colours: colours(globals.color),
        })
    }

    /// Prints what a command returned. A reader that has seen enough and closes the pipe is no failure.
    ///
    /// # Errors
    ///
    /// When it cannot be written, for instance because a disk is full.
    pub(crate) fn print(&self, shown: &Shown) -> Result<(), Failure> {
        let text = self.text(shown)?;
        if let Some(note) = self.note_of(shown) {
            say(&note);
        }
        write_all(shown, &text)
    }

    /// Like [`print`](Self::print), without what is told beside it.
    ///
    /// # Errors
    ///
    /// As [`print`](Self::print).
    pub(crate) fn print_alone(&self, shown: &Shown) -> Result<(), Failure> {
        write_all(shown, &self.text(shown)?)
    }

    /// What a person is told beside the output.
    pub(crate) fn note_of(&self, shown: &Shown) -> Option<String> {
        shown.note().filter(|_| self.format == Format::Table)
    }

    /// What is said to people beside the output: where the output is for programs, only on a terminal.
    pub(crate) fn notes(&self) -> Notes {
        Notes(self.format == Format::Table || io::stderr().is_terminal())
    }

    /// Tells of a failure that does not stop the command.
    pub(crate) fn report(&self, failure: &Failure) {
        report(failure, self.format.is_json());
    }

    /// What would be printed.
    ///
    /// # Errors
    ///
    /// [`Reason::Query`](crate::failure::Reason::Query) when the query cannot be applied. By then the
    /// command was done, so the failure names what it was done to.
    pub(crate) fn text(&self, shown: &Shown) -> Result<String, Failure> {
        let value = || match &self.query {
            Some(query) => query
                .apply(&shown.value())
                .map_err(|failure| failure.with_hint(only_the_output_is_missing(shown))),
            None => Ok(shown.value()),
        };
        let text = match self.format {
            Format::Table => shown.table(terminal_width(), self.colours),
            Format::Json => pretty(&value()?),
            Format::Yaml => yaml(&value()?),
            Format::Jsonl => lines(&value()?),
            Format::Ids => shown.ids().iter().map(|id| format!("{id}\n")).collect(),
        };
        Ok(text)
    }
}

/// What is said to people beside the output, or nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notes(bool);

impl Notes {
    pub(crate) fn say(self, text: &str) {
        if self.0 {
            say(text);
        }
    }
}

fn write_all(shown: &Shown, text: &str) -> Result<(), Failure> {
    write_out(text).map_err(|failure| failure.with_hint(only_the_output_is_missing(shown)))?;
    Ok(())
}

fn only_the_output_is_missing(shown: &Shown) -> String {
    match &shown.ids()[..] {
        [id] => format!("the command itself was done, and the id is {id}"),
        _ => "the command itself was done".to_owned(),
    }
}

/// What became of the reader of standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    Reads,
    /// It has seen enough, and closed the pipe.
    Gone,
}

/// Writes to standard output, and at once.
///
/// # Errors
///
/// When it cannot be written; a pipe that is closed is no failure.
pub(crate) fn write_out(text: &str) -> Result<Reader, Failure> {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        Ok(()) => Ok(Reader::Reads),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(Failure::output(error)),
    }
}

/// Tells why a command failed, on standard error.
pub(crate) fn report(failure: &Failure, as_json: bool) {
    if as_json {
        return say(&in_json(&failure.to_json().to_string()));
    }
    let mut text = format!("error: {}", on_one_line(&failure.to_string()));
    if let Some(hint) = failure.hint() {
        // Writing to a string cannot fail.
        let _ = write!(text, "\nhint: {}", on_one_line(hint));
    }
    say(&text);
}

/// Warnings are for a program, as its errors are.
static WARNINGS_ARE_JSON: AtomicBool = AtomicBool::new(false);

/// Says in which form warnings are wanted, from now on.
pub(crate) fn warn_for(format: Format) {
    WARNINGS_ARE_JSON.store(format.is_json(), Ordering::Relaxed);
}

/// Says what does not stop the command, on standard error.
pub(crate) fn warn(text: &str) {
    if WARNINGS_ARE_JSON.load(Ordering::Relaxed) {
        let warning = json!({ "warning": { "message": text } });
        return say(&in_json(&warning.to_string()));
    }
    say(&format!("warning: {text}"));
}

/// Says something beside the output. When nobody can be told, the exit code still says it.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", in_lines(text));
}

fn pretty(value: &Value) -> String {
    in_json(&format!("{value:#}\n"))
}

/// JSON is YAML, too, and can say what must not reach a terminal as it is.
fn yaml(value: &Value) -> String {
    let json = value.to_string();
    if in_json(&json) != json || json.contains("\\u00") {
        return pretty(value);
    }
    to_yaml(value)
}

fn lines(value: &Value) -> String {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        value => std::slice::from_ref(value),
    };
    let lines = items.iter().map(|item| format!("{item}\n"));
    in_json(&lines.collect::<String>())
}

/// The width that a table must fit; `None` where no terminal shows it.
fn terminal_width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(usize::from(width.0))
}

fn colours(choice: Color) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
    }
}
