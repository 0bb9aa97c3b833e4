//! Why a command did not do what was asked: a sentence, an exit code, and at most one hint.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use atlas_private_endpoint::types::ErrorCode;
use atlas_private_endpoint::{Error, ErrorKind};
use serde_json::{Value, json};

/// The exit codes. They are part of what scripts rely on, and are told in `--help`.
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

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    reason: Box<Reason>,
    /// What is so now, behind the sentence.
    left: Option<String>,
    hint: Option<String>,
}

/// What went wrong.
#[derive(Debug)]
pub(crate) enum Reason {
    /// What was given is not enough, or not right. Nothing was sent.
    Usage(String),
    /// The person at the terminal did not say yes.
    Declined,
    /// A call failed, while doing what `action` says.
    Call { action: String, error: Error },
    /// The resource is in a state in which this cannot be done.
    State(String),
    /// The resource failed, so that it is of no use.
    Failed(String),
    /// The time for all of it was over before this.
    Late(String),
    /// Control-C, while doing what this says.
    Interrupted(String),
    /// Some of several projects failed; they have been reported.
    Projects { failed: usize, of: usize, code: u8 },
    /// The command was done, and its result is not what the query can be applied to.
    Query(String),
    /// The result could not be printed.
    Output(io::Error),
    /// The system refused what it takes to use the network.
    Runtime(io::Error),
}

impl Failure {
    pub(crate) fn new(reason: Reason) -> Self {
        Self {
            reason: Box::new(reason),
            left: None,
            hint: None,
        }
    }

    pub(crate) fn usage(problem: impl Into<String>) -> Self {
        Self::new(Reason::Usage(problem.into()))
    }

    /// Says what is left half done, behind what went wrong.
    pub(crate) fn with_left(mut self, left: impl Into<String>) -> Self {
        self.left = Some(left.into());
        self
    }

    /// Says what to do about it, in the place of any other hint.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// As [`with_hint`](Self::with_hint), when it was Control-C that ended it.
    pub(crate) fn with_hint_if_interrupted(self, hint: impl Into<String>) -> Self {
        if self.is_interruption() {
            return self.with_hint(hint);
        }
        self
    }

    /// As [`with_hint`](Self::with_hint), when nothing is said yet.
    pub(crate) fn with_hint_if_none(self, hint: impl Into<String>) -> Self {
        match self.hint {
            Some(_) => self,
            None => self.with_hint(hint),
        }
    }

    /// Whether it was Control-C that ended it.
    pub(crate) fn is_interruption(&self) -> bool {
        matches!(*self.reason, Reason::Interrupted(_))
    }

    /// Whether the same call may succeed after a while.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(&*self.reason, Reason::Call { error, .. } if error.is_transient())
    }

    /// Whether Atlas says that this is not there.
    pub(crate) fn says_gone(&self, code: &ErrorCode) -> bool {
        matches!(&*self.reason, Reason::Call { error, .. } if error.code() == Some(code))
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match &*self.reason {
            Reason::Usage(_) => exit_code::USAGE,
            Reason::Declined | Reason::Query(_) | Reason::Output(_) | Reason::Runtime(_) => {
                exit_code::OTHER
            }
            Reason::Call { error, .. } => exit_code_of(error),
            Reason::State(_) => exit_code::CONFLICT,
            Reason::Failed(_) => exit_code::RESOURCE_FAILED,
            Reason::Late(_) => exit_code::DEADLINE,
            Reason::Interrupted(_) => exit_code::INTERRUPTED,
            Reason::Projects { code, .. } => *code,
        }
    }

    /// What to do about it, where that is not plain from the sentence.
    pub(crate) fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The failure for programs: one object with the same facts.
    pub(crate) fn to_json(&self) -> Value {
        let mut error = json!({
            "message": self.to_string(),
            "exitCode": self.exit_code(),
        });
        if let Some(hint) = &self.hint {
            error["hint"] = json!(hint);
        }
        if let Reason::Call { error: call, .. } = &*self.reason {
            error["status"] = json!(call.status().map(|status| status.as_u16()));
            error["errorCode"] = json!(call.code());
            error["detail"] = json!(call.detail());
            error["operation"] = json!(call.operation().map(|operation| operation.id));
            for (name, value) in call.path_values() {
                error[name] = json!(value);
            }
            error["state"] = json!(call.last_state());
            error["outcomeUnknown"] = json!(call.is_outcome_unknown());
        }
        json!({ "error": error })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.reason {
            Reason::Usage(problem)
            | Reason::State(problem)
            | Reason::Failed(problem)
            | Reason::Late(problem)
            | Reason::Query(problem) => f.write_str(problem),
            Reason::Declined => f.write_str("nothing was deleted"),
            Reason::Interrupted(action) => write!(f, "interrupted: {action}"),
            Reason::Projects { failed, of: 1, .. } if *failed == 1 => {
                f.write_str("the only project failed")
            }
            Reason::Projects { failed, of, .. } if failed == of => {
                write!(f, "all {of} projects failed")
            }
            Reason::Projects { failed, of, .. } => {
                write!(
                    f,
                    "{failed} of {of} projects failed; the others are complete"
                )
            }
            Reason::Output(error) => write!(f, "the result cannot be printed: {error}"),
            Reason::Runtime(error) => write!(f, "the network cannot be used: {error}"),
            Reason::Call { action, error } => {
                write!(f, "could not {action}: {}", error.reason())?;
                // What lies between says how the libraries are layered, which helps nobody here.
                match root_cause(error) {
                    Some(cause) => write!(f, " ({cause})"),
                    None => Ok(()),
                }
            }
        }?;
        match &self.left {
            Some(left) => write!(f, "; {left}"),
            None => Ok(()),
        }
    }
}

fn root_cause(error: &Error) -> Option<String> {
    let mut cause = error.source()?;
    while let Some(next) = cause.source() {
        cause = next;
    }
    Some(cause.to_string())
}

fn exit_code_of(error: &Error) -> u8 {
    match error.kind() {
        ErrorKind::WaitTimeout => return exit_code::DEADLINE,
        ErrorKind::WaitFailed => return exit_code::RESOURCE_FAILED,
        ErrorKind::UnexpectedInterfaceEndpoint => return exit_code::CONFLICT,
        _ => {}
    }
    if error.is_unauthorized() || error.is_forbidden() {
        return exit_code::PERMISSION;
    }
    if error.is_not_found() {
        return exit_code::NOT_FOUND;
    }
    if error.is_conflict() {
        return exit_code::CONFLICT;
    }
    if is_unavailable(error) {
        return exit_code::UNAVAILABLE;
    }
    exit_code::OTHER
}

fn is_unavailable(error: &Error) -> bool {
    let status = error.status();
    error.is_transient()
        || error.kind() == ErrorKind::Connect
        || status.is_some_and(|status| status.is_server_error())
}
