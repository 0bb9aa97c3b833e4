//! The settings and values that the tests of all crates share.
//!
//! ```
//! use atlas_pe_sandbox::testing::{self, STEP};
//!
//! # fn main() -> Result<(), atlas_pe_sandbox::StartError> {
//! let sandbox = testing::builder().start()?;
//! // Create a connection with the client under test, and complete its creation without sleeping.
//! sandbox.advance(STEP);
//! # Ok(())
//! # }
//! ```

use std::time::Duration;

use crate::builder::SandboxBuilder;
use crate::clock::Clock;
use crate::sandbox::Sandbox;

/// How long each change of a status takes with the settings of [`builder`].
pub const STEP: Duration = Duration::from_secs(2);

/// Longer than all changes of a resource together.
pub const LONG: Duration = Duration::from_secs(3600);

/// A region without a connection.
pub const REGION: &str = "us-east-1";

/// The id of an interface endpoint.
pub const VPCE: &str = "vpce-0b9c5701325cb15dd";

/// An id that no project and no connection has.
pub const UNKNOWN_ID: &str = "0123456789abcdef01234567";

/// Returns the settings of a sandbox that changes only when the test advances its clock, and whose nonces
/// do not expire however far that is.
pub fn builder() -> SandboxBuilder {
    Sandbox::builder()
        .clock(Clock::manual())
        .step(STEP)
        .nonce_lifetime(Duration::MAX)
}
