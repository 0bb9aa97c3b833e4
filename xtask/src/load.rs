//! `cargo xtask load`: many clients at once against the sandbox's program, with faults, and then lists alone.

mod client;
mod model;

use std::fs;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anstream::println;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use self::client::Connection;
use self::model::Project;
use crate::Failure;
use crate::workspace::{built_program, cargo, run as run_command};

const CLIENTS: usize = 64;

/// When the memory is measured first.
const WARM: Duration = Duration::from_secs(10);

/// How long each change of a status takes in the sandbox.
const STEP: &str = "20ms";

/// What goes wrong while the clients work. Each effect is rare, so that most requests reach a resource.
const FAULTS: &[&str] = &[
    r#"{"probability": 0.002, "effect": {"delay": "20ms"}}"#,
    r#"{"probability": 0.01, "effect": "resetBeforeHandling"}"#,
    r#"{"probability": 0.01, "effect": "resetAfterHandling"}"#,
    r#"{"probability": 0.01, "effect": "halfBody"}"#,
    r#"{"probability": 0.01, "effect": "staleNonce"}"#,
    r#"{"probability": 0.0001, "effect": "revokeTokens"}"#,
    r#"{"probability": 0.01, "effect": {"error": "UNEXPECTED_ERROR"}}"#,
    r#"{"probability": 0.01, "effect": {"respondAfterHandling": {"status": 502, "body": "<h1>502</h1>"}}}"#,
    r#"{"probability": 0.05, "effect": "extraFields"}"#,
    r#"{"operation": "createPrivateEndpointConnection", "probability": 0.05, "effect": {"end": {"status": "FAILED"}}}"#,
    r#"{"operation": "addInterfaceEndpoint", "probability": 0.05, "effect": {"end": {"status": "REJECTED"}}}"#,
];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How long the clients work, at least 11 to measure the memory
    #[arg(long, default_value_t = 60)]
    seconds: u64,
}

/// Runs both loads and prints their numbers. It sets no limit: they mean something on a quiet machine only.
///
/// # Errors
///
/// When the program cannot be built, ends or panics, or when its state is not what the clients were told.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut build = cargo(&["build", "--quiet", "--locked", "--release"]);
    build.args(["--package", "atlas-pe-sandbox"]);
    run_command(build)?;
    let program = built_program("release", "atlas-pe-sandbox")?;
    let duration = Duration::from_secs(arguments.seconds);

    println!("{CLIENTS} clients, all operations, with faults:");
    let mut options = vec!["--step", STEP];
    options.extend(FAULTS.iter().flat_map(|fault| ["--fault", *fault]));
    let mut sandbox = Program::start(&program, &options)?;
    let mixed = load(&sandbox, duration, |connection, project, random| {
        project.work(connection, random)
    })?;
    mixed.print();
    let (mut connections, mut interface_endpoints) = (0, 0);
    for mut project in mixed.projects {
        let (left, endpoints) = project.verify(&sandbox.address)?;
        connections += left;
        interface_endpoints += endpoints;
    }
    sandbox.stop()?;
    println!(
        "  nothing was lost or doubled: {connections} connections and {interface_endpoints} interface \
         endpoints are what the clients were told"
    );

    println!("{CLIENTS} clients, lists alone, without faults:");
    let mut sandbox = Program::start(&program, &[])?;
    let lists = load(&sandbox, duration, |connection, project, _| {
        project.list(connection).map(|_| ())
    })?;
    lists.print();
    sandbox.stop()?;
    Ok(ExitCode::SUCCESS)
}

/// What the clients measured.
struct Load {
    duration: Duration,
    /// Of each request, in ascending order.
    latencies: Vec<Duration>,
    /// Requests whose response was broken, an error of the server, or a refusal of their token.
    failed: usize,
    memory: Option<(u64, u64)>,
    projects: Vec<Project>,
}

impl Load {
    fn print(&self) {
        let requests = self.latencies.len();
        let rate = requests as u128 * 1000 / self.duration.as_millis().max(1);
        let percentile = |percent| {
            let index = requests * percent / 100;
            self.latencies.get(index).copied().unwrap_or_default()
        };
        println!(
            "  {requests} requests, {rate} per second, {} without a useful response",
            self.failed
        );
        let (median, high) = (percentile(50), percentile(99));
        println!("  median {median:.1?}, 99th percentile {high:.1?}");
        if let Some((early, late)) = self.memory {
            println!("  resident memory: {early} KiB after 10 s, {late} KiB at the end");
        }
    }
}

/// Runs the clients for a while, each with its own project.
fn load(
    sandbox: &Program,
    duration: Duration,
    request: impl Fn(&mut Connection, &mut Project, &mut StdRng) -> Result<(), Failure> + Sync,
) -> Result<Load, Failure> {
    let start = Instant::now();
    let (results, memory) = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let request = &request;
                scope.spawn(move || {
                    let mut random = StdRng::seed_from_u64(number as u64);
                    let mut connection = Connection::new(&sandbox.address);
                    let mut project = Project::new(number);
                    while start.elapsed() < duration {
                        request(&mut connection, &mut project, &mut random)
                            .map_err(|failure| format!("client {number}: {failure}"))?;
                    }
                    Ok((connection, project))
                })
            })
            .collect();
        let memory = (duration > WARM).then(|| {
            thread::sleep(WARM);
            let early = sandbox.memory();
            thread::sleep(duration.saturating_sub(start.elapsed()));
            early.zip(sandbox.memory())
        });
        let results: Vec<Result<_, String>> = clients
            .into_iter()
            .map(|client| client.join().map_err(|_| "a client panicked".to_owned())?)
            .collect();
        (results, memory.flatten())
    });
    let mut load = Load {
        duration: start.elapsed(),
        latencies: Vec::new(),
        failed: 0,
        memory,
        projects: Vec::new(),
    };
    for result in results {
        let (connection, project) = result?;
        load.latencies.extend(connection.latencies);
        load.failed += connection.failed;
        load.projects.push(project);
    }
    load.latencies.sort_unstable();
    Ok(load)
}

/// The sandbox in a process of its own, which is killed when this is dropped.
struct Program {
    process: Child,
    address: String,
}

impl Program {
    fn start(program: &Path, options: &[&str]) -> Result<Self, Failure> {
        let projects = (0..CLIENTS).map(model::project_id);
        let mut process = Command::new(program)
            .args(options)
            .args(projects.flat_map(|id| ["--project-id".to_owned(), id]))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("could not start the sandbox: {error}"))?;
        let stdout = process.stdout.take().ok_or("the sandbox has no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.split_once("http://").map(|(_, rest)| rest);
        let address = address.ok_or_else(|| format!("the sandbox printed {line:?}"))?;
        Ok(Self {
            process,
            address: address.trim_end().trim_matches('\'').to_owned(),
        })
    }

    /// Returns the resident memory in KiB, or `None` on a system without `/proc`.
    fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.parse().ok()
    }

    /// Ends the program, which must not have ended or panicked before.
    fn stop(&mut self) -> Result<(), Failure> {
        if let Some(status) = self.process.try_wait()? {
            return Err(format!("the sandbox ended early: {status}").into());
        }
        self.process.kill()?;
        self.process.wait()?;
        let mut stderr = String::new();
        if let Some(mut pipe) = self.process.stderr.take() {
            pipe.read_to_string(&mut stderr)?;
        }
        if stderr.contains("panicked") {
            return Err(format!("the sandbox panicked: {stderr}").into());
        }
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Both fail only when the process has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
