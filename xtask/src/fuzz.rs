//! `cargo xtask fuzz`: the client's property tests of what a server can send, with many inputs.
//!
//! `ci` runs the same tests, with few.

use std::num::NonZeroU64;
use std::process::{Command, ExitCode, Stdio};

use anstream::println;

use crate::Failure;
use crate::workspace::{cargo, run as run_command};

/// The end of the names of these tests.
const NAME: &str = "without_a_panic";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The number of inputs, which the tests share equally
    #[arg(long, value_name = "N", default_value = "10000000")]
    cases: NonZeroU64,
}

/// Runs the tests. A test that fails prints its smallest input, and records it for the next run.
///
/// # Errors
///
/// When a test fails or cannot be built.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut list = test_command(&["--list", "--format", "terse"]);
    let list = list.stderr(Stdio::inherit()).output()?;
    if !list.status.success() {
        return Err(format!("could not build the tests: {}", list.status).into());
    }
    let tests = String::from_utf8_lossy(&list.stdout).lines().count();
    let tests = NonZeroU64::new(tests.try_into()?).ok_or("no test has such a name")?;
    let cases = arguments.cases.get().div_ceil(tests.get());
    println!("{tests} tests, {cases} inputs each");
    let mut command = test_command(&[]);
    command.env("PROPTEST_CASES", cases.to_string());
    run_command(command)?;
    Ok(ExitCode::SUCCESS)
}

fn test_command(options: &[&str]) -> Command {
    let package = ["--package", "atlas-private-endpoint", "--lib"];
    let mut command = cargo(&["test", "--profile", "bench", "--locked"]);
    command.args(package).args(["--", NAME]).args(options);
    command
}
