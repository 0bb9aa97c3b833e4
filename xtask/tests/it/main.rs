//! The tasks, run as programs in copies of the workspace.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test panics"
)]

mod diff;
mod documents;
mod extract;
mod generate;
mod harness;
mod readme;
mod release;
mod report;
mod second;
mod version;
mod walks;
