//! The measures of the release program, each beside another program.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde::Deserialize;
use tempfile::NamedTempFile;

use super::comparison::{Goal, Row, Unit};
use super::{Effort, alternate};
use crate::Failure;
use crate::system::{find, install};
use crate::workspace::{built_program, cargo, run};

const ROUNDS: usize = 300;
const MEMORY_ROUNDS: usize = 20;

/// Where systems have the certificates that they trust.
const SYSTEM_CERTIFICATES: [&str; 3] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
];

/// Time and memory of a list, beside curl.
pub(super) fn list(effort: Effort) -> Result<Vec<Row>, Failure> {
    require("curl")?;
    require("time")?;
    let program = build()?;
    let server = Server::start()?;
    let plain = server.list(&program, &server.settings.origin);
    let tls = server.list(&program, &server.settings.tls_origin);
    let mut rows = Vec::new();
    for (name, [list, curl], goal) in [("plain", &plain, 0.3), ("TLS", &tls, 0.8)] {
        let [values, yardstick] = seconds(effort, list, curl)?;
        let measure = format!("atlas-pe list, whole process, {name}");
        let row = Row::new(&measure, Unit::Seconds, values);
        rows.push(
            row.beside("curl --digest", yardstick)
                .with_goal(Goal::Ratio(goal)),
        );
    }
    let [list, curl] = tls;
    let [values, yardstick] = alternate(
        effort.rounds(MEMORY_ROUNDS),
        [&mut || list.peak_bytes(), &mut || curl.peak_bytes()],
    )?;
    let row = Row::new("peak memory of atlas-pe list, TLS", Unit::Bytes, values);
    rows.push(
        row.beside("curl --digest", yardstick)
            .with_goal(Goal::Ratio(1.0)),
    );
    Ok(rows)
}

/// The size of the release program, which cargo strips.
pub(super) fn size() -> Result<Vec<Row>, Failure> {
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let bytes = fs::metadata(build()?)?.len() as f64;
    let row = Row::new(
        "stripped release program atlas-pe",
        Unit::Bytes,
        vec![bytes],
    );
    Ok(vec![row.with_goal(Goal::Value(6e6))])
}

/// The start and the end of a process.
pub(super) fn version(effort: Effort) -> Result<Vec<Row>, Failure> {
    let program = Invocation::new(build()?).argument("--version");
    let yardstick = Invocation::new(require("true")?);
    let [values, yardstick] = seconds(effort, &program, &yardstick)?;
    let row = Row::new("atlas-pe --version", Unit::Seconds, values);
    Ok(vec![
        row.beside("/bin/true", yardstick)
            .with_goal(Goal::More(0.0015)),
    ])
}

fn seconds(effort: Effort, one: &Invocation, other: &Invocation) -> Result<[Vec<f64>; 2], Failure> {
    // The first runs read the programs from the disk.
    for _ in 0..3 {
        one.seconds()?;
        other.seconds()?;
    }
    alternate(
        effort.rounds(ROUNDS),
        [&mut || one.seconds(), &mut || other.seconds()],
    )
}

/// Returns the path of a program, which is installed if this runs as root.
pub(super) fn require(program: &str) -> Result<PathBuf, Failure> {
    install(program, program)?;
    let path = find(program);
    path.ok_or_else(|| {
        format!("{program} is required; install your system's package of this name").into()
    })
}

/// Builds the CLI as it is installed: alone, since another package of the workspace could enable features of a
/// dependency.
fn build() -> Result<PathBuf, Failure> {
    run(cargo(&[
        "build",
        "--quiet",
        "--locked",
        "--release",
        "--package",
        "atlas-pe",
    ]))?;
    built_program("release", "atlas-pe")
}

