//! What a command has to show, as rows for people and as JSON for programs.

use anstyle::{AnsiColor, Style};
use atlas_private_endpoint::types::{InterfaceEndpoint, PrivateEndpointConnection};
use atlas_private_endpoint::{InterfaceEndpointId, ProjectId};
use serde::Serialize;
use serde_json::{Value, json};

use crate::aws::NextStep;
use crate::table::{Cell, Table};

/// What a command has to show.
#[derive(Debug)]
pub(crate) enum Shown {
    Connections(Vec<Row>),
    Connection(PrivateEndpointConnection),
    InterfaceEndpoint(InterfaceEndpoint),
    /// What Atlas has begun to delete, or, once waited for, has deleted.
    Deletion {
        what: String,
        id: String,
        gone: bool,
    },
    /// What was waited for to be gone, and is; nobody knows whether it ever was there.
    Gone {
        what: String,
        id: String,
    },
    /// Nothing was there to delete.
    NothingToDelete {
        what: String,
    },
    Settings(Vec<SettingRow>),
    NextStep(NextStep),
    Requests(Vec<Request>),
}

/// A connection, with its project where there may be several.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    #[serde(rename = "projectId", skip_serializing_if = "Option::is_none")]
    pub(crate) project: Option<ProjectId>,
    #[serde(flatten)]
    pub(crate) connection: PrivateEndpointConnection,
}

/// A setting that is in force.
#[derive(Debug, Serialize)]
pub(crate) struct SettingRow {
    pub(crate) name: &'static str,
    pub(crate) value: Option<String>,
    pub(crate) from: Option<String>,
}

/// A request that would be sent.
#[derive(Debug, Serialize)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

impl Shown {
    /// What programs get: the API's own fields and the region, and an empty object for a deletion, as Atlas
    /// answers it.
    pub(crate) fn value(&self) -> Value {
        fn json(value: &impl Serialize) -> Value {
            // These types have texts for keys, so nothing can go wrong.
            serde_json::to_value(value).unwrap_or_default()
        }
        match self {
            Self::Connections(rows) => rows
                .iter()
                .map(|row| with_region(json(row), &row.connection))
                .collect(),
            Self::Connection(connection) => with_region(json(connection), connection),
            Self::InterfaceEndpoint(endpoint) => json(endpoint),
            Self::Deletion { .. } | Self::Gone { .. } | Self::NothingToDelete { .. } => json!({}),
            Self::Settings(rows) => json(rows),
            Self::NextStep(NextStep { aws, add }) => json!({ "aws": aws, "add": add }),
            Self::Requests(requests) => json(requests),
        }
    }

    /// The ids of what is shown.
    pub(crate) fn ids(&self) -> Vec<String> {
        match self {
            Self::Connections(rows) => rows
                .iter()
                .map(|row| row.connection.id.to_string())
                .collect(),
            Self::Connection(connection) => vec![connection.id.to_string()],
            Self::InterfaceEndpoint(endpoint) => vec![endpoint.interface_endpoint_id.to_string()],
            Self::Deletion { id, .. } | Self::Gone { id, .. } => vec![id.clone()],
            Self::NothingToDelete { .. }
            | Self::Settings(_)
            | Self::NextStep(_)
            | Self::Requests(_) => Vec::new(),
        }
    }

    /// What a person is told beside a table that says too little.
    pub(crate) fn note(&self) -> Option<String> {
        match self {
            Self::Connections(rows) if rows.is_empty() => {
                Some("there are no private endpoint connections".to_owned())
            }
            Self::Requests(_) => Some("nothing was sent".to_owned()),
            _ => None,
        }
    }

