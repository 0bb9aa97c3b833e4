//! The sandbox as its clients see it: over real sockets.

#![expect(
    clippy::expect_used,
    reason = "clippy allows it in test functions, but not in their helpers"
)]

mod authentication;
mod errors;
mod faults;
mod library;
mod life;
mod presentation;
#[cfg(unix)]
mod program;
mod service_account;
mod support;
