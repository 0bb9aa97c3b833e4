//! The built `atlas-pe` against the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod codes;
mod config;
mod coverage;
mod dry_run;
mod errors;
mod harness;
mod life;
mod local;
mod output;
mod projects;
mod secrets;
mod sentences;
mod surface;
mod terminal;
mod twice;
mod usage;
mod verbose;
mod waiting;
