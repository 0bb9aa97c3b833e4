//! The tasks, run as programs in copies of the workspace.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod copy;
mod extract;
mod fresh;
