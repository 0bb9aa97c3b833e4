//! Diagnostics: violations of rules, with their positions in the text.

use std::fmt;

use crate::Rule;

/// A position in the text of a fragment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in the line, in characters from 1.
    pub column: usize,
}

impl Position {
    /// The beginning of a text.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// A violation of a rule.
///
/// Its `Display` begins with line and column: with the name of the file and a colon before it, editors can
/// jump to the position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The violated rule, which also holds the reason.
    pub rule: Rule,
    /// The first character of the span.
    pub start: Position,
    /// The character after the span, on the same line.
    pub end: Position,
    /// The JSON pointer of the value; empty for the whole document.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// How to fix it.
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
