//! The resources of the sandbox: a state machine. Time is a parameter.
//!
//! Nothing runs in the background. A resource stores when its changes are due, and its status is computed
//! from that and the current time.

mod history;
mod ids;
mod project;
mod resource;
mod snapshot;

use std::collections::BTreeMap;

use crate::clock::Moment;
use crate::error::{ApiError, Code, Result};
use crate::seed::{Durations, Seed};
pub use history::StatusChange;
pub(crate) use ids::Ids;
pub(crate) use project::Project;
#[cfg(test)]
pub(crate) use resource::{
    AVAILABLE, DELETING, INITIATING, PENDING, PENDING_ACCEPTANCE, WAITING_FOR_USER,
};
use resource::{Connection, InterfaceEndpoint};
pub use snapshot::{ConnectionSnapshot, InterfaceEndpointSnapshot, PinnedStatus};

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
    durations: Durations,
    /// By project id in lower case.
    projects: BTreeMap<String, Project>,
    ids: Ids,
    /// Keeps every change before it has an effect; `None` when the data is in memory only.
    storage: Option<Box<dyn Storage>>,
    /// True after a failure, until the file has been read.
    is_unsure: bool,
}

/// A file that keeps projects.
pub(crate) trait Storage: Send {
    /// Reads everything.
    fn load(&mut self) -> Result<Saved, String>;

    /// Writes these projects and the number of ids, and removes all others if it replaces them. Returns when
    /// they are durable.
    ///
    /// After an error it is unknown whether they are, until [`load`](Self::load) returns.
    fn save(&mut self, projects: &[&Project], ids: u64, replaces: bool) -> Result<(), String>;
}

/// What a file has.
#[derive(Default)]
pub(crate) struct Saved {
    pub(crate) projects: Vec<Project>,
    /// The number of ids that were assigned.
    pub(crate) ids: u64,
}

impl State {
    /// Makes a state with the projects of the seed.
    pub(crate) fn new(seed: &Seed, mut ids: Ids, now: Moment) -> Self {
        let durations = seed.durations.unwrap_or_default();
        let projects = seed.projects.iter().map(|it| {
            let project = Project::seeded(it, &mut ids, now, &durations);
            (project.key(), project)
        });
        Self {
            durations,
            projects: projects.collect(),
            ids,
            storage: None,
            is_unsure: false,
        }
    }

    /// Keeps the data in a file from now on. What was read from it has precedence over the seed.
    #[cfg(feature = "data")]
    pub(crate) fn store(
        &mut self,
        mut storage: Box<dyn Storage>,
        saved: Saved,
        now: Moment,
    ) -> Result<(), String> {
        for project in saved.projects {
            self.projects.insert(project.key(), project.loaded(now));
        }
        let projects: Vec<&Project> = self.projects.values().collect();
        storage.save(&projects, self.ids.count, true)?;
        self.storage = Some(storage);
        Ok(())
    }

    /// Replaces all projects with those of the seed.
    pub(crate) fn reset(&mut self, seed: &Seed, now: Moment) -> Result<()> {
        self.load_if_unsure(now)?;
        let mut ids = self.ids.clone();
        ids.reset();
        let new = Self::new(seed, ids, now);
        if let Some(storage) = &mut self.storage {
            let projects: Vec<&Project> = new.projects.values().collect();
            let saved = storage.save(&projects, new.ids.count, true);
            saved.map_err(|reason| self.not_saved(&reason, now))?;
        }
        *self = Self {
            storage: self.storage.take(),
            ..new
        };
        Ok(())
    }

    /// Saves the time. A failure is ignored, since the next change saves it, too.
    pub(crate) fn save_time(&mut self, now: Moment) {
        if self.load_if_unsure(now).is_err() {
            return;
        }
        if let Some(storage) = &mut self.storage
            && let Err(reason) = storage.save(&[], self.ids.count, false)
        {
            self.not_saved(&reason, now);
        }
    }

