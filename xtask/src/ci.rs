//! `cargo xtask ci` and `cargo xtask deny`.

use std::num::NonZero;
use std::process::{Command, ExitCode, Stdio};
use std::thread::available_parallelism;
use std::time::Instant;

use anstream::println;

use crate::workspace::{cargo, run as run_command};
use crate::{Failure, package, rust_version, verify};

/// Runs every check, the fast ones first, and stops at the first that fails.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    step("formatting", || {
        run_command(cargo(&["fmt", "--all", "--check"]))
    })?;
    step("generated code and version", || match verify::run()? {
        ExitCode::SUCCESS => Ok(()),
        _ => Err("see above".into()),
    })?;
    step("rust-version", rust_version::check)?;
    step("dependencies", || {
        if is_deny_installed() {
            return run_command(deny_command());
        }
        println!("skipped: cargo-deny is not installed (cargo install cargo-deny --locked)");
        Ok(())
    })?;
    step("lints", || {
        let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--"];
        let mut command = cargo(&arguments);
        command.args(["--deny", "warnings"]);
        run_command(command)
    })?;
    step("features of the client", || {
        // Without a crypto provider, which is quick. aws-lc-rs would be built for this step alone, and native-tls
        // requires the header files of OpenSSL.
        let package = ["check", "--package", "atlas-private-endpoint", "--lib"];
        let features = ["--no-default-features", "--features", "rustls", "--locked"];
        run_command(cargo(&[&package[..], &features[..]].concat()))
    })?;
    step("tests", || {
        // Most tests wait for a process or a server.
        let threads = available_parallelism().map_or(2, NonZero::get) * 2;
        let mut command = cargo(&["test", "--workspace", "--locked"]);
        command.env("RUST_TEST_THREADS", threads.to_string());
        run_command(command)
    })?;
    step("documentation", || {
        // With the examples, features are those of the lints, so that no dependency is checked again.
        let targets = ["--lib", "--bins", "--examples"];
        let mut command = cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
        command.args(targets);
        command.env("RUSTDOCFLAGS", "--deny warnings");
        run_command(command)
    })?;
    step("packages", || package::run().map(|_| ()))?;
    println!("\nall checks passed");
    Ok(ExitCode::SUCCESS)
}

/// Checks the licences, sources and bans of the dependencies by `deny.toml`.
pub(crate) fn deny() -> Result<ExitCode, Failure> {
    if !is_deny_installed() {
        return Err("cargo-deny is required; run: cargo install cargo-deny --locked".into());
    }
    run_command(deny_command())?;
    Ok(ExitCode::SUCCESS)
}

fn deny_command() -> Command {
    // Two versions of one crate are a warning, and there are dozens of them.
    cargo(&[
        "deny",
        "--log-level",
        "error",
        "check",
        "bans",
        "licenses",
        "sources",
    ])
}

fn is_deny_installed() -> bool {
    let mut command = cargo(&["deny", "--version"]);
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn step(name: &str, check: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    println!("\n== {name}");
    let start = Instant::now();
    check().map_err(|failure| format!("{name}: {failure}"))?;
    println!(
        "== {name}: passed in {:.1} s",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
