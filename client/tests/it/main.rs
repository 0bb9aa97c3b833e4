//! The client against the sandbox, and against servers that answer as no sandbox would.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod answers;
mod cascade;
mod deadlines;
mod digest;
mod ensure;
mod errors;
mod examples;
mod faults;
mod gateway;
mod impatient;
mod lost_answers;
mod operations;
mod projects;
mod rate;
mod raw_server;
mod service_account;
mod telemetry;
mod time;
mod tls;
mod wait;
mod wait_ends;
mod world;
