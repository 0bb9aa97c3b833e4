//! Tests of the client against the sandbox, and against servers that send malformed responses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod cascade;
mod config;
mod deadlines;
mod digest;
mod ensure;
mod errors;
mod example_programs;
mod examples;
mod faults;
mod gateway;
mod log;
mod operations;
mod projects;
mod rate;
mod raw_server;
mod reconcile;
mod responses;
mod service_account;
mod telemetry;
mod tls;
mod types;
mod wait;
mod wait_errors;
mod world;
