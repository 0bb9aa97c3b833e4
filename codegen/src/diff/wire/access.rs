//! Who may send a request, and how it is signed.

use serde_json::Value;

use super::Wire;
use super::documentation;
use super::node::{Node, Pair};
use super::operations::Operation;
use super::rules::Judgement;
use crate::diff::Verdict::{Breaking, Compatible};
use crate::document::{ROLES, object, texts};

const NARROWER: Judgement = (
    Breaking,
    "who could call it with that role alone cannot any more",
);
const ROLES_ASKED: Judgement = (Breaking, "who has none of them could call it before");
const WIDER: Judgement = (Compatible, "who could call it before still can");
const UNSIGNED: Judgement = (Breaking, "requests were taken without a signature");
const NOT_TAKEN: Judgement = (Breaking, "requests that are signed like that are refused");
const SIGNED_OTHERWISE: Judgement = (Breaking, "requests are signed in another way");

/// Compares the roles of which a caller needs one.
pub(super) fn roles(wire: &mut Wire<'_>, pair: &Pair<'_>, label: &str) {
    let pair = pair.get(ROLES);
    let (old, new) = (texts(pair.old.value), texts(pair.new.value));
    match (old.is_empty(), new.is_empty()) {
        (true, false) => {
            let what = format!("{label} needs a role now: {}", new.join(" or "));
            return wire.changed(&pair, ROLES_ASKED, what);
        }
        (false, true) => {
            return wire.changed(&pair, WIDER, format!("{label} needs no role any more"));
        }
        _ => {}
    }
    for role in old.iter().filter(|role| !new.contains(role)) {
        let what = format!("the role {role} does not allow {label} any more");
        wire.changed(&pair, NARROWER, what);
    }
    for role in new.iter().filter(|role| !old.contains(role)) {
        wire.changed(&pair, WIDER, format!("the role {role} allows {label} now"));
    }
}

/// Compares how the requests of an operation may be signed.
pub(super) fn security(wire: &mut Wire<'_>, old: &Operation<'_>, new: &Operation<'_>, label: &str) {
    let pair = Pair {
        old: signatures(old),
        new: signatures(new),
    };
    if pair.is_same() {
        return;
    }
    let shared = !pair.old.pointer.starts_with("/paths") && !pair.new.pointer.starts_with("/paths");
    let label = if shared { "the operations" } else { label };
    let (old, new) = (ways(&pair.old), ways(&pair.new));
    if old.is_empty() {
        let what = format!(
            "requests of {label} must be signed now, with {}",
            new.join(" or ")
        );
        return wire.changed(&pair, UNSIGNED, what);
    }
    if new.is_empty() {
        let what = format!("requests of {label} need no signature any more");
        return wire.changed(&pair, WIDER, what);
    }
    for way in old.iter().filter(|way| !new.contains(way)) {
        let what = format!("requests of {label} may not be {} any more", shown(way));
        wire.changed(&pair, NOT_TAKEN, what);
    }
    for way in new.iter().filter(|way| !old.contains(way)) {
        let what = format!("requests of {label} may be {}", shown(way));
        wire.changed(&pair, WIDER, what);
    }
}

/// A way without any scheme is no signature at all.
fn shown(way: &str) -> String {
    if way.is_empty() {
        return "sent without a signature".to_owned();
    }
    format!("signed with {way}")
}

fn signatures<'a>(operation: &Operation<'a>) -> Node<'a> {
    let own = operation.node.get("security");
    if own.is_there() {
        return own;
    }
    Node::root(operation.node.document.0).get("security")
}

/// Every way, as the names of the schemes that it takes together.
fn ways(security: &Node<'_>) -> Vec<String> {
    let way = |node: Node<'_>| {
        let schemes = object(node.value).map(|(scheme, scopes)| match scopes {
            Value::Array(scopes) if !scopes.is_empty() => format!("{scheme} {scopes:?}"),
            _ => scheme.clone(),
        });
        schemes.collect::<Vec<_>>().join(" and ")
    };
    security.items().into_iter().map(way).collect()
}

/// Compares what the ways to sign are.
pub(super) fn schemes(wire: &mut Wire<'_>, pair: &Pair<'_>) {
    let pair = pair.get("components").get("securitySchemes");
    for name in pair.keys() {
        let scheme = pair.get(name);
        if !scheme.old.is_there() {
            wire.added(
                &scheme.new,
                WIDER,
                format!("the security scheme {name} was added"),
            );
        } else if !scheme.new.is_there() {
            let what = format!("the security scheme {name} was removed");
            wire.removed(&scheme.old, NOT_TAKEN, what);
        } else {
            let mut compared = Vec::new();
            for key in ["type", "scheme", "name", "in", "flows", "openIdConnectUrl"] {
                let part = scheme.get(key);
                compared.push(key);
                if !part.is_same() {
                    let what = format!("{key} of the security scheme {name} changed");
                    wire.changed(&part, SIGNED_OTHERWISE, what);
                }
            }
            let bearer = scheme.get("bearerFormat");
            if !bearer.is_same() {
                let what = format!("bearerFormat of the security scheme {name} changed");
                wire.changed(&bearer, documentation::JUST_TOLD, what);
            }
            compared.push("bearerFormat");
            let subject = format!("the security scheme {name}");
            documentation::compare(wire, &scheme, &subject, &compared);
        }
    }
}
