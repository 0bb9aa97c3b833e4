//! What commands return, and the one place that prints it, with failures, notes, questions and progress.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anstyle::AnsiColor;
use atlas_private_endpoint::types::{
    InterfaceEndpoint, InterfaceEndpointStatus, PrivateEndpointConnection,
    PrivateEndpointConnectionStatus as ConnectionStatus, Region,
};
use atlas_private_endpoint::{InterfaceEndpointId, ProjectId};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::{Value, json};

use crate::args::{Color, Format, Globals};
use crate::failure::{Failure, exit_code};
use crate::query::Query;
use crate::render::{self, Cell, Column, escaped_json, escaped_line, escaped_lines};
use crate::settings::{Resolved, Source};

/// What a command returns.
#[derive(Debug)]
pub(crate) enum Output {
    Connections(Vec<ConnectionRow>),
    Connection(ConnectionRow),
    InterfaceEndpoint(InterfaceEndpoint),
    /// A deletion that Atlas accepted or, once waited for, completed.
    Deletion {
        what: String,
        id: String,
        completed: bool,
    },
    /// A resource that does not exist after a wait for its deletion. It may never have existed.
    NotFound {
        what: String,
        id: String,
    },
    NothingToDelete {
        what: String,
    },
    Settings(Vec<SettingRow>),
    NextStep(NextStep),
    Requests(Vec<Request>),
    /// A completion script or a manual page.
    Text(String),
    /// Manual pages that were written into a folder.
    PagesWritten(PathBuf),
}

/// A connection, its region, and its project where there may be several.
#[derive(Debug, Serialize)]
pub(crate) struct ConnectionRow {
    #[serde(rename = "projectId", skip_serializing_if = "Option::is_none")]
    project: Option<ProjectId>,
    #[serde(flatten)]
    pub(crate) connection: PrivateEndpointConnection,
    /// The API has it only within the name of the endpoint service.
    region: Option<Region>,
}

impl ConnectionRow {
    pub(crate) fn new(project: Option<ProjectId>, connection: PrivateEndpointConnection) -> Self {
        Self {
            region: connection.region(),
            project,
            connection,
        }
    }
}

/// A resolved setting.
#[derive(Debug, Serialize)]
pub(crate) struct SettingRow {
    pub(crate) name: &'static str,
    pub(crate) value: Option<String>,
    #[serde(rename = "from")]
    pub(crate) source: Option<String>,
}

/// The two commands that follow when a connection is ready.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct NextStep {
    /// Creates the interface endpoint in AWS.
    pub(crate) aws: String,
    /// Adds it to the connection.
    pub(crate) add: String,
}

/// A request of a dry run.
#[derive(Debug, Serialize)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<&'static str>,
}

impl Request {
    fn text(&self) -> String {
        let mut text = format!("{} {}\n", self.method, self.url);
        if let Some(body) = &self.body {
            text.push_str(&format!("{body:#}\n"));
        }
        if let Some(note) = self.note {
            text.push_str(&format!("  {note}\n"));
        }
        text
    }
}

impl From<PrivateEndpointConnection> for Output {
    fn from(connection: PrivateEndpointConnection) -> Self {
        Self::Connection(ConnectionRow::new(None, connection))
    }
}

impl Output {
    /// Returns the JSON for programs: the API's fields and the region. A deletion is an empty object, as in
    /// the API.
    fn value(&self) -> Value {
        fn json(value: &impl Serialize) -> Value {
            // Serialization fails only for maps with keys other than strings, and there are none.
            serde_json::to_value(value).unwrap_or_default()
        }
        match self {
            Self::Connections(rows) => json(rows),
            Self::Connection(row) => json(row),
            Self::InterfaceEndpoint(endpoint) => json(endpoint),
            Self::Deletion { .. } | Self::NotFound { .. } | Self::NothingToDelete { .. } => {
                json!({})
            }
            Self::Settings(rows) => json(rows),
            Self::NextStep(step) => json(step),
            Self::Requests(requests) => json(requests),
            Self::Text(text) => json(text),
            Self::PagesWritten(folder) => json(folder),
        }
    }

    fn ids(&self) -> Vec<&str> {
        match self {
            Self::Connections(rows) => rows.iter().map(|row| row.connection.id.as_str()).collect(),
            Self::Connection(row) => vec![row.connection.id.as_str()],
            Self::InterfaceEndpoint(endpoint) => vec![endpoint.interface_endpoint_id.as_str()],
            Self::Deletion { id, .. } | Self::NotFound { id, .. } => vec![id],
            _ => Vec::new(),
        }
    }

