//! `cargo xtask demo`: the whole life of a private endpoint connection, with the real programs.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::command::{cargo, program, run as run_command, target_folder};
use crate::{Failure, verify};

const VPCE: &str = "vpce-0b9c5701325cb15dd";

/// How many lines the sandbox prints at its start, one for each variable that the CLI reads.
const VARIABLES: usize = 4;

/// How long a resource may take to come to a state. The sandbox takes a few seconds.
const PATIENCE: Duration = Duration::from_secs(60);

const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// Exit codes of the CLI that the demo provokes.
mod expected {
    pub(super) const DONE: i32 = 0;
    pub(super) const NOT_FOUND: i32 = 4;
    pub(super) const CONFLICT: i32 = 5;
}

/// Runs the demo.
///
/// # Errors
///
/// At the first step that is not as it should be.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    if verify::run()? != ExitCode::SUCCESS {
        return Err("the generated code is stale".into());
    }
    run_command(cargo(&[
        "build",
        "--quiet",
        "--locked",
        "--package",
        "atlas-pe",
        "--package",
        "atlas-pe-sandbox",
    ]))?;
    let folder = target_folder()?.join("debug");
    let sandbox = RunningSandbox::start(&folder)?;
    let cli = Cli {
        program: folder.join(program("atlas-pe")),
        environment: &sandbox.environment,
    };
    life(&cli)?;
    println!("\nThe demo went as it should.");
    Ok(ExitCode::SUCCESS)
}

fn life(cli: &Cli<'_>) -> Result<(), Failure> {
    let created = cli.json(&["create", "--region", "us-east-1", "-o", "json"])?;
    expect(&created, "status", "INITIATING")?;
    let id = text(&created, "id")?;

    cli.wait_for(
        &["describe", &id, "-o", "json"],
        "status",
        "WAITING_FOR_USER",
    )?;
    let added = cli.json(&["interfaces", "create", &id, VPCE, "-o", "json"])?;
    expect(&added, "interfaceEndpointId", VPCE)?;
    let describe_endpoint = ["interfaces", "describe", &id, VPCE, "-o", "json"];
    cli.wait_for(&describe_endpoint, "connectionStatus", "AVAILABLE")?;

    cli.show(&["list"], expected::DONE)?;
    cli.show(&["describe", &id], expected::DONE)?;
    cli.show(&["interfaces", "describe", &id, VPCE], expected::DONE)?;
    let connection = cli.json(&["describe", &id, "-o", "json"])?;
    expect(&connection, "status", "AVAILABLE")?;

    cli.show(&["delete", &id, "--force"], expected::CONFLICT)?;
    cli.show(
        &["interfaces", "delete", &id, VPCE, "--force"],
        expected::DONE,
    )?;
    cli.wait_until_gone(&["interfaces", "describe", &id, VPCE])?;
    cli.show(&["delete", &id, "--force"], expected::DONE)?;
    cli.wait_until_gone(&["describe", &id])?;

    let left = cli.json(&["list", "-o", "json"])?;
    if left != Value::Array(Vec::new()) {
        return Err(format!("the list should be empty, and is {left}").into());
    }
    Ok(())
}

/// A sandbox in a process of its own, which ends with this value.
struct RunningSandbox {
    process: Child,
    environment: Vec<(String, String)>,
}

impl RunningSandbox {
    fn start(folder: &Path) -> Result<Self, Failure> {
        let mut process = Command::new(folder.join(program("atlas-pe-sandbox")))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start the sandbox: {error}"))?;
        let stdout = process.stdout.take().ok_or("the sandbox has no output")?;
        let mut sandbox = Self {
            process,
            environment: Vec::new(),
        };
        println!("\n$ atlas-pe-sandbox");
        for line in BufReader::new(stdout).lines().take(VARIABLES) {
            let line = line?;
            println!("{line}");
            let variable = exported(&line);
            let variable = variable.ok_or_else(|| format!("the sandbox printed {line:?}"))?;
            sandbox.environment.push(variable);
        }
        if sandbox.environment.len() < VARIABLES {
            return Err("the sandbox stopped before it was ready".into());
        }
        Ok(sandbox)
    }
}

