//! The resources of the sandbox: a pure state machine. Time is a parameter, and random numbers come from
//! a generator that the caller seeded.
//!
//! Nothing runs in the background. A resource stores when it was created, deleted or pinned, and its
//! status is computed from that and the current time.

use std::collections::BTreeMap;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _};
use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::error::{ApiError, Code, Result};
use crate::seed::Seed;

pub(crate) const INITIATING: &str = "INITIATING";
pub(crate) const WAITING_FOR_USER: &str = "WAITING_FOR_USER";
pub(crate) const AVAILABLE: &str = "AVAILABLE";
pub(crate) const DELETING: &str = "DELETING";
pub(crate) const PENDING_ACCEPTANCE: &str = "PENDING_ACCEPTANCE";
pub(crate) const PENDING: &str = "PENDING";

/// A private endpoint connection at the time of the snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionSnapshot {
    /// 24 hexadecimal digits; the first eight are the time of creation in seconds.
    pub id: String,
    /// The AWS region, such as `us-east-1`.
    pub region: String,
    /// The status that a client sees.
    pub status: String,
    /// The name of the VPC endpoint service, once it exists.
    pub endpoint_service_name: Option<String>,
    /// The error message that was pinned with the status.
    pub error_message: Option<String>,
    /// The interface endpoints, in the order in which they were added.
    pub interface_endpoints: Vec<InterfaceEndpointSnapshot>,
}

/// An interface endpoint at the time of the snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InterfaceEndpointSnapshot {
    /// `vpce-` followed by letters and digits.
    pub id: String,
    /// The status that a client sees.
    pub status: String,
    /// True while a deletion is in progress.
    pub delete_requested: bool,
    /// The error message that was pinned with the status.
    pub error_message: Option<String>,
}

/// A status to pin a resource to, with an optional error message.
///
/// Any text is accepted, so that tests can use statuses that no reference lists. A string converts to a
/// status without an error message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PinnedStatus {
    status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
}

impl PinnedStatus {
    /// Makes a status without an error message.
    pub fn new(status: impl Into<String>) -> Self {
        Self {
            status: status.into(),
            error_message: None,
        }
    }

    /// Adds an error message, as `FAILED` and `REJECTED` have one.
    #[must_use]
    pub fn with_error(mut self, message: impl Into<String>) -> Self {
        self.error_message = Some(message.into());
        self
    }
}

impl<T: Into<String>> From<T> for PinnedStatus {
    fn from(status: T) -> Self {
        Self::new(status)
    }
}

/// The resource that an operation is about, and the time of the operation.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) project: &'a str,
    pub(crate) connection: &'a str,
    pub(crate) interface_endpoint: &'a str,
    pub(crate) now: Moment,
}

/// All projects with their resources.
pub(crate) struct State {
    /// How long each change of a status takes.
    step: Duration,
    /// By project id in lower case.
    projects: BTreeMap<String, Vec<Connection>>,
    rng: StdRng,
    /// The part of an `ObjectId` that all ids of one process share.
    process: u64,
    counter: u32,
}

struct Connection {
    id: String,
    region: String,
    service_name: String,
    lifecycle: Lifecycle,
    interface_endpoints: Vec<InterfaceEndpoint>,
}

struct InterfaceEndpoint {
    id: String,
    lifecycle: Lifecycle,
}

/// The history of a connection or interface endpoint. Only the names of their statuses differ.
struct Lifecycle {
    created: Moment,
    step: Duration,
    phase: Phase,
}

enum Phase {
    Running,
    Deleting { since: Moment, was_ready: bool },
    Pinned { since: Moment, status: PinnedStatus },
}

impl State {
    pub(crate) fn new(seed: &Seed, mut rng: StdRng) -> Self {
        let process = rng.next_u64() >> 24;
        let counter = rng.next_u32();
        let projects = seed.projects.iter();
        Self {
            step: seed.durations.unwrap_or_default().create_connection,
            projects: projects
                .map(|it| (it.id.to_ascii_lowercase(), Vec::new()))
                .collect(),
            rng,
            process,
            counter,
        }
    }

