//! The output of commands, with its columns and colors in tables. Only its submodules print.

mod printer;
mod progress;

use std::path::PathBuf;

use anstyle::AnsiColor;
use atlas_private_endpoint::types::{
    InterfaceEndpoint, InterfaceEndpointStatus, PrivateEndpointConnection,
    PrivateEndpointConnectionStatus as ConnectionStatus, Region,
};
use atlas_private_endpoint::{InterfaceEndpointId, ProjectId};
use serde::Serialize;
use serde_json::Value;

pub(crate) use self::printer::{
    Messages, Printer, Reader, check_can_confirm, confirm_deletion, note_at_terminal, print_clap,
    report, set_warning_format, silence_warnings, warn, write_err, write_out,
};
pub(crate) use self::progress::{Progress, end_retry, show_retry};
use crate::render::{self, Cell, Column, Layout};

/// The output of a command.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Output {
    Connections(Vec<ConnectionRow>),
    Connection(ConnectionRow),
    InterfaceEndpoints(Vec<InterfaceEndpoint>),
    InterfaceEndpoint(InterfaceEndpoint),
    /// A deletion that Atlas accepted or, once waited for, completed.
    Deletion {
        #[serde(skip)]
        what: String,
        #[serde(skip)]
        id: String,
        #[serde(skip)]
        completed: bool,
    },
    /// A resource that does not exist after a wait for its deletion. It may never have existed.
    NotFound {
        #[serde(skip)]
        what: String,
        #[serde(skip)]
        id: String,
    },
    NothingToDelete {
        #[serde(skip)]
        what: String,
    },
    Settings(Vec<SettingRow>),
    NextStep(NextStep),
    Requests(Vec<Request>),
    /// A completion script or a manual page.
    Text(String),
    /// Manual pages that were written into a directory.
    PagesWritten(PathBuf),
}

/// A connection, its region, and its project if several are listed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ConnectionRow {
    #[serde(rename = "projectId", skip_serializing_if = "Option::is_none")]
    project: Option<ProjectId>,
    #[serde(flatten)]
    pub(crate) connection: PrivateEndpointConnection,
    /// The API returns it only as a part of the name of the endpoint service, which a new connection lacks.
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
    /// Sets the region of a connection, unless Atlas reports it.
    pub(crate) fn in_region(mut self, region: &Region) -> Self {
        if let Self::Connection(row) = &mut self {
            row.region.get_or_insert_with(|| region.clone());
        }
        self
    }

    /// Returns the JSON for programs: the API's fields and the region. A deletion is an empty object, as in
    /// the API.
    pub(crate) fn value(&self) -> Value {
        // Serialization fails only for maps with keys other than strings, and there are none.
        serde_json::to_value(self).unwrap_or_default()
    }

    fn ids(&self) -> Vec<&str> {
        match self {
            Self::Connections(rows) => rows.iter().map(|row| row.connection.id.as_str()).collect(),
            Self::Connection(row) => vec![row.connection.id.as_str()],
            Self::InterfaceEndpoint(endpoint) => vec![endpoint.interface_endpoint_id.as_str()],
            Self::InterfaceEndpoints(endpoints) => {
                let ids = endpoints.iter();
                ids.map(|it| it.interface_endpoint_id.as_str()).collect()
            }
            Self::Deletion { id, .. } | Self::NotFound { id, .. } => vec![id],
            _ => Vec::new(),
        }
    }

    /// Returns the note for people that is printed on standard error beside the table.
    fn note(&self) -> Option<String> {
        match self {
            Self::Connections(rows) if rows.is_empty() => {
                Some("there are no private endpoint connections".to_owned())
            }
            Self::InterfaceEndpoints(endpoints) if endpoints.is_empty() => {
                Some("there are no interface endpoints".to_owned())
            }
            Self::Requests(requests) if requests.is_empty() => {
                Some("nothing would be sent; it is being deleted already".to_owned())
            }
            Self::Requests(_) => Some("nothing was changed".to_owned()),
            Self::PagesWritten(directory) => Some(format!(
                "wrote the manual pages into {}",
                directory.display()
            )),
            _ => None,
        }
    }

    fn text(&self, layout: Layout) -> String {
        match self {
            Self::Connections(rows) => render::table(CONNECTION_COLUMNS, rows, layout),
            Self::Connection(row) => {
                render::table(CONNECTION_COLUMNS, std::slice::from_ref(row), layout)
            }
            Self::InterfaceEndpoints(rows) => {
                render::table(INTERFACE_ENDPOINT_COLUMNS, rows, layout)
            }
            Self::InterfaceEndpoint(endpoint) => {
                let rows = std::slice::from_ref(endpoint);
                render::table(INTERFACE_ENDPOINT_COLUMNS, rows, layout)
            }
            Self::Settings(rows) => render::table(SETTING_COLUMNS, rows, layout),
            Self::Deletion {
                what, completed, ..
            } => match completed {
                true => format!("Deleted {what}.\n"),
                false => format!("Atlas has begun to delete {what}.\n"),
            },
            Self::NotFound { what, .. } | Self::NothingToDelete { what } => {
                format!("There is no {what}.\n")
            }
            Self::NextStep(step) => format!("{}\n", step.aws),
            Self::Requests(requests) => requests.iter().map(Request::text).collect(),
            Self::Text(text) => text.clone(),
            Self::PagesWritten(_) => String::new(),
        }
    }
}

/// The columns of connections. Those that are always shown fit 80 columns while a connection has one interface
/// endpoint.
const CONNECTION_COLUMNS: &[Column<ConnectionRow>] = &[
    Column::if_any("PROJECT", |row| {
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
    Column::new("INTERFACE ENDPOINTS", |row| {
        let ids = row.connection.interface_endpoints.iter();
        let ids: Vec<&str> = ids.map(InterfaceEndpointId::as_str).collect();
        ids.join(",").as_str().into()
    }),
    Column::if_wide("ENDPOINT SERVICE", |row| {
        row.connection.endpoint_service_name.as_deref().into()
    }),
    Column::if_any("ERROR", |row| {
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

/// The colors of a status.
const READY: Option<AnsiColor> = Some(AnsiColor::Green);
const FAILED: Option<AnsiColor> = Some(AnsiColor::Red);
const NEEDS_USER: Option<AnsiColor> = Some(AnsiColor::Yellow);
const IN_PROGRESS: Option<AnsiColor> = Some(AnsiColor::Cyan);

/// Returns no color for a status that this version does not list. A test checks that every listed one has a
/// color.
fn connection_color(status: &ConnectionStatus) -> Option<AnsiColor> {
    match status {
        ConnectionStatus::Available => READY,
        ConnectionStatus::Failed => FAILED,
        ConnectionStatus::WaitingForUser => NEEDS_USER,
        ConnectionStatus::Initiating | ConnectionStatus::Deleting => IN_PROGRESS,
        _ => None,
    }
}

/// Returns the color as [`connection_color`] does.
fn interface_endpoint_color(status: &InterfaceEndpointStatus) -> Option<AnsiColor> {
    use InterfaceEndpointStatus as Status;
    match status {
        Status::Available => READY,
        Status::Rejected => FAILED,
        Status::NotCreated | Status::PendingAcceptance | Status::Pending | Status::Deleting => {
            IN_PROGRESS
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