    /// Returns what a person reads on standard error beside a table that shows too little.
    fn note(&self) -> Option<String> {
        match self {
            Self::Connections(rows) if rows.is_empty() => {
                Some("there are no private endpoint connections".to_owned())
            }
            Self::Requests(_) => Some("nothing was sent".to_owned()),
            Self::PagesWritten(folder) => {
                Some(format!("wrote the manual pages into {}", folder.display()))
            }
            _ => None,
        }
    }

    fn text(&self, width: Option<usize>, colors: bool) -> String {
        let connections = |rows: &[ConnectionRow]| {
            let has_projects = rows.iter().any(|row| row.project.is_some());
            let columns = &CONNECTION_COLUMNS[usize::from(!has_projects)..];
            render::table(columns, rows, width, colors)
        };
        match self {
            Self::Connections(rows) => connections(rows),
            Self::Connection(row) => connections(std::slice::from_ref(row)),
            Self::InterfaceEndpoint(endpoint) => {
                let rows = std::slice::from_ref(endpoint);
                render::table(INTERFACE_ENDPOINT_COLUMNS, rows, width, colors)
            }
            Self::Settings(rows) => render::table(SETTING_COLUMNS, rows, width, colors),
            Self::Deletion {
                what,
                completed: false,
                ..
            } => {
                format!("Atlas has begun to delete {what}.\n")
            }
            Self::Deletion { what, .. } => format!("Deleted {what}.\n"),
            Self::NotFound { what, .. } => format!("Gone: {what}.\n"),
            Self::NothingToDelete { what } => format!("There is no {what}.\n"),
            Self::NextStep(step) => format!("{}\n", step.aws),
            Self::Requests(requests) => requests.iter().map(Request::text).collect(),
            Self::Text(text) => text.clone(),
            Self::PagesWritten(_) => String::new(),
        }
    }
}

/// The columns of connections. The first is left out where no row has a project.
const CONNECTION_COLUMNS: &[Column<ConnectionRow>] = &[
    Column::new("PROJECT", |row| {
        row.project.as_ref().map(ProjectId::as_str).into()
    }),
    Column::new("ID", |row| row.connection.id.as_str().into()),
    Column::new("REGION", |row| {
        row.region.as_ref().map(Region::as_str).into()
    }),
    Column::new("STATUS", |row| {
        let status = &row.connection.status;
        Cell::colored(status.as_str(), connection_color(status).or(IN_PROGRESS))
    }),
    Column::new("ENDPOINT SERVICE", |row| {
        row.connection.endpoint_service_name.as_deref().into()
    }),
    Column::new("INTERFACE ENDPOINTS", |row| {
        let ids = row.connection.interface_endpoints.iter();
        let ids: Vec<&str> = ids.map(InterfaceEndpointId::as_str).collect();
        ids.join(",").as_str().into()
    }),
    Column::new("ERROR", |row| {
        row.connection.error_message.as_deref().into()
    }),
];

const INTERFACE_ENDPOINT_COLUMNS: &[Column<InterfaceEndpoint>] = &[
    Column::new("ID", |row| row.interface_endpoint_id.as_str().into()),
    Column::new("STATUS", |row| {
        let status = &row.connection_status;
        Cell::colored(
            status.as_str(),
            interface_endpoint_color(status).or(IN_PROGRESS),
        )
    }),
    Column::new("DELETE REQUESTED", |row| {
        if row.delete_requested { "yes" } else { "no" }.into()
    }),
    Column::new("ERROR", |row| row.error_message.as_deref().into()),
];

const SETTING_COLUMNS: &[Column<SettingRow>] = &[
    Column::new("SETTING", |row| row.name.into()),
    Column::new("VALUE", |row| row.value.as_deref().into()),
    Column::new("FROM", |row| row.source.as_deref().into()),
];

/// The colors of a status: what works, what failed, what the user must do, and what Atlas is doing.
const WORKS: Option<AnsiColor> = Some(AnsiColor::Green);
const FAILED: Option<AnsiColor> = Some(AnsiColor::Red);
const USERS_TURN: Option<AnsiColor> = Some(AnsiColor::Yellow);
const IN_PROGRESS: Option<AnsiColor> = Some(AnsiColor::Cyan);

/// Returns no color for a status that this version does not know. A test fails when a known one has none.
fn connection_color(status: &ConnectionStatus) -> Option<AnsiColor> {
    match status {
        ConnectionStatus::Available => WORKS,
        ConnectionStatus::Failed => FAILED,
        ConnectionStatus::WaitingForUser => USERS_TURN,
        ConnectionStatus::Initiating | ConnectionStatus::Deleting => IN_PROGRESS,
        _ => None,
    }
}

