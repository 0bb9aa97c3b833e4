//! `cargo xtask keyring`: the CLI's tests with a real Secret Service.
//!
//! Each test starts a D-Bus session and a keyring of its own. This is not part of `cargo xtask ci`, since it
//! installs programs.

use std::process::ExitCode;

use crate::Failure;
use crate::system::require;
use crate::workspace::{cargo, run as run_command};

/// The programs that the tests start, each with its package in Debian.
const PROGRAMS: &[(&str, &str)] = &[
    ("dbus-run-session", "dbus"),
    ("dbus-send", "dbus"),
    ("gnome-keyring-daemon", "gnome-keyring"),
    ("secret-tool", "libsecret-tools"),
];

/// Runs the tests that require a Secret Service.
///
/// # Errors
///
/// When a program is missing and cannot be installed, or a test fails.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    require(PROGRAMS)?;
    let test = ["test", "--package", "atlas-pe", "--test", "it", "--locked"];
    let mut command = cargo(&test);
    command.args(["keyring::", "--", "--ignored"]);
    run_command(command)?;
    Ok(ExitCode::SUCCESS)
}
