//! Running other programs.

use std::env;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};

use serde_json::Value;

use crate::{Failure, workspace};

/// The cargo that runs this task, in the folder of the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(workspace::root());
    command
}

/// Runs a command whose output goes to the terminal.
///
/// # Errors
///
/// When it cannot be started or does not succeed.
pub(crate) fn run(mut command: Command) -> Result<(), Failure> {
    let shown = format!("{command:?}");
    let status: ExitStatus = command
        .status()
        .map_err(|error| format!("cannot run {shown}: {error}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{shown} failed: {status}").into())
}

/// What a program's file is called here.
pub(crate) fn program(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

/// Where cargo puts what it builds, which the environment or its configuration may have moved.
///
/// # Errors
///
/// When cargo does not say.
pub(crate) fn target_folder() -> Result<PathBuf, Failure> {
    let arguments = ["metadata", "--format-version", "1", "--no-deps", "--locked"];
    let output = cargo(&arguments).output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| {
        format!(
            "cannot read what cargo metadata says of {}: {error}",
            workspace::root().display()
        )
    })?;
    let folder = metadata["target_directory"].as_str();
    let folder = folder.ok_or("cargo metadata names no target folder")?;
    Ok(PathBuf::from(folder))
}
