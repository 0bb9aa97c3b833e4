//! The tasks of this repository:
//! `cargo xtask lint | generate | verify | diff | extract | demo | interop | quick | ci`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task talks to the terminal it was started from"
)]

mod ci;
mod command;
mod demo;
mod diff;
mod extract;
mod fragment;
mod generate;
mod generated;
mod git;
mod interop;
mod lint;
mod quick;
mod release;
mod replace;
mod report;
mod rust_version;
mod verify;
mod version;
mod workspace;

use std::process::ExitCode;

use anstream::eprintln;
use clap::{Parser, Subcommand};

/// What a task that failed has to say.
type Failure = Box<dyn std::error::Error>;

/// Exit code of `verify` for generated code that is not what the description gives.
const STALE: u8 = 4;
/// Exit code of `verify` for a version that is too low for what changed since the last release.
const LOW: u8 = 5;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The tasks of this repository", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Say everything that is wrong with spec/, where, why, and what to write; exit code 0: nothing, 1: something
    Lint,
    /// Write the client's generated code from spec/, where it differs; exit code 1: spec/ has problems, as in lint
    Generate,
    /// Say whether the generated code is what spec/ gives, and the version high enough for what changed there
    /// since the last release tag; exit code 0: yes, 4: stale, 5: too low, 1: cannot tell, since spec/ has
    /// problems, as in lint
    Verify,
    /// Say what changed in spec/ since a revision, for whom it breaks, and which version that asks for
    Diff(diff::Arguments),
    /// Extract a fragment from a full OpenAPI document: some of its paths, and exactly what they refer to
    #[command(after_help = extract::MORE_HELP)]
    Extract(extract::Arguments),
    /// Run the CLI against a sandbox through the whole life of a private endpoint connection
    Demo,
    /// Count the client's requests at real digest servers (installs apache2-bin and lighttpd when run as root)
    Interop,
    /// Compare how long `atlas-pe list` and `curl --digest` take (needs hyperfine)
    Quick,
    /// Check everything: formatting, lints, generated code, tests, documentation
    Ci,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Lint => lint::run(),
        Task::Generate => generate::run(),
        Task::Verify => verify::run(),
        Task::Diff(arguments) => diff::run(&arguments),
        Task::Extract(arguments) => extract::run(&arguments),
        Task::Demo => demo::run(),
        Task::Interop => interop::run(),
        Task::Quick => quick::run(),
        Task::Ci => ci::run(),
    };
    result.unwrap_or_else(|failure| {
        eprintln!("error: {failure}");
        ExitCode::FAILURE
    })
}
