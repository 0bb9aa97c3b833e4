//! Finding the servers, or installing them.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anstream::println;

use crate::Failure;
use crate::command::run as run_command;

/// A program that somebody else has made.
pub(crate) struct Package {
    pub(crate) program: &'static str,
    /// What Debian and its kin call the package.
    pub(crate) package: &'static str,
}

/// Where servers are installed. Not everybody has these on the `PATH`.
const SYSTEM_FOLDERS: &[&str] = &["/usr/sbin", "/usr/local/sbin", "/sbin"];

/// Whether a program is here, after an attempt to install it where that can be done without asking for a
/// password. When it is not, this has said how to get it.
///
/// # Errors
///
/// When the installation fails.
pub(crate) fn is_here(package: &Package) -> Result<bool, Failure> {
    if find(package.program).is_none() && find("apt-get").is_some() && is_root() {
        install(package.package)?;
    }
    let here = find(package.program).is_some();
    if !here {
        println!(
            "skipped: {} is not installed (apt-get install {})",
            package.program, package.package
        );
    }
    Ok(here)
}

/// Where a program is.
///
/// # Errors
///
/// When it is not here.
pub(crate) fn path(package: &Package) -> Result<PathBuf, Failure> {
    let path = find(package.program);
    path.ok_or_else(|| format!("there is no {}", package.program).into())
}

fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(SYSTEM_FOLDERS.iter().map(PathBuf::from));
    let mut paths = folders.map(|folder| folder.join(name));
    paths.find(|path| path.is_file())
}

/// Whether this runs as root. Asked of a program, since the standard library does not know.
pub(crate) fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn install(package: &str) -> Result<(), Failure> {
    println!("installing {package}");
    // The lists may be too old to name what can be had, or not there at all.
    if run_command(apt_get(&["install", "--yes", package])).is_ok() {
        return Ok(());
    }
    run_command(apt_get(&["update"]))?;
    run_command(apt_get(&["install", "--yes", package]))
}

/// apt-get, kept from asking questions, and from starting what it installs: services are not started in
/// the runlevel for maintenance.
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
