//! Compares two versions of a fragment, and judges each change for users of the old one.
//!
//! Every change has two verdicts. The *wire* is what is sent: requests that were accepted must be accepted, and
//! what was read from responses must still be there. *Rust* is what users of the generated crate write. Both are
//! in one table, `Kind::effects`; the modules below find the changes.
//!
//! ```text
//! old, new ─ source map ─> documents ─ operations, schemas ─> kinds of changes ─ table ─> report
//! ```

#![allow(
    clippy::match_same_arms,
    clippy::unnecessary_wraps,
    reason = "the table has a row for each kind of change"
)]

mod comparison;
mod fields;
mod node;
mod operations;
mod responses;
mod schemas;

use std::fmt;

use serde_json::Value;

use crate::document::Document;
use crate::source_map::SourceMap;
use crate::{Diagnostic, Position};

use Verdict::{Breaking, Compatible, Documentation};
use comparison::{Comparison, Usage};
use node::{Node, Pair};

/// The effect of a change on users of the old version, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// No program can notice it.
    Documentation,
    /// What worked before still works.
    Compatible,
    /// What worked before may fail.
    Breaking,
}

impl Verdict {
    /// Every verdict, the worst first.
    pub const WORST_FIRST: [Self; 3] = [Breaking, Compatible, Documentation];

    /// Returns the verdict as a word.
    pub fn word(self) -> &'static str {
        match self {
            Documentation => "documentation",
            Compatible => "compatible",
            Breaking => "breaking",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Who is affected by a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Clients that send requests and read responses, in any language.
    Wire,
    /// Users of the generated crate.
    Rust,
}

impl Side {
    /// Returns the side as a word.
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
    operations::compare(&mut comparison, &root);
    schemas::compare(&mut comparison);
    comparison.compare_root(&root);
    let mut changes = Vec::new();
    for found in comparison.found {
        for (side, verdict, why) in found.kind.judge(found.subject.usage) {
            changes.push(Change {
                verdict,
                side,
                what: found.what.clone(),
                why,
                item: found.subject.item.clone().filter(|_| side == Side::Rust),
                old: found.old.as_ref().map(|pointer| place(&old, pointer)),
                new: found.new.as_ref().map(|pointer| place(&new, pointer)),
            });
        }
    }
    Ok(Report::new(changes))
}

fn place(source: &SourceMap, pointer: &str) -> Place {
    let Position { line, column } = source.position(pointer);
    Place {
        pointer: pointer.to_owned(),
        line,
        column,
    }
}

/// Returns true if two fragments have an operation with the same ID. No two fragments of one version do, so that
/// one of them is the other with another file name.
pub fn share_operations(old: &str, new: &str) -> bool {
    let ids = |text: &str| -> Vec<Value> {
        let source = SourceMap::parse(text).ok();
        let operations = source
            .as_ref()
            .map(|it| Document(&it.value).raw_operations());
        let operations = operations.unwrap_or_default().into_iter();
        operations
            .map(|(_, _, _, operation)| operation["operationId"].clone())
            .collect()
    };
    let new = ids(new);
    ids(old).iter().any(|id| !id.is_null() && new.contains(id))
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
        FragmentChange::Added => (Kind::FragmentAdded, format!("{name} was added")),
        FragmentChange::Removed => (Kind::FragmentRemoved, format!("{name} was removed")),
        FragmentChange::Renamed(old) => {
            let what = format!("{old} was renamed to {name}");
            (Kind::FragmentRenamed, what)
        }
    };
    let effects = kind.judge(Usage::ALL).into_iter();
    let changes = effects.map(|(side, verdict, why)| Change {
        verdict,
        side,
        what: what.clone(),
        why,
        item: None,
        old: None,
        new: None,
    });
    Report::new(changes.collect())
}

