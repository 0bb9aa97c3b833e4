//! `cargo xtask quick`: how long a `list` takes, beside `curl --digest` that fetches the same.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, ExitCode};

use anstream::println;
use atlas_pe_sandbox::Sandbox;
use serde::Deserialize;

use crate::Failure;
use crate::command::{cargo, program, run as run_command, target_folder};

const WARMUP: &str = "20";
const RUNS: &str = "500";

/// Runs the comparison and prints it. It judges nothing: how long a process takes is for a quiet machine
/// and a person to say.
///
/// # Errors
///
/// When a program is missing, cannot be built, or fails.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    must_be_there("hyperfine", "cargo install --locked hyperfine")?;
    must_be_there("curl", "your system has a package of this name")?;
    // By itself, since that is how it is installed: another package may bring it features of a dependency.
    run_command(cargo(&[
        "build",
        "--quiet",
        "--locked",
        "--release",
        "--package",
        "atlas-pe",
    ]))?;
    let cli = target_folder()?.join("release").join(program("atlas-pe"));

    // It runs in this process: both programs wait for the same server.
    let sandbox = Sandbox::builder().start()?;
    let result = tempfile::NamedTempFile::new()?;
    run_command(comparison(&cli, &sandbox, result.path()))?;
    let [ours, curls] = read(&std::fs::read_to_string(result.path())?)?;
    println!("{}", said(&ours, &curls));
    Ok(ExitCode::SUCCESS)
}

fn must_be_there(name: &str, remedy: &str) -> Result<(), Failure> {
    match Command::new(name).arg("--version").output() {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(format!("{name} is needed and not installed: {remedy}").into())
        }
        Err(error) => Err(format!("cannot run {name}: {error}").into()),
    }
}

/// Both programs get a challenge first and then the list: two requests on one connection.
fn comparison(cli: &Path, sandbox: &Sandbox, result: &Path) -> Command {
    let url = format!(
        "{}/api/atlas/v1.0/groups/{}/privateEndpoint",
        sandbox.origin(),
        sandbox.project_id()
    );
    // The sandbox's key is made up and no secret.
    let user = format!("{}:{}", sandbox.public_key(), sandbox.private_key());
    let mut command = Command::new("hyperfine");
    command
        .args(["--shell=none", "--warmup", WARMUP, "--runs", RUNS])
        .arg("--export-json")
        .arg(result)
        .args(["--command-name", "atlas-pe list"])
        .arg(format!(
            "{} list --output json",
            quoted(&cli.to_string_lossy())
        ))
        .args(["--command-name", "curl --digest"])
        .arg(format!("curl --silent --fail --digest --user {user} {url}"))
        .envs(sandbox.env());
    command
}

/// hyperfine takes a command apart as a shell does.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// How long a program took, in seconds.
#[derive(Debug, Deserialize)]
struct Taken {
    mean: f64,
    stddev: f64,
    median: f64,
}

#[derive(Deserialize)]
struct Results {
    results: [Taken; 2],
}

fn read(json: &str) -> Result<[Taken; 2], Failure> {
    let read = serde_json::from_str::<Results>(json);
    let results = read.map_err(|error| format!("cannot read what hyperfine wrote: {error}"))?;
    Ok(results.results)
}

fn said(ours: &Taken, curls: &Taken) -> String {
    let ratio = ours.mean / curls.mean;
    let spread = ratio * (ours.stddev / ours.mean).hypot(curls.stddev / curls.mean);
    format!(
        "atlas-pe list takes {ratio:.2} ± {spread:.2} of the time of curl --digest (medians: {:.2})",
        ours.median / curls.median
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_ours_to_curl_s_with_the_spread_of_both() {
        let json = r#"{"results": [
            {"command": "atlas-pe list", "mean": 0.003, "stddev": 0.0003, "median": 0.0025, "times": [0.003]},
            {"command": "curl --digest", "mean": 0.006, "stddev": 0.0, "median": 0.005, "times": [0.006]}
        ]}"#;
        let [ours, curls] = read(json).unwrap();
        assert_eq!(
            said(&ours, &curls),
            "atlas-pe list takes 0.50 ± 0.05 of the time of curl --digest (medians: 0.50)"
        );
        assert!(read("{}").is_err());
    }

    #[test]
    fn a_path_is_one_word() {
        assert_eq!(quoted("/a b/it's"), r"'/a b/it'\''s'");
    }

    #[test]
    fn what_is_missing_is_told_with_the_remedy() {
        let failure = must_be_there("no-such-program-anywhere", "install it").unwrap_err();
        assert_eq!(
            failure.to_string(),
            "no-such-program-anywhere is needed and not installed: install it"
        );
    }
}
