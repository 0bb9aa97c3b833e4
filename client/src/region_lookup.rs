//! Finds the private endpoint connection of a region.
//!
//! Atlas reports the region of a connection only as part of its endpoint service name, which the connection has
//! once it is created. Until then its region is unknown.

use std::future::IntoFuture;
use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::operation::CallContext;
use crate::types::{PrivateEndpointConnection, PrivateEndpointConnectionStatus, Region};
use crate::wait::{DEFAULT_TIMEOUT, Poll, PollSchedule, poll_until, seconds};
use crate::{Client, Error, ErrorKind, ProjectId, operations};

/// The result of looking up the connection of a region once.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RegionLookup {
    /// The connection of the region. It may be in any state, including `DELETING`.
    Found(PrivateEndpointConnection),
    /// The region has no connection.
    NotFound,
    /// The connection may be one of these, which have no endpoint service name yet.
    Undecided(Vec<PrivateEndpointConnection>),
}

impl RegionLookup {
    /// Looks up a region in the listed connections of a project.
    ///
    /// A connection that is `FAILED` and has no name never gets one, so it does not count as undecided.
    pub fn among(
        connections: impl IntoIterator<Item = PrivateEndpointConnection>,
        region: &Region,
    ) -> Self {
        let mut undecided = Vec::new();
        for connection in connections {
            match connection.region() {
                Some(found) if found == *region => return Self::Found(connection),
                None if has_unknown_region(&connection) => undecided.push(connection),
                _ => {}
            }
        }
        if undecided.is_empty() {
            return Self::NotFound;
        }
        Self::Undecided(undecided)
    }
}

fn has_unknown_region(connection: &PrivateEndpointConnection) -> bool {
    let name = connection.endpoint_service_name.as_deref();
    // Atlas may return an empty name instead of none.
    name.unwrap_or_default().is_empty()
        && connection.status != PrivateEndpointConnectionStatus::Failed
}

/// Finds the private endpoint connection of a region when awaited; returned by
/// [`Client::connection_in_region`].
#[must_use = "a search does nothing until it is awaited or polled"]
#[derive(Clone, Debug)]
pub struct RegionSearch {
    client: Client,
    project: ProjectId,
    region: Region,
    schedule: PollSchedule,
}

impl Client {
    /// Finds the private endpoint connection of a project in a region.
    ///
    /// Atlas does not report the region of a connection that it is still creating. If the connection may be
    /// one of these, the search waits until their regions are known, which takes minutes.
    /// [`poll`](RegionSearch::poll) does not wait.
    ///
    /// `US_EAST_1` is read as us-east-1. A name that AWS does not give to regions, such as a misspelt one, is an
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) when the search is awaited or polled, and nothing is sent.
    ///
    /// ```no_run
    /// # use atlas_private_endpoint::{Client, Error, ProjectId};
    /// # async fn example(client: Client, project: ProjectId) -> Result<(), Error> {
    /// match client.connection_in_region(&project, "eu-west-1").await? {
    ///     Some(connection) => println!("{} {}", connection.id, connection.status),
    ///     None => println!("there is none in eu-west-1"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn connection_in_region(
        &self,
        project: &ProjectId,
        region: impl Into<Region>,
    ) -> RegionSearch {
        RegionSearch {
            client: self.clone(),
            project: project.clone(),
            region: region.into().by_aws_name(),
            schedule: PollSchedule::new(self.clock(), DEFAULT_TIMEOUT),
        }
    }
}

