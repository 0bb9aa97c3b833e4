//! What each kind of change means, in a request and in a response.

use crate::diff::Verdict::{self, Breaking, Compatible};

/// A verdict, and why.
pub(super) type Judgement = (Verdict, &'static str);

/// Which way something is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Uses {
    pub(super) request: bool,
    pub(super) response: bool,
}

impl Uses {
    pub(super) const REQUEST: Self = Self {
        request: true,
        response: false,
    };
    pub(super) const RESPONSE: Self = Self {
        request: false,
        response: true,
    };

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            request: self.request || other.request,
            response: self.response || other.response,
        }
    }

    /// A field as people call it.
    pub(super) fn field(self) -> &'static str {
        match (self.request, self.response) {
            (true, true) => "request and response field",
            (true, false) => "request field",
            _ => "response field",
        }
    }

    /// Where a value may come, as people say it.
    pub(super) fn place(self) -> &'static str {
        match (self.request, self.response) {
            (true, true) => "in requests and responses",
            (true, false) => "in requests",
            _ => "in responses",
        }
    }
}

/// What a change means, depending on which way it is sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    request: Judgement,
    response: Judgement,
}

impl Rule {
    /// The worse of those that apply.
    /// The same for an object that was said to have no other fields.
    pub(super) fn of_closed_answers(self) -> Self {
        Self {
            response: (
                Breaking,
                "it was said that there would be no other field, so it may be refused",
            ),
            ..self
        }
    }

    pub(super) fn judge(self, uses: Uses) -> Judgement {
        match (uses.request, uses.response) {
            (true, true) if self.response.0 > self.request.0 => self.response,
            (true, _) => self.request,
            _ => self.response,
        }
    }
}

const fn rule(request: Judgement, response: Judgement) -> Rule {
    Rule { request, response }
}

const IGNORED: Judgement = (Compatible, "who does not know a field passes over it");
const NARROWER: Judgement = (Compatible, "what comes is among what could come before");
const WIDER: Judgement = (Compatible, "what was sent before is still taken");

pub(super) const OPTIONAL_FIELD_ADDED: Rule =
    rule((Compatible, "requests may go without it"), IGNORED);
pub(super) const REQUIRED_FIELD_ADDED: Rule = rule(
    (Breaking, "requests that go without it are refused"),
    IGNORED,
);
pub(super) const FIELD_REMOVED: Rule = rule(
    (
        Breaking,
        "Atlas refuses a request with a field that it does not know",
    ),
    (Breaking, "who reads it finds it no more"),
);
pub(super) const PARAMETER_REMOVED: Judgement = (
    Breaking,
    "Atlas refuses a request with a parameter that it does not know",
);
pub(super) const BECAME_REQUIRED: Rule = rule(
    (Breaking, "requests that go without it are refused"),
    (Compatible, "it comes always, and came before"),
);
pub(super) const BECAME_OPTIONAL: Rule = rule(
    (Compatible, "requests may go without it"),
    (Breaking, "who reads it may not find it"),
);
pub(super) const BECAME_NULLABLE: Rule =
    rule(WIDER, (Breaking, "who reads it may not expect null"));
pub(super) const NO_LONGER_NULLABLE: Rule = rule((Breaking, "null is refused now"), NARROWER);
pub(super) const TYPE_CHANGED: Rule = rule(
    (Breaking, "what was sent before is refused"),
    (Breaking, "what was read before is something else"),
);
pub(super) const TYPE_WIDENED: Rule = rule(
    WIDER,
    (
        Breaking,
        "a value may be of a kind that did not come before",
    ),
);
pub(super) const TYPE_NARROWED: Rule = rule(
    (Breaking, "a value that was taken before may be refused"),
    NARROWER,
);
pub(super) const OPEN_VALUE_ADDED: Rule = rule(
    WIDER,
    (
        Compatible,
        "the enum is open: values that are not listed were to be expected",
    ),
);
pub(super) const CLOSED_VALUE_ADDED: Rule = rule(
    WIDER,
    (
        Breaking,
        "the enum was closed: who reads it knows no other value",
    ),
);
pub(super) const VALUE_REMOVED: Rule = rule((Breaking, "a request with it is refused"), NARROWER);
pub(super) const ENUM_OPENED: Rule =
    rule(WIDER, (Breaking, "values that are not listed may come now"));
pub(super) const ENUM_CLOSED: Rule = rule(
    (Breaking, "values that are not listed are refused now"),
    NARROWER,
);
/// Values are not checked by the generated types, and so a response may break its constraints unseen.
pub(super) const CONSTRAINT_TIGHTENED: Rule = rule(
    (Breaking, "a value that was taken before may be refused"),
    NARROWER,
);
pub(super) const CONSTRAINT_LOOSENED: Rule = rule(
    WIDER,
    (Compatible, "what reads the value does not check it"),
);
pub(super) const DEFAULT_CHANGED: Rule = rule(
    (
        Breaking,
        "a request that leaves it out means something else now",
    ),
    (Compatible, "what is sent stays the same"),
);
pub(super) const DEFAULT_TOLD: Rule = rule(
    (Compatible, "requests are taken as before"),
    (Compatible, "what is sent stays the same"),
);
pub(super) const MORE_FIELDS_TAKEN: Rule = rule(WIDER, IGNORED);
pub(super) const FEWER_FIELDS_TAKEN: Rule = rule(
    (Breaking, "fields that are not listed are refused now"),
    NARROWER,
);
pub(super) const MAP_LOST: Rule = rule(
    WIDER,
    (Breaking, "the values of a map were to be found there"),
);
pub(super) const NOT_SENT: Rule = rule(
    (Breaking, "a request may not have it any more"),
    (Compatible, "responses stay the same"),
);
pub(super) const NOT_ANSWERED: Rule = rule(
    (Compatible, "requests stay the same"),
    (Breaking, "who reads it finds it no more"),
);
pub(super) const LIFTED: Rule = rule((Compatible, "what was sent before is still taken"), IGNORED);

/// For what cannot be compared.
pub(super) const UNKNOWN: Judgement = (
    Breaking,
    "nobody has taught this task to compare that, so the worst is assumed",
);
