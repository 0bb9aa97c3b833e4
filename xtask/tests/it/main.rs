//! The tasks, run as programs in copies of the workspace.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod copy;
mod diff;
mod extract;
mod fragments;
mod fresh;
mod generate;
mod release;
mod report;
mod repository;
mod second;
mod walks;
