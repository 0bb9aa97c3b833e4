//! `cargo xtask schemathesis`: generated requests to the sandbox, whose responses are validated against the fragment.
//!
//! This is not part of `cargo xtask ci`, since it installs schemathesis and takes minutes. A test of the sandbox
//! receives every response; this task looks for requests that nobody thought of.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anstream::println;
use atlas_pe_sandbox::{Sandbox, Seed};
use clap::Args;

use crate::Failure;
use crate::system::install;
use crate::workspace::{is_successful, root, run as run_command, target_directory};

const PACKAGE: &str = "schemathesis==4.32.5";

/// The module with the hooks. schemathesis imports it by this name.
const HOOKS: &str = "hooks";
const HOOKS_TEXT: &str = include_str!("schemathesis/hooks.py");

/// The resources that the examples of the fragment name.
const SEED: &str = r#"{
    "projects": [{
        "id": "5356823b3004dee37132bb7b",
        "connections": [{
            "id": "5f7cb1a3e3b4aa3b8ba3fb44",
            "region": "us-east-1",
            "interfaceEndpoints": [{ "id": "vpce-0b9c5701325cb15dd" }]
        }]
    }]
}"#;

#[derive(Args)]
pub(crate) struct Arguments {
    /// How many requests are generated for each of the seven operations, beside those of its examples and limits
    #[arg(long, value_name = "NUMBER", default_value_t = 700)]
    examples: u32,
    /// The number on which the generated requests depend
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
}

/// Installs schemathesis below the target directory if it is missing, and runs it.
///
/// # Errors
///
/// When it cannot be installed, or finds a response that the fragment does not describe.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let program = install_schemathesis()?;
    let sandbox = Sandbox::builder()
        .seed(Seed::from_json(SEED)?)
        .step(Duration::ZERO)
        .start()?;
    // Files that it writes do not belong into the workspace.
    let directory = tempfile::tempdir()?;
    fs::write(directory.path().join(format!("{HOOKS}.py")), HOOKS_TEXT)?;
    let schemathesis = |phases: &str, only: &[&str]| {
        let mut command = Command::new(&program);
        command
            .arg("run")
            .arg(root().join("spec/private-endpoint-v1.0.yaml"))
            .args(["--url", &format!("{}/api/atlas/v1.0", sandbox.origin())])
            .args(["--max-examples", &arguments.examples.to_string()])
            .args(["--seed", &arguments.seed.to_string()])
            .args(["--phases", phases, "--continue-on-failure"])
            .args(only)
            .current_dir(&directory)
            .env("SCHEMATHESIS_HOOKS", HOOKS)
            .env("PYTHONPATH", directory.path())
            .envs(sandbox.env());
        run_command(command)
    };
    let mut result = schemathesis("examples,coverage,stateful", &[]);
    // It generates few requests for some operations when it tests them together.
    for operation in sandbox.operations() {
        result = result.and(schemathesis(
            "fuzzing",
            &["--include-operation-id", operation],
        ));
    }
    print_statuses(&sandbox);
    result?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the path of the program in a virtual environment.
fn install_schemathesis() -> Result<PathBuf, Failure> {
    let environment = target_directory()?.join(PACKAGE.replace("==", "-"));
    let program = environment.join("bin/schemathesis");
    if is_successful(version(&program)) {
        return Ok(program);
    }
    if !install("python3", "python3-venv")? {
        return Err("python3 with its module venv is required".into());
    }
    println!("installing {PACKAGE}");
    let mut create = Command::new("python3");
    create.args(["-m", "venv", "--clear"]).arg(&environment);
    run_command(create)?;
    let mut pip = Command::new(environment.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", PACKAGE]);
    run_command(pip)?;
    Ok(program)
}

fn version(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("--version");
    command
}

/// Prints how many responses the sandbox sent for each operation and status, to see how deep the requests went.
fn print_statuses(sandbox: &Sandbox) {
    let mut counts: BTreeMap<(String, u16), usize> = BTreeMap::new();
    for request in sandbox.requests() {
        let operation = request
            .operation
            .unwrap_or_else(|| "no operation".to_owned());
        *counts.entry((operation, request.status)).or_default() += 1;
    }
    for ((operation, status), count) in counts {
        println!("{count:>6}  {status}  {operation}");
    }
}
