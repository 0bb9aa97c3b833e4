//! The latest changes of status in a project.

use std::collections::VecDeque;
use std::time::SystemTime;

use serde::{Serialize, Serializer};

use super::resource::{Connection, Status};
use crate::clock::Moment;

/// The number of changes that a project keeps.
const MAX_CHANGES: usize = 512;

/// A change of the status of a connection or an interface endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StatusChange {
    /// The time of the change by the sandbox's clock. For a change that takes time, it is when the change was
    /// due, even if no request came until later. As JSON it is a text such as `2021-01-01T00:00:02Z`.
    #[serde(serialize_with = "serialize_time")]
    pub time: SystemTime,
    /// The id of the connection.
    pub connection: String,
    /// The region of the connection.
    pub region: String,
    /// The id of the interface endpoint, if it is the one that changed.
    pub interface_endpoint: Option<String>,
    /// The new status; `None` when the resource is deleted.
    pub status: Option<String>,
    /// The error message that came with the status.
    pub error_message: Option<String>,
}

fn serialize_time<S: Serializer>(time: &SystemTime, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&humantime::format_rfc3339(*time))
}

/// The latest changes, oldest first.
#[derive(Clone, Default)]
pub(super) struct History(VecDeque<StatusChange>);

impl History {
    pub(super) fn to_vec(&self) -> Vec<StatusChange> {
        self.0.iter().cloned().collect()
    }

    /// Returns the last change of a connection, not of its interface endpoints, until a moment.
    pub(super) fn last_before(&self, connection: &str, moment: Moment) -> Option<&StatusChange> {
        let mut changes = self.0.iter().rev();
        changes.find(|it| {
            it.connection == connection
                && it.interface_endpoint.is_none()
                && it.time <= moment.system_time()
        })
    }

    /// Adds the changes of the resources since the last call, and removes those that are deleted.
    pub(super) fn record(&mut self, connections: &mut Vec<Connection>, at: Moment) {
        connections.retain_mut(|connection| {
            let (id, region) = (&connection.id, &connection.region);
            let change = |endpoint: Option<&str>, status: Option<Status>| {
                let (status, error_message) = status.map_or((None, None), |it| {
                    (Some(it.status.into_owned()), it.error_message)
                });
                StatusChange {
                    time: at.system_time(),
                    connection: id.clone(),
                    region: region.clone(),
                    interface_endpoint: endpoint.map(str::to_owned),
                    status,
                    error_message,
                }
            };
            connection.interface_endpoints.retain_mut(|endpoint| {
                let is_deleted = endpoint.lifecycle.is_deleted(at);
                let status = (!is_deleted).then(|| endpoint.status(at));
                if endpoint.lifecycle.recorded != status {
                    self.push(change(Some(&endpoint.id), status.clone()));
                    endpoint.lifecycle.recorded = status;
                }
                !is_deleted
            });
            let is_deleted = connection.lifecycle.is_deleted(at);
            let status = (!is_deleted).then(|| connection.status(at));
            if connection.lifecycle.recorded != status {
                self.push(change(None, status.clone()));
                connection.lifecycle.recorded = status;
            }
            !is_deleted
        });
    }

    fn push(&mut self, change: StatusChange) {
        if self.0.len() == MAX_CHANGES {
            self.0.pop_front();
        }
        self.0.push_back(change);
    }
}