impl RegionSearch {
    /// Sets how long to wait until the regions of connections are known. The default is
    /// [an hour](DEFAULT_TIMEOUT).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.schedule.set_timeout(timeout);
        self
    }

    /// Polls once, without waiting.
    ///
    /// ```no_run
    /// use atlas_private_endpoint::RegionLookup;
    /// # use atlas_private_endpoint::{Client, Error, ProjectId};
    ///
    /// # async fn example(client: Client, project: ProjectId) -> Result<(), Error> {
    /// match client.connection_in_region(&project, "eu-west-1").poll().await? {
    ///     RegionLookup::Found(connection) => println!("{}", connection.id),
    ///     RegionLookup::Undecided(candidates) => println!("one of {}, perhaps", candidates.len()),
    ///     _ => println!("none"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Client::list_private_endpoint_connections`], and
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a misspelt region.
    pub async fn poll(&self) -> Result<RegionLookup, Error> {
        self.check()?;
        self.look_up().await
    }

    /// Rejects a region without the name of one, of which "not found" would be true and misleading.
    fn check(&self) -> Result<(), Error> {
        if self.region.has_aws_name() {
            return Ok(());
        }
        let message = format!(
            "unknown region {:?}; expected the AWS name of one, such as us-east-1",
            self.region.as_str()
        );
        Err(Error::new(ErrorKind::InvalidArgument, message))
    }

    /// Looks the region up once, without checking its name: a creation leaves that to Atlas.
    pub(crate) async fn look_up(&self) -> Result<RegionLookup, Error> {
        let connections = self
            .client
            .list_private_endpoint_connections(&self.project)
            .await?;
        Ok(RegionLookup::among(connections, &self.region))
    }

    /// Polls until the result is decided, and calls `on_undecided` with the connections whose region is unknown.
    pub(crate) async fn run(
        self,
        on_undecided: impl FnMut(&[PrivateEndpointConnection]) + Send,
    ) -> Result<Option<PrivateEndpointConnection>, Error> {
        let mut running = Running {
            search: self,
            undecided: Vec::new(),
            on_undecided,
        };
        poll_until(&mut running).await
    }
}

struct Running<F> {
    search: RegionSearch,
    undecided: Vec<PrivateEndpointConnection>,
    on_undecided: F,
}

impl<F: FnMut(&[PrivateEndpointConnection]) + Send> Poll for Running<F> {
    type Output = Option<PrivateEndpointConnection>;

    fn schedule(&mut self) -> &mut PollSchedule {
        &mut self.search.schedule
    }

    async fn poll_once(&mut self) -> Result<Option<Self::Output>, Error> {
        let lookup = self.search.schedule.poll(self.search.look_up()).await;
        match lookup.transpose()? {
            Some(RegionLookup::Found(connection)) => Ok(Some(Some(connection))),
            Some(RegionLookup::NotFound) => Ok(Some(None)),
            Some(RegionLookup::Undecided(connections)) => {
                (self.on_undecided)(&connections);
                self.undecided = connections;
                Ok(None)
            }
            None => Ok(None),
        }
    }

    fn timed_out(&mut self) -> Error {
        let RegionSearch {
            project,
            region,
            schedule,
            ..
        } = &self.search;
        let ids: Vec<&str> = self.undecided.iter().map(|it| it.id.as_str()).collect();
        let goal =
            format!("the private endpoint connection of project {project} in region {region}");
        let values = vec![("groupId", project.to_string())];
        let call = CallContext::new(&operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS, values);
        if ids.is_empty() {
            return schedule.unanswered(call, goal);
        }
        let (ids, after) = (ids.join(", "), seconds(schedule.elapsed()));
        let reason = format!("the region of {ids} was still unknown after {after}");
        schedule.error(call, goal, reason)
    }
}

impl IntoFuture for RegionSearch {
    type Output = Result<Option<PrivateEndpointConnection>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.check()?;
            self.run(|_| {}).await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(id: char, region: Option<&str>, status: &str) -> PrivateEndpointConnection {
        let id: String = std::iter::repeat_n(id, 24).collect();
        let name = region.map(|region| format!("com.amazonaws.vpce.{region}.vpce-svc-1"));
        let json = serde_json::json!({"id": id, "endpointServiceName": name, "status": status});
        serde_json::from_value(json).unwrap()
    }

    fn look_up(connections: &[PrivateEndpointConnection]) -> RegionLookup {
        RegionLookup::among(connections.to_vec(), &Region::UsEast1)
    }

    #[test]
    fn missing_service_name_leaves_the_lookup_undecided() {
        let here = connection('a', Some("us-east-1"), "DELETING");
        let there = connection('b', Some("eu-west-1"), "AVAILABLE");
        let new = connection('c', None, "INITIATING");
        let mut newer = connection('d', None, "HIBERNATING");
        newer.endpoint_service_name = Some(String::new());
        let failed = connection('e', None, "FAILED");
        let all = [&new, &there, &here].map(Clone::clone);
        assert_eq!(look_up(&all), RegionLookup::Found(here));
        let undecided = [&there, &new, &failed, &newer].map(Clone::clone);
        assert_eq!(
            look_up(&undecided),
            RegionLookup::Undecided(vec![new, newer])
        );
        assert_eq!(look_up(&[there, failed]), RegionLookup::NotFound);
        assert_eq!(look_up(&[]), RegionLookup::NotFound);
    }
}
