//! Rules on the statuses of responses.

use super::Findings;
use crate::document::object;
use crate::source::child;

/// progenitor passes over what is no status, and the method would answer with a stream of bytes.
pub(super) fn are_statuses(findings: &mut Findings<'_>) {
    for place in findings.operations() {
        let responses = child(&place.pointer, "responses");
        for (status, _) in object(&place.operation["responses"]) {
            if !is_status(status) && !status.starts_with("x-") {
                findings.report(
                    &child(&responses, status),
                    format!("{status:?} is no status"),
                    "write three digits like 404, a range like 4XX, or default",
                );
            }
        }
    }
}

fn is_status(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['1', '2', '3', '4', '5']) else {
        return text == "default";
    };
    let is_number = rest.len() == 2 && rest.bytes().all(|byte| byte.is_ascii_digit());
    is_number || rest == "XX"
}
