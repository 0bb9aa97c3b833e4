//! The sandbox, within this process.

use atlas_pe_sandbox::{Sandbox, SandboxBuilder};

use super::server::{Counts, Environment, Server};
use crate::Failure;

/// What makes a sandbox one of another mode.
pub(crate) type Mode = fn(SandboxBuilder) -> SandboxBuilder;

/// Starts a sandbox.
///
/// # Errors
///
/// When it cannot be started.
pub(crate) fn start(mode: Mode) -> Result<Box<dyn Server>, Failure> {
    Ok(Box::new(mode(Sandbox::builder()).start()?))
}

impl Server for Sandbox {
    fn environment(&self) -> Environment {
        self.env()
    }

    fn stop(self: Box<Self>) -> Result<Counts, Failure> {
        let requests = self.requests();
        let unsigned = requests.iter().filter(|request| !request.has_authorization);
        Ok(Counts {
            requests: requests.len(),
            unsigned: unsigned.count(),
        })
    }
}
