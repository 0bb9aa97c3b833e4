//! What differs between two descriptions for those who send requests and read responses.
//!
//! Both are walked together from their operations. A component is compared once, however many operations
//! lead to it, and is judged by the ways in which it is sent.

mod access;
mod bodies;
mod documentation;
mod enums;
mod node;
mod objects;
mod operations;
mod parameters;
mod responses;
mod rules;
mod schemas;
mod servers;
mod unused;
mod values;

use super::{Change, Side, Verdict, place};
use crate::source_map::SourceMap;

use node::{Node, Pair};
use rules::Judgement;
use schemas::Schemas;

/// Compares what is sent.
pub(super) fn compare(old: &SourceMap, new: &SourceMap) -> Vec<Change> {
    let pair = Pair {
        old: Node::root(&old.value),
        new: Node::root(&new.value),
    };
    let mut wire = Wire::default();
    servers::compare(&mut wire, &pair);
    access::schemes(&mut wire, &pair);
    operations::compare(&mut wire, &pair);
    schemas::compare(&mut wire);
    documentation::of_the_whole(&mut wire, &pair);
    unused::compare(&mut wire, &pair);
    wire.into_changes(old, new)
}

/// What was found on the way.
#[derive(Default)]
struct Wire<'a> {
    found: Vec<Found>,
    schemas: Schemas<'a>,
}

#[derive(PartialEq, Eq)]
struct Found {
    verdict: Verdict,
    what: String,
    why: &'static str,
    old: Option<String>,
    new: Option<String>,
}

impl Wire<'_> {
    /// Tells a change of something that is there on both sides, once.
    fn changed(&mut self, pair: &Pair<'_>, judgement: Judgement, what: String) {
        let there = |node: &Node<'_>| node.is_there().then(|| node.pointer.clone());
        let (old, new) = (there(&pair.old), there(&pair.new));
        self.tell(old.as_ref(), new.as_ref(), judgement, what);
    }

    /// Tells that something is there now.
    fn added(&mut self, new: &Node<'_>, judgement: Judgement, what: String) {
        self.tell(None, Some(&new.pointer), judgement, what);
    }

    /// Tells that something is gone.
    fn removed(&mut self, old: &Node<'_>, judgement: Judgement, what: String) {
        self.tell(Some(&old.pointer), None, judgement, what);
    }

    fn tell(
        &mut self,
        old: Option<&String>,
        new: Option<&String>,
        (verdict, why): Judgement,
        what: String,
    ) {
        let found = Found {
            verdict,
            what,
            why,
            old: old.cloned(),
            new: new.cloned(),
        };
        if !self.found.contains(&found) {
            self.found.push(found);
        }
    }

    fn into_changes(self, old: &SourceMap, new: &SourceMap) -> Vec<Change> {
        let found = self.found.into_iter();
        found
            .map(|found| Change {
                verdict: found.verdict,
                side: Side::Wire,
                what: found.what,
                why: found.why.to_owned(),
                item: None,
                old: found.old.map(|pointer| place(old, &pointer)),
                new: found.new.map(|pointer| place(new, &pointer)),
            })
            .collect()
    }
}