impl Report {
    /// Adds the changes of another report.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::new([self.changes, other.changes].concat())
    }
}

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    FragmentAdded,
    FragmentRemoved,
    FragmentRenamed,

    OperationAdded,
    OperationRemoved,
    OperationMoved,
    OperationRenamed,
    PathParameterRenamed,
    ServerAdded,
    ServerRemoved,
    FirstServerChanged,
    RolesRequired,
    RoleAdded,
    RoleRemoved,
    SecurityAdded,
    SecurityRemoved,

    ParameterAdded { required: bool },
    ParameterRemoved,
    ParameterStyleChanged,
    ParameterOmitted,
    BodyAdded { required: bool },
    BodyRemoved,
    MediaTypeAdded,
    MediaTypeRemoved,

    ErrorStatusChanged,
    ErrorCodeChanged,
    SuccessAdded,
    SuccessRemoved,
    ReturnTypeChanged,
    HeaderAdded,

    FieldAdded { required: bool, to_closed: bool },
    FieldRemoved,
    BecameRequired,
    BecameOptional,
    FieldsReordered,
    ExtraFieldsAllowed,
    ExtraFieldsForbidden,
    MapValuesRemoved,

    BecameNullable,
    NoLongerNullable,
    TypeChanged,
    TypeWidened,
    TypeNarrowed,
    ConstraintTightened,
    ConstraintLoosened,
    DefaultChanged,
    DefaultDocumented,
    BecameReadOnly,
    BecameWriteOnly,
    BecameReadWrite,

    EnumAdded { open: bool },
    EnumRemoved { open: bool },
    EnumOpened,
    EnumClosed,
    ValueAdded { open: bool },
    ValueRemoved,
    ValuesReordered,

    SchemaRenamed,
    RustTypeChanged,
    Text,
    Unused,
    Unsupported,
}