    /// Returns an error for a malformed or unknown project id.
    pub(crate) fn check_project(&self, project: &str) -> Result<()> {
        if !is_object_id(project) {
            let detail = format!("The project id {project} is not 24 hexadecimal digits.");
            return Err(ApiError::new(Code::InvalidGroupId, detail).about(project));
        }
        if self.projects.contains_key(&project.to_ascii_lowercase()) {
            return Ok(());
        }
        Err(no_project(project))
    }

    pub(crate) fn list_connections(
        &mut self,
        target: Target<'_>,
    ) -> Result<Vec<ConnectionSnapshot>> {
        let connections = self.current(target)?.iter();
        Ok(connections.map(|it| it.snapshot(target.now)).collect())
    }

    pub(crate) fn get_connection(&mut self, target: Target<'_>) -> Result<ConnectionSnapshot> {
        Ok(self.connection(target)?.snapshot(target.now))
    }

    /// Creates a connection. One that is being deleted still occupies its region.
    pub(crate) fn create_connection(
        &mut self,
        target: Target<'_>,
        region: &str,
    ) -> Result<ConnectionSnapshot> {
        let mut existing = self.current(target)?.iter();
        if existing.any(|it| it.region == region) {
            let detail = format!("The project has a private endpoint connection in {region}.");
            return Err(ApiError::new(Code::AlreadyExistsForRegion, detail).about(region));
        }
        let connection = Connection {
            id: self.object_id(target.now),
            region: region.to_owned(),
            service_name: self.service_name(region),
            lifecycle: Lifecycle::new(target.now, self.step),
            interface_endpoints: Vec::new(),
        };
        let snapshot = connection.snapshot(target.now);
        self.current(target)?.push(connection);
        Ok(snapshot)
    }

    /// Starts a deletion. Deleting again while it is in progress succeeds and changes nothing.
    pub(crate) fn delete_connection(&mut self, target: Target<'_>) -> Result<()> {
        let connection = self.connection(target)?;
        if !connection.interface_endpoints.is_empty() {
            let id = target.connection;
            let detail = format!("Private endpoint connection {id} has interface endpoints.");
            return Err(ApiError::new(Code::CannotDeleteWithEndpoints, detail).about(id));
        }
        let had_service = connection.has_service(target.now);
        connection.lifecycle.delete(target.now, had_service);
        Ok(())
    }

    pub(crate) fn add_interface_endpoint(
        &mut self,
        target: Target<'_>,
    ) -> Result<InterfaceEndpointSnapshot> {
        let id = target.interface_endpoint;
        check_interface_endpoint_id(id)?;
        let step = self.step;
        let connection = self.connection(target)?;
        if !connection.accepts_interface_endpoints(target.now) {
            let detail = format!(
                "Private endpoint connection {} is not ready.",
                target.connection
            );
            let error = ApiError::new(Code::CannotAcceptEndpoints, detail);
            return Err(error.about(target.connection));
        }
        let existing = &mut connection.interface_endpoints;
        if existing.iter().any(|it| it.id == id) {
            let detail = format!("The connection already has interface endpoint {id}.");
            return Err(ApiError::new(Code::InterfaceEndpointAlreadyExists, detail).about(id));
        }
        let added = InterfaceEndpoint {
            id: id.to_owned(),
            lifecycle: Lifecycle::new(target.now, step),
        };
        let snapshot = added.snapshot(target.now);
        existing.push(added);
        Ok(snapshot)
    }

    pub(crate) fn get_interface_endpoint(
        &mut self,
        target: Target<'_>,
    ) -> Result<InterfaceEndpointSnapshot> {
        Ok(self.interface_endpoint(target)?.snapshot(target.now))
    }