    /// Returns the error after a failure, and makes the state equal to the file.
    fn not_saved(&mut self, reason: &str, now: Moment) -> ApiError {
        self.is_unsure = true;
        // Fails while the file cannot be read either. Then the next change begins with it.
        let _ = self.load_if_unsure(now);
        let detail = format!("The change could not be saved: {reason}.");
        ApiError::new(Code::UnexpectedError, detail)
    }

    fn load_if_unsure(&mut self, now: Moment) -> Result<()> {
        let Some(storage) = self.storage.as_mut().filter(|_| self.is_unsure) else {
            return Ok(());
        };
        let saved = storage.load().map_err(|reason| {
            let detail = format!("The data could not be read: {reason}.");
            ApiError::new(Code::UnexpectedError, detail)
        })?;
        self.is_unsure = false;
        self.ids.count = saved.ids;
        let mut before = std::mem::take(&mut self.projects);
        for project in saved.projects {
            let mut project = project.loaded(now);
            if let Some(before) = before.remove(&project.key()) {
                project.history = before.history;
            }
            self.projects.insert(project.key(), project);
        }
        Ok(())
    }

    /// Returns the ids of all projects in their order.
    pub(crate) fn project_ids(&self) -> Vec<String> {
        self.projects.values().map(|it| it.id.clone()).collect()
    }

    /// Returns the latest changes of status in a project, oldest first.
    pub(crate) fn history(&mut self, target: Target<'_>) -> Result<Vec<StatusChange>> {
        Ok(self.project(target)?.history.to_vec())
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
        let connections = self.project(target)?.connections.iter();
        Ok(connections.map(|it| it.snapshot(target.now)).collect())
    }

    /// Lists the connections that exist as they were at an earlier moment, without those created since.
    pub(crate) fn list_connections_as_of(
        &mut self,
        target: Target<'_>,
        moment: Moment,
    ) -> Result<Vec<ConnectionSnapshot>> {
        let project = self.project(target)?;
        let connections = project.connections.iter();
        let existing = connections.filter(|it| it.lifecycle.created <= moment);
        Ok(existing
            .map(|it| {
                let mut connection = it.clone();
                let endpoints = &mut connection.interface_endpoints;
                endpoints.retain(|it| it.lifecycle.created <= moment);
                let mut snapshot = connection.snapshot(moment);
                // A deletion or a pin has no beginning in the connection itself.
                if let Some(change) = project.history.last_before(&it.id, moment) {
                    snapshot.status = change.status.clone().unwrap_or_default();
                    snapshot.error_message.clone_from(&change.error_message);
                }
                snapshot
            })
            .collect())
    }

    pub(crate) fn get_connection(&mut self, target: Target<'_>) -> Result<ConnectionSnapshot> {
        let found = self.project(target)?.connection(target)?;
        Ok(found.snapshot(target.now))
    }

    /// Creates a connection. One that is being deleted still occupies its region.
    pub(crate) fn create_connection(
        &mut self,
        target: Target<'_>,
        region: &str,
    ) -> Result<ConnectionSnapshot> {
        let durations = self.durations;
        self.write(target, |project, ids| {
            let mut existing = project.connections.iter();
            if existing.any(|it| it.region == region) {
                let detail = format!("The project has a private endpoint connection in {region}.");
                return Err(ApiError::new(Code::AlreadyExistsForRegion, detail).about(region));
            }
            let id = ids.next(region, target.now);
            let connection = Connection::new(id, region, target.now, &durations);
            let snapshot = connection.snapshot(target.now);
            project.connections.push(connection);
            Ok(snapshot)
        })
    }

    /// Starts a deletion. Deleting again while it is in progress succeeds and changes nothing.
    pub(crate) fn delete_connection(&mut self, target: Target<'_>) -> Result<()> {
        let durations = self.durations;
        self.write(target, |project, _| {
            let connection = project.connection(target)?;
            if !connection.interface_endpoints.is_empty() {
                let id = target.connection;
                let detail = format!("Private endpoint connection {id} has interface endpoints.");
                return Err(ApiError::new(Code::CannotDeleteWithEndpoints, detail).about(id));
            }
            connection.delete(target.now, &durations);
            Ok(())
        })
    }

