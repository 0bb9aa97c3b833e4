//! What the sandbox's Atlas holds: a pure state machine. Time comes in as a parameter, and random numbers
//! from a generator that the caller seeded.
//!
//! Nothing happens in the background. A resource remembers when something was asked of it, and its status
//! follows from that and the time of the question.

mod life;
mod snapshot;

use std::collections::BTreeMap;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _};

use crate::clock::Moment;
use life::Life;
pub use snapshot::{ConnectionSnapshot, InterfaceEndpointSnapshot, PinnedStatus};

pub(crate) const INITIATING: &str = "INITIATING";
pub(crate) const WAITING_FOR_USER: &str = "WAITING_FOR_USER";
pub(crate) const AVAILABLE: &str = "AVAILABLE";
pub(crate) const DELETING: &str = "DELETING";
pub(crate) const PENDING_ACCEPTANCE: &str = "PENDING_ACCEPTANCE";
pub(crate) const PENDING: &str = "PENDING";

/// Why something cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoSuchProject,
    NoSuchConnection,
    NoSuchInterfaceEndpoint,
    RegionTaken,
    AlreadyAdded,
    NotReady,
    HasInterfaceEndpoints,
}

/// All projects with all that is in them.
pub(crate) struct State {
    step: Duration,
    /// By project id in lower case.
    projects: BTreeMap<String, Vec<Connection>>,
    rng: StdRng,
    /// The part of an `ObjectId` that is the same for all ids of one process.
    process: u64,
    counter: u32,
}

struct Connection {
    id: String,
    region: String,
    service_name: String,
    created: Moment,
    life: Life,
    interface_endpoints: Vec<InterfaceEndpoint>,
}

struct InterfaceEndpoint {
    id: String,
    added: Moment,
    life: Life,
}