    /// Starts a deletion. Deleting again while it is in progress succeeds and changes nothing.
    pub(crate) fn delete_interface_endpoint(&mut self, target: Target<'_>) -> Result<()> {
        let found = self.interface_endpoint(target)?;
        let was_connected = found.is_connected(target.now);
        found.lifecycle.delete(target.now, was_connected);
        Ok(())
    }

    pub(crate) fn pin_connection(
        &mut self,
        target: Target<'_>,
        status: PinnedStatus,
    ) -> Result<()> {
        let found = self.connection(target)?;
        found.lifecycle.pin(status, target.now);
        Ok(())
    }

    pub(crate) fn pin_interface_endpoint(
        &mut self,
        target: Target<'_>,
        status: PinnedStatus,
    ) -> Result<()> {
        let found = self.interface_endpoint(target)?;
        found.lifecycle.pin(status, target.now);
        Ok(())
    }

    /// Returns the connections of the project after removing everything whose deletion has finished.
    fn current(&mut self, target: Target<'_>) -> Result<&mut Vec<Connection>> {
        let project = target.project.to_ascii_lowercase();
        let connections = self.projects.get_mut(&project);
        let connections = connections.ok_or_else(|| no_project(target.project))?;
        connections.retain(|it| !it.lifecycle.is_deleted(target.now));
        for connection in connections.iter_mut() {
            let endpoints = &mut connection.interface_endpoints;
            endpoints.retain(|it| !it.lifecycle.is_deleted(target.now));
        }
        Ok(connections)
    }

    fn connection(&mut self, target: Target<'_>) -> Result<&mut Connection> {
        let id = target.connection;
        let mut connections = self.current(target)?.iter_mut();
        let found = connections.find(|it| it.id.eq_ignore_ascii_case(id));
        found.ok_or_else(|| {
            let detail = format!("The project has no private endpoint connection {id}.");
            ApiError::new(Code::PrivatelinkNotFound, detail).about(id)
        })
    }

    fn interface_endpoint(&mut self, target: Target<'_>) -> Result<&mut InterfaceEndpoint> {
        let id = target.interface_endpoint;
        check_interface_endpoint_id(id)?;
        let mut endpoints = self.connection(target)?.interface_endpoints.iter_mut();
        endpoints.find(|it| it.id == id).ok_or_else(|| {
            let detail = format!("The connection has no interface endpoint {id}.");
            ApiError::new(Code::InterfaceEndpointNotFound, detail).about(id)
        })
    }

    /// Makes an id of seconds, process and counter, which distinguishes ids of the same second.
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
    fn accepts_interface_endpoints(&self, now: Moment) -> bool {
        [WAITING_FOR_USER, AVAILABLE].contains(&self.status(now).as_str())
    }

    fn status(&self, now: Moment) -> String {
        self.lifecycle.status(|| {
            let mut endpoints = self.interface_endpoints.iter();
            if !self.lifecycle.has_taken(1, now) {
                INITIATING
            } else if endpoints.any(|it| it.is_connected(now)) {
                AVAILABLE
            } else {
                WAITING_FOR_USER
            }
        })
    }

    /// Returns true if the VPC endpoint service exists. A connection that was deleted while it was being
    /// created never gets one. One that is pinned to a ready status has one, since such a connection can be
    /// used.
    fn has_service(&self, now: Moment) -> bool {
        match &self.lifecycle.phase {
            Phase::Running => self.lifecycle.has_taken(1, now),
            Phase::Deleting { was_ready, .. } => *was_ready,
            Phase::Pinned { status, .. } if status.status == INITIATING => false,
            Phase::Pinned { since, .. } => {
                self.lifecycle.has_taken(1, *since) || self.accepts_interface_endpoints(now)
            }
        }
    }