    pub(crate) fn add_interface_endpoint(
        &mut self,
        target: Target<'_>,
    ) -> Result<InterfaceEndpointSnapshot> {
        let id = target.interface_endpoint;
        check_interface_endpoint_id(id)?;
        let durations = self.durations;
        self.write(target, |project, _| {
            let connection = project.connection(target)?;
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
            let added = InterfaceEndpoint::new(id, target.now, &durations);
            let snapshot = added.snapshot(target.now);
            existing.push(added);
            Ok(snapshot)
        })
    }

    pub(crate) fn get_interface_endpoint(
        &mut self,
        target: Target<'_>,
    ) -> Result<InterfaceEndpointSnapshot> {
        let found = self.project(target)?.interface_endpoint(target)?;
        Ok(found.snapshot(target.now))
    }

    /// Starts a deletion. Deleting again while it is in progress succeeds and changes nothing.
    pub(crate) fn delete_interface_endpoint(&mut self, target: Target<'_>) -> Result<()> {
        let durations = self.durations;
        self.write(target, |project, _| {
            let found = project.interface_endpoint(target)?;
            found.delete(target.now, &durations);
            Ok(())
        })
    }

    /// Pins the interface endpoint of the target, or the connection when it has none.
    pub(crate) fn pin(&mut self, target: Target<'_>, status: PinnedStatus) -> Result<()> {
        self.write(target, |project, _| {
            if target.interface_endpoint.is_empty() {
                project.connection(target)?.pin(status, target.now);
            } else {
                let found = project.interface_endpoint(target)?;
                found.pin(status, target.now);
            }
            Ok(())
        })
    }

    /// Sets the status with which the creation of a connection or the acceptance of an interface endpoint
    /// ends, if it has not ended yet.
    pub(crate) fn end_with(&mut self, target: Target<'_>, status: PinnedStatus) -> Result<()> {
        self.write(target, |project, _| {
            let lifecycle = if target.interface_endpoint.is_empty() {
                &mut project.connection(target)?.lifecycle
            } else {
                &mut project.interface_endpoint(target)?.lifecycle
            };
            lifecycle.end_with(status);
            Ok(())
        })
    }

    /// Accepts an interface endpoint, as its owner does in AWS: it becomes `PENDING` and then `AVAILABLE`,
    /// unless it is or was connected.
    pub(crate) fn accept_interface_endpoint(&mut self, target: Target<'_>) -> Result<()> {
        let durations = self.durations;
        self.write(target, |project, _| {
            let found = project.interface_endpoint(target)?;
            found.accept(target.now, &durations);
            Ok(())
        })
    }

    /// Changes a project, saves it and records the changes. After an error nothing has changed.
    fn write<T>(
        &mut self,
        target: Target<'_>,
        change: impl FnOnce(&mut Project, &mut Ids) -> Result<T>,
    ) -> Result<T> {
        self.load_if_unsure(target.now)?;
        self.project(target)?;
        let Self {
            projects,
            ids,
            storage,
            ..
        } = self;
        let project = projects.get_mut(&target.project.to_ascii_lowercase());
        let project = project.ok_or_else(|| no_project(target.project))?;
        let Some(storage) = storage else {
            let value = change(project, ids)?;
            project.record(target.now);
            return Ok(value);
        };
        let before = (project.connections.clone(), ids.count);
        let value = change(project, ids)?;
        if let Err(reason) = storage.save(&[project], ids.count, false) {
            (project.connections, ids.count) = before;
            return Err(self.not_saved(&reason, target.now));
        }
        project.record(target.now);
        Ok(value)
    }

    /// Returns a project in its current state.
    fn project(&mut self, target: Target<'_>) -> Result<&mut Project> {
        let project = self.projects.get_mut(&target.project.to_ascii_lowercase());
        let project = project.ok_or_else(|| no_project(target.project))?;
        project.settle(target.now);
        Ok(project)
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