/// As [`connection_color`].
fn interface_endpoint_color(status: &InterfaceEndpointStatus) -> Option<AnsiColor> {
    use InterfaceEndpointStatus as Status;
    match status {
        Status::Available => WORKS,
        Status::Rejected => FAILED,
        Status::None | Status::PendingAcceptance | Status::Pending | Status::Deleting => {
            IN_PROGRESS
        }
        _ => None,
    }
}

/// Prints the output of commands.
#[derive(Debug, Default)]
pub(crate) struct Printer {
    format: Format,
    query: Option<Query>,
    colors: bool,
}

impl Printer {
    pub(crate) fn new(globals: &Globals, output: &Resolved<Format>) -> Result<Self, Failure> {
        let query = globals.query.as_deref().map(Query::parse).transpose()?;
        let mut format = output.value;
        if query.is_some() && matches!(format, Format::Table | Format::Ids) {
            if matches!(output.source, Source::Option(_)) {
                return Err(Failure::usage(
                    "--query requires -o json, yaml or jsonl: its result has no columns and no ids",
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

    /// Prints an output, and its note unless that would not be true.
    ///
    /// A failure has a hint with the id of the output: by then the command has changed what it was to change.
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

    pub(crate) fn note(&self, output: &Output) -> Option<String> {
        output.note().filter(|_| self.format == Format::Table)
    }

    pub(crate) fn messages(&self) -> Messages {
        Messages {
            json: self.format.is_json(),
            notes: self.format == Format::Table || io::stderr().is_terminal(),
        }
    }

    /// Returns the text to print. Fails if the query cannot be applied.
    pub(crate) fn text(&self, output: &Output) -> Result<String, Failure> {
        let value = || match &self.query {
            Some(query) => query.apply(&output.value()),
            None => Ok(output.value()),
        };
        let text = match self.format {
            Format::Table => output.text(terminal_width(), self.colors),
            Format::Json => render::json(&value()?),
            Format::Yaml => render::yaml(&value()?),
            Format::Jsonl => render::json_lines(&value()?),
            Format::Ids => output.ids().iter().map(|id| format!("{id}\n")).collect(),
        };
        Ok(text)
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
    /// Writes a note for people. It is left out where a program reads the output and nobody watches.
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
    write_err(&text);
}

/// Warnings have the format of failures.
static WARNINGS_ARE_JSON: AtomicBool = AtomicBool::new(false);

pub(crate) fn set_warning_format(format: Format) {
    WARNINGS_ARE_JSON.store(format.is_json(), Ordering::Relaxed);
}

/// Reports on standard error what does not stop the command.
pub(crate) fn warn(text: &str) {
    if WARNINGS_ARE_JSON.load(Ordering::Relaxed) {
        let warning = json!({ "warning": { "message": text } });
        return write_err(&escaped_json(&warning.to_string()));
    }
    write_err(&format!("warning: {text}"));
}

/// Writes lines to standard error. A failure to do so is ignored: the exit code remains.
pub(crate) fn write_err(text: &str) {
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
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
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

/// Asks on standard error, where the question is seen when the output is redirected.
fn ask(what: &str) -> io::Result<bool> {
    let mut terminal = io::stderr().lock();
    write!(terminal, "Delete {what}? [y/N] ")?;
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

/// A line on a terminal's standard error with the state of a wait. It disappears when it is dropped.
#[derive(Debug)]
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    pub(crate) fn start(what: &str) -> Self {
        if !io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.set_prefix(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(Some(bar))
    }

    /// Hides the line while `write` writes to the terminal.
    pub(crate) fn suspend(&self, write: impl FnOnce()) {
        match &self.0 {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    pub(crate) fn set_state(&self, state: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(escaped_line(state));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_consent() {
        for yes in ["y\n", "Y\r\n", " yes ", "YES"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n", "yeah", "y n", "ye"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }

    /// The enums are `#[non_exhaustive]`, so the compiler does not report a new status.
    #[test]
    fn every_known_status_has_a_color() {
        for status in ConnectionStatus::KNOWN {
            assert!(
                connection_color(status).is_some(),
                "{status} has no color in {}",
                file!()
            );
        }
        for status in InterfaceEndpointStatus::KNOWN {
            assert!(
                interface_endpoint_color(status).is_some(),
                "{status} has no color in {}",
                file!()
            );
        }
    }
}
