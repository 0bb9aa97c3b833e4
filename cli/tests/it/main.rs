//! Runs the built `atlas-pe` against the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod atlas_cli;
mod certificates;
mod completion;
mod config;
mod coverage;
mod docs;
mod dry_run;
mod error_codes;
mod errors;
mod harness;
mod idempotency;
#[cfg(all(target_os = "linux", feature = "keyring"))]
mod keyring;
mod lifecycle;
mod messages;
mod output;
mod projects;
mod regions;
mod surface;
mod terminal;
mod trace;
mod usage;
mod waiting;
