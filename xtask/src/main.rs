//! The tasks of this repository: `cargo xtask generate | verify | extract | demo | interop | ci`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task talks to the terminal it was started from"
)]

mod ci;
mod command;
mod demo;
mod extract;
mod fragment;
mod generate;
mod interop;
mod replace;
mod rust_version;
mod verify;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What a task that failed has to say.
type Failure = Box<dyn std::error::Error>;

/// Exit code of `verify` for generated code that is not what the description gives.
const STALE: u8 = 4;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The tasks of this repository", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write the client's generated code from spec/, where it differs
    Generate,
    /// Say whether the generated code is what spec/ gives; exit code 0: fresh, 4: stale, 1: cannot tell
    Verify,
    /// Cut a fragment out of a full OpenAPI document: some of its paths, and just what they refer to
    #[command(after_help = extract::MORE_HELP)]
    Extract(extract::Arguments),
    /// Run the CLI against a sandbox through the whole life of a private endpoint connection
    Demo,
    /// Count the client's requests at real digest servers (installs apache2-bin and lighttpd when run as root)
    Interop,
    /// Check everything: formatting, lints, generated code, tests, documentation
    Ci,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Generate => generate::run(),
        Task::Verify => verify::run(),
        Task::Extract(arguments) => extract::run(&arguments),
        Task::Demo => demo::run(),
        Task::Interop => interop::run(),
        Task::Ci => ci::run(),
    };
    result.unwrap_or_else(|failure| {
        eprintln!("error: {failure}");
        ExitCode::FAILURE
    })
}
