//! Compares two versions of a fragment, and judges each change for users of the old one.
//!
//! Every change has two verdicts. The *wire* is what is sent: requests that were accepted must be accepted, and
//! what was read from responses must still be there. *Rust* is what users of the generated crate write. Both are
//! in one table, `table.rs`; the other modules find the changes.
//!
//! ```text
//! old, new ─ source map ─> documents ─ operations, schemas ─> kinds of changes ─ table ─> report
//! ```

mod bodies;
mod comparison;
mod fields;
mod node;
mod operations;
mod schemas;
mod table;

use std::collections::BTreeSet;

use crate::document::Document;
use crate::source_map::SourceMap;
use crate::{Diagnostic, Position};

use comparison::{Comparison, Found, Subject};
use node::{Node, Pair};
use table::Kind;

pub use table::{Side, Verdict};

/// A place in a fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The JSON pointer.
    pub pointer: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in that line, in characters from 1.
    pub column: usize,
}

/// A change and its verdict for one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it means.
    pub verdict: Verdict,
    /// Who is affected.
    pub side: Side,
    /// What changed.
    pub what: String,
    /// The reason for the verdict.
    pub why: &'static str,
    /// The affected item of the generated crate, such as `types::Region`; `None` on the wire.
    pub item: Option<String>,
    /// The place in the old version, unless it is new.
    pub old: Option<Place>,
    /// The place in the new version, unless it was removed.
    pub new: Option<Place>,
}

/// The changes between two versions, the worst first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The changes; of equal verdicts, those on the wire come first.
    pub changes: Vec<Change>,
}

impl Report {
    fn new(mut changes: Vec<Change>) -> Self {
        changes.sort_by_key(|change| (std::cmp::Reverse(change.verdict), change.side));
        Self { changes }
    }

    /// Returns the worst verdict, or `None` if nothing changed.
    pub fn verdict(&self) -> Option<Verdict> {
        self.changes.iter().map(|change| change.verdict).max()
    }

    /// Returns the worst verdict for one side, or `None` if nothing changed there.
    pub fn verdict_of(&self, side: Side) -> Option<Verdict> {
        let changes = self.changes.iter().filter(|change| change.side == side);
        changes.map(|change| change.verdict).max()
    }

    /// Adds the changes of another report.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::new([self.changes, other.changes].concat())
    }
}

/// A version of a fragment that is not YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The old version.
    Old(Vec<Diagnostic>),
    /// The new version.
    New(Vec<Diagnostic>),
}

/// Compares two versions of a fragment. Neither has to pass lint: the old one may have been written before the
/// rules of today.
///
/// # Errors
///
/// Returns the diagnostics of a version that is not YAML.
///
/// ```
/// use atlas_private_endpoint_codegen::compat::{Unreadable, compare};
///
/// assert!(matches!(compare("openapi: [", ""), Err(Unreadable::Old(_))));
/// ```
pub fn compare(old: &str, new: &str) -> Result<Report, Unreadable> {
    let old = SourceMap::parse(old).map_err(Unreadable::Old)?;
    let new = SourceMap::parse(new).map_err(Unreadable::New)?;
    let mut comparison = Comparison::default();
    let root = Pair {
        old: Node::root(&old.value),
        new: Node::root(&new.value),
    };
    comparison.compare_operations(&root);
    comparison.compare_schemas();
    compare_root(&mut comparison, &root);
    let place = |source: &SourceMap, pointer: &Option<String>| {
        let pointer = pointer.clone()?;
        let Position { line, column } = source.position(&pointer);
        Some(Place {
            pointer,
            line,
            column,
        })
    };
    let changes = comparison.found.into_iter().flat_map(|found| {
        let (old, new) = (place(&old, &found.old), place(&new, &found.new));
        judge(found, old, new)
    });
    Ok(Report::new(changes.collect()))
}

/// Returns a change for each side that it affects.
fn judge(found: Found, old: Option<Place>, new: Option<Place>) -> impl Iterator<Item = Change> {
    let effects = found.kind.effects(found.subject.usage);
    effects.map(move |(side, verdict, why)| Change {
        verdict,
        side,
        what: found.what.clone(),
        why,
        item: found.subject.item.clone().filter(|_| side == Side::Rust),
        old: old.clone(),
        new: new.clone(),
    })
}

/// Compares the document as a whole, and the components that no operation uses. Lint refuses unused ones today, so
/// that only the old version has them.
fn compare_root(comparison: &mut Comparison<'_>, root: &Pair<'_>) {
    let (subject, name) = (Subject::on_wire(), "the document");
    let texts = ["openapi", "info"];
    comparison.compare_keywords(Kind::TEXT, &subject, root, name, &texts);
    let parts = ["paths", "components", "servers", "security"];
    comparison.compare_rest(&subject, root, name, &[&texts, &parts]);
    let (old, new) = (root.old.used_components(), root.new.used_components());
    for (section, named) in root.get("components").entries() {
        for (name, part) in named.entries() {
            let is_used = old.contains(&part.old.pointer) || new.contains(&part.new.pointer);
            // Operations refer to security schemes without a reference.
            if !is_used && section != "securitySchemes" && !part.is_same() {
                let what = format!("the component `{name}` in {section} changed");
                comparison.record(Kind::UNUSED, &subject, &part, what);
            }
        }
    }
}

/// Returns true if two fragments have an operation with the same ID. No two fragments of one version do, so that
/// one of them is the other with another file name.
pub fn share_operations(old: &str, new: &str) -> bool {
    let ids = |text: &str| -> BTreeSet<String> {
        let Ok(source) = SourceMap::parse(text) else {
            return BTreeSet::new();
        };
        let operations = Document(&source.value).operations().into_iter();
        let ids = operations.filter_map(|(.., operation)| operation["operationId"].as_str());
        ids.map(str::to_owned).collect()
    };
    !ids(old).is_disjoint(&ids(new))
}

/// A change of the set of fragments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FragmentChange<'a> {
    /// A new fragment.
    Added,
    /// A fragment that is gone with its operations.
    Removed,
    /// A fragment with another file name, which was this.
    Renamed(&'a str),
}

/// Judges a change of the set of fragments.
pub fn fragment(name: &str, change: FragmentChange<'_>) -> Report {
    let (kind, what) = match change {
        FragmentChange::Added => (Kind::FRAGMENT_ADDED, format!("{name} was added")),
        FragmentChange::Removed => (Kind::FRAGMENT_REMOVED, format!("{name} was removed")),
        FragmentChange::Renamed(old) => {
            let what = format!("{old} was renamed to {name}");
            (Kind::FRAGMENT_RENAMED, what)
        }
    };
    let found = Found {
        kind,
        subject: Subject::new(None),
        what,
        old: None,
        new: None,
    };
    Report::new(judge(found, None, None).collect())
}
