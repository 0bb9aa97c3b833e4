//! Rules on the defaults of schemas. That they fit their schemas is checked with the examples.

use super::{ENUM, Findings};
use crate::document::Node;
use crate::rule;
use crate::source::child;

/// A type has a default for whoever builds one; which one a request has is for its field to say.
pub(super) fn of_open_enums_are_with_the_field(findings: &mut Findings<'_>) {
    for Node {
        pointer,
        value,
        name,
        ..
    } in findings.schemas()
    {
        if name.is_some() && value[ENUM] == "open" && value.get("default").is_some() {
            findings.report(
                rule::OPEN_ENUM_DEFAULT,
                &child(&pointer, "default"),
                "an open enum has no default",
                "give it to the property, beside an allOf with the reference",
            );
        }
    }
}
