//! Finding the private endpoint connection of a region.
//!
//! Atlas tells the region of a connection by its endpoint service name alone, which it has once it is
//! created. Until then, nobody can tell where it will be.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use crate::types::{PrivateEndpointConnection, PrivateEndpointConnectionStatus, Region};
use crate::wait::{DEFAULT_TIMEOUT, Pace, may_pass, out_of_time, seconds};
use crate::{Client, Error, ProjectId};

/// What one look for the connection of a region has shown.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RegionLookup {
    /// This is the one. It may be in any state, `DELETING` included.
    Found(PrivateEndpointConnection),
    /// There is none.
    NotFound,
    /// It may be one of these, which have no endpoint service name yet.
    Undecided(Vec<PrivateEndpointConnection>),
}

impl RegionLookup {
    /// Sorts what a project has.
    ///
    /// A connection that is `FAILED` and has no name never gets one, so it does not leave anything open:
    /// it is not found.
    pub(crate) fn pick(list: Vec<PrivateEndpointConnection>, wanted: &Region) -> Self {
        let mut open = Vec::new();
        for connection in list {
            match connection.region() {
                Some(region) if region == *wanted => return Self::Found(connection),
                None if is_open(&connection) => open.push(connection),
                _ => {}
            }
        }
        if open.is_empty() {
            return Self::NotFound;
        }
        Self::Undecided(open)
    }
}

fn is_open(connection: &PrivateEndpointConnection) -> bool {
    let name = connection.endpoint_service_name.as_deref();
    // Atlas may give what is not there yet as an empty text.
    name.unwrap_or_default().is_empty()
        && connection.status != PrivateEndpointConnectionStatus::Failed
}

/// Finds the private endpoint connection of a region, when it is awaited; made by
/// [`Client::connection_in_region`].
#[must_use = "nothing is looked for until it is awaited"]
#[derive(Clone, Debug)]
pub struct RegionSearch {
    client: Client,
    project: ProjectId,
    region: Region,
    timeout: Duration,
}

impl Client {
    /// Finds the private endpoint connection of a project in a region.
    ///
    /// One that Atlas is creating does not tell its region. When there is no other, the search waits until
    /// it does, which takes minutes, and looks again. [`poll`](RegionSearch::poll) does not wait.
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
            region: region.into(),
            timeout: DEFAULT_TIMEOUT,
        }
    }
}

impl RegionSearch {
    /// How long to wait for connections to tell their region. The default is
    /// [an hour](DEFAULT_TIMEOUT).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Looks once, and does not wait.
    ///
    /// # Errors
    ///
    /// Those of [`Client::list_private_endpoint_connections`].
    pub async fn poll(&self) -> Result<RegionLookup, Error> {
        let list = self
            .client
            .list_private_endpoint_connections(&self.project)
            .await?;
        Ok(RegionLookup::pick(list, &self.region))
    }

    /// Looks until it is plain, and tells `on_open` of those that do not tell their region yet.
    pub(crate) async fn run(
        self,
        mut on_open: impl FnMut(&[PrivateEndpointConnection]),
    ) -> Result<Option<PrivateEndpointConnection>, Error> {
        let mut pace = Pace::begin(self.client.clock(), self.timeout);
        let mut open = Vec::new();
        loop {
            match pace.within(self.poll()).await {
                Some(Ok(RegionLookup::Found(connection))) => return Ok(Some(connection)),
                Some(Ok(RegionLookup::NotFound)) => return Ok(None),
                Some(Ok(RegionLookup::Undecided(connections))) => {
                    on_open(&connections);
                    open = connections;
                }
                // Once it waits, a failure that may pass does not end it.
                Some(Err(error)) if open.is_empty() || !may_pass(&error) => return Err(error),
                Some(Err(_)) | None => {}
            }
            if !pace.pause().await {
                return Err(self.undecided(&open, &pace));
            }
        }
    }

    /// The time is over, and nobody knows which connection is the one of the region.
    fn undecided(&self, open: &[PrivateEndpointConnection], pace: &Pace) -> Error {
        let ids: Vec<&str> = open.iter().map(|it| it.id.as_str()).collect();
        let after = seconds(pace.elapsed());
        let reason = if ids.is_empty() {
            format!("no answer had come after {after}")
        } else {
            let ids = ids.join(", ");
            format!("after {after}, Atlas still did not tell the region of {ids}")
        };
        let (project, region) = (&self.project, &self.region);
        let goal =
            format!("the private endpoint connection of project {project} in region {region}");
        out_of_time(goal, reason, pace)
    }
}

impl IntoFuture for RegionSearch {
    type Output = Result<Option<PrivateEndpointConnection>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run(|_| {}))
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

    fn pick(list: &[PrivateEndpointConnection]) -> RegionLookup {
        RegionLookup::pick(list.to_vec(), &Region::UsEast1)
    }

    #[test]
    fn a_name_decides_and_its_absence_leaves_it_open() {
        let here = connection('a', Some("us-east-1"), "DELETING");
        let there = connection('b', Some("eu-west-1"), "AVAILABLE");
        let new = connection('c', None, "INITIATING");
        let mut newer = connection('d', None, "HIBERNATING");
        newer.endpoint_service_name = Some(String::new());
        let failed = connection('e', None, "FAILED");
        let all = [&new, &there, &here].map(Clone::clone);
        assert_eq!(pick(&all), RegionLookup::Found(here));
        let open = [&there, &new, &failed, &newer].map(Clone::clone);
        assert_eq!(pick(&open), RegionLookup::Undecided(vec![new, newer]));
        assert_eq!(pick(&[there, failed]), RegionLookup::NotFound);
        assert_eq!(pick(&[]), RegionLookup::NotFound);
    }
}
