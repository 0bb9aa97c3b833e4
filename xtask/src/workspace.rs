//! The workspace: where it is, and how programs are run and found in it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::Failure;

/// A file that the root of every checkout has, and no directory below it.
const MARKER: &str = "xtask/Cargo.toml";

/// Returns the root of the workspace that contains the current directory, or else of the workspace in which
/// this program was built.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let current = env::current_dir().unwrap_or_default();
        find_root(&current).unwrap_or(build_root()).to_owned()
    })
}

fn find_root(directory: &Path) -> Option<&Path> {
    let mut ancestors = directory.ancestors();
    ancestors.find(|ancestor| ancestor.join(MARKER).is_file())
}

fn build_root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// Returns a command for the cargo that runs this task, in the root of the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// Runs a command whose output goes to the terminal.
///
/// # Errors
///
/// When it cannot be started or exits with another code than 0.
pub(crate) fn run(mut command: Command) -> Result<(), Failure> {
    let line = format!("{command:?}");
    let status = command
        .status()
        .map_err(|error| format!("could not run {line}: {error}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{line} failed: {status}").into())
}

/// Returns whether a command exits with code 0. Its output is discarded.
pub(crate) fn is_successful(mut command: Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Runs a command and returns what it prints.
///
/// # Errors
///
/// When it cannot be started or exits with another code than 0, with what it printed about it.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>, Failure> {
    let output = command
        .output()
        .map_err(|error| format!("could not run {command:?}: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?} failed: {}", stderr.trim()).into())
}

/// Returns what `cargo metadata` prints for the workspace.
///
/// # Errors
///
/// When cargo fails, with what it printed.
pub(crate) fn metadata(arguments: &[&str]) -> Result<Value, Failure> {
    let mut command = cargo(&["metadata", "--format-version", "1", "--locked"]);
    Ok(serde_json::from_slice(&output(command.args(arguments))?)?)
}

/// Returns a text of `cargo metadata`.
///
/// # Errors
///
/// When the value is none.
pub(crate) fn text(value: &Value) -> Result<&str, Failure> {
    let text = value.as_str();
    text.ok_or_else(|| "could not read the output of cargo metadata".into())
}

/// Returns the path of a program that cargo has built in a directory of its target directory, such as
/// `debug`. The environment or cargo's configuration may have moved the target directory.
///
/// # Errors
///
/// When cargo does not report its target directory.
pub(crate) fn built_program(directory: &str, name: &str) -> Result<PathBuf, Failure> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    Ok(target_directory()?.join(directory).join(file))
}

/// Returns the directory in which cargo builds.
///
/// # Errors
///
/// When cargo does not report it.
pub(crate) fn target_directory() -> Result<PathBuf, Failure> {
    let metadata = metadata(&["--no-deps"])?;
    Ok(PathBuf::from(text(&metadata["target_directory"])?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_found_from_each_directory_of_the_workspace() {
        assert_eq!(find_root(build_root()), Some(build_root()));
        assert_eq!(
            find_root(&build_root().join("xtask/src")),
            Some(build_root())
        );
        assert_eq!(find_root(Path::new("/")), None);
    }
}
