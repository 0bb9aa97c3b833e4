//! Limits of the generator, until its typed model reports them itself.

mod bodies;
mod defaults;
mod enums;
mod kinds;
pub(super) mod names;
mod operations;
mod parameters;
mod parts;
mod schemas;

use std::collections::BTreeSet;

use serde_json::Value;

use super::Lint;
use crate::document::{Document, Node};
use crate::source_map::{SourceMap, child};
use crate::{Diagnostic, Rule};
use crate::{prepare, rule, skeleton};

type Check = fn(&mut Findings<'_>);

const CHECKS: &[Check] = &[
    operations::have_rust_ids,
    operations::succeed_with_one_type,
    operations::fail_with_one_type,
    parameters::can_be_sent,
    parameters::have_names_of_their_own,
    bodies::are_json_with_a_schema,
    bodies::of_requests_are_required,
    schemas::have_type_names,
    schemas::have_properties_that_are_fields,
    schemas::are_of_a_known_kind,
    kinds::parts_are_objects,
    parts::agree,
    kinds::of_objects_are_structs_or_maps,
    kinds::of_parameters_are_never_null,
    defaults::have_names_of_their_own,
    names::operations_leave_the_clients_methods,
    names::types_leave_rusts_own,
    schemas::are_types_of_their_own,
    schemas::of_answers_have_plain_defaults,
    enums::have_values_that_are_variants,
];

pub(super) fn check(lint: &mut Lint<'_>) {
    let mut findings = Findings {
        source: lint.source,
        document: lint.document,
        nodes: lint.document.nodes(),
        broken: BTreeSet::new(),
        diagnostics: Vec::new(),
    };
    for check in CHECKS {
        check(&mut findings);
    }
    lint.diagnostics.append(&mut findings.diagnostics);
    let named = [
        rule::OPERATION_WITHOUT_ID,
        rule::ID_NOT_CAMEL_CASE,
        rule::ID_NOT_UNIQUE,
    ];
    if !lint.has_reported(&named)
        && let Err(taken) = prepare::prepare(lint.source)
    {
        lint.diagnostics.extend(taken);
    }
    if let Err(diagnostic) = skeleton::read(lint.source, lint.root) {
        lint.diagnostics.push(*diagnostic);
    }
}

struct Findings<'a> {
    source: &'a SourceMap,
    document: Document<'a>,
    nodes: Vec<Node<'a>>,
    broken: BTreeSet<String>,
    diagnostics: Vec<Diagnostic>,
}

struct Place<'a> {
    pointer: String,
    item: &'a Value,
    operation: &'a Value,
}

impl<'a> Findings<'a> {
    fn report(&mut self, rule: Rule, pointer: &str, message: impl Into<String>, help: &str) {
        let diagnostic = self.source.diagnostic(rule, pointer, message.into(), help);
        self.diagnostics.push(diagnostic);
    }

    fn operations(&self) -> Vec<Place<'a>> {
        let operations = self.document.raw_operations().into_iter();
        operations
            .map(|(method, path, item, operation)| Place {
                pointer: child(&child("/paths", path), method),
                item,
                operation,
            })
            .collect()
    }

    #[allow(clippy::unnecessary_wraps)]
    fn resolve(&self, pointer: &str, value: &'a Value) -> Option<(String, &'a Value)> {
        Some(self.document.resolve_at(pointer, value))
    }

    fn schemas(&self) -> Vec<Node<'a>> {
        let nodes = self.nodes.iter();
        nodes.filter(|node| node.is_schema).cloned().collect()
    }
}