impl State {
    /// `step` is how long each change of a status takes.
    pub(crate) fn new<'a>(
        projects: impl IntoIterator<Item = &'a str>,
        step: Duration,
        mut rng: StdRng,
    ) -> Self {
        let process = rng.next_u64() >> 24;
        let counter = rng.next_u32();
        let projects = projects
            .into_iter()
            .map(|id| (id.to_ascii_lowercase(), Vec::new()))
            .collect();
        Self {
            step,
            projects,
            rng,
            process,
            counter,
        }
    }

    pub(crate) fn has_project(&self, project: &str) -> bool {
        self.projects.contains_key(&project.to_ascii_lowercase())
    }

    pub(crate) fn list(
        &mut self,
        project: &str,
        now: Moment,
    ) -> Result<Vec<ConnectionSnapshot>, Refusal> {
        let step = self.step;
        let connections = self.settle(project, now)?;
        Ok(connections
            .iter()
            .map(|it| it.snapshot(step, now))
            .collect())
    }

    pub(crate) fn connection(
        &mut self,
        project: &str,
        id: &str,
        now: Moment,
    ) -> Result<ConnectionSnapshot, Refusal> {
        let step = self.step;
        Ok(self.find(project, id, now)?.snapshot(step, now))
    }

    /// A connection that is being deleted still has its region.
    pub(crate) fn create(
        &mut self,
        project: &str,
        region: &str,
        now: Moment,
    ) -> Result<ConnectionSnapshot, Refusal> {
        let existing = self.settle(project, now)?;
        if existing.iter().any(|it| it.region == region) {
            return Err(Refusal::RegionTaken);
        }
        let connection = Connection {
            id: self.object_id(now),
            region: region.to_owned(),
            service_name: self.service_name(region),
            created: now,
            life: Life::Running,
            interface_endpoints: Vec::new(),
        };
        let snapshot = connection.snapshot(self.step, now);
        self.settle(project, now)?.push(connection);
        Ok(snapshot)
    }

    /// Asking again while it is being deleted changes nothing, and is no error: what the caller wants is
    /// under way.
    pub(crate) fn delete(&mut self, project: &str, id: &str, now: Moment) -> Result<(), Refusal> {
        let step = self.step;
        let connection = self.find(project, id, now)?;
        if !connection.interface_endpoints.is_empty() {
            return Err(Refusal::HasInterfaceEndpoints);
        }
        let had_service = connection.has_service(step, now);
        connection.life.delete(now, had_service);
        Ok(())
    }

    pub(crate) fn add(
        &mut self,
        project: &str,
        id: &str,
        interface_endpoint: &str,
        now: Moment,
    ) -> Result<InterfaceEndpointSnapshot, Refusal> {
        let step = self.step;
        let connection = self.find(project, id, now)?;
        if !connection.takes_interface_endpoints(step, now) {
            return Err(Refusal::NotReady);
        }
        let existing = &mut connection.interface_endpoints;
        if existing.iter().any(|it| it.id == interface_endpoint) {
            return Err(Refusal::AlreadyAdded);
        }
        let added = InterfaceEndpoint {
            id: interface_endpoint.to_owned(),
            added: now,
            life: Life::Running,
        };
        let snapshot = added.snapshot(step, now);
        existing.push(added);
        Ok(snapshot)
    }

    pub(crate) fn interface_endpoint(
        &mut self,
        project: &str,
        id: &str,
        interface_endpoint: &str,
        now: Moment,
    ) -> Result<InterfaceEndpointSnapshot, Refusal> {
        let step = self.step;
        let found = self.find_interface_endpoint(project, id, interface_endpoint, now)?;
        Ok(found.snapshot(step, now))
    }

    /// Asking again changes nothing, as with [`delete`](Self::delete).
    pub(crate) fn remove(
        &mut self,
        project: &str,
        id: &str,
        interface_endpoint: &str,
        now: Moment,
    ) -> Result<(), Refusal> {
        let step = self.step;
        let found = self.find_interface_endpoint(project, id, interface_endpoint, now)?;
        let connected = found.is_connected(step, now);
        found.life.delete(now, connected);
        Ok(())
    }

    pub(crate) fn pin_connection(
        &mut self,
        project: &str,
        id: &str,
        status: PinnedStatus,
        now: Moment,
    ) -> Result<(), Refusal> {
        self.find(project, id, now)?.life.pin(status, now);
        Ok(())
    }

    pub(crate) fn pin_interface_endpoint(
        &mut self,
        project: &str,
        id: &str,
        interface_endpoint: &str,
        status: PinnedStatus,
        now: Moment,
    ) -> Result<(), Refusal> {
        self.find_interface_endpoint(project, id, interface_endpoint, now)?
            .life
            .pin(status, now);
        Ok(())
    }

    /// Forgets what has been deleted by now.
    fn settle(&mut self, project: &str, now: Moment) -> Result<&mut Vec<Connection>, Refusal> {
        let step = self.step;
        let connections = self
            .projects
            .get_mut(&project.to_ascii_lowercase())
            .ok_or(Refusal::NoSuchProject)?;
        connections.retain(|it| !it.life.is_over(step, now));
        for connection in connections.iter_mut() {
            let endpoints = &mut connection.interface_endpoints;
            endpoints.retain(|it| !it.life.is_over(step, now));
        }
        Ok(connections)
    }

    fn find(&mut self, project: &str, id: &str, now: Moment) -> Result<&mut Connection, Refusal> {
        self.settle(project, now)?
            .iter_mut()
            .find(|it| it.id.eq_ignore_ascii_case(id))
            .ok_or(Refusal::NoSuchConnection)
    }

    fn find_interface_endpoint(
        &mut self,
        project: &str,
        id: &str,
        interface_endpoint: &str,
        now: Moment,
    ) -> Result<&mut InterfaceEndpoint, Refusal> {
        self.find(project, id, now)?
            .interface_endpoints
            .iter_mut()
            .find(|it| it.id == interface_endpoint)
            .ok_or(Refusal::NoSuchInterfaceEndpoint)
    }

    /// Seconds, process, counter: the counter keeps apart what is created within a second.
    fn object_id(&mut self, now: Moment) -> String {
        self.counter = self.counter.wrapping_add(1) & 0x00ff_ffff;
        let seconds = u32::try_from(now.unix_seconds()).unwrap_or(u32::MAX);
        format!("{seconds:08x}{:010x}{:06x}", self.process, self.counter)
    }

    fn service_name(&mut self, region: &str) -> String {
        let low: u64 = self.rng.random();
        let high = self.rng.random_range(0..16_u8);
        format!("com.amazonaws.vpce.{region}.vpce-svc-{high:x}{low:016x}")
    }
}