/// A program with its arguments, which is run many times.
pub(super) struct Invocation {
    program: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(&'static str, String)>,
}

impl Invocation {
    fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
        }
    }

    fn argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    fn variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        let environment = self.environment.iter();
        command.envs(environment.map(|(name, value)| (name, value)));
        command
    }

    fn seconds(&self) -> Result<f64, Failure> {
        let mut command = self.command(&self.program);
        command.args(&self.arguments);
        seconds_of(command)
    }

    /// Measures with GNU time, since a process begins with the maximum of the process that has started it.
    fn peak_bytes(&self) -> Result<f64, Failure> {
        let report = NamedTempFile::new()?;
        let mut command = self.command(&require("time")?);
        command.args(["--format=%M", "--output"]).arg(report.path());
        command.arg(&self.program).args(&self.arguments);
        seconds_of(command)?;
        let kilobytes: f64 = fs::read_to_string(report.path())?.trim().parse()?;
        Ok(kilobytes * 1024.0)
    }
}

/// Runs a command whose output is not wanted; returns how long it took.
pub(super) fn seconds_of(mut command: Command) -> Result<f64, Failure> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status();
    let seconds = start.elapsed().as_secs_f64();
    let status = status.map_err(|error| format!("could not run {command:?}: {error}"))?;
    if status.success() {
        return Ok(seconds);
    }
    Err(format!("{command:?} failed: {status}").into())
}

/// The client's example `bench_server` in a process of its own, which ends with this.
struct Server {
    process: Child,
    settings: Settings,
    /// The certificates of the system and that of the server, so that both programs read as many as in use.
    certificates: NamedTempFile,
}

#[derive(Deserialize)]
struct Settings {
    origin: String,
    tls_origin: String,
    certificate: String,
    public_key: String,
    private_key: String,
    project: String,
}

impl Server {
    fn start() -> Result<Self, Failure> {
        let package = [
            "--package",
            "atlas-private-endpoint",
            "--example",
            "bench_server",
        ];
        let mut build = cargo(&["build", "--quiet", "--locked", "--profile", "bench"]);
        build.args(package);
        run(build)?;
        let program = built_program("release/examples", "bench_server")?;
        let mut process = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("could not run bench_server: {error}"))?;
        let stdout = process.stdout.take().ok_or("bench_server has no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let settings: Settings = serde_json::from_str(&line)
            .map_err(|error| format!("bench_server printed {line:?}: {error}"))?;
        let mut certificates = NamedTempFile::new()?;
        if let Some(file) = SYSTEM_CERTIFICATES
            .iter()
            .find(|file| Path::new(file).exists())
        {
            certificates.write_all(&fs::read(file)?)?;
        }
        certificates.write_all(settings.certificate.as_bytes())?;
        Ok(Self {
            process,
            settings,
            certificates,
        })
    }

    /// Returns the program's list and curl's. Both send two requests on one connection: for a challenge, and for the
    /// list.
    fn list(&self, program: &Path, origin: &str) -> [Invocation; 2] {
        let Settings {
            public_key,
            private_key,
            project,
            ..
        } = &self.settings;
        let certificates = self.certificates.path().to_string_lossy();
        let list = Invocation::new(program)
            .argument("list")
            .argument("--output=json")
            .variable("MONGODB_ATLAS_BASE_URL", origin)
            .variable("MONGODB_ATLAS_PUBLIC_API_KEY", public_key)
            .variable("MONGODB_ATLAS_PRIVATE_API_KEY", private_key)
            .variable("MONGODB_ATLAS_PROJECT_ID", project)
            .variable("SSL_CERT_FILE", &*certificates);
        // The sandbox has made its key up, so it may appear in the process list.
        let curl = Invocation::new("curl")
            .argument("--silent")
            .argument("--fail")
            .argument("--digest")
            .argument("--user")
            .argument(format!("{public_key}:{private_key}"))
            .argument("--cacert")
            .argument(certificates)
            .argument(format!(
                "{origin}/api/atlas/v1.0/groups/{project}/privateEndpoint"
            ));
        [list, curl]
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when the process has exited already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
