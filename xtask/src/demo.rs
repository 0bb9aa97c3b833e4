//! `cargo xtask demo`: the life of a private endpoint connection, with the built CLI, or how it copes with a
//! scenario of the sandbox.

mod recording;
mod scenarios;

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use anstream::{print, println};
use atlas_pe_sandbox::{Sandbox, SandboxBuilder, Scenario};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::workspace::{built_program, cargo, root, run as run_command};
use crate::{Failure, verify};

const VPCE: &str = "vpce-0b9c5701325cb15dd";

// Exit codes of the CLI.
const DONE: i32 = 0;
const NOT_FOUND: i32 = 4;
const CONFLICT: i32 = 5;
const UNAVAILABLE: i32 = 6;
const RESOURCE_FAILED: i32 = 8;

/// The image of the demo that the README shows.
const RECORDING: &str = "cli/demo.svg";

/// How long each change of a status takes.
const STEP: Duration = Duration::from_millis(200);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Show how the CLI copes with a scenario of the sandbox instead; repeatable
    #[arg(long = "scenario", value_name = "NAME", value_parser = scenario_parser())]
    scenarios: Vec<Scenario>,

    /// Write the commands and their output to cli/demo.svg, too, which the README shows
    #[arg(long, conflicts_with = "scenarios")]
    record: bool,
}

fn scenario_parser() -> impl TypedValueParser<Value = Scenario> {
    let values = Scenario::ALL.iter();
    let values = values.map(|it| PossibleValue::new(it.name()).help(it.description()));
    PossibleValuesParser::new(values).try_map(|name| name.parse::<Scenario>())
}

/// Runs the demo, and fails at the first unexpected output or exit code.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    if verify::run()? != ExitCode::SUCCESS {
        return Err("the generated code is stale".into());
    }
    if arguments.record {
        fs::write(root().join(RECORDING), record()?)?;
    } else if arguments.scenarios.is_empty() {
        run_with(&build()?, Sandbox::builder().step(STEP), run_commands)?;
    } else {
        run_scenarios(&arguments.scenarios)?;
    }
    println!("\nall steps passed");
    Ok(ExitCode::SUCCESS)
}

/// Runs the demo, and compares it with its image.
///
/// # Errors
///
/// When the CLI cannot be built, at the first unexpected output or exit code, and when the image differs.
pub(crate) fn check_recording() -> Result<(), Failure> {
    if record()? == fs::read_to_string(root().join(RECORDING))? {
        return Ok(());
    }
    Err(format!("{RECORDING} is stale; run: cargo xtask demo --record").into())
}

/// Runs the demo with the same ids as always, and returns its image.
fn record() -> Result<String, Failure> {
    let mut transcript = String::new();
    let builder = Sandbox::builder().step(STEP).id_seed(1);
    run_with(&build()?, builder, |cli| {
        cli.color.set("always");
        run_commands(cli)?;
        transcript = cli.transcript.take();
        Ok(())
    })?;
    Ok(recording::svg(transcript.trim_start()))
}

/// Shows how the CLI copes with each scenario.
///
/// # Errors
///
/// When the CLI cannot be built, and at the first unexpected output or exit code.
pub(crate) fn run_scenarios(scenarios: &[Scenario]) -> Result<(), Failure> {
    let program = build()?;
    for &scenario in scenarios {
        println!("\n== {scenario}: {}", scenario.description());
        let builder = Sandbox::builder().step(STEP).scenario(scenario);
        run_with(&program, builder, |cli| {
            scenarios::run_commands(scenario, cli)
        })
        .map_err(|failure| format!("{scenario}: {failure}"))?;
    }
    Ok(())
}

/// Builds the CLI and returns its path.
fn build() -> Result<PathBuf, Failure> {
    // It is the first thing that a new user builds, so it is built without what it does not show: this process is the
    // sandbox, and a third of the CLI's dependencies are for keyrings.
    let mut build = cargo(&["build", "--quiet", "--locked", "--package", "atlas-pe"]);
    build.arg("--no-default-features");
    run_command(build)?;
    built_program("debug", "atlas-pe")
}

/// Runs commands against a sandbox of their own.
fn run_with(
    program: &Path,
    builder: SandboxBuilder,
    commands: impl FnOnce(&Cli<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let sandbox = builder.start()?;
    println!("\nThis process runs a sandbox, whose settings the CLI has in its environment:");
    for (name, value) in sandbox.env() {
        println!("{name}={value}");
    }
    commands(&Cli {
        program,
        environment: sandbox.env(),
        color: Cell::new("auto"),
        transcript: RefCell::default(),
    })
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

struct Cli<'a> {
    program: &'a Path,
    environment: Vec<(&'static str, String)>,
    /// When to color tables.
    color: Cell<&'static str>,
    /// The commands so far with their output.
    transcript: RefCell<String>,
}

impl Cli<'_> {
    /// Runs a command, prints it with its output, and checks its exit code. Standard output and standard error
    /// are one pipe, so that their lines are printed in the order in which they came.
    fn run(&self, arguments: &[&str], expected: i32) -> Result<String, Failure> {
        self.print(&format!("\n$ atlas-pe {}\n", arguments.join(" ")));
        let (mut reader, writer) = io::pipe()?;
        let mut command = Command::new(self.program);
        command
            .args(arguments)
            .args(["--color", self.color.get()])
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
        self.print(&output);
        if expected != DONE {
            let code = status.code().unwrap_or(-1);
            self.print(&format!("[exit code {code}]\n"));
        }
        if status.code() == Some(expected) {
            return Ok(output);
        }
        Err(format!("expected exit code {expected} but found {status}").into())
    }

    fn print(&self, text: &str) {
        print!("{text}");
        self.transcript.borrow_mut().push_str(text);
    }

    /// Runs a command that prints at most one line, and returns the line.
    fn line(&self, arguments: &[&str]) -> Result<String, Failure> {
        let output = self.run(arguments, DONE)?;
        Ok(output.trim_end().to_owned())
    }
}
