//! What is wrong with a description, and where.

use std::fmt;

/// One thing that is wrong with a description.
///
/// Its `Display` begins with line and column, so that the file's name and a colon before it make a place
/// that editors understand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line in the description, from 1.
    pub line: usize,
    /// The column in that line, in characters from 1.
    pub column: usize,
    /// The JSON pointer of the place, empty for the whole document.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead, where that can be said.
    pub help: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)?;
        if !self.pointer.is_empty() {
            write!(f, " (at {})", self.pointer)?;
        }
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}
