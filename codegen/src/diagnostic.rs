//! What is wrong with a description, and where.

use std::fmt;

use crate::Rule;

/// A place in a description.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in that line, in characters from 1.
    pub column: usize,
}

impl Position {
    /// Where a text begins.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// One thing that is wrong with a description.
///
/// Its `Display` begins with line and column, so that the file's name and a colon before it make a place
/// that editors understand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that it breaks; that one knows why it is a problem.
    pub rule: Rule,
    /// The first character of what is wrong.
    pub start: Position,
    /// The character after it, in the same line.
    pub end: Position,
    /// The JSON pointer of the place, empty for the whole document.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.start;
        write!(f, "{line}:{column}: {}: {}", self.rule.name, self.message)?;
        if !self.pointer.is_empty() {
            write!(f, " (at {})", self.pointer)?;
        }
        write!(f, "; {}", self.help)
    }
}

impl std::error::Error for Diagnostic {}
