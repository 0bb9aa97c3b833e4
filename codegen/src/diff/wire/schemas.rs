//! Schemas: which of the two descriptions belong together, and how each is sent.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::node::{Node, Pair};
use super::rules::{BECAME_NULLABLE, NO_LONGER_NULLABLE, Uses};
use super::{Wire, documentation, enums, objects, values};

/// What stands around another schema and says nothing of its own but what people read.
const WRAPPING: &[&str] = &["$ref", "allOf", "nullable"];

/// The schemas that were met, in the order in which they were.
#[derive(Default)]
pub(super) struct Schemas<'a> {
    open: VecDeque<Meeting<'a>>,
    met: Vec<Meeting<'a>>,
    by_pointers: BTreeMap<(String, String), usize>,
}

/// Two schemas that are in the same place.
#[derive(Clone)]
struct Meeting<'a> {
    pair: Pair<'a>,
    uses: Uses,
    label: String,
    /// Whether this is what another meeting led to through references; that one tells whether it may be null.
    is_target: bool,
}

impl<'a> Schemas<'a> {
    /// Remembers to compare two schemas; `label` is what people call the place where they are.
    pub(super) fn meet(&mut self, pair: Pair<'a>, uses: Uses, label: &str) {
        if pair.old.is_there() && pair.new.is_there() {
            self.open.push_back(Meeting {
                pair,
                uses,
                label: label.to_owned(),
                is_target: false,
            });
        }
    }

    /// Notes a meeting. `None` when nothing about it is new.
    fn note(&mut self, meeting: Meeting<'a>) -> Option<Meeting<'a>> {
        let Pair { old, new } = &meeting.pair;
        let pointers = (old.pointer.clone(), new.pointer.clone());
        if let Some(index) = self.by_pointers.get(&pointers) {
            let known = &mut self.met[*index];
            let uses = known.uses.and(meeting.uses);
            if uses == known.uses {
                return None;
            }
            known.uses = uses;
            return Some(known.clone());
        }
        self.by_pointers.insert(pointers, self.met.len());
        self.met.push(meeting.clone());
        Some(meeting)
    }
}

/// Compares every schema that was met, and what they contain.
pub(super) fn compare(wire: &mut Wire<'_>) {
    while let Some(meeting) = wire.schemas.open.pop_front() {
        if let Some(meeting) = wire.schemas.note(meeting) {
            let inner = inside(&meeting);
            wire.schemas.open.extend(inner);
        }
    }
    for meeting in std::mem::take(&mut wire.schemas.met) {
        compare_one(wire, &meeting);
    }
}

/// A schema and those that it stands for, the last one being what it comes to.
fn chain<'a>(node: &Node<'a>) -> Vec<Node<'a>> {
    let mut chain = vec![node.clone()];
    let mut last = node.clone();
    // A longer chain leads in a circle.
    for _ in 0..32 {
        let next = match (last.value.get("$ref"), last.value["allOf"].as_array()) {
            (Some(_), _) => last.resolve(),
            (None, Some(parts)) if parts.len() == 1 && last.value.get("properties").is_none() => {
                last.get("allOf").get_index(0)
            }
            _ => break,
        };
        if next.pointer == last.pointer {
            break;
        }
        chain.push(next.clone());
        last = next;
    }
    chain
}

fn target<'a>(node: &Node<'a>) -> Node<'a> {
    chain(node).pop().unwrap_or_else(|| node.clone())
}

/// The name of a schema that has one.
pub(super) fn name<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    let name = node.pointer.strip_prefix("/components/schemas/")?;
    (!name.contains('/')).then_some(name)
}

