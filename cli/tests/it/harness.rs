//! Runs the built `atlas-pe` against a sandbox of its own.

use std::fmt;
use std::fs;
#[cfg(all(target_os = "linux", feature = "keyring"))]
use std::path::Path;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

pub(crate) use atlas_pe_sandbox::testing::{LONG, STEP, VPCE};
use atlas_pe_sandbox::{PinnedStatus, Sandbox, testing};
use serde_json::Value;
use tempfile::TempDir;

/// The id of a connection that does not exist.
pub(crate) const MISSING: &str = "5f7cb1a3e3b4aa3b8ba3fb44";

/// A sandbox with a clock of its own.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
}

/// The result of a run of the CLI.
pub(crate) struct Run {
    command: String,
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A home directory with a `config.toml` of the Atlas CLI.
pub(crate) struct Home {
    directory: TempDir,
}

impl Home {
    /// Writes the file with the permissions that the Atlas CLI sets.
    pub(crate) fn new(config: &str) -> Self {
        let home = Self {
            directory: TempDir::new().unwrap(),
        };
        let file = home.file();
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, config).unwrap();
        home.set_mode(0o600);
        home
    }

    #[cfg(all(target_os = "linux", feature = "keyring"))]
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.directory.path().join("atlascli/config.toml")
    }

    #[cfg(unix)]
    pub(crate) fn set_mode(&self, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(self.file(), fs::Permissions::from_mode(mode)).unwrap();
    }

    #[cfg(not(unix))]
    pub(crate) fn set_mode(&self, _mode: u32) {}

    /// Returns the CLI with only this home in its environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare_command(arguments);
        let directory = if cfg!(windows) {
            "AppData"
        } else {
            "XDG_CONFIG_HOME"
        };
        command.env(directory, self.directory.path());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        run(self.command(arguments))
    }
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            sandbox: testing::builder().start().unwrap(),
        }
    }

    /// Starts a sandbox with a running clock and short steps, for commands that wait.
    pub(crate) fn with_running_clock() -> Self {
        let builder = Sandbox::builder().step(Duration::from_millis(20));
        Self {
            sandbox: builder.start().unwrap(),
        }
    }

    /// Returns the CLI with only the sandbox's variables in its environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare_command(arguments);
        command.envs(self.sandbox.env());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        run(self.command(arguments))
    }

    /// Runs a command that must succeed, and returns its JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let mut arguments = arguments.to_vec();
        arguments.extend(["-o", "json"]);
        let run = self.run(&arguments);
        assert_eq!(run.code, 0, "{run}");
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{run}"))
    }

    /// Creates a connection, and returns its id.
    pub(crate) fn new_connection(&self) -> String {
        let created = self.json(&["create", "--region", "us-east-1"]);
        created["id"].as_str().unwrap().to_owned()
    }

    /// Creates a connection that is `WAITING_FOR_USER`, and returns its id.
    pub(crate) fn ready_connection(&self) -> String {
        let id = self.new_connection();
        self.sandbox.advance(LONG);
        id
    }

    /// Creates a connection with an available interface endpoint, and returns its id.
    pub(crate) fn connection_in_use(&self) -> String {
        let id = self.ready_connection();
        self.json(&["interfaces", "create", &id, VPCE]);
        self.sandbox.advance(LONG);
        id
    }

    /// Sets the status of a connection.
    pub(crate) fn pin(&self, id: &str, status: impl Into<PinnedStatus>) {
        let project = self.sandbox.project_id();
        let pinned = self.sandbox.set_connection_status(project, id, status);
        pinned.unwrap();
    }

    /// Sets the status of the interface endpoint of a connection.
    pub(crate) fn pin_interface_endpoint(&self, id: &str, status: impl Into<PinnedStatus>) {
        let (sandbox, project) = (&self.sandbox, self.sandbox.project_id());
        let pinned = sandbox.set_interface_endpoint_status(project, id, VPCE, status);
        pinned.unwrap();
    }
}

/// Returns the CLI with an empty environment, in which the keyring of the developer is not found either.
pub(crate) fn bare_command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atlas-pe"));
    command.args(arguments).stdin(Stdio::null()).env_clear();
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/no/such/bus");
    command
}

pub(crate) fn run(mut command: Command) -> Run {
    let line = format!("{command:?}");
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    Run {
        command: line,
        code: status.code().expect("a signal ended it"),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

impl Run {
    /// Checks for a failure: nothing on standard output, this exit code, and a message with these words.
    pub(crate) fn assert_failure(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{self}");
        assert_eq!(self.stdout, "", "{self}");
        for word in words {
            assert!(self.stderr.contains(word), "no {word:?} in\n{self}");
        }
        for leak in ["Error {", "Some(", "Kind::", "panicked"] {
            assert!(!self.stderr.contains(leak), "{leak:?} in\n{self}");
        }
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            command,
            code,
            stdout,
            stderr,
        } = self;
        write!(
            f,
            "{command}\nexit code {code}\n-- stdout\n{stdout}\n-- stderr\n{stderr}"
        )
    }
}
