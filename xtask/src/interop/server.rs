//! What all servers have in common.

use crate::Failure;

/// The variables that point a client at a server.
pub(crate) type Environment = Vec<(&'static str, String)>;

pub(crate) const BASE_URL_VARIABLE: &str = "MONGODB_ATLAS_BASE_URL";
pub(crate) const PUBLIC_KEY_VARIABLE: &str = "MONGODB_ATLAS_PUBLIC_API_KEY";
pub(crate) const PRIVATE_KEY_VARIABLE: &str = "MONGODB_ATLAS_PRIVATE_API_KEY";
pub(crate) const PROJECT_VARIABLE: &str = "MONGODB_ATLAS_PROJECT_ID";

/// How many requests a server saw, by its own account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) requests: usize,
    /// How many of them carried no `Authorization`: each asked for a challenge.
    pub(crate) unsigned: usize,
}

/// A server that runs on this machine and counts. It stops when it is dropped.
pub(crate) trait Server {
    /// The variables that point a client at it.
    fn environment(&self) -> Environment;

    /// Stops the server, and says what it saw.
    ///
    /// # Errors
    ///
    /// When it does not stop or what it counted cannot be read.
    fn stop(self: Box<Self>) -> Result<Counts, Failure>;
}
