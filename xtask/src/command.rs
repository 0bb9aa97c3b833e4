//! Running other programs.

use std::env;
use std::process::{Command, ExitStatus};

use crate::Failure;
use crate::fragment::workspace;

/// The cargo that runs this task, in the folder of the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(workspace());
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
