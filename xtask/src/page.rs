//! `cargo xtask page`: the sandbox's tests with Chromium, and a screenshot of the page.
//!
//! This is not part of `cargo xtask ci`, since it installs programs.

use std::process::ExitCode;

use anstream::println;

use crate::Failure;
use crate::system::require;
use crate::workspace::{cargo, root, run as run_command};

/// The programs that the tests start, each with its package in Debian.
const PROGRAMS: &[(&str, &str)] = &[
    ("chromium", "chromium"),
    ("chromedriver", "chromium-driver"),
];

/// Runs the tests that require Chromium.
///
/// # Errors
///
/// When a program is missing and cannot be installed, or a test fails.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    require(PROGRAMS)?;
    let screenshot = root().join("target/page.png");
    let test = [
        "test",
        "--package",
        "atlas-pe-sandbox",
        "--test",
        "browser",
        "--locked",
    ];
    let mut command = cargo(&test);
    // One browser at a time, since each uses several processes.
    command.args(["--", "--ignored", "--test-threads=1"]);
    command.env("PAGE_SCREENSHOT", &screenshot);
    run_command(command)?;
    println!("the screenshot is {}", screenshot.display());
    Ok(ExitCode::SUCCESS)
}