/// A verdict and its reason; `None` where the change has no effect.
type Effect = Option<(Verdict, &'static str)>;

const fn breaking(why: &'static str) -> Effect {
    Some((Breaking, why))
}

const fn compatible(why: &'static str) -> Effect {
    Some((Compatible, why))
}

const fn documentation(why: &'static str) -> Effect {
    Some((Documentation, why))
}

const NONE: Effect = None;
const IGNORED: Effect = compatible("clients ignore unknown fields");
const ACCEPTED: Effect = compatible("requests that were accepted still are");
const EXPECTED: Effect = compatible("clients already had to expect such responses");
const UNCHANGED: Effect = compatible("what is sent stays the same");
const MISSING: Effect = breaking("requests without it are refused");
const REFUSED: Effect = breaking("requests that were accepted may be refused");
const UNKNOWN: Effect = breaking("Atlas refuses requests with unknown fields and parameters");
const NOT_FOUND: Effect = breaking("clients that read it no longer find it");
const OTHER_VALUES: Effect = breaking("clients may receive values that they do not expect");
const ARGUMENTS: Effect = breaking("the arguments of the method change");
const RUST_TYPE: Effect = breaking("the Rust type changes");
const GONE: Effect = breaking("code that uses it does not compile, or means something else");
const NEW_ITEM: Effect = compatible("code could not use it before");
const NON_EXHAUSTIVE: Effect = compatible("the type is #[non_exhaustive]");
const CONSTANT: Effect = compatible("only the constant of the operation changes");
const RUSTDOC: Effect = documentation("only rustdoc changes");

impl Kind {
    /// The table of all verdicts: on the wire in a request, on the wire in a response, in Rust. What has no
    /// direction has the same effect in both.
    ///
    /// The cases in `tests/compat` were compared with cargo-semver-checks 0.51 on the generated code. It finds
    /// nothing that this table calls compatible to be breaking. In turn, it does not compare the types of arguments,
    /// fields and return values, nor values that keep their Rust name, nor where requests go.
    #[rustfmt::skip]
    fn effects(self) -> [Effect; 3] {
        const NEW_OPERATION: Effect = compatible("clients could not call it before");
        const ALLOWED: Effect = compatible("callers that were allowed still are");
        const AUTHENTICATION: Effect = breaking("requests with the old authentication are refused");
        const BASE_URL: Effect = breaking("requests go to another server by default");
        const STATUS: Effect = compatible("clients treat every status of an error alike");
        let wire = |effect| [effect, effect];
        let ([request, response], rust) = match self {
            Self::FragmentAdded => (wire(NEW_OPERATION), NEW_ITEM),
            Self::FragmentRemoved => (wire(breaking("clients that call its operations get an error")), GONE),
            Self::FragmentRenamed => (wire(NONE), breaking("the module of its methods and types has another name")),

            Self::OperationAdded => (wire(NEW_OPERATION), compatible("the method is new")),
            Self::OperationRemoved => (wire(breaking("clients that call it get an error")), GONE),
            Self::OperationMoved => (wire(breaking("requests to the old path or method fail")), breaking("released crates send requests that fail")),
            Self::OperationRenamed => (wire(NONE), breaking("the method and the constant of the operation have another name")),
            Self::PathParameterRenamed => (wire(compatible("the name of a path parameter is not sent")), CONSTANT),
            Self::ServerAdded => (wire(compatible("requests go to the same server by default")), NONE),
            Self::ServerRemoved => (wire(breaking("clients may send requests to it")), NONE),
            Self::FirstServerChanged => (wire(BASE_URL), BASE_URL),
            Self::RolesRequired => (wire(breaking("callers without a role are refused")), CONSTANT),
            Self::RoleAdded => (wire(ALLOWED), CONSTANT),
            Self::RoleRemoved => (wire(breaking("callers with that role alone are refused")), CONSTANT),
            Self::SecurityAdded => (wire(ALLOWED), NONE),
            Self::SecurityRemoved => (wire(AUTHENTICATION), NONE),

            Self::ParameterAdded { required: false } => (wire(ACCEPTED), ARGUMENTS),
            Self::ParameterAdded { required: true } => (wire(MISSING), ARGUMENTS),
            Self::ParameterRemoved => (wire(UNKNOWN), ARGUMENTS),
            Self::ParameterStyleChanged => (wire(breaking("its values are written in another way")), NONE),
            Self::ParameterOmitted => (wire(NONE), ARGUMENTS),
            Self::BodyAdded { required: false } => (wire(ACCEPTED), ARGUMENTS),
            Self::BodyAdded { required: true } => (wire(MISSING), ARGUMENTS),
            Self::BodyRemoved => (wire(UNKNOWN), ARGUMENTS),
            Self::MediaTypeAdded => (wire(compatible("the other media types remain")), CONSTANT),
            Self::MediaTypeRemoved => (wire(breaking("clients that send or accept it are refused")), CONSTANT),

            Self::ErrorStatusChanged => (wire(STATUS), RUSTDOC),
            Self::ErrorCodeChanged => (wire(compatible("clients keep unknown error codes as they are")), RUSTDOC),
            Self::SuccessAdded => (wire(breaking("clients that compare the status do not expect it")), NONE),
            Self::SuccessRemoved => (wire(EXPECTED), NONE),
            Self::ReturnTypeChanged => (wire(NONE), breaking("the return type of the method changes")),
            Self::HeaderAdded => (wire(compatible("clients ignore unknown headers")), NONE),

            Self::FieldAdded { required, to_closed } => {
                let request = if required { MISSING } else { ACCEPTED };
                let response = if to_closed { breaking("clients may refuse fields that were excluded before") } else { IGNORED };
                let rust = if required { breaking("its constructor takes another argument") } else { NON_EXHAUSTIVE };
                ([request, response], rust)
            }
            Self::FieldRemoved => ([UNKNOWN, NOT_FOUND], GONE),
            Self::BecameRequired => ([MISSING, EXPECTED], RUST_TYPE),
            Self::BecameOptional => ([ACCEPTED, breaking("clients may not find it")], RUST_TYPE),
            Self::FieldsReordered => (wire(NONE), documentation("only the order in which fields are printed changes")),
            Self::ExtraFieldsAllowed => ([ACCEPTED, IGNORED], RUST_TYPE),
            Self::ExtraFieldsForbidden => ([REFUSED, EXPECTED], RUST_TYPE),
            Self::MapValuesRemoved => ([ACCEPTED, NOT_FOUND], RUST_TYPE),

            Self::BecameNullable => ([ACCEPTED, breaking("clients may not expect null")], RUST_TYPE),
            Self::NoLongerNullable => ([breaking("null is refused"), EXPECTED], RUST_TYPE),
            Self::TypeChanged => ([REFUSED, OTHER_VALUES], RUST_TYPE),
            Self::TypeWidened => ([ACCEPTED, OTHER_VALUES], RUST_TYPE),
            Self::TypeNarrowed => ([REFUSED, EXPECTED], RUST_TYPE),
            Self::ConstraintTightened => ([REFUSED, EXPECTED], NONE),
            Self::ConstraintLoosened => ([ACCEPTED, compatible("clients do not check it")], NONE),
            Self::DefaultChanged => ([breaking("requests without it mean something else"), UNCHANGED], compatible("an absent field is read as another value")),
            Self::DefaultDocumented => ([ACCEPTED, UNCHANGED], RUST_TYPE),
            Self::BecameReadOnly => ([breaking("requests with it may be refused"), UNCHANGED], RUST_TYPE),
            Self::BecameWriteOnly => ([ACCEPTED, NOT_FOUND], RUST_TYPE),
            Self::BecameReadWrite => ([ACCEPTED, IGNORED], RUST_TYPE),

            Self::EnumAdded { open: true } => ([ACCEPTED, UNCHANGED], RUST_TYPE),
            Self::EnumAdded { open: false } => ([REFUSED, EXPECTED], RUST_TYPE),
            Self::EnumRemoved { open: true } => ([ACCEPTED, EXPECTED], RUST_TYPE),
            Self::EnumRemoved { open: false } => ([ACCEPTED, OTHER_VALUES], RUST_TYPE),
            Self::EnumOpened => ([ACCEPTED, OTHER_VALUES], breaking("matches on it lack the variant Unknown")),
            Self::EnumClosed => ([REFUSED, EXPECTED], breaking("the variant Unknown is removed")),
            Self::ValueAdded { open: true } => ([ACCEPTED, compatible("clients of an open enum expect unknown values")], NON_EXHAUSTIVE),
            Self::ValueAdded { open: false } => ([ACCEPTED, OTHER_VALUES], breaking("matches on the closed enum are no longer exhaustive")),
            Self::ValueRemoved => ([breaking("requests with it are refused"), EXPECTED], GONE),
            Self::ValuesReordered => (wire(documentation("the order of the values has no meaning")), compatible("values compare and sort in the new order")),

            Self::SchemaRenamed => (wire(NONE), breaking("the Rust type is another one")),
            Self::RustTypeChanged => (wire(NONE), RUST_TYPE),
            Self::Text => (wire(documentation("nothing that is sent changes")), RUSTDOC),
            Self::Unused => (wire(documentation("no operation uses it")), NONE),
            Self::Unsupported => {
                let effect = breaking("unsupported change; assumed to be breaking");
                (wire(effect), effect)
            }
        };
        [request, response, rust]
    }

    /// Returns the effects of a change that apply to its usage.
    fn judge(self, usage: Usage) -> Vec<(Side, Verdict, &'static str)> {
        let [request, response, rust] = self.effects();
        let request = request.filter(|_| usage.request);
        let response = response.filter(|_| usage.response);
        let rust = rust.filter(|_| usage.rust);
        let wire = match (request, response) {
            (Some(request), Some(response)) if response.0 > request.0 => Some(response),
            (request, response) => request.or(response),
        };
        let effects = [(Side::Wire, wire), (Side::Rust, rust)];
        effects
            .into_iter()
            .filter_map(|(side, effect)| effect.map(|(verdict, why)| (side, verdict, why)))
            .collect()
    }
}
