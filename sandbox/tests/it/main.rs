//! Tests of the sandbox over real sockets.

#![expect(
    clippy::expect_used,
    reason = "clippy allows it in test functions, but not in their helpers"
)]

mod authentication;
mod control;
#[cfg(all(unix, feature = "program"))]
mod crash;
#[cfg(feature = "data")]
mod data;
mod errors;
mod faults;
mod format;
mod library;
mod lifecycle;
mod model;
#[cfg(feature = "page")]
mod page;
mod principals;
#[cfg(unix)]
mod program;
mod resource_faults;
mod seed;
mod seed_schema;
mod service_account;
mod support;
