//! Why a sandbox did not start.

use std::error::Error;
use std::{fmt, io};

/// Why a sandbox did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// A project id is not 24 hexadecimal digits.
    InvalidProject(String),
    /// The key, client id or client secret that is named is empty or has control characters.
    InvalidKey(&'static str),
    /// The port cannot be listened on; most often it is taken.
    Listen {
        /// The port that was asked for; 0 stands for any.
        port: u16,
        /// What the operating system says.
        source: io::Error,
    },
    /// The server's thread cannot be started.
    Thread(io::Error),
    /// The operating system has no random numbers.
    Randomness,
    /// The spec that the sandbox was built with cannot be used, for the reason given.
    Spec(String),
    /// The spec has an operation that the sandbox cannot carry out: its id.
    NoHandler(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidProject(id) => {
                write!(f, "the project id {id:?} is not 24 hexadecimal digits")
            }
            Self::InvalidKey(name) => {
                write!(f, "the {name} is empty or has control characters")
            }
            Self::Listen { port: 0, .. } => {
                f.write_str("cannot listen on a free port of 127.0.0.1")
            }
            Self::Listen { port, .. } => write!(f, "cannot listen on 127.0.0.1:{port}"),
            Self::Thread(_) => f.write_str("cannot start the thread of the server"),
            Self::Randomness => f.write_str("the operating system has no random numbers"),
            Self::Spec(reason) => write!(f, "the spec cannot be used: {reason}"),
            Self::NoHandler(id) => write!(f, "there is no handler for operation {id} of the spec"),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Listen { source, .. } | Self::Thread(source) => Some(source),
            _ => None,
        }
    }
}
