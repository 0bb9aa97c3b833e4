//! Operations: which there are, and where they lie.

use super::node::{Node, Pair};
use super::rules::Judgement;
use super::{Wire, access, bodies, documentation, parameters, responses};
use crate::diff::Verdict::{Breaking, Compatible, Documentation};
use crate::document::{METHODS, ROLES};

const ADDED: Judgement = (Compatible, "nobody could call it before");
const REMOVED: Judgement = (Breaking, "who calls it gets an error");
const MOVED: Judgement = (Breaking, "requests go to where it was");
const CALLED_OTHERWISE: Judgement = (
    Documentation,
    "the requests are the same; a path parameter's name is not sent",
);

/// What an operation has that is compared part by part.
const COMPARED: &[&str] = &["parameters", "requestBody", "responses", "security", ROLES];

/// One operation and the path in which it stands.
pub(super) struct Operation<'a> {
    method: &'a str,
    pub(super) path: &'a str,
    pub(super) item: Node<'a>,
    pub(super) node: Node<'a>,
}

impl Operation<'_> {
    /// What people call it: its id, else method and path.
    fn label(&self) -> String {
        format!("`{}`", self.name())
    }

    /// The label without quotes, as the beginning of a longer name.
    pub(super) fn name(&self) -> String {
        let id = self.node.get("operationId").text();
        if id.is_empty() {
            return self.route();
        }
        id.to_owned()
    }

    fn id(&self) -> Option<&str> {
        self.node.value["operationId"].as_str()
    }

    fn route(&self) -> String {
        format!("{} {}", self.method.to_ascii_uppercase(), self.path)
    }

    /// Whether requests of both are sent to the same place. The names of path parameters are not sent.
    fn is_at(&self, other: &Self) -> bool {
        fn shape(path: &str) -> Vec<&str> {
            let segment = |segment| {
                let is_parameter = str::starts_with(segment, '{');
                if is_parameter { "{}" } else { segment }
            };
            path.split('/').map(segment).collect()
        }
        self.method == other.method && shape(self.path) == shape(other.path)
    }
}

/// Compares every operation.
pub(super) fn compare<'a>(wire: &mut Wire<'a>, pair: &Pair<'a>) {
    let old = operations(&pair.old);
    let mut new: Vec<Option<Operation<'a>>> = operations(&pair.new).into_iter().map(Some).collect();
    let mut pairs: Vec<(Operation<'a>, Operation<'a>)> = Vec::new();
    let mut take = |old: Operation<'a>, fits: &dyn Fn(&Operation<'a>, &Operation<'a>) -> bool| {
        let slot = new
            .iter_mut()
            .find(|slot| slot.as_ref().is_some_and(|new| fits(&old, new)));
        match slot.and_then(Option::take) {
            Some(new) => {
                pairs.push((old, new));
                None
            }
            None => Some(old),
        }
    };
    let left: Vec<_> = old
        .into_iter()
        .filter_map(|old| take(old, &|old, new| old.is_at(new)))
        .collect();
    let left: Vec<_> = left
        .into_iter()
        .filter_map(|old| take(old, &|old, new| old.id().is_some() && old.id() == new.id()))
        .collect();
    for gone in left {
        let what = format!(
            "the operation {} ({}) was removed",
            gone.label(),
            gone.route()
        );
        wire.removed(&gone.node, REMOVED, what);
    }
    for come in new.into_iter().flatten() {
        let what = format!(
            "the operation {} ({}) was added",
            come.label(),
            come.route()
        );
        wire.added(&come.node, ADDED, what);
    }
    for (old, new) in &pairs {
        compare_one(wire, old, new);
    }
}

fn operations<'a>(root: &Node<'a>) -> Vec<Operation<'a>> {
    let mut found = Vec::new();
    for (path, item) in root.get("paths").entries() {
        for (method, node) in item.entries() {
            if METHODS.contains(&method) {
                let item = item.clone();
                found.push(Operation {
                    method,
                    path,
                    item,
                    node,
                });
            }
        }
    }
    found
}

fn compare_one<'a>(wire: &mut Wire<'a>, old: &Operation<'a>, new: &Operation<'a>) {
    let label = new.label();
    let pair = Pair {
        old: old.node.clone(),
        new: new.node.clone(),
    };
    if !old.is_at(new) {
        let what = format!("{label} was {} and is {}", old.route(), new.route());
        wire.changed(&pair, MOVED, what);
    }
    parameters::compare(wire, old, new);
    bodies::compare_request(wire, &pair.get("requestBody"), &new.name());
    responses::compare(wire, &pair.get("responses"), &new.name());
    access::roles(wire, &pair, &label);
    access::security(wire, old, new, &label);
    documentation::compare(wire, &pair, &label, COMPARED);

    let item = Pair {
        old: old.item.clone(),
        new: new.item.clone(),
    };
    if old.path != new.path && old.is_at(new) {
        let what = format!("the path {} is written {}", old.path, new.path);
        wire.changed(&item, CALLED_OTHERWISE, what);
    }
    let compared = [METHODS, &["parameters"]].concat();
    let subject = format!("the path {}", new.path);
    documentation::compare(wire, &item, &subject, &compared);
}
