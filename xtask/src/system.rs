//! The programs of the system that tasks start, and their installation.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anstream::println;

use crate::Failure;
use crate::workspace::run;

/// Directories with programs that may not be on the `PATH`.
const SYSTEM_DIRECTORIES: &[&str] = &["/usr/sbin", "/usr/local/sbin", "/sbin"];

/// Returns the path of a program, if it is installed.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let directories = env::split_paths(&path).chain(SYSTEM_DIRECTORIES.iter().map(PathBuf::from));
    let mut files = directories.map(|directory| directory.join(program));
    files.find(|file| file.is_file())
}

/// Returns whether this task runs as root. The standard library does not report the user id.
pub(crate) fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Installs a package with a program, if the program is missing and this is Debian and root. Returns whether
/// the program is installed.
///
/// # Errors
///
/// When the installation fails.
pub(crate) fn install(program: &str, package: &str) -> Result<bool, Failure> {
    if find(program).is_some() {
        return Ok(true);
    }
    if find("apt-get").is_none() || !is_root() {
        return Ok(false);
    }
    println!("installing {package}");
    // The package lists may be missing or out of date.
    if run(apt_get(&["install", "--yes", package])).is_err() {
        run(apt_get(&["update"]))?;
        run(apt_get(&["install", "--yes", package]))?;
    }
    Ok(find(program).is_some())
}

/// Installs the packages of programs like [`install`]. Each program is named with its package.
///
/// # Errors
///
/// When an installation fails, and when a program is still missing.
pub(crate) fn require(programs: &[(&str, &str)]) -> Result<(), Failure> {
    for (program, package) in programs {
        if !install(program, package)? {
            return Err(format!(
                "{program} is required, from the package {package}, which root can install where there is \
                 apt-get"
            )
            .into());
        }
    }
    Ok(())
}

/// Returns apt-get, set to ask no questions and to start no service: the runlevel is that for maintenance.
fn apt_get(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command
        .args(["--quiet", "--quiet", "--no-install-recommends"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("RUNLEVEL", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}
