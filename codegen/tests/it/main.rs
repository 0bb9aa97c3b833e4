//! Valid and invalid fragments, through the whole generator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod client_methods;
mod compat;
mod compile;
mod extract;
mod good;
mod mutation;
mod robust;
mod server;
mod shapes;
