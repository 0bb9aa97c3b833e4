//! What is in a request or a response, and in which form.

use super::node::Pair;
use super::rules::{
    BECAME_OPTIONAL, BECAME_REQUIRED, FIELD_REMOVED, Judgement, OPTIONAL_FIELD_ADDED,
    REQUIRED_FIELD_ADDED, Rule, TYPE_CHANGED, Uses,
};
use super::{Wire, documentation};
use crate::diff::Verdict::{Breaking, Compatible};

const FORM_ADDED: Judgement = (Compatible, "the forms that there were are still there");
const FORM_REMOVED: Judgement = (Breaking, "who sends or reads that form cannot any more");

/// Compares what an operation is sent.
pub(super) fn compare_request<'a>(wire: &mut Wire<'a>, named: &Pair<'a>, operation: &str) {
    let pair = named.resolve();
    let is_required = |pair: &Pair<'a>| {
        let required = pair.get("required");
        (required.old.is_true(), required.new.is_true())
    };
    let (was, is) = is_required(&pair);
    let subject = format!("the request body of `{operation}`");
    let tell = |wire: &mut Wire<'a>, rule: Rule, what: &str| {
        let judgement = rule.judge(Uses::REQUEST);
        let what = format!("{subject} {what}");
        match (named.old.is_there(), named.new.is_there()) {
            (true, false) => wire.removed(&named.old, judgement, what),
            (false, true) => wire.added(&named.new, judgement, what),
            _ => wire.changed(&pair, judgement, what),
        }
    };
    match (named.old.is_there(), named.new.is_there()) {
        (false, false) => return,
        (true, false) => return tell(wire, FIELD_REMOVED, "was removed"),
        (false, true) if is => return tell(wire, REQUIRED_FIELD_ADDED, "was added, required"),
        (false, true) => return tell(wire, OPTIONAL_FIELD_ADDED, "was added, optional"),
        (true, true) if !was && is => tell(wire, BECAME_REQUIRED, "is required now"),
        (true, true) if was && !is => tell(wire, BECAME_OPTIONAL, "is optional now"),
        (true, true) => {}
    }
    let name = format!("{operation}.request");
    compare_content(wire, &pair.get("content"), Uses::REQUEST, &subject, &name);
    documentation::compare(wire, &pair, &subject, &["required", "content"]);
}

/// Compares every form of a body. `name` is what its schema is called when it has no name of its own.
pub(super) fn compare_content<'a>(
    wire: &mut Wire<'a>,
    content: &Pair<'a>,
    uses: Uses,
    subject: &str,
    name: &str,
) {
    for form in content.keys() {
        let pair = content.get(form);
        if !pair.new.is_there() {
            wire.removed(
                &pair.old,
                FORM_REMOVED,
                format!("{form} of {subject} was removed"),
            );
        } else if !pair.old.is_there() {
            wire.added(
                &pair.new,
                FORM_ADDED,
                format!("{form} of {subject} was added"),
            );
        } else {
            let schema = pair.get("schema");
            if schema.old.is_there() != schema.new.is_there() {
                let what = format!("{subject} has a schema on one side only");
                wire.changed(&schema, TYPE_CHANGED.judge(uses), what);
            }
            wire.schemas.meet(schema, uses, name);
            documentation::compare(wire, &pair, subject, &["schema"]);
        }
    }
}
