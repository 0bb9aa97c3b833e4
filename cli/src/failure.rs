//! The failure of a command: a sentence, an exit code, and at most one hint.

use std::error::Error as _;
use std::fmt;

use atlas_private_endpoint::types::ErrorCode;
use atlas_private_endpoint::{Error, ErrorKind};
use serde_json::{Value, json};

use crate::output::Output;

/// The exit codes. Scripts depend on them; `--help` documents them.
pub(crate) mod exit_code {
    pub(crate) const OTHER: u8 = 1;
    pub(crate) const USAGE: u8 = 2;
    pub(crate) const PERMISSION: u8 = 3;
    pub(crate) const NOT_FOUND: u8 = 4;
    pub(crate) const CONFLICT: u8 = 5;
    pub(crate) const UNAVAILABLE: u8 = 6;
    pub(crate) const DEADLINE: u8 = 7;
    pub(crate) const RESOURCE_FAILED: u8 = 8;
    pub(crate) const INTERRUPTED: u8 = 130;
}

/// The failure of a command.
#[derive(Debug)]
pub(crate) struct Failure {
    cause: Box<Cause>,
    exit_code: u8,
    /// The changes before the failure.
    progress: Option<String>,
    hint: Option<String>,
    /// Several lines of help in place of a hint. They contain no text of a server.
    guide: Option<&'static str>,
    /// The resource of a wait that ended before its goal.
    output: Option<Box<Output>>,
}

#[derive(Debug)]
enum Cause {
    Message(String),
    /// A call of the client, made in order to do `action`.
    Call {
        action: String,
        error: Error,
    },
}

impl Failure {
    pub(crate) fn new(exit_code: u8, message: impl Into<String>) -> Self {
        Self {
            cause: Box::new(Cause::Message(message.into())),
            exit_code,
            progress: None,
            hint: None,
            guide: None,
            output: None,
        }
    }

    /// Returns the failure for an invalid command line or invalid settings. No request was sent.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(exit_code::USAGE, message)
    }

    /// Returns the failure after Control-C, with the resulting state.
    pub(crate) fn interrupted(state: impl fmt::Display) -> Self {
        Self::new(exit_code::INTERRUPTED, format!("interrupted: {state}"))
    }

    pub(crate) fn call(action: String, error: Error) -> Self {
        let exit_code = exit_code_of(&error);
        Self {
            cause: Box::new(Cause::Call { action, error }),
            ..Self::new(exit_code, "")
        }
    }

    /// Adds the changes before the failure.
    pub(crate) fn with_progress(mut self, progress: String) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Sets the hint, in place of any other.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Sets several lines of help, in place of a hint.
    pub(crate) fn with_guide(mut self, guide: &'static str) -> Self {
        self.guide = Some(guide);
        self
    }

    /// Puts the message of another failure before its own.
    pub(crate) fn preceded_by(self, other: &Self) -> Self {
        let message = format!("{other}; {self}");
        Self {
            cause: Box::new(Cause::Message(message)),
            ..self
        }
    }

    /// Sets the hint, unless there is one.
    pub(crate) fn or_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// Removes the hint, which an earlier failure had.
    pub(crate) fn without_hint(mut self) -> Self {
        self.hint = None;
        self
    }

    /// Sets the resource as it was last observed, unless there is one.
    pub(crate) fn or_output(mut self, output: impl FnOnce() -> Output) -> Self {
        self.output.get_or_insert_with(|| Box::new(output()));
        self
    }

    /// Changes the resource as it was last observed, if there is one.
    pub(crate) fn map_output(mut self, change: impl FnOnce(Output) -> Output) -> Self {
        self.output = self.output.map(|output| Box::new(change(*output)));
        self
    }

    fn error(&self) -> Option<&Error> {
        match &*self.cause {
            Cause::Message(_) => None,
            Cause::Call { error, .. } => Some(error),
        }
    }

    /// Returns true if the same call may succeed later.
    pub(crate) fn is_transient(&self) -> bool {
        self.error().is_some_and(Error::is_transient)
    }

    /// Returns true if Atlas responded with this code.
    pub(crate) fn has_code(&self, code: &ErrorCode) -> bool {
        self.error().is_some_and(|error| error.code() == Some(code))
    }

    pub(crate) fn exit_code(&self) -> u8 {
        self.exit_code
    }

    pub(crate) fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Returns the output for programs that exists in spite of the failure.
    pub(crate) fn output(&self) -> Option<&Output> {
        self.output.as_deref()
    }

    pub(crate) fn guide(&self) -> Option<&'static str> {
        self.guide
    }

    /// Returns the failure as JSON for programs.
    pub(crate) fn to_json(&self) -> Value {
        let mut json = json!({
            "message": self.to_string(),
            "exitCode": self.exit_code,
        });
        if let Some(hint) = self.hint().or(self.guide) {
            json["hint"] = json!(hint);
        }
        if let Some(error) = self.error() {
            json["status"] = json!(error.status().map(|status| status.as_u16()));
            json["errorCode"] = json!(error.code());
            json["detail"] = json!(error.detail());
            json["operation"] = json!(error.operation().map(|operation| operation.id));
            for (name, value) in error.path_values() {
                json[name] = json!(value);
            }
            json["state"] = json!(error.last_state());
            json["outcomeUnknown"] = json!(error.is_outcome_unknown());
        }
        json!({ "error": json })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.cause {
            Cause::Message(message) => f.write_str(message)?,
            Cause::Call { action, error } => {
                write!(f, "could not {action}: {}", error.reason())?;
                // The sources in between only name layers of libraries.
                if let Some(cause) = root_cause(error) {
                    write!(f, " ({cause})")?;
                }
            }
        }
        match &self.progress {
            Some(progress) => write!(f, "; {progress}"),
            None => Ok(()),
        }
    }
}

fn root_cause(error: &Error) -> Option<String> {
    let mut cause = error.source()?;
    while let Some(next) = cause.source() {
        cause = next;
    }
    // The failure already names the operation and its ids.
    let error = cause.downcast_ref::<Error>();
    Some(error.map_or_else(|| cause.to_string(), Error::reason))
}

/// Returns true for the error of a wait in which Atlas never returned a state.
fn was_never_answered(error: &Error) -> bool {
    let cause = error.source().and_then(|it| it.downcast_ref::<Error>());
    let failed = error.is_timeout() || cause.is_some_and(Error::is_transient);
    failed && error.last_state().is_none()
}

fn exit_code_of(error: &Error) -> u8 {
    let status = error.status();
    match error.kind() {
        ErrorKind::WaitTimeout if was_never_answered(error) => exit_code::UNAVAILABLE,
        ErrorKind::WaitTimeout => exit_code::DEADLINE,
        ErrorKind::WaitFailed => exit_code::RESOURCE_FAILED,
        ErrorKind::UnexpectedInterfaceEndpoint => exit_code::CONFLICT,
        _ if error.is_unauthorized() || error.is_forbidden() => exit_code::PERMISSION,
        _ if error.is_not_found() => exit_code::NOT_FOUND,
        // The resource in conflict may be the one that this command created.
        _ if error.is_conflict() && error.is_outcome_unknown() => exit_code::UNAVAILABLE,
        _ if error.is_conflict() => exit_code::CONFLICT,
        ErrorKind::Connect => exit_code::UNAVAILABLE,
        _ if error.is_transient() => exit_code::UNAVAILABLE,
        _ if status.is_some_and(|status| status.is_server_error()) => exit_code::UNAVAILABLE,
        _ => exit_code::OTHER,
    }
}
