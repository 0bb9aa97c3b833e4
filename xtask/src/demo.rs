//! `cargo xtask demo`: the whole life of a private endpoint connection, with the real programs.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Output, Stdio};

use anstream::{print, println};

use crate::command::{cargo, program, run as run_command, target_folder};
use crate::{Failure, verify};

const VPCE: &str = "vpce-0b9c5701325cb15dd";

/// How many lines the sandbox prints at its start, one for each variable that the CLI reads.
const VARIABLES: usize = 4;

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
    let create = ["create", "--region", "us-east-1", "--wait"];
    let created = cli.show(&create, expected::DONE)?;
    says(&created, "aws ec2 create-vpc-endpoint")?;
    says(&created, "atlas-pe interfaces create")?;
    let id = cli.line(&["list", "-o", "ids"])?;
    let again = cli.line(&[
        "create",
        "--region",
        "us-east-1",
        "--if-not-exists",
        "-o",
        "ids",
    ])?;
    if again != id {
        return Err(format!("--if-not-exists made {again} besides {id}").into());
    }

    // What the printed aws command would have done is left to the reader: the sandbox takes any id.
    cli.show(
        &["interfaces", "create", &id, VPCE, "--wait"],
        expected::DONE,
    )?;
    cli.show(&["list"], expected::DONE)?;
    let status = cli.line(&["list", "--query", "[].status", "-o", "jsonl"])?;
    if status != "\"AVAILABLE\"" {
        return Err(format!("the connection should be AVAILABLE, and is {status}").into());
    }

    let refused = cli.show(&["delete", &id, "--force"], expected::CONFLICT)?;
    says(&refused, "--cascade")?;
    let cascade = ["delete", &id, "--cascade", "--wait", "--force"];
    cli.show(&cascade, expected::DONE)?;
    cli.show(&["describe", &id], expected::NOT_FOUND)?;
    let left = cli.line(&["list", "-o", "ids"])?;
    if !left.is_empty() {
        return Err(format!("there should be no connection left, and there is {left}").into());
    }
    Ok(())
}

/// Whether a command told people something beside its output.
fn says(output: &Output, words: &str) -> Result<(), Failure> {
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains(words) {
        return Ok(());
    }
    Err(format!("it should have said {words:?}, and said {said:?}").into())
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

    /// Runs a command that prints one line at most, as a script would.
    fn line(&self, arguments: &[&str]) -> Result<String, Failure> {
        let output = self.show(arguments, expected::DONE)?;
        Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
    }
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
