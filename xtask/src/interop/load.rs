//! The calls, made by the client's example `digest_load` in a process of its own.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::server::{Environment, PRIVATE_KEY_VARIABLE};
use crate::Failure;
use crate::command::{cargo, program, run as run_command, target_folder};

/// How long one load may take. They take seconds.
const PATIENCE: Duration = Duration::from_secs(120);

const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// No server has this key.
const WRONG_PRIVATE_KEY: &str = "11111111-1111-4111-8111-111111111111";

/// How many calls are made, how many of them at once, and with which key.
pub(crate) struct Load {
    pub(crate) name: &'static str,
    pub(crate) calls: usize,
    pub(crate) at_once: usize,
    pub(crate) key: Key,
}

/// Whether the server knows the private key that the calls are signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Right,
    Wrong,
}

pub(crate) const ONE_BY_ONE: Load = Load {
    name: "one by one",
    calls: 500,
    at_once: 1,
    key: Key::Right,
};

pub(crate) const AT_ONCE: Load = Load {
    name: "64 at once",
    calls: 5000,
    at_once: 64,
    key: Key::Right,
};

pub(crate) const WRONG_KEY: Load = Load {
    name: "wrong key",
    calls: 1,
    at_once: 1,
    key: Key::Wrong,
};

/// What every server is given.
pub(crate) const LOADS: &[Load] = &[ONE_BY_ONE, AT_ONCE, WRONG_KEY];

/// How the calls went, as the example prints it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) calls: usize,
    pub(crate) failed: usize,
    pub(crate) unauthorized: usize,
    pub(crate) first_failure: Option<String>,
}

/// The example, built.
pub(crate) struct Loader {
    program: PathBuf,
}

impl Loader {
    /// Builds the example, optimized as what people install is.
    ///
    /// # Errors
    ///
    /// When it cannot be built.
    pub(crate) fn build() -> Result<Self, Failure> {
        run_command(cargo(&[
            "build",
            "--quiet",
            "--release",
            "--locked",
            "--package",
            "atlas-private-endpoint",
            "--example",
            "digest_load",
        ]))?;
        let examples = target_folder()?.join("release").join("examples");
        Ok(Self {
            program: examples.join(program("digest_load")),
        })
    }

    /// Makes the calls.
    ///
    /// # Errors
    ///
    /// When they could not be made at all. A call that fails is counted instead.
    pub(crate) fn run(&self, load: &Load, environment: &Environment) -> Result<Outcome, Failure> {
        let mut command = Command::new(&self.program);
        command
            .args([load.calls.to_string(), load.at_once.to_string()])
            .envs(environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        if load.key == Key::Wrong {
            command.env(PRIVATE_KEY_VARIABLE, WRONG_PRIVATE_KEY);
        }
        let mut process = command
            .spawn()
            .map_err(|error| format!("cannot run digest_load: {error}"))?;
        let status = wait(&mut process)?;
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

/// Waits for the end, which the one line that is printed cannot delay: it fits into the pipe.
fn wait(process: &mut Child) -> Result<ExitStatus, Failure> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = process.try_wait()? {
            return Ok(status);
        }
        thread::sleep(POLL_INTERVAL);
    }
    process.kill()?;
    process.wait()?;
    Err(format!("digest_load took more than {} s", PATIENCE.as_secs()).into())
}
