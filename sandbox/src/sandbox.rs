//! A running sandbox, as used by a test or program.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::auth::{ApiKey, ServiceAccount};
use crate::error::{ApiError, Code};
use crate::fault::{Fault, InjectedFault};
use crate::log::RequestRecord;
use crate::server::Server;
use crate::service::Service;
use crate::state::{ConnectionSnapshot, PinnedStatus, StatusChange};

/// A running simulation of the API on a port of the loopback interface. Dropping it stops it.
///
/// It runs in its own thread, so it can be started and used inside and outside of an asynchronous runtime.
///
/// ```
/// use std::time::Duration;
///
/// use atlas_pe_sandbox::{Clock, Sandbox};
///
/// # fn main() -> Result<(), atlas_pe_sandbox::StartError> {
/// let sandbox = Sandbox::builder().clock(Clock::manual()).start()?;
/// assert!(sandbox.origin().starts_with("http://127.0.0.1:"));
/// sandbox.advance(Duration::from_secs(1));
/// assert_eq!(sandbox.request_count(), 0);
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    /// Stops when it is dropped.
    pub(crate) _server: Server,
    pub(crate) service: Arc<Service>,
    pub(crate) origin: String,
    pub(crate) api_key: ApiKey,
    pub(crate) service_account: ServiceAccount,
    pub(crate) project_id: String,
}

