//! A project with its resources.

use serde::{Deserialize, Serialize};

use super::history::History;
use super::ids::Ids;
use super::resource::{Connection, InterfaceEndpoint};
use super::{Target, check_interface_endpoint_id};
use crate::clock::Moment;
use crate::error::{ApiError, Code, Result};
use crate::seed::{Durations, ProjectSeed};

/// A project with its resources.
#[derive(Serialize, Deserialize)]
pub(crate) struct Project {
    /// The id as it was given.
    pub(super) id: String,
    pub(super) connections: Vec<Connection>,
    /// The moment until which the history is complete.
    settled: Moment,
    #[serde(skip)]
    pub(super) history: History,
}

impl Project {
    pub(super) fn seeded(
        seed: &ProjectSeed,
        ids: &mut Ids,
        now: Moment,
        durations: &Durations,
    ) -> Self {
        let connections = seed.connections.iter().map(|it| {
            let id = ids.next(&it.region, now);
            Connection::seeded(it, id, now, durations)
        });
        let mut project = Self {
            id: seed.id.clone(),
            connections: connections.collect(),
            settled: now,
            history: History::default(),
        };
        project.record(now);
        project
    }

    /// Makes a project that was read from a file. Its history begins with what changed since.
    pub(super) fn loaded(mut self, now: Moment) -> Self {
        self.record(self.settled);
        self.history = History::default();
        self.settle(now);
        self
    }

    /// Returns the id in lower case.
    pub(crate) fn key(&self) -> String {
        self.id.to_ascii_lowercase()
    }

    /// Records the changes that have become due, each with its time, and removes what is deleted.
    pub(super) fn settle(&mut self, now: Moment) {
        while let Some(due) = self.next_due().filter(|due| *due <= now) {
            self.settled = due;
            self.record(due);
        }
        self.settled = self.settled.max(now);
    }

    fn next_due(&self) -> Option<Moment> {
        let dues = self.connections.iter().flat_map(|connection| {
            let endpoints = connection.interface_endpoints.iter();
            let dues = endpoints.filter_map(|it| it.due(self.settled));
            dues.chain(connection.due(self.settled))
        });
        dues.min()
    }

    pub(super) fn record(&mut self, now: Moment) {
        self.history.record(&mut self.connections, now);
    }

    pub(super) fn connection(&mut self, target: Target<'_>) -> Result<&mut Connection> {
        let id = target.connection;
        let mut connections = self.connections.iter_mut();
        let found = connections.find(|it| it.id.eq_ignore_ascii_case(id));
        found.ok_or_else(|| {
            let detail = format!("The project has no private endpoint connection {id}.");
            ApiError::new(Code::PrivatelinkNotFound, detail).about(id)
        })
    }

    pub(super) fn interface_endpoint(
        &mut self,
        target: Target<'_>,
    ) -> Result<&mut InterfaceEndpoint> {
        let id = target.interface_endpoint;
        check_interface_endpoint_id(id)?;
        let mut endpoints = self.connection(target)?.interface_endpoints.iter_mut();
        endpoints.find(|it| it.id == id).ok_or_else(|| {
            let detail = format!("The connection has no interface endpoint {id}.");
            ApiError::new(Code::InterfaceEndpointNotFound, detail).about(id)
        })
    }
}
