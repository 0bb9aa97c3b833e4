//! The calls, made by the client's example `digest_load` in a process of its own.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::Deserialize;

use super::web_server::{Environment, poll};
use crate::Failure;
use crate::workspace::{built_program, cargo, run as run_command};

/// How long one load may take. They take seconds.
const TIMEOUT: Duration = Duration::from_secs(120);

const PRIVATE_KEY_VARIABLE: &str = "MONGODB_ATLAS_PRIVATE_API_KEY";
const WRONG_PRIVATE_KEY: &str = "11111111-1111-4111-8111-111111111111";

/// A number of calls, some of them concurrent.
pub(super) struct Load {
    pub(super) name: &'static str,
    pub(super) calls: usize,
    pub(super) concurrency: usize,
    /// Whether the calls are signed with the private key that the server expects.
    pub(super) has_right_key: bool,
}

pub(super) const SEQUENTIAL: Load = Load {
    name: "one by one",
    calls: 500,
    concurrency: 1,
    has_right_key: true,
};

pub(super) const CONCURRENT: Load = Load {
    name: "64 at once",
    calls: 5000,
    concurrency: 64,
    has_right_key: true,
};

pub(super) const WRONG_KEY: Load = Load {
    name: "wrong key",
    calls: 1,
    concurrency: 1,
    has_right_key: false,
};

pub(super) const LOADS: &[Load] = &[SEQUENTIAL, CONCURRENT, WRONG_KEY];

/// The results of a load's calls, as the example prints them.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Outcome {
    pub(super) calls: usize,
    pub(super) failed: usize,
    pub(super) unauthorized: usize,
    pub(super) first_failure: Option<String>,
}

/// The built example.
pub(super) struct Loader {
    program: PathBuf,
}

impl Loader {
    /// Builds the example with optimizations.
    ///
    /// # Errors
    ///
    /// When it cannot be built.
    pub(super) fn build() -> Result<Self, Failure> {
        let mut build = cargo(&["build", "--quiet", "--profile", "bench", "--locked"]);
        build.args(["--package", "atlas-private-endpoint"]);
        build.args(["--example", "digest_load"]);
        run_command(build)?;
        let program = built_program("release/examples", "digest_load")?;
        Ok(Self { program })
    }

    /// Makes the calls of a load.
    ///
    /// # Errors
    ///
    /// When they could not be made. A call that fails is counted instead.
    pub(super) fn run(&self, load: &Load, environment: &Environment) -> Result<Outcome, Failure> {
        let mut command = Command::new(&self.program);
        command
            .args([load.calls.to_string(), load.concurrency.to_string()])
            .envs(environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        if !load.has_right_key {
            command.env(PRIVATE_KEY_VARIABLE, WRONG_PRIVATE_KEY);
        }
        let mut process = command
            .spawn()
            .map_err(|error| format!("could not run digest_load: {error}"))?;
        // The example prints one line, which fits into the pipe, so it does not wait for a reader.
        let Some(status) = poll(TIMEOUT, || process.try_wait().ok().flatten()) else {
            process.kill()?;
            process.wait()?;
            return Err(format!("digest_load took more than {} s", TIMEOUT.as_secs()).into());
        };
        if !status.success() {
            return Err(format!("digest_load failed: {status}").into());
        }
        let mut line = String::new();
        let mut stdout = process.stdout.take().ok_or("digest_load has no output")?;
        stdout.read_to_string(&mut line)?;
        serde_json::from_str(&line)
            .map_err(|error| format!("digest_load printed {line:?}: {error}").into())
    }
}
