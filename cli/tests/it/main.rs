//! The built `atlas-pe` against the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod coverage;
mod errors;
mod harness;
mod life;
mod secrets;
mod surface;
mod terminal;
mod usage;