impl Drop for RunningSandbox {
    fn drop(&mut self) {
        // When it has ended by itself there is nothing left to stop.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads `export NAME='value'`.
fn exported(line: &str) -> Option<(String, String)> {
    let (name, value) = line.strip_prefix("export ")?.split_once('=')?;
    let value = value.strip_prefix('\'')?.strip_suffix('\'')?;
    Some((name.to_owned(), value.to_owned()))
}

/// The CLI, run as its user would.
struct Cli<'a> {
    program: PathBuf,
    environment: &'a [(String, String)],
}

impl Cli<'_> {
    fn run(&self, arguments: &[&str]) -> Result<Output, Failure> {
        let mut command = Command::new(&self.program);
        command.args(arguments).stdin(Stdio::null());
        for (name, value) in self.environment {
            command.env(name, value);
        }
        let output = command.output();
        output.map_err(|error| format!("cannot run atlas-pe: {error}").into())
    }

    /// Runs a command, prints it with its output, and checks its exit code.
    fn show(&self, arguments: &[&str], code: i32) -> Result<Output, Failure> {
        let output = self.run(arguments)?;
        println!("\n$ atlas-pe {}", arguments.join(" "));
        print!("{}", String::from_utf8_lossy(&output.stdout));
        print!("{}", String::from_utf8_lossy(&output.stderr));
        if code != expected::DONE {
            println!("[exit code {}]", output.status.code().unwrap_or(-1));
        }
        if output.status.code() == Some(code) {
            return Ok(output);
        }
        Err(format!("this should end with exit code {code}: {}", output.status).into())
    }

    fn json(&self, arguments: &[&str]) -> Result<Value, Failure> {
        let output = self.show(arguments, expected::DONE)?;
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Describes something until its status is the one that is waited for, then shows it.
    fn wait_for(&self, arguments: &[&str], field: &str, status: &str) -> Result<(), Failure> {
        println!("\n… until {field} is {status}");
        poll(|| {
            let output = self.run(arguments)?;
            if !output.status.success() {
                return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
            }
            let found: Value = serde_json::from_slice(&output.stdout)?;
            Ok(found[field] == status)
        })?;
        self.show(arguments, expected::DONE).map(drop)
    }

    fn wait_until_gone(&self, arguments: &[&str]) -> Result<(), Failure> {
        println!("\n… until it is gone");
        poll(|| Ok(self.run(arguments)?.status.code() == Some(expected::NOT_FOUND)))?;
        self.show(arguments, expected::NOT_FOUND).map(drop)
    }
}

fn poll(mut done: impl FnMut() -> Result<bool, Failure>) -> Result<(), Failure> {
    let start = Instant::now();
    while !done()? {
        if start.elapsed() > PATIENCE {
            return Err(format!("that did not happen within {} s", PATIENCE.as_secs()).into());
        }
        thread::sleep(POLL_INTERVAL);
    }
    Ok(())
}

fn expect(value: &Value, field: &str, expected: &str) -> Result<(), Failure> {
    let found = text(value, field)?;
    if found == expected {
        return Ok(());
    }
    Err(format!("{field} should be {expected}, and is {found}").into())
}

fn text(value: &Value, field: &str) -> Result<String, Failure> {
    let found = value[field].as_str();
    found
        .map(str::to_owned)
        .ok_or_else(|| format!("there is no {field} in {value}").into())
}

#[cfg(test)]
mod tests {
    use super::exported;

    #[test]
    fn the_sandbox_s_lines_are_read() {
        let variable = exported("export MONGODB_ATLAS_BASE_URL='http://127.0.0.1:1'");
        assert_eq!(
            variable,
            Some(("MONGODB_ATLAS_BASE_URL".into(), "http://127.0.0.1:1".into()))
        );
        assert_eq!(exported("listening on 127.0.0.1:1"), None);
    }
}
