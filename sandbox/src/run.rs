//! A command that runs beside the sandbox, and the signals that end both.

use std::ffi::OsString;
use std::io;
use std::process::{ExitCode, ExitStatus};

use tokio::process::{Child, Command};

/// The exit codes of POSIX shells for a command that does not exist, and for one that cannot be run.
const NOT_FOUND: u8 = 127;
const NOT_EXECUTABLE: u8 = 126;

/// Starts a command, or returns the exit code and what failed.
pub(crate) fn spawn(
    command: &[OsString],
    set: Vec<(&str, String)>,
    removed: impl Iterator<Item = &'static str>,
) -> Result<Child, (u8, String)> {
    let (program, args) = command
        .split_first()
        .ok_or((NOT_FOUND, "a command is required".to_owned()))?;
    let mut command = Command::new(program);
    command.args(args);
    for name in removed {
        command.env_remove(name);
    }
    command.envs(set).spawn().map_err(|error| {
        let code = match error.kind() {
            io::ErrorKind::NotFound => NOT_FOUND,
            _ => NOT_EXECUTABLE,
        };
        (
            code,
            format!("could not run {}: {error}", program.display()),
        )
    })
}

/// Waits until the command ends, forwards signals to it, and returns its exit code.
pub(crate) async fn wait(mut child: Child, mut signals: Signals) -> io::Result<ExitCode> {
    loop {
        tokio::select! {
            status = child.wait() => return Ok(exit_code(status?)),
            signal = signals.recv() => forward(&child, signal),
        }
    }
}

#[cfg(unix)]
pub(crate) use unix::{Signals, exit_code, forward};
#[cfg(windows)]
pub(crate) use windows::{Signals, exit_code, forward};

#[cfg(unix)]
mod unix {
    use std::io::{self, IsTerminal as _};
    use std::os::unix::process::ExitStatusExt as _;

    use rustix::process::{Pid, Signal, kill_process};
    use tokio::signal::unix::{self, SignalKind};

    use super::{Child, ExitCode, ExitStatus};

    /// The signals that end the sandbox.
    pub(crate) struct Signals {
        interrupt: unix::Signal,
        terminate: unix::Signal,
    }

    impl Signals {
        pub(crate) fn new() -> io::Result<Self> {
            Ok(Self {
                interrupt: unix::signal(SignalKind::interrupt())?,
                terminate: unix::signal(SignalKind::terminate())?,
            })
        }

        pub(crate) async fn recv(&mut self) -> Signal {
            tokio::select! {
                _ = self.interrupt.recv() => Signal::INT,
                _ = self.terminate.recv() => Signal::TERM,
            }
        }
    }

    /// Sends a signal to the command. A terminal sends an interrupt to the command, too, and many programs
    /// take a second one as a request to give up cleaning up.
    pub(crate) fn forward(child: &Child, signal: Signal) {
        let is_interactive = io::stdin().is_terminal() || io::stderr().is_terminal();
        if signal == Signal::INT && is_interactive {
            return;
        }
        let pid = child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(pid) = pid.and_then(Pid::from_raw) {
            // Fails only for a command that has ended or runs as another user.
            let _ = kill_process(pid, signal);
        }
    }

    pub(crate) fn exit_code(status: ExitStatus) -> ExitCode {
        let code = status.code().or(status.signal().map(|it| 128 + it));
        code.and_then(|it| u8::try_from(it).ok())
            .map_or(ExitCode::FAILURE, ExitCode::from)
    }
}

#[cfg(windows)]
mod windows {
    use std::io;

    use tokio::signal::windows::{CtrlC, ctrl_c};

    use super::{Child, ExitCode, ExitStatus};

    /// The signals that end the sandbox.
    pub(crate) struct Signals(CtrlC);

    impl Signals {
        pub(crate) fn new() -> io::Result<Self> {
            ctrl_c().map(Self)
        }

        pub(crate) async fn recv(&mut self) {
            self.0.recv().await;
        }
    }

    /// Does nothing, since the console interrupts the command, too.
    pub(crate) fn forward(_: &Child, (): ()) {}

    pub(crate) fn exit_code(status: ExitStatus) -> ExitCode {
        status
            .code()
            .and_then(|it| u8::try_from(it).ok())
            .map_or(ExitCode::FAILURE, ExitCode::from)
    }
}
