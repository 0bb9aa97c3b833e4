//! `cargo xtask demo`: the life of a private endpoint connection, with the built programs.

use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use anstream::{print, println};

use crate::workspace::{built_program, cargo, run as run_command};
use crate::{Failure, verify};

const VPCE: &str = "vpce-0b9c5701325cb15dd";

/// How many lines the sandbox prints when it starts, one for each variable that the CLI reads.
const VARIABLES: usize = 4;

// Exit codes of the CLI.
const DONE: i32 = 0;
const NOT_FOUND: i32 = 4;
const CONFLICT: i32 = 5;

/// Runs the demo, and fails at the first unexpected output or exit code.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    if verify::run()? != ExitCode::SUCCESS {
        return Err("the generated code is stale".into());
    }
    let packages = ["--package", "atlas-pe", "--package", "atlas-pe-sandbox"];
    let mut build = cargo(&["build", "--quiet", "--locked"]);
    build.args(packages);
    run_command(build)?;
    let sandbox = RunningSandbox::start(&built_program("debug", "atlas-pe-sandbox")?)?;
    let cli = Cli {
        program: built_program("debug", "atlas-pe")?,
        environment: &sandbox.environment,
    };
    run_commands(&cli)?;
    println!("\nall steps passed");
    Ok(ExitCode::SUCCESS)
}

fn run_commands(cli: &Cli<'_>) -> Result<(), Failure> {
    let created = cli.run(&["create", "--region", "us-east-1", "--wait"], DONE)?;
    expect_message(&created, "aws ec2 create-vpc-endpoint")?;
    expect_message(&created, "atlas-pe interfaces create")?;
    let id = cli.line(&["list", "-o", "ids"])?;
    let create_again = ["create", "--region", "us-east-1", "--if-not-exists"];
    let existing = cli.line(&[&create_again[..], &["-o", "ids"]].concat())?;
    expect_line(&existing, &id)?;

    // The printed aws command would create an interface endpoint; the sandbox accepts any id.
    cli.run(&["interfaces", "create", &id, VPCE, "--wait"], DONE)?;
    cli.run(&["list"], DONE)?;
    let status = cli.line(&["list", "--query", "[].status", "-o", "jsonl"])?;
    expect_line(&status, "\"AVAILABLE\"")?;

    let refused = cli.run(&["delete", &id, "--force"], CONFLICT)?;
    expect_message(&refused, "--cascade")?;
    cli.run(&["delete", &id, "--cascade", "--wait", "--force"], DONE)?;
    cli.run(&["describe", &id], NOT_FOUND)?;
    let left = cli.line(&["list", "-o", "ids"])?;
    expect_line(&left, "")
}

/// Checks that a message for people contains some text.
fn expect_message(output: &str, text: &str) -> Result<(), Failure> {
    if output.contains(text) {
        return Ok(());
    }
    Err(format!("expected {text:?} but found {output:?}").into())
}

fn expect_line(line: &str, expected: &str) -> Result<(), Failure> {
    if line == expected {
        return Ok(());
    }
    Err(format!("expected {expected:?} but found {line:?}").into())
}

/// A sandbox in a process of its own, which is killed when this is dropped.
struct RunningSandbox {
    process: Child,
    environment: Vec<(String, String)>,
}

impl RunningSandbox {
    fn start(program: &Path) -> Result<Self, Failure> {
        let mut process = Command::new(program)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("could not start the sandbox: {error}"))?;
        let stdout = process.stdout.take().ok_or("the sandbox has no output")?;
        let mut sandbox = Self {
            process,
            environment: Vec::new(),
        };
        println!("\n$ atlas-pe-sandbox");
        for line in BufReader::new(stdout).lines().take(VARIABLES) {
            let line = line?;
            println!("{line}");
            let variable = parse_export(&line);
            let variable = variable.ok_or_else(|| format!("the sandbox printed {line:?}"))?;
            sandbox.environment.push(variable);
        }
        if sandbox.environment.len() < VARIABLES {
            return Err("the sandbox exited before it was ready".into());
        }
        Ok(sandbox)
    }
}

impl Drop for RunningSandbox {
    fn drop(&mut self) {
        // Both fail only when the process has exited already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Parses `export NAME='value'`.
fn parse_export(line: &str) -> Option<(String, String)> {
    let (name, value) = line.strip_prefix("export ")?.split_once('=')?;
    let value = value.strip_prefix('\'')?.strip_suffix('\'')?;
    Some((name.to_owned(), value.to_owned()))
}

struct Cli<'a> {
    program: PathBuf,
    environment: &'a [(String, String)],
}

impl Cli<'_> {
    /// Runs a command, prints it with its output, and checks its exit code. Standard output and standard error
    /// are one pipe, so that their lines are printed in the order in which they came.
    fn run(&self, arguments: &[&str], expected: i32) -> Result<String, Failure> {
        println!("\n$ atlas-pe {}", arguments.join(" "));
        let (mut reader, writer) = io::pipe()?;
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .envs(self.environment.iter().cloned());
        let mut process = command
            .spawn()
            .map_err(|error| format!("could not run atlas-pe: {error}"))?;
        // The command holds the writing end of the pipe, which ends only when all of them are closed.
        drop(command);
        let mut output = String::new();
        reader.read_to_string(&mut output)?;
        let status = process.wait()?;
        print!("{output}");
        if expected != DONE {
            println!("[exit code {}]", status.code().unwrap_or(-1));
        }
        if status.code() == Some(expected) {
            return Ok(output);
        }
        Err(format!("expected exit code {expected} but found {status}").into())
    }

    /// Runs a command that prints at most one line, and returns the line.
    fn line(&self, arguments: &[&str]) -> Result<String, Failure> {
        let output = self.run(arguments, DONE)?;
        Ok(output.trim_end().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::parse_export;

    #[test]
    fn exports_of_the_sandbox_are_parsed() {
        let variable = parse_export("export MONGODB_ATLAS_BASE_URL='http://127.0.0.1:1'");
        assert_eq!(
            variable,
            Some(("MONGODB_ATLAS_BASE_URL".into(), "http://127.0.0.1:1".into()))
        );
        assert_eq!(parse_export("listening on 127.0.0.1:1"), None);
    }
}
