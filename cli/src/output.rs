//! The one place that prints.

use std::fmt::Write as _;
use std::io::{self, Write};

use atlas_private_endpoint::InterfaceEndpointId;
use atlas_private_endpoint::types::{InterfaceEndpoint, PrivateEndpointConnection};
use serde::Serialize;

use crate::args::Format;
use crate::failure::Failure;
use crate::table::Table;

/// What a command has to show.
#[derive(Debug)]
pub(crate) enum Output {
    Connections(Vec<PrivateEndpointConnection>),
    Connection(PrivateEndpointConnection),
    InterfaceEndpoint(InterfaceEndpoint),
    Deletion { what: String },
}

/// Prints what a command returned. A reader that has seen enough and closes the pipe is no failure.
///
/// # Errors
///
/// [`Failure::Output`] when it cannot be written, for instance because a disk is full.
pub(crate) fn print(output: &Output, format: Format) -> Result<(), Failure> {
    let text = match format {
        Format::Json => json(output),
        Format::Table => Ok(table(output, terminal_width())),
    };
    let text = text.map_err(Failure::Output)?;
    if let Output::Connections(connections) = output
        && connections.is_empty()
        && format == Format::Table
    {
        note("the project has no private endpoint connections");
    }
    match write_out(&text) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(Failure::Output),
    }
}

/// Tells why a command failed, on standard error.
pub(crate) fn report(failure: &Failure) {
    let mut text = format!("error: {failure}\n");
    if let Some(hint) = failure.hint() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "hint: {hint}");
    }
    // When nobody can be told, the exit code still says it.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

fn write_out(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// The width that a table must fit; `None` where no terminal shows it.
fn terminal_width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(usize::from(width.0))
}

fn json(output: &Output) -> io::Result<String> {
    fn pretty(value: &impl Serialize) -> io::Result<String> {
        Ok(serde_json::to_string_pretty(value)? + "\n")
    }
    match output {
        Output::Connections(connections) => pretty(connections),
        Output::Connection(connection) => pretty(connection),
        Output::InterfaceEndpoint(endpoint) => pretty(endpoint),
        // What Atlas answers to a deletion.
        Output::Deletion { .. } => Ok("{}\n".to_owned()),
    }
}

fn table(output: &Output, width: Option<usize>) -> String {
    let table = match output {
        Output::Connections(connections) => connection_table(connections),
        Output::Connection(connection) => connection_table(std::slice::from_ref(connection)),
        Output::InterfaceEndpoint(endpoint) => interface_endpoint_table(endpoint),
        Output::Deletion { what } => return format!("Atlas has begun to delete {what}.\n"),
    };
    table.render(width)
}

fn connection_table(connections: &[PrivateEndpointConnection]) -> Table {
    let mut table = Table::new(&[
        "ID",
        "REGION",
        "STATUS",
        "ENDPOINT SERVICE",
        "INTERFACE ENDPOINTS",
        "ERROR",
    ]);
    for connection in connections {
        let endpoints: Vec<&str> = connection
            .interface_endpoints
            .iter()
            .map(InterfaceEndpointId::as_str)
            .collect();
        table.row(&[
            connection.id.as_str(),
            connection
                .region()
                .as_ref()
                .map_or("", |region| region.as_str()),
            connection.status.as_str(),
            connection.endpoint_service_name.as_deref().unwrap_or(""),
            &endpoints.join(","),
            connection.error_message.as_deref().unwrap_or(""),
        ]);
    }
    table
}

fn interface_endpoint_table(endpoint: &InterfaceEndpoint) -> Table {
    let mut table = Table::new(&["ID", "STATUS", "DELETE REQUESTED", "ERROR"]);
    table.row(&[
        endpoint.interface_endpoint_id.as_str(),
        endpoint.connection_status.as_str(),
        if endpoint.delete_requested {
            "yes"
        } else {
            "no"
        },
        endpoint.error_message.as_deref().unwrap_or(""),
    ]);
    table
}