impl Connection {
    fn takes_interface_endpoints(&self, step: Duration, now: Moment) -> bool {
        [WAITING_FOR_USER, AVAILABLE].contains(&self.status(step, now).as_str())
    }

    fn status(&self, step: Duration, now: Moment) -> String {
        match &self.life {
            Life::Pinned { status, .. } => status.status.clone(),
            Life::Deleting { .. } => DELETING.to_owned(),
            Life::Running => self.natural_status(step, now).to_owned(),
        }
    }

    fn natural_status(&self, step: Duration, now: Moment) -> &'static str {
        if now < self.created.after(step) {
            return INITIATING;
        }
        let endpoints = &self.interface_endpoints;
        if endpoints.iter().any(|it| it.is_connected(step, now)) {
            return AVAILABLE;
        }
        WAITING_FOR_USER
    }

    /// A connection that was stopped while it was being created never gets an endpoint service. One that
    /// is pinned to a status of readiness has one, or nobody could use it.
    fn has_service(&self, step: Duration, now: Moment) -> bool {
        let is_made_by = |moment| self.created.after(step) <= moment;
        match &self.life {
            Life::Running => is_made_by(now),
            Life::Deleting { was_ready, .. } => *was_ready,
            Life::Pinned { status, .. } if status.status == INITIATING => false,
            Life::Pinned { since, .. } => {
                is_made_by(*since) || self.takes_interface_endpoints(step, now)
            }
        }
    }

    fn snapshot(&self, step: Duration, now: Moment) -> ConnectionSnapshot {
        let endpoints = self.interface_endpoints.iter();
        ConnectionSnapshot {
            id: self.id.clone(),
            region: self.region.clone(),
            status: self.status(step, now),
            endpoint_service_name: self
                .has_service(step, now)
                .then(|| self.service_name.clone()),
            error_message: self.life.error_message(),
            interface_endpoints: endpoints.map(|it| it.snapshot(step, now)).collect(),
        }
    }
}

impl InterfaceEndpoint {
    fn status(&self, step: Duration, now: Moment) -> String {
        match &self.life {
            Life::Pinned { status, .. } => status.status.clone(),
            Life::Deleting { .. } => DELETING.to_owned(),
            Life::Running => self.natural_status(step, now).to_owned(),
        }
    }

    fn natural_status(&self, step: Duration, now: Moment) -> &'static str {
        let pending = self.added.after(step);
        if now < pending {
            return PENDING_ACCEPTANCE;
        }
        if now < pending.after(step) {
            return PENDING;
        }
        AVAILABLE
    }

    /// One that was connected keeps its connection `AVAILABLE` until it is gone.
    fn is_connected(&self, step: Duration, now: Moment) -> bool {
        match &self.life {
            Life::Deleting { was_ready, .. } => *was_ready,
            _ => self.status(step, now) == AVAILABLE,
        }
    }

    fn snapshot(&self, step: Duration, now: Moment) -> InterfaceEndpointSnapshot {
        InterfaceEndpointSnapshot {
            id: self.id.clone(),
            status: self.status(step, now),
            delete_requested: matches!(self.life, Life::Deleting { .. }),
            error_message: self.life.error_message(),
        }
    }
}

#[cfg(test)]
mod tests;