    /// What people get, in at most `width` columns of the terminal where that can be.
    pub(crate) fn table(&self, width: Option<usize>, colours: bool) -> String {
        let table = match self {
            Self::Connections(rows) => connections(rows.iter().map(|row| {
                let project = row.project.as_ref();
                (project, &row.connection)
            })),
            Self::Connection(connection) => connections([(None, connection)].into_iter()),
            Self::InterfaceEndpoint(endpoint) => interface_endpoint(endpoint),
            Self::Deletion {
                what, gone: false, ..
            } => return format!("Atlas has begun to delete {what}.\n"),
            Self::Deletion { what, .. } => return format!("Deleted {what}.\n"),
            Self::Gone { what, .. } => return format!("Gone: {what}.\n"),
            Self::NothingToDelete { what } => return format!("There is no {what}.\n"),
            Self::Settings(rows) => settings(rows),
            Self::NextStep(NextStep { aws, .. }) => return format!("{aws}\n"),
            Self::Requests(requests) => return requests.iter().map(Request::text).collect(),
        };
        table.render(width, colours)
    }
}

/// Who asks for a region must find it where a person does; the API tells it in the service's name alone.
fn with_region(mut value: Value, connection: &PrivateEndpointConnection) -> Value {
    value["region"] = json!(connection.region());
    value
}

impl Request {
    fn text(&self) -> String {
        let mut text = format!("{} {}\n", self.method, self.url);
        if let Some(body) = &self.body {
            text.push_str(&format!("{body:#}\n"));
        }
        if let Some(note) = &self.note {
            text.push_str(&format!("  {note}\n"));
        }
        text
    }
}

fn connections<'a>(
    rows: impl Iterator<Item = (Option<&'a ProjectId>, &'a PrivateEndpointConnection)> + Clone,
) -> Table {
    const COLUMNS: &[&str] = &[
        "PROJECT",
        "ID",
        "REGION",
        "STATUS",
        "ENDPOINT SERVICE",
        "INTERFACE ENDPOINTS",
        "ERROR",
    ];
    let with_projects = rows.clone().any(|(project, _)| project.is_some());
    let first = usize::from(!with_projects);
    let mut table = Table::new(&COLUMNS[first..]);
    for (project, connection) in rows {
        let endpoints = connection.interface_endpoints.iter();
        let endpoints: Vec<&str> = endpoints.map(InterfaceEndpointId::as_str).collect();
        let region = connection.region();
        let status = connection.status.as_str();
        let mut cells = vec![
            Cell::new(project.map_or("", ProjectId::as_str)),
            Cell::new(connection.id.as_str()),
            Cell::new(region.as_ref().map_or("", |region| region.as_str())),
            Cell::styled(status, style_of(status)),
            Cell::new(connection.endpoint_service_name.as_deref().unwrap_or("")),
            Cell::new(&endpoints.join(",")),
            Cell::new(connection.error_message.as_deref().unwrap_or("")),
        ];
        table.row(cells.split_off(first));
    }
    table
}

fn interface_endpoint(endpoint: &InterfaceEndpoint) -> Table {
    let mut table = Table::new(&["ID", "STATUS", "DELETE REQUESTED", "ERROR"]);
    let status = endpoint.connection_status.as_str();
    let delete_requested = if endpoint.delete_requested {
        "yes"
    } else {
        "no"
    };
    table.row(vec![
        Cell::new(endpoint.interface_endpoint_id.as_str()),
        Cell::styled(status, style_of(status)),
        Cell::new(delete_requested),
        Cell::new(endpoint.error_message.as_deref().unwrap_or("")),
    ]);
    table
}

fn settings(rows: &[SettingRow]) -> Table {
    let mut table = Table::new(&["SETTING", "VALUE", "FROM"]);
    for row in rows {
        table.row(vec![
            Cell::new(row.name),
            Cell::new(row.value.as_deref().unwrap_or("")),
            Cell::new(row.from.as_deref().unwrap_or("")),
        ]);
    }
    table
}

/// Red for what failed, green for what works, yellow for what waits for the user; the rest goes on by
/// itself.
fn style_of(status: &str) -> Style {
    let colour = match status {
        "AVAILABLE" => AnsiColor::Green,
        "FAILED" | "REJECTED" => AnsiColor::Red,
        "WAITING_FOR_USER" => AnsiColor::Yellow,
        _ => AnsiColor::Cyan,
    };
    colour.on_default()
}