/// Why a change of the sandbox's resources failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeError {
    /// The sandbox does not have the project, the private endpoint connection or the interface endpoint.
    UnknownResource,
    /// The file with the data could not be written, for the given reason. Nothing has changed.
    NotSaved(String),
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownResource => f.write_str("the sandbox has no such resource"),
            Self::NotSaved(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for ChangeError {}

impl From<ApiError> for ChangeError {
    fn from(error: ApiError) -> Self {
        match error.code {
            Code::UnexpectedError => Self::NotSaved(error.detail().to_owned()),
            _ => Self::UnknownResource,
        }
    }
}

impl Sandbox {
    /// Returns scheme, address and port, such as `http://127.0.0.1:49152`, which replace
    /// `https://cloud.mongodb.com`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the first public API key, which is the user name of the digest.
    pub fn public_key(&self) -> &str {
        &self.api_key.public_key
    }

    /// Returns the private key of the first API key, which is the password of the digest.
    pub fn private_key(&self) -> &str {
        &self.api_key.private_key
    }

    /// Returns the client id of the first service account.
    pub fn client_id(&self) -> &str {
        &self.service_account.client_id
    }

    /// Returns the client secret of the first service account.
    pub fn client_secret(&self) -> &str {
        &self.service_account.client_secret
    }

    /// Returns the first project.
    pub fn project_id(&self) -> &str {
        &self.project_id
    }

    /// Returns the environment variables that connect a client to this sandbox with the first API key, in the
    /// order in which the program prints them.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        owned([
            ("MONGODB_ATLAS_BASE_URL", self.origin()),
            ("MONGODB_ATLAS_PUBLIC_API_KEY", self.public_key()),
            ("MONGODB_ATLAS_PRIVATE_API_KEY", self.private_key()),
            ("MONGODB_ATLAS_PROJECT_ID", self.project_id()),
        ])
    }

    /// Returns the environment variables that connect a client to this sandbox with the first service account.
    pub fn service_account_env(&self) -> Vec<(&'static str, String)> {
        owned([
            ("MONGODB_ATLAS_BASE_URL", self.origin()),
            ("MONGODB_ATLAS_CLIENT_ID", self.client_id()),
            ("MONGODB_ATLAS_CLIENT_SECRET", self.client_secret()),
            ("MONGODB_ATLAS_PROJECT_ID", self.project_id()),
        ])
    }

    /// Revokes all access tokens. A request with one gets a 401, as after its expiry.
    pub fn revoke_tokens(&self) {
        self.service.lock().authenticator.revoke_tokens();
    }

    /// Advances the clock of the sandbox.
    pub fn advance(&self, by: Duration) {
        self.service.advance(by);
    }

    /// Returns the HTTP requests so far in the order of the responses, including those that got a 401 or
    /// no response because of a [fault](crate::fault), and connections that a fault reset before a request
    /// was read.
    ///
    /// The log keeps the most recent 16,384 requests, and fewer when they exceed 32 MiB in total.
    ///
    /// A request is recorded before its response is sent, so a client that has a response finds it here.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.service.lock().log.to_vec()
    }

    /// Removes the requests so far from the log, but not from [`request_count`](Self::request_count).
    pub fn clear_requests(&self) {
        self.service.lock().log.clear();
    }

    /// Returns the number of HTTP requests since the start or the last reset, including those that the log no longer has.
    pub fn request_count(&self) -> usize {
        self.service.lock().log.count()
    }

    /// Pins a private endpoint connection to a status until it is deleted or pinned to another one. A
    /// deletion in progress stops.
    ///
    /// # Errors
    ///
    /// Returns an error when the project or the connection does not exist.
    pub fn set_connection_status(
        &self,
        project: &str,
        id: &str,
        status: impl Into<PinnedStatus>,
    ) -> Result<(), ChangeError> {
        let target = self.service.target(project, id, "");
        let state = &mut self.service.lock().state;
        Ok(state.pin(target, status.into())?)
    }

    /// Pins an interface endpoint to a status, like
    /// [`set_connection_status`](Self::set_connection_status).
    ///
    /// # Errors
    ///
    /// Returns an error when the project, the connection or the interface endpoint does not exist.
    pub fn set_interface_endpoint_status(
        &self,
        project: &str,
        id: &str,
        interface_endpoint: &str,
        status: impl Into<PinnedStatus>,
    ) -> Result<(), ChangeError> {
        let target = self.service.target(project, id, interface_endpoint);
        let state = &mut self.service.lock().state;
        Ok(state.pin(target, status.into())?)
    }

    /// Accepts an interface endpoint, as the owner of the endpoint service does in AWS: it becomes `PENDING`
    /// and then `AVAILABLE`. One that is connected or being deleted stays as it is.
    ///
    /// # Errors
    ///
    /// Returns an error when the project, the connection or the interface endpoint does not exist.
    pub fn accept_interface_endpoint(
        &self,
        project: &str,
        id: &str,
        interface_endpoint: &str,
    ) -> Result<(), ChangeError> {
        let target = self.service.target(project, id, interface_endpoint);
        let state = &mut self.service.lock().state;
        Ok(state.accept_interface_endpoint(target)?)
    }

    /// Returns to the seed: its projects, resources and faults. Removes all requests from the log and from
    /// [`request_count`](Self::request_count).
    ///
    /// The time goes on, and nonces and tokens stay valid.
    ///
    /// # Errors
    ///
    /// Returns an error when the file of [`data`](crate::SandboxBuilder::data) cannot be written.
    pub fn reset(&self) -> Result<(), ChangeError> {
        Ok(self.service.reset()?)
    }

    /// Returns the ids of all projects, sorted.
    pub fn project_ids(&self) -> Vec<String> {
        self.service.lock().state.project_ids()
    }

    /// Returns the latest changes of status in a project, oldest first, at most 512; none for a project that
    /// does not exist.
    pub fn history(&self, project: &str) -> Vec<StatusChange> {
        let target = self.service.target(project, "", "");
        let history = self.service.lock().state.history(target);
        history.unwrap_or_default()
    }

    /// Returns the current private endpoint connections of a project in the order of their creation; none
    /// for a project that does not exist.
    pub fn connections(&self, project: &str) -> Vec<ConnectionSnapshot> {
        let target = self.service.target(project, "", "");
        let listed = self.service.lock().state.list_connections(target);
        listed.unwrap_or_default()
    }

    /// Adds a fault to the script, and returns its number.
    ///
    /// # Panics
    ///
    /// Panics when the fault is limited to an operation that does not exist or that its effect is not about,
    /// since a test with a misspelt operation would pass without a fault.
    #[track_caller]
    #[expect(clippy::panic, reason = "documented")]
    pub fn inject(&self, fault: Fault) -> u64 {
        match self.service.inject(fault) {
            Ok(number) => number,
            Err(reason) => panic!("could not inject a fault: {reason}"),
        }
    }

    /// Returns the faults in the script with the numbers of the requests that they have counted and affected.
    pub fn faults(&self) -> Vec<InjectedFault> {
        self.service.lock().faults.faults().to_vec()
    }

    /// Removes the fault with the number that [`inject`](Self::inject) returned, and returns false if it has
    /// been removed already.
    pub fn remove_fault(&self, number: u64) -> bool {
        self.service.lock().faults.remove(number)
    }

    /// Removes all faults. Stalled requests stay stalled.
    pub fn clear_faults(&self) {
        self.service.lock().faults.clear();
    }

    /// Returns the ids of all operations of the spec.
    pub fn operations(&self) -> Vec<&str> {
        self.service.routes().operation_ids().collect()
    }
}

fn owned(variables: [(&'static str, &str); 4]) -> Vec<(&'static str, String)> {
    variables
        .map(|(name, value)| (name, value.to_owned()))
        .into()
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("origin", &self.origin)
            .field("project_id", &self.project_id)
            .finish_non_exhaustive()
    }
}
