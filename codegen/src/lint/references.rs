//! Rules on `$ref`.

use serde_json::Value;

use super::Findings;
use crate::source::child;

/// A reference leads to something, and not in a circle: progenitor would follow it for ever.
pub(super) fn lead_somewhere(findings: &mut Findings<'_>) {
    for node in findings.nodes() {
        let Some(reference) = node.value.get("$ref") else {
            continue;
        };
        if node.section == "paths" {
            // Refused as a whole elsewhere.
            continue;
        }
        let pointer = child(&node.pointer, "$ref");
        let text = reference.as_str().unwrap_or_default();
        if findings.document.target(text).is_none() {
            findings.report(
                &pointer,
                format!("{} does not exist", shown(reference)),
                "refer to something under #/components of this file",
            );
        } else if findings.document.resolve(node.value).get("$ref").is_some() {
            findings.report(
                &pointer,
                format!("{text} leads in a circle"),
                "let one of the components be more than a reference",
            );
        }
    }
}

fn shown(reference: &Value) -> String {
    let text = reference.as_str().map(str::to_owned);
    text.unwrap_or_else(|| reference.to_string())
}

/// progenitor looks at the last name of a reference only, and takes the section from where it stands.
pub(super) fn stay_in_their_section(findings: &mut Findings<'_>) {
    for node in findings.nodes() {
        let Some(reference) = node.value.get("$ref").and_then(Value::as_str) else {
            continue;
        };
        let section = node.section;
        if section == "paths" {
            // Refused as a whole elsewhere.
            continue;
        }
        let name = reference.strip_prefix(&format!("#/components/{section}/"));
        if name.is_none_or(|name| name.is_empty() || name.contains('/')) {
            findings.report(
                &child(&node.pointer, "$ref"),
                format!("{reference} is not what can stand here"),
                &format!("refer to #/components/{section}/ and a name"),
            );
        }
    }
}
