//! Why a command did not do what was asked: a sentence, an exit code, and at most one hint.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use atlas_private_endpoint::types::ErrorCode;
use atlas_private_endpoint::{Error, ErrorKind, StatusCode};

use crate::args::variable;

/// The exit codes. They are part of what scripts rely on, and are told in `--help`.
pub(crate) mod exit_code {
    pub(crate) const OTHER: u8 = 1;
    pub(crate) const USAGE: u8 = 2;
    pub(crate) const PERMISSION: u8 = 3;
    pub(crate) const NOT_FOUND: u8 = 4;
    pub(crate) const CONFLICT: u8 = 5;
    pub(crate) const UNAVAILABLE: u8 = 6;
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was given is not enough, or not right. Nothing was sent.
    Usage(String),
    /// The person at the terminal did not say yes.
    Declined,
    /// A call failed, while doing what `action` says.
    Call { action: String, error: Error },
    /// The result could not be printed.
    Output(io::Error),
    /// The system refused what it takes to use the network.
    Runtime(io::Error),
}

impl Failure {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => exit_code::USAGE,
            Self::Declined | Self::Output(_) | Self::Runtime(_) => exit_code::OTHER,
            Self::Call { error, .. } => exit_code_of(error),
        }
    }

    /// What to do about it, where that is not plain from the sentence.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Call { error, .. } => hint(error),
            _ => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(problem) => f.write_str(problem),
            Self::Declined => f.write_str("nothing was deleted"),
            Self::Output(error) => write!(f, "the result cannot be printed: {error}"),
            Self::Runtime(error) => write!(f, "the network cannot be used: {error}"),
            Self::Call { action, error } => {
                write!(f, "could not {action}: {}", error.reason())?;
                // What lies between says how the libraries are layered, which helps nobody here.
                match root_cause(error) {
                    Some(cause) => write!(f, " ({cause})"),
                    None => Ok(()),
                }
            }
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
    match error.kind() {
        ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Connection => true,
        _ => {
            error.is_rate_limited()
                || error.code() == Some(&ErrorCode::WritesNotAllowedDuringAppUpgrades)
                || error
                    .status()
                    .is_some_and(|status| status.is_server_error())
        }
    }
}

/// What to look at when Atlas does not take the credentials.
const CHECK_CREDENTIALS: &str = "\
check MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY, or MONGODB_ATLAS_CLIENT_ID and \
MONGODB_ATLAS_CLIENT_SECRET, and that the key or the service account has the role Project Owner in this \
project";

fn hint(error: &Error) -> Option<String> {
    if error.is_outcome_unknown() {
        return Some("atlas-pe list shows what is there".to_owned());
    }
    if let Some(hint) = error.code().and_then(hint_for_code) {
        return Some(hint.to_owned());
    }
    match error.status() {
        Some(StatusCode::UNAUTHORIZED) => Some(CHECK_CREDENTIALS.to_owned()),
        Some(status) if status.is_redirection() => Some(format!(
            "redirects are not followed; check --base-url and {}",
            variable::BASE_URL
        )),
        _ => None,
    }
}

fn hint_for_code(code: &ErrorCode) -> Option<&'static str> {
    use ErrorCode as Code;
    let hint = match code {
        Code::UserUnauthorized | Code::NotInGroup | Code::UserCannotAccessGroup => {
            CHECK_CREDENTIALS
        }
        Code::AccessForbidden => "the API key needs the role Project Owner or Organization Owner",
        Code::IpAddressNotOnWhitelist | Code::ResourceRequiresWhitelist => {
            "add the address that this machine is seen with to the access list of the API key"
        }
        Code::GroupNotFound | Code::InvalidGroupId => {
            "check --project-id and MONGODB_ATLAS_PROJECT_ID"
        }
        Code::PrivatelinkNotFound => {
            "atlas-pe list shows the private endpoint connections that exist"
        }
        Code::PrivatelinkInterfaceEndpointNotFound => {
            "atlas-pe describe shows the interface endpoints that the connection has"
        }
        Code::PrivatelinkEndpointServiceAlreadyExistsForRegion => {
            "atlas-pe list shows the connection that is there; one that is being deleted counts too"
        }
        Code::PrivatelinkInterfaceEndpointAlreadyExists => {
            "it is there: atlas-pe interfaces describe shows its status"
        }
        Code::PrivatelinkCannotAcceptEndpoints => {
            "atlas-pe describe shows the status; wait until it is WAITING_FOR_USER"
        }
        Code::CannotDeletePrivatelinkWithEndpoints => {
            "delete its interface endpoints first (atlas-pe interfaces delete), and wait until they are gone"
        }
        Code::InvalidRegion | Code::RegionUnavailable => "choose another --region",
        Code::RateLimited => {
            "Atlas takes 100 requests a minute for a project; try again in a minute"
        }
        Code::WritesNotAllowedDuringAppUpgrades => "Atlas is being upgraded; try again later",
        Code::UnexpectedError => "try again; if it stays, ask MongoDB's support",
        _ => return None,
    };
    Some(hint)
}
