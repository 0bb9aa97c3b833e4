//! Parameters of operations.

use super::node::{Node, Pair};
use super::operations::Operation;
use super::rules::{
    BECAME_OPTIONAL, BECAME_REQUIRED, Judgement, OPTIONAL_FIELD_ADDED, PARAMETER_REMOVED,
    REQUIRED_FIELD_ADDED, Uses,
};
use super::{Wire, documentation};
use crate::diff::Verdict::{Breaking, Documentation};
use crate::document::template_names;

const SENT_OTHERWISE: Judgement = (Breaking, "its values are written in another way");
const CALLED_OTHERWISE: Judgement = (Documentation, "a path parameter's name is not sent");

/// How a value is written into a request.
const WRITING: &[&str] = &[
    "style",
    "explode",
    "allowReserved",
    "allowEmptyValue",
    "content",
];

/// A parameter, where an operation names it and where it is described.
struct Parameter<'a> {
    key: (&'a str, String),
    named: Node<'a>,
    described: Node<'a>,
    /// Of what it is one.
    of: String,
}

impl<'a> Parameter<'a> {
    fn name(&self) -> &'a str {
        self.described.get("name").text()
    }

    fn label(&self) -> String {
        format!("the {} parameter `{}`", self.key.0, self.name())
    }

    fn is_required(&self) -> bool {
        self.described.get("required").is_true()
    }
}

/// Compares every parameter of an operation, those of its path included.
pub(super) fn compare<'a>(wire: &mut Wire<'a>, old: &Operation<'a>, new: &Operation<'a>) {
    let (old, new) = (parameters(old), parameters(new));
    let find = |of: &[Parameter<'a>], key: &(&str, String)| {
        of.iter().position(|parameter| parameter.key == *key)
    };
    for parameter in &old {
        let Some(same) = find(&new, &parameter.key) else {
            let what = format!("{} of {} was removed", parameter.label(), parameter.of);
            wire.removed(&parameter.named, PARAMETER_REMOVED, what);
            continue;
        };
        compare_one(wire, parameter, &new[same]);
    }
    for parameter in &new {
        if find(&old, &parameter.key).is_some() {
            continue;
        }
        let (kind, rule) = if parameter.is_required() {
            ("required", REQUIRED_FIELD_ADDED)
        } else {
            ("optional", OPTIONAL_FIELD_ADDED)
        };
        let what = format!(
            "{} of {} was added, {kind}",
            parameter.label(),
            parameter.of
        );
        wire.added(&parameter.named, rule.judge(Uses::REQUEST), what);
    }
}

/// The parameters of an operation. Those of its path stand in for what it does not name itself.
fn parameters<'a>(operation: &Operation<'a>) -> Vec<Parameter<'a>> {
    let names = template_names(operation.path);
    let mut found: Vec<Parameter<'a>> = Vec::new();
    let holders = [
        (&operation.node, format!("`{}`", operation.name())),
        (&operation.item, format!("the path {}", operation.path)),
    ];
    for (holder, of) in holders {
        for named in holder.get("parameters").items() {
            let described = named.resolve();
            let place = described.get("in").text();
            let name = described.get("name").text();
            let key = match place {
                "path" => names
                    .iter()
                    .position(|known| *known == name)
                    .map_or_else(|| name.to_owned(), |position| position.to_string()),
                "header" => name.to_ascii_lowercase(),
                _ => name.to_owned(),
            };
            let key = (place, key);
            if found.iter().any(|known| known.key == key) {
                continue;
            }
            let of = of.clone();
            found.push(Parameter {
                key,
                named,
                described,
                of,
            });
        }
    }
    found
}

fn compare_one<'a>(wire: &mut Wire<'a>, old: &Parameter<'a>, new: &Parameter<'a>) {
    let label = new.label();
    let pair = Pair {
        old: old.described.clone(),
        new: new.described.clone(),
    };
    match (old.is_required(), new.is_required()) {
        (false, true) => {
            let judgement = BECAME_REQUIRED.judge(Uses::REQUEST);
            wire.changed(&pair, judgement, format!("{label} is required now"));
        }
        (true, false) => {
            let judgement = BECAME_OPTIONAL.judge(Uses::REQUEST);
            wire.changed(&pair, judgement, format!("{label} is optional now"));
        }
        _ => {}
    }
    if old.key.0 == "path" && old.name() != new.name() {
        let what = format!("{label} was called `{}`", old.name());
        wire.changed(&pair, CALLED_OTHERWISE, what);
    }
    for key in WRITING {
        let part = pair.get(key);
        if !part.is_same() {
            wire.changed(&part, SENT_OTHERWISE, format!("{key} of {label} changed"));
        }
    }
    wire.schemas
        .meet(pair.get("schema"), Uses::REQUEST, new.name());
    let compared = [WRITING, &["name", "in", "required", "schema"]].concat();
    documentation::compare(wire, &pair, &label, &compared);
}
