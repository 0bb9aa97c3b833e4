//! Rules on `$ref`.

use serde_json::Value;

use super::Findings;
use super::components::closest;
use crate::rule;
use crate::source_map::child;

/// How many references may follow upon another; a chain that is longer leads in a circle.
const LONGEST: usize = 32;

/// A reference leads to something of the kind that can stand in its place, and not in a circle: progenitor
/// would follow it for ever. It looks at the last name of a reference only.
pub(super) fn lead_somewhere(findings: &mut Findings<'_>) {
    for node in findings.nodes.clone() {
        let Some(reference) = node.value.get("$ref") else {
            continue;
        };
        if node.section == "paths" {
            // Refused as a whole elsewhere.
            continue;
        }
        let section = node.section;
        let text = reference.as_str().unwrap_or_default();
        let name = text.strip_prefix(&format!("#/components/{section}/"));
        let (rule, message, help) = if findings.document.target(text).is_none() {
            (
                rule::DANGLING_REFERENCE,
                format!("{} does not exist", shown(reference)),
                proposed(findings, section, text),
            )
        } else if name.is_none_or(|name| name.is_empty() || name.contains('/')) {
            (
                rule::MISPLACED_REFERENCE,
                format!("{text} is not what can stand here"),
                format!("refer to #/components/{section}/ and a name"),
            )
        } else if is_circle(findings, node.value) {
            (
                rule::CIRCULAR_REFERENCE,
                format!("{text} leads in a circle"),
                "let one of the components be more than a reference".to_owned(),
            )
        } else {
            continue;
        };
        findings.report(rule, &child(&node.pointer, "$ref"), message, &help);
        findings.broken.insert(node.pointer);
    }
}

/// The component with the most similar name, or where to look for one.
fn proposed(findings: &Findings<'_>, section: &str, text: &str) -> String {
    let wanted = text.rsplit('/').next().unwrap_or_default();
    match closest(&findings.document.0["components"][section], wanted) {
        Some(name) => format!("did you mean #/components/{section}/{name}?"),
        None => format!("refer to something under #/components/{section} of this file"),
    }
}

fn is_circle(findings: &Findings<'_>, value: &Value) -> bool {
    let mut value = value;
    for _ in 0..LONGEST {
        let reference = value["$ref"].as_str();
        let Some(target) = reference.and_then(|it| findings.document.target(it)) else {
            return false;
        };
        value = target;
    }
    true
}

fn shown(reference: &Value) -> String {
    let text = reference.as_str().map(str::to_owned);
    text.unwrap_or_else(|| reference.to_string())
}
