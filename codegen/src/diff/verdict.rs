//! What a change means for those who rely on what was there before.

use std::fmt;

/// How much a change asks of those who rely on what was there before, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nothing that a program can notice.
    Documentation,
    /// What worked before works as before.
    Compatible,
    /// What worked before may fail.
    Breaking,
}

impl Verdict {
    /// Every verdict, the worst first.
    pub const WORST_FIRST: [Self; 3] = [Self::Breaking, Self::Compatible, Self::Documentation];

    /// The verdict as one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Documentation => "documentation",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Whom a change concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Whoever sends requests and reads responses, in whatever language.
    Wire,
    /// Whoever compiles against the generated crate.
    Rust,
}

impl Side {
    /// The side as one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Rust => "rust",
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Where something stands in a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The JSON pointer.
    pub pointer: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in that line, in characters from 1.
    pub column: usize,
}

/// One difference between two descriptions, or between what is generated from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it means.
    pub verdict: Verdict,
    /// Whom it concerns.
    pub side: Side,
    /// What changed, as a sentence.
    pub what: String,
    /// Why this is the verdict.
    pub why: String,
    /// The item of the generated file that changed, like `types::Region`; `None` on the wire.
    pub item: Option<String>,
    /// Where it was in the old description, if it was there.
    pub old: Option<Place>,
    /// Where it is in the new description, if it is there.
    pub new: Option<Place>,
}

/// Every difference that was found, the worst first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The differences; of equal verdicts, those on the wire come first.
    pub changes: Vec<Change>,
}

impl Report {
    /// Puts changes into order.
    pub fn new(mut changes: Vec<Change>) -> Self {
        changes.sort_by_key(|change| (std::cmp::Reverse(change.verdict), change.side));
        Self { changes }
    }

    /// The worst verdict of all changes; `None` when there is no change.
    pub fn verdict(&self) -> Option<Verdict> {
        self.changes.iter().map(|change| change.verdict).max()
    }

    /// The worst verdict of one side's changes; `None` when there is none.
    pub fn verdict_of(&self, side: Side) -> Option<Verdict> {
        let changes = self.changes.iter().filter(|change| change.side == side);
        changes.map(|change| change.verdict).max()
    }
}
