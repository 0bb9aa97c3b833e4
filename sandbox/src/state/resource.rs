//! Connections and interface endpoints. Their statuses are computed from the moments at which their
//! changes are due.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{ConnectionSnapshot, InterfaceEndpointSnapshot, PinnedStatus};
use crate::clock::Moment;
use crate::seed::{ConnectionSeed, Durations, InterfaceEndpointSeed};

pub(crate) const INITIATING: &str = "INITIATING";
pub(crate) const WAITING_FOR_USER: &str = "WAITING_FOR_USER";
pub(crate) const AVAILABLE: &str = "AVAILABLE";
pub(crate) const DELETING: &str = "DELETING";
pub(crate) const PENDING_ACCEPTANCE: &str = "PENDING_ACCEPTANCE";
pub(crate) const PENDING: &str = "PENDING";

/// A status with its error message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Status {
    pub(super) status: Cow<'static, str>,
    pub(super) error_message: Option<String>,
}

impl Status {
    const fn natural(status: &'static str) -> Self {
        Self {
            status: Cow::Borrowed(status),
            error_message: None,
        }
    }
}

impl From<&PinnedStatus> for Status {
    fn from(pinned: &PinnedStatus) -> Self {
        Self {
            status: Cow::Owned(pinned.status.clone()),
            error_message: pinned.error_message.clone(),
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Connection {
    pub(super) id: String,
    pub(super) region: String,
    pub(super) service_name: String,
    pub(super) lifecycle: Lifecycle,
    pub(super) interface_endpoints: Vec<InterfaceEndpoint>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct InterfaceEndpoint {
    pub(super) id: String,
    /// When it is connected, unless something else happens before.
    connected: Moment,
    pub(super) lifecycle: Lifecycle,
}

/// What connections and interface endpoints have in common.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Lifecycle {
    pub(super) created: Moment,
    /// When the first change is due: a connection is ready, an interface endpoint is accepted.
    ready: Moment,
    phase: Phase,
    /// The status that the history has last.
    #[serde(skip)]
    pub(super) recorded: Option<Status>,
}

#[derive(Clone, Serialize, Deserialize)]
enum Phase {
    /// The ending replaces what follows the first change.
    Running {
        ending: Option<PinnedStatus>,
    },
    Deleting {
        until: Moment,
        was_ready: bool,
    },
    Pinned {
        status: PinnedStatus,
        was_ready: bool,
    },
}

impl Connection {
    pub(super) fn new(
        (id, service_name): (String, String),
        region: &str,
        now: Moment,
        durations: &Durations,
    ) -> Self {
        Self {
            id,
            region: region.to_owned(),
            service_name,
            lifecycle: Lifecycle::new(now, now.after(durations.create_connection)),
            interface_endpoints: Vec::new(),
        }
    }

    /// Makes a connection that is or becomes what the seed describes.
    pub(super) fn seeded(
        seed: &ConnectionSeed,
        (id, service_name): (String, String),
        now: Moment,
        durations: &Durations,
    ) -> Self {
        let id = seed.id.clone().unwrap_or(id);
        let mut connection = Self::new((id, service_name), &seed.region, now, durations);
        let endpoints = seed.interface_endpoints.iter();
        connection.interface_endpoints = endpoints
            .map(|it| InterfaceEndpoint::seeded(it, now, durations))
            .collect();
        let pinned = pinned(seed.status.as_ref(), seed.error_message.as_ref());
        if pinned.as_ref() == Some(&PinnedStatus::new(INITIATING)) {
            return connection;
        }
        connection.lifecycle.ready = now;
        match pinned {
            Some(pinned) if pinned == PinnedStatus::new(DELETING) => {
                connection.delete(now, durations);
            }
            Some(pinned) if Status::from(&pinned) != connection.status(now) => {
                // One that failed has no service, unless it has been used.
                let was_ready = !connection.interface_endpoints.is_empty();
                connection.lifecycle.pin(pinned, was_ready);
            }
            _ => {}
        }
        connection
    }

    pub(super) fn accepts_interface_endpoints(&self, now: Moment) -> bool {
        [WAITING_FOR_USER, AVAILABLE].contains(&&*self.status(now).status)
    }

    pub(super) fn status(&self, now: Moment) -> Status {
        self.lifecycle.status(now, || {
            let mut endpoints = self.interface_endpoints.iter();
            if now < self.lifecycle.ready {
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
        let (status, was_ready) = match &self.lifecycle.phase {
            Phase::Running { ending: None } => return self.lifecycle.ready <= now,
            Phase::Running { ending: Some(_) } if now < self.lifecycle.ready => return false,
            Phase::Running {
                ending: Some(status),
            } => (status, false),
            Phase::Deleting { was_ready, .. } => return *was_ready,
            Phase::Pinned { status, was_ready } => (status, *was_ready),
        };
        status.status != INITIATING && (was_ready || self.accepts_interface_endpoints(now))
    }

    /// Starts a deletion, which ends a pin, unless one is in progress already.
    pub(super) fn delete(&mut self, now: Moment, durations: &Durations) {
        let until = now.after(durations.delete_connection);
        self.lifecycle.delete(until, self.has_service(now));
    }

    pub(super) fn pin(&mut self, status: PinnedStatus, now: Moment) {
        let is_ready = self.lifecycle.ready <= now;
        self.lifecycle.pin(status, is_ready);
    }

    pub(super) fn snapshot(&self, now: Moment) -> ConnectionSnapshot {
        let service_name = self.has_service(now).then(|| self.service_name.clone());
        let endpoints = self.interface_endpoints.iter();
        let status = self.status(now);
        ConnectionSnapshot {
            id: self.id.clone(),
            region: self.region.clone(),
            status: status.status.into_owned(),
            endpoint_service_name: service_name,
            error_message: status.error_message,
            interface_endpoints: endpoints.map(|it| it.snapshot(now)).collect(),
        }
    }

    /// Returns when the next change after a moment is due, except those of the interface endpoints.
    pub(super) fn due(&self, after: Moment) -> Option<Moment> {
        self.lifecycle.due(after, self.lifecycle.ready)
    }
}

impl InterfaceEndpoint {
    pub(super) fn new(id: &str, now: Moment, durations: &Durations) -> Self {
        let accepted = now.after(durations.accept_interface_endpoint);
        Self {
            id: id.to_owned(),
            connected: accepted.after(durations.connect_interface_endpoint),
            lifecycle: Lifecycle::new(now, accepted),
        }
    }

    fn seeded(seed: &InterfaceEndpointSeed, now: Moment, durations: &Durations) -> Self {
        let mut endpoint = Self::new(&seed.id, now, durations);
        let pinned = pinned(seed.status.as_ref(), seed.error_message.as_ref());
        if pinned.as_ref() == Some(&PinnedStatus::new(PENDING_ACCEPTANCE)) {
            return endpoint;
        }
        endpoint.accept(now, durations);
        if pinned.as_ref() == Some(&PinnedStatus::new(PENDING)) {
            return endpoint;
        }
        endpoint.connected = now;
        match pinned {
            Some(pinned) if pinned == PinnedStatus::new(DELETING) => {
                endpoint.delete(now, durations);
            }
            Some(pinned) if pinned != PinnedStatus::new(AVAILABLE) => {
                endpoint.lifecycle.pin(pinned, true);
            }
            _ => {}
        }
        endpoint
    }

    pub(super) fn status(&self, now: Moment) -> Status {
        self.lifecycle.status(now, || {
            if now < self.lifecycle.ready {
                PENDING_ACCEPTANCE
            } else if now < self.connected {
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
            Phase::Deleting { was_ready, until } => *was_ready && now < *until,
            _ => self.status(now).status == AVAILABLE,
        }
    }

    /// Starts a deletion, which ends a pin, unless one is in progress already.
    pub(super) fn delete(&mut self, now: Moment, durations: &Durations) {
        let until = now.after(durations.delete_interface_endpoint);
        self.lifecycle.delete(until, self.is_connected(now));
    }

    pub(super) fn pin(&mut self, status: PinnedStatus, now: Moment) {
        let is_ready = self.lifecycle.ready <= now;
        self.lifecycle.pin(status, is_ready);
    }

    /// Continues as if it had been accepted now, except during a deletion.
    pub(super) fn accept(&mut self, now: Moment, durations: &Durations) {
        if !self.lifecycle.is_deleting() && !self.is_connected(now) {
            self.lifecycle.ready = now;
            self.connected = now.after(durations.connect_interface_endpoint);
            self.lifecycle.phase = Phase::Running { ending: None };
        }
    }

    pub(super) fn snapshot(&self, now: Moment) -> InterfaceEndpointSnapshot {
        let status = self.status(now);
        InterfaceEndpointSnapshot {
            id: self.id.clone(),
            status: status.status.into_owned(),
            delete_requested: self.lifecycle.is_deleting(),
            error_message: status.error_message,
        }
    }

    /// Returns when the next change after a moment is due.
    pub(super) fn due(&self, after: Moment) -> Option<Moment> {
        self.lifecycle.due(after, self.connected)
    }
}

impl Lifecycle {
    fn new(created: Moment, ready: Moment) -> Self {
        Self {
            created,
            ready,
            phase: Phase::Running { ending: None },
            recorded: None,
        }
    }

    fn delete(&mut self, until: Moment, was_ready: bool) {
        if !self.is_deleting() {
            self.phase = Phase::Deleting { until, was_ready };
        }
    }

    /// Stops everything in progress, including a deletion.
    fn pin(&mut self, status: PinnedStatus, is_ready: bool) {
        let was_ready = match self.phase {
            Phase::Running { ending: None } => is_ready,
            Phase::Running { ending: Some(_) } => false,
            Phase::Deleting { was_ready, .. } | Phase::Pinned { was_ready, .. } => was_ready,
        };
        self.phase = Phase::Pinned { status, was_ready };
    }

    /// Sets the status that replaces what follows the first change, if that has not happened yet.
    pub(super) fn end_with(&mut self, status: PinnedStatus) {
        if let Phase::Running { ending } = &mut self.phase {
            *ending = Some(status);
        }
    }

    fn is_deleting(&self) -> bool {
        matches!(self.phase, Phase::Deleting { .. })
    }

    pub(super) fn is_deleted(&self, now: Moment) -> bool {
        matches!(self.phase, Phase::Deleting { until, .. } if until <= now)
    }

    fn status(&self, now: Moment, while_running: impl FnOnce() -> &'static str) -> Status {
        match &self.phase {
            Phase::Running {
                ending: Some(status),
            } if self.ready <= now => status.into(),
            Phase::Running { .. } => Status::natural(while_running()),
            Phase::Deleting { .. } => Status::natural(DELETING),
            Phase::Pinned { status, .. } => status.into(),
        }
    }

    fn due(&self, after: Moment, last: Moment) -> Option<Moment> {
        let due = match self.phase {
            Phase::Running { .. } if after < self.ready => self.ready,
            Phase::Running { ending: None } => last,
            Phase::Deleting { until, .. } => until,
            Phase::Running { .. } | Phase::Pinned { .. } => return None,
        };
        (after < due).then_some(due)
    }
}

fn pinned(status: Option<&String>, error_message: Option<&String>) -> Option<PinnedStatus> {
    let pinned = PinnedStatus::new(status?);
    Some(match error_message {
        Some(message) => pinned.with_error(message),
        None => pinned,
    })
}