/// What two schemas lead to or contain on both sides.
fn inside<'a>(meeting: &Meeting<'a>) -> Vec<Meeting<'a>> {
    let pair = Pair {
        old: target(&meeting.pair.old),
        new: target(&meeting.pair.new),
    };
    let moved = pair.old.pointer != meeting.pair.old.pointer
        || pair.new.pointer != meeting.pair.new.pointer;
    if moved {
        let label = name(&pair.new).map_or_else(|| meeting.label.clone(), str::to_owned);
        return vec![Meeting {
            pair,
            uses: meeting.uses,
            label,
            is_target: true,
        }];
    }
    if values::kind(&pair.old) != values::kind(&pair.new) {
        return Vec::new();
    }
    let mut parts = objects::inside(&pair, &meeting.label);
    parts.push((pair.get("items"), format!("{}[]", meeting.label)));
    parts
        .into_iter()
        .filter(|(pair, _)| pair.old.value.is_object() && pair.new.value.is_object())
        .map(|(pair, label)| Meeting {
            pair,
            uses: meeting.uses,
            label,
            is_target: false,
        })
        .collect()
}

fn compare_one(wire: &mut Wire<'_>, meeting: &Meeting<'_>) {
    let Meeting {
        pair, uses, label, ..
    } = meeting;
    let (old, new) = (chain(&pair.old), chain(&pair.new));
    if !meeting.is_target {
        compare_null(wire, &old, &new, *uses, label);
    }
    if old.len() > 1 || new.len() > 1 {
        compare_wrapping(wire, &old, &new, *uses, label);
        return;
    }
    values::compare(wire, pair, *uses, label);
    if values::kind(&pair.old) != values::kind(&pair.new) {
        // What else is said of another type is told with it.
        return;
    }
    enums::compare(wire, pair, *uses, label);
    objects::compare(wire, pair, *uses, label);
    let compared = [
        values::COMPARED,
        enums::COMPARED,
        objects::COMPARED,
        &["nullable"],
    ]
    .concat();
    documentation::compare(wire, pair, &format!("`{label}`"), &compared);
}

/// Compares whether a value may be null, wherever on the way to its type that is said.
fn compare_null(wire: &mut Wire<'_>, old: &[Node<'_>], new: &[Node<'_>], uses: Uses, label: &str) {
    let says = |chain: &[Node<'_>]| {
        let mut chain = chain.iter();
        chain.position(|node| node.get("nullable").is_true())
    };
    let (was, is) = (says(old), says(new));
    let (at, word, rule) = match (was, is) {
        (None, Some(at)) => (at, "may be null now", BECAME_NULLABLE),
        (Some(at), None) => (at, "may not be null any more", NO_LONGER_NULLABLE),
        _ => return,
    };
    let on = |chain: &[Node<'_>]| {
        chain
            .get(at)
            .or_else(|| chain.last())
            .map(|node| node.pointer.clone())
    };
    let told = if was.is_some() {
        old.get(at)
    } else {
        new.get(at)
    };
    let label = told.and_then(name).unwrap_or(label).to_owned();
    let what = format!("`{label}` {word} {}", uses.place());
    wire.tell(on(old).as_ref(), on(new).as_ref(), rule.judge(uses), what);
}

/// Compares what is said where a schema is referred to.
fn compare_wrapping(
    wire: &mut Wire<'_>,
    old: &[Node<'_>],
    new: &[Node<'_>],
    uses: Uses,
    label: &str,
) {
    let own = |chain: &[Node<'_>]| -> Option<(String, serde_json::Map<String, Value>)> {
        let node = chain.first().filter(|_| chain.len() > 1)?;
        let mut own = node.value.as_object()?.clone();
        // Beside a reference, OpenAPI ignores all else.
        if own.contains_key("$ref") {
            own.clear();
        }
        own.retain(|key, _| !WRAPPING.contains(&&**key));
        Some((node.pointer.clone(), own))
    };
    let (Some((old_pointer, old)), Some((new_pointer, new))) = (own(old), own(new)) else {
        return;
    };
    let (old, new) = (Value::Object(old), Value::Object(new));
    let at = |pointer: &str, value| Node {
        pointer: pointer.to_owned(),
        ..Node::root(value)
    };
    let pair = Pair {
        old: at(&old_pointer, &old),
        new: at(&new_pointer, &new),
    };
    let subject = format!("`{label}`");
    values::compare_default(wire, &pair, uses, &subject);
    documentation::compare(wire, &pair, &subject, &["default"]);
}
