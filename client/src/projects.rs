//! The private endpoint connections of many projects.

use futures_util::Stream;
use futures_util::stream::{self, StreamExt};

use crate::types::PrivateEndpointConnection;
use crate::{Client, Error, ProjectId};

/// How many projects [`Client::list_in_projects`] is best asked to list at once. Each needs a connection
/// and a digest challenge of its own.
pub const DEFAULT_CONCURRENCY: usize = 16;

impl Client {
    /// Lists the private endpoint connections of many projects, up to `at_once` of them at the same time;
    /// 0 counts as 1, and [`DEFAULT_CONCURRENCY`] is a good number.
    ///
    /// Each project comes with its list, or with why there is none, as soon as that is known: not in the
    /// order in which they were given. A project that fails does not stop the others. Projects are taken
    /// from the iterator only when their turn comes, and nothing is sent before the stream is polled;
    /// dropping it ends what is under way.
    ///
    /// Requests are only worked on while the stream is polled, and their time passes all the same. Do what
    /// takes long for a project in a task of its own, or after all lists are there.
    ///
    /// ```no_run
    /// use std::pin::pin;
    /// use futures_util::StreamExt;
    /// use atlas_private_endpoint::DEFAULT_CONCURRENCY;
    /// # use atlas_private_endpoint::{Client, ProjectId};
    ///
    /// # async fn example(client: Client, projects: Vec<ProjectId>) {
    /// let mut lists = pin!(client.list_in_projects(projects, DEFAULT_CONCURRENCY));
    /// while let Some((project, list)) = lists.next().await {
    ///     match list {
    ///         Ok(connections) => println!("{project} has {}", connections.len()),
    ///         Err(error) => eprintln!("{error}"),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn list_in_projects<I>(
        &self,
        projects: I,
        at_once: usize,
    ) -> impl Stream<Item = (ProjectId, Result<Vec<PrivateEndpointConnection>, Error>)> + use<I>
    where
        I: IntoIterator<Item = ProjectId>,
    {
        let client = self.clone();
        stream::iter(projects)
            .map(move |project| {
                let client = client.clone();
                async move {
                    let list = client.list_private_endpoint_connections(&project).await;
                    (project, list)
                }
            })
            .buffer_unordered(at_once.max(1))
    }
}
