//! The table of all kinds of changes and their verdicts.

use std::fmt;

use Verdict::{Breaking, Compatible, Documentation};

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

/// Where a part of a fragment is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Usage {
    pub(super) request: bool,
    pub(super) response: bool,
    /// Whether the generated crate has an item for it.
    pub(super) rust: bool,
}

impl Usage {
    pub(super) const ALL: Self = Self {
        request: true,
        response: true,
        rust: true,
    };

    pub(super) fn or(self, other: Self) -> Self {
        Self {
            request: self.request || other.request,
            response: self.response || other.response,
            rust: self.rust || other.rust,
        }
    }

    pub(super) fn adjective(self) -> &'static str {
        match (self.request, self.response) {
            (true, true) => "request and response",
            (true, false) => "request",
            _ => "response",
        }
    }

    pub(super) fn place(self) -> &'static str {
        match (self.request, self.response) {
            (true, true) => "in requests and responses",
            (true, false) => "in requests",
            _ => "in responses",
        }
    }
}

/// A verdict and its reason; `None` if the change has no effect.
type Effect = Option<(Verdict, &'static str)>;

const NONE: Effect = None;
const IGNORED: Effect = Some((Compatible, "clients ignore unknown fields"));
const ACCEPTED: Effect = Some((Compatible, "requests that were accepted still are"));
const EXPECTED: Effect = Some((Compatible, "clients already had to expect such responses"));
const UNCHANGED: Effect = Some((Compatible, "what is sent stays the same"));
const CALLABLE: Effect = Some((Compatible, "clients could not call it before"));
const ALLOWED: Effect = Some((Compatible, "callers that were allowed still are"));
const MISSING: Effect = Some((Breaking, "requests without it are refused"));
const REFUSED: Effect = Some((Breaking, "requests that were accepted may be refused"));
const NOT_FOUND: Effect = Some((Breaking, "clients that read it no longer find it"));
const SERVER: Effect = Some((Breaking, "requests go to another server by default"));
const ASSUMED: Effect = Some((Breaking, "unsupported change; assumed to be breaking"));
const ARGUMENTS: Effect = Some((Breaking, "the arguments of the method change"));
const RUST_TYPE: Effect = Some((Breaking, "the Rust type changes"));
const NON_EXHAUSTIVE: Effect = Some((Compatible, "the type is #[non_exhaustive]"));
const CONSTANT: Effect = Some((Compatible, "only the constant of the operation changes"));
const RUSTDOC: Effect = Some((Documentation, "only rustdoc changes"));
#[rustfmt::skip]
const UNKNOWN: Effect = Some((Breaking, "Atlas refuses requests with unknown fields and parameters"));
#[rustfmt::skip]
const OTHER_VALUES: Effect = Some((Breaking, "clients may receive values that they do not expect"));
#[rustfmt::skip]
const GONE: Effect = Some((Breaking, "code that uses it does not compile, or means something else"));

/// A kind of change: its effect on the wire in a request, on the wire in a response, and in Rust.
#[derive(Clone, Copy)]
pub(super) struct Kind(Effect, Effect, Effect);

/// The table of all verdicts.
///
/// The cases in `tests/compat` were compared with cargo-semver-checks 0.51 on the generated code. It finds nothing
/// that this table calls compatible to be breaking. In turn, it does not compare the types of arguments, fields and
/// return values, nor values that keep their Rust name, nor where requests go.
#[rustfmt::skip]
impl Kind {
    pub(super) const FRAGMENT_ADDED: Self = Self::on_wire(CALLABLE, Some((Compatible, "code could not use it before")));
    pub(super) const FRAGMENT_REMOVED: Self = Self::on_wire(Some((Breaking, "clients that call its operations get an error")), GONE);
    pub(super) const FRAGMENT_RENAMED: Self = Self::in_rust(Some((Breaking, "the module of its methods and types has another name")));

    pub(super) const OPERATION_ADDED: Self = Self::on_wire(CALLABLE, Some((Compatible, "the method is new")));
    pub(super) const OPERATION_REMOVED: Self = Self::on_wire(Some((Breaking, "clients that call it get an error")), GONE);
    pub(super) const OPERATION_MOVED: Self = Self::on_wire(Some((Breaking, "requests to the old path or method fail")), Some((Breaking, "released crates send requests that fail")));
    pub(super) const OPERATION_RENAMED: Self = Self::in_rust(Some((Breaking, "the method and the constant of the operation have another name")));
    pub(super) const PATH_PARAMETER_RENAMED: Self = Self::on_wire(Some((Compatible, "the name of a path parameter is not sent")), CONSTANT);
    pub(super) const SERVER_ADDED: Self = Self::on_wire(Some((Compatible, "requests go to the same server by default")), NONE);
    pub(super) const SERVER_REMOVED: Self = Self::on_wire(Some((Breaking, "clients may send requests to it")), NONE);
    pub(super) const FIRST_SERVER_CHANGED: Self = Self::on_wire(SERVER, SERVER);
    pub(super) const ROLES_REQUIRED: Self = Self::on_wire(Some((Breaking, "callers without a role are refused")), CONSTANT);
    pub(super) const ROLE_ADDED: Self = Self::on_wire(ALLOWED, CONSTANT);
    pub(super) const ROLE_REMOVED: Self = Self::on_wire(Some((Breaking, "callers with that role alone are refused")), CONSTANT);
    pub(super) const SECURITY_ADDED: Self = Self::on_wire(ALLOWED, NONE);
    pub(super) const SECURITY_REMOVED: Self = Self::on_wire(Some((Breaking, "requests with the old authentication are refused")), NONE);

    /// Returns the kind for a parameter or request body.
    pub(super) const fn argument_added(required: bool) -> Self { Self::on_wire(if required { MISSING } else { ACCEPTED }, ARGUMENTS) }
    pub(super) const ARGUMENT_REMOVED: Self = Self::on_wire(UNKNOWN, ARGUMENTS);
    pub(super) const PARAMETER_STYLE_CHANGED: Self = Self::on_wire(Some((Breaking, "its values are written in another way")), NONE);
    pub(super) const PARAMETER_OMITTED: Self = Self::in_rust(ARGUMENTS);
    pub(super) const MEDIA_TYPE_ADDED: Self = Self::on_wire(Some((Compatible, "the other media types remain")), CONSTANT);
    pub(super) const MEDIA_TYPE_REMOVED: Self = Self::on_wire(Some((Breaking, "clients that send or accept it are refused")), CONSTANT);

    pub(super) const ERROR_STATUS_CHANGED: Self = Self::on_wire(Some((Compatible, "clients treat every status of an error alike")), RUSTDOC);
    pub(super) const ERROR_CODE_CHANGED: Self = Self::on_wire(Some((Compatible, "clients keep unknown error codes as they are")), RUSTDOC);
    pub(super) const SUCCESS_ADDED: Self = Self::on_wire(Some((Breaking, "clients that compare the status do not expect it")), NONE);
    pub(super) const SUCCESS_REMOVED: Self = Self::on_wire(EXPECTED, NONE);
    pub(super) const RETURN_TYPE_CHANGED: Self = Self::in_rust(Some((Breaking, "the return type of the method changes")));
    pub(super) const HEADER_ADDED: Self = Self::on_wire(Some((Compatible, "clients ignore unknown headers")), NONE);

    pub(super) const fn field_added(required: bool, to_closed: bool) -> Self {
        let response = if to_closed { Some((Breaking, "clients may refuse fields that were excluded before")) } else { IGNORED };
        if required { Self(MISSING, response, Some((Breaking, "its constructor takes another argument"))) } else { Self(ACCEPTED, response, NON_EXHAUSTIVE) }
    }
    pub(super) const FIELD_REMOVED: Self = Self(UNKNOWN, NOT_FOUND, GONE);
    pub(super) const BECAME_REQUIRED: Self = Self(MISSING, EXPECTED, RUST_TYPE);
    pub(super) const BECAME_OPTIONAL: Self = Self(ACCEPTED, Some((Breaking, "clients may not find it")), RUST_TYPE);
    pub(super) const FIELDS_REORDERED: Self = Self::in_rust(Some((Documentation, "only the order in which fields are printed changes")));
    pub(super) const EXTRA_FIELDS_ALLOWED: Self = Self(ACCEPTED, IGNORED, RUST_TYPE);
    pub(super) const EXTRA_FIELDS_FORBIDDEN: Self = Self(REFUSED, EXPECTED, RUST_TYPE);
    pub(super) const MAP_VALUES_REMOVED: Self = Self(ACCEPTED, NOT_FOUND, RUST_TYPE);

    pub(super) const BECAME_NULLABLE: Self = Self(ACCEPTED, Some((Breaking, "clients may not expect null")), RUST_TYPE);
    pub(super) const NO_LONGER_NULLABLE: Self = Self(Some((Breaking, "null is refused")), EXPECTED, RUST_TYPE);
    pub(super) const TYPE_CHANGED: Self = Self(REFUSED, OTHER_VALUES, RUST_TYPE);
    pub(super) const TYPE_WIDENED: Self = Self(ACCEPTED, OTHER_VALUES, RUST_TYPE);
    pub(super) const TYPE_NARROWED: Self = Self(REFUSED, EXPECTED, RUST_TYPE);
    pub(super) const CONSTRAINT_TIGHTENED: Self = Self(REFUSED, EXPECTED, NONE);
    pub(super) const CONSTRAINT_LOOSENED: Self = Self(ACCEPTED, Some((Compatible, "clients do not check it")), NONE);
    pub(super) const DEFAULT_CHANGED: Self = Self(Some((Breaking, "requests without it mean something else")), UNCHANGED, Some((Compatible, "an absent field is read as another value")));
    pub(super) const DEFAULT_DOCUMENTED: Self = Self(ACCEPTED, UNCHANGED, RUST_TYPE);
    pub(super) const BECAME_READ_ONLY: Self = Self(Some((Breaking, "requests with it may be refused")), UNCHANGED, RUST_TYPE);
    pub(super) const BECAME_WRITE_ONLY: Self = Self(ACCEPTED, NOT_FOUND, RUST_TYPE);
    pub(super) const BECAME_READ_WRITE: Self = Self(ACCEPTED, IGNORED, RUST_TYPE);

    pub(super) const fn enum_added(open: bool) -> Self {
        if open { Self(ACCEPTED, UNCHANGED, RUST_TYPE) } else { Self(REFUSED, EXPECTED, RUST_TYPE) }
    }
    pub(super) const fn enum_removed(open: bool) -> Self {
        if open { Self(ACCEPTED, EXPECTED, RUST_TYPE) } else { Self(ACCEPTED, OTHER_VALUES, RUST_TYPE) }
    }
    pub(super) const ENUM_OPENED: Self = Self(ACCEPTED, OTHER_VALUES, Some((Breaking, "matches on it lack the variant Unknown")));
    pub(super) const ENUM_CLOSED: Self = Self(REFUSED, EXPECTED, Some((Breaking, "the variant Unknown is removed")));
    pub(super) const fn value_added(open: bool) -> Self {
        if open { Self(ACCEPTED, Some((Compatible, "clients of an open enum expect unknown values")), NON_EXHAUSTIVE) } else { Self(ACCEPTED, OTHER_VALUES, Some((Breaking, "matches on the closed enum are no longer exhaustive"))) }
    }
    pub(super) const VALUE_REMOVED: Self = Self(Some((Breaking, "requests with it are refused")), EXPECTED, GONE);
    pub(super) const VALUES_REORDERED: Self = Self::on_wire(Some((Documentation, "the order of the values has no meaning")), Some((Compatible, "values compare and sort in the new order")));

    pub(super) const SCHEMA_RENAMED: Self = Self::in_rust(Some((Breaking, "the Rust type is another one")));
    pub(super) const RUST_TYPE_CHANGED: Self = Self::in_rust(RUST_TYPE);
    pub(super) const TEXT: Self = Self::on_wire(Some((Documentation, "nothing that is sent changes")), RUSTDOC);
    pub(super) const UNUSED: Self = Self::on_wire(Some((Documentation, "no operation uses it")), NONE);
    pub(super) const UNSUPPORTED: Self = Self::on_wire(ASSUMED, ASSUMED);
}

impl Kind {
    /// Creates a kind without a direction, which has the same effect in requests and responses.
    const fn on_wire(wire: Effect, rust: Effect) -> Self {
        Self(wire, wire, rust)
    }

    const fn in_rust(rust: Effect) -> Self {
        Self(NONE, NONE, rust)
    }

    /// Returns the effects of a change that apply to its usage.
    pub(super) fn effects(
        self,
        usage: Usage,
    ) -> impl Iterator<Item = (Side, Verdict, &'static str)> {
        let Self(request, response, rust) = self;
        let request = request.filter(|_| usage.request);
        let response = response.filter(|_| usage.response);
        // The worse of both counts, and that of the request if they are equal.
        let on_wire = [response, request].into_iter().flatten();
        let wire = on_wire.max_by_key(|(verdict, _)| *verdict);
        let effects = [
            (Side::Wire, wire),
            (Side::Rust, rust.filter(|_| usage.rust)),
        ];
        let effects = effects.into_iter();
        effects.filter_map(|(side, effect)| effect.map(|(verdict, why)| (side, verdict, why)))
    }
}