    fn snapshot(&self, now: Moment) -> ConnectionSnapshot {
        let service_name = self.has_service(now).then(|| self.service_name.clone());
        let endpoints = self.interface_endpoints.iter();
        ConnectionSnapshot {
            id: self.id.clone(),
            region: self.region.clone(),
            status: self.status(now),
            endpoint_service_name: service_name,
            error_message: self.lifecycle.error_message(),
            interface_endpoints: endpoints.map(|it| it.snapshot(now)).collect(),
        }
    }
}

impl InterfaceEndpoint {
    fn status(&self, now: Moment) -> String {
        self.lifecycle.status(|| {
            if !self.lifecycle.has_taken(1, now) {
                PENDING_ACCEPTANCE
            } else if !self.lifecycle.has_taken(2, now) {
                PENDING
            } else {
                AVAILABLE
            }
        })
    }

    /// Returns true if this endpoint makes its connection `AVAILABLE`. One that was connected does so until
    /// its deletion has finished.
    fn is_connected(&self, now: Moment) -> bool {
        match &self.lifecycle.phase {
            Phase::Deleting { was_ready, .. } => *was_ready,
            _ => self.status(now) == AVAILABLE,
        }
    }

    fn snapshot(&self, now: Moment) -> InterfaceEndpointSnapshot {
        InterfaceEndpointSnapshot {
            id: self.id.clone(),
            status: self.status(now),
            delete_requested: matches!(self.lifecycle.phase, Phase::Deleting { .. }),
            error_message: self.lifecycle.error_message(),
        }
    }
}

impl Lifecycle {
    fn new(created: Moment, step: Duration) -> Self {
        Self {
            created,
            step,
            phase: Phase::Running,
        }
    }

    /// Returns true if this number of steps has passed since the creation.
    fn has_taken(&self, steps: u32, now: Moment) -> bool {
        self.created.after(self.step.saturating_mul(steps)) <= now
    }

    /// Starts a deletion, which ends a pin, unless one is in progress already.
    fn delete(&mut self, now: Moment, was_ready: bool) {
        if !matches!(self.phase, Phase::Deleting { .. }) {
            self.phase = Phase::Deleting {
                since: now,
                was_ready,
            };
        }
    }

    /// Stops everything in progress, including a deletion.
    fn pin(&mut self, status: PinnedStatus, now: Moment) {
        let since = match self.phase {
            Phase::Running => now,
            Phase::Deleting { since, .. } | Phase::Pinned { since, .. } => since,
        };
        self.phase = Phase::Pinned { since, status };
    }

    fn is_deleted(&self, now: Moment) -> bool {
        matches!(self.phase, Phase::Deleting { since, .. } if since.after(self.step) <= now)
    }

    fn status(&self, while_running: impl FnOnce() -> &'static str) -> String {
        match &self.phase {
            Phase::Running => while_running().to_owned(),
            Phase::Deleting { .. } => DELETING.to_owned(),
            Phase::Pinned { status, .. } => status.status.clone(),
        }
    }

    fn error_message(&self) -> Option<String> {
        match &self.phase {
            Phase::Pinned { status, .. } => status.error_message.clone(),
            Phase::Running | Phase::Deleting { .. } => None,
        }
    }
}

/// Returns true if the text is an `ObjectId` as Atlas writes it: 24 hexadecimal digits.
pub(crate) fn is_object_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Returns true if the text is `vpce-` followed by letters and digits.
pub(crate) fn is_interface_endpoint_id(text: &str) -> bool {
    text.strip_prefix("vpce-").is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|letter| letter.is_ascii_alphanumeric())
    })
}

fn check_interface_endpoint_id(id: &str) -> Result<()> {
    if is_interface_endpoint_id(id) {
        return Ok(());
    }
    let detail = format!("The interface endpoint id {id} is malformed.");
    Err(ApiError::new(Code::InterfaceEndpointIdMalformed, detail).about(id))
}

fn no_project(project: &str) -> ApiError {
    let detail = format!("There is no project {project}.");
    ApiError::new(Code::GroupNotFound, detail).about(project)
}

#[cfg(test)]
mod tests;
