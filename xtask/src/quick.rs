//! `cargo xtask quick`: the duration of `atlas-pe list` compared with that of `curl --digest`.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, ExitCode};

use anstream::println;
use atlas_pe_sandbox::Sandbox;
use serde::Deserialize;

use crate::Failure;
use crate::workspace::{built_program, cargo, run as run_command};

const WARMUP: &str = "20";
const RUNS: &str = "500";

/// Runs the comparison and prints it. It sets no limit: durations mean something on a quiet machine only.
///
/// # Errors
///
/// When a program is missing, cannot be built, or fails.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    require("hyperfine", "cargo install --locked hyperfine")?;
    require("curl", "install your system's package of this name")?;
    // Alone, as it is installed: another package of the workspace could enable features of a dependency.
    let arguments = ["--quiet", "--locked", "--release", "--package", "atlas-pe"];
    let mut build = cargo(&["build"]);
    build.args(arguments);
    run_command(build)?;
    let cli = built_program("release", "atlas-pe")?;

    let sandbox = Sandbox::builder().start()?;
    let export = tempfile::NamedTempFile::new()?;
    run_command(hyperfine(&cli, &sandbox, export.path()))?;
    println!("{}", summary(&fs::read_to_string(export.path())?)?);
    Ok(ExitCode::SUCCESS)
}

fn require(program: &str, remedy: &str) -> Result<(), Failure> {
    match Command::new(program).arg("--version").output() {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(format!("{program} is required: {remedy}").into())
        }
        Err(error) => Err(format!("could not run {program}: {error}").into()),
    }
}

/// Both programs send two requests on one connection: for a challenge, and for the list.
fn hyperfine(cli: &Path, sandbox: &Sandbox, export: &Path) -> Command {
    let url = format!(
        "{}/api/atlas/v1.0/groups/{}/privateEndpoint",
        sandbox.origin(),
        sandbox.project_id()
    );
    // The sandbox has made its key up, so it may appear in the process list.
    let user = format!("{}:{}", sandbox.public_key(), sandbox.private_key());
    let list = format!("{} list --output json", quote(&cli.to_string_lossy()));
    let mut command = Command::new("hyperfine");
    command
        .args(["--shell=none", "--warmup", WARMUP, "--runs", RUNS])
        .arg("--export-json")
        .arg(export)
        .args(["--command-name", "atlas-pe list"])
        .arg(list)
        .args(["--command-name", "curl --digest"])
        .arg(format!("curl --silent --fail --digest --user {user} {url}"))
        .envs(sandbox.env());
    command
}

/// Quotes a word for hyperfine, which splits a command as a shell does.
fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[derive(Deserialize)]
struct Export {
    results: [Durations; 2],
}

/// In seconds.
#[derive(Deserialize)]
struct Durations {
    mean: f64,
    stddev: f64,
    median: f64,
}

/// Formats what hyperfine has exported as JSON.
fn summary(export: &str) -> Result<String, Failure> {
    let export: Export = serde_json::from_str(export)
        .map_err(|error| format!("could not read the export of hyperfine: {error}"))?;
    let [cli, curl] = export.results;
    let ratio = cli.mean / curl.mean;
    let spread = ratio * (cli.stddev / cli.mean).hypot(curl.stddev / curl.mean);
    let medians = cli.median / curl.median;
    Ok(format!(
        "atlas-pe list takes {ratio:.2} ± {spread:.2} of the time of curl --digest (medians: {medians:.2})"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratio_of_the_means_has_the_spread_of_both() {
        let json = r#"{"results": [
            {"command": "atlas-pe list", "mean": 0.003, "stddev": 0.0003, "median": 0.0025, "times": [0.003]},
            {"command": "curl --digest", "mean": 0.006, "stddev": 0.0, "median": 0.005, "times": [0.006]}
        ]}"#;
        assert_eq!(
            summary(json).unwrap(),
            "atlas-pe list takes 0.50 ± 0.05 of the time of curl --digest (medians: 0.50)"
        );
        assert!(summary("{}").is_err());
    }

    #[test]
    fn path_with_spaces_and_quotes_is_one_word() {
        assert_eq!(quote("/a b/it's"), r"'/a b/it'\''s'");
    }

    #[test]
    fn missing_program_is_reported_with_the_remedy() {
        let failure = require("no-such-program-anywhere", "install it").unwrap_err();
        assert_eq!(
            failure.to_string(),
            "no-such-program-anywhere is required: install it"
        );
    }
}
