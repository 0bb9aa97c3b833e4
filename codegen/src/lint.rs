//! The house rules of a description. Each rule looks at the whole document and reports all that it finds.
//!
//! Besides what makes a good description, the rules refuse what progenitor would panic on, or would
//! generate other code for than the client can use: here it can still be said where that is.

mod bodies;
mod extensions;
mod operations;
mod parameters;
mod references;
mod schemas;

use serde_json::Value;

pub(crate) use extensions::is_known as is_known_extension;

use crate::Problem;
use crate::document::{Document, Node};
use crate::source::{Source, child};

/// Extension that says whether an enum's list is all there is.
pub(crate) const ENUM: &str = "x-enum";
/// Extension that says what each value of an enum means.
pub(crate) const ENUM_DESCRIPTIONS: &str = "x-enum-descriptions";
/// Extension that names the error codes which come with a status.
pub(crate) const ERROR_CODES: &str = "x-error-codes";

type Rule = fn(&mut Findings<'_>);

/// Rules that the others rely on: with a dangling reference, they would report what is only its shadow.
const FIRST_RULES: &[Rule] = &[
    there_is_a_version,
    references::lead_somewhere,
    references::stay_in_their_section,
];

const RULES: &[Rule] = &[
    there_is_a_server,
    operations::are_described,
    operations::have_unique_ids,
    operations::say_how_they_fail,
    operations::succeed_with_one_type,
    operations::fail_with_one_type,
    operations::stand_in_their_path,
    parameters::fill_the_path,
    parameters::can_be_sent,
    parameters::have_names_of_their_own,
    bodies::are_json_with_a_schema,
    bodies::of_requests_are_required,
    schemas::have_type_names,
    schemas::are_described,
    schemas::have_fields_of_different_names,
    schemas::are_of_a_known_kind,
    schemas::of_answers_have_plain_defaults,
    schemas::enums_are_open_or_closed,
    schemas::enum_values_are_described,
    extensions::are_known,
    extensions::have_known_values,
    extensions::error_codes_are_known,
];

/// Applies every rule.
pub(crate) fn lint(source: &Source) -> Vec<Problem> {
    let mut findings = Findings {
        source,
        document: Document(&source.value),
        problems: Vec::new(),
    };
    for rules in [FIRST_RULES, RULES] {
        for rule in rules {
            rule(&mut findings);
        }
        if !findings.problems.is_empty() {
            break;
        }
    }
    let mut problems = findings.problems;
    problems.sort_by(|a, b| (a.line, a.column, &a.message).cmp(&(b.line, b.column, &b.message)));
    // A rule meets a shared component once for each operation that refers to it.
    problems.dedup();
    problems
}

struct Findings<'a> {
    source: &'a Source,
    document: Document<'a>,
    problems: Vec<Problem>,
}

/// An operation and where it is.
struct Place<'a> {
    pointer: String,
    path: &'a str,
    item: &'a Value,
    operation: &'a Value,
}

impl<'a> Findings<'a> {
    fn report(&mut self, pointer: &str, message: impl Into<String>, help: &str) {
        let problem = self.source.problem(pointer, message.into(), Some(help));
        self.problems.push(problem);
    }

    fn operations(&self) -> Vec<Place<'a>> {
        let operations = self.document.raw_operations().into_iter();
        operations
            .map(|(method, path, item, operation)| Place {
                pointer: child(&child("/paths", path), method),
                path,
                item,
                operation,
            })
            .collect()
    }

    /// What a reference at `pointer` leads to, with its own pointer; the value itself when it is none.
    fn resolve(&self, pointer: &str, value: &'a Value) -> (String, &'a Value) {
        self.document.resolve_at(pointer, value)
    }

    /// Every part of the document that OpenAPI gives a meaning, examples and defaults left out.
    fn nodes(&self) -> Vec<Node<'a>> {
        self.document.nodes()
    }

    /// Every schema, however deep.
    fn schemas(&self) -> Vec<Node<'a>> {
        let nodes = self.nodes().into_iter();
        nodes.filter(|node| node.is_schema).collect()
    }
}

fn there_is_a_version(findings: &mut Findings<'_>) {
    let version = findings.document.0["openapi"].as_str().unwrap_or_default();
    if !version.starts_with("3.0.") {
        findings.report(
            "/openapi",
            format!("the OpenAPI version is {version:?}"),
            "write openapi: 3.0.3; other versions mean other things by the same words",
        );
    }
}

fn there_is_a_server(findings: &mut Findings<'_>) {
    if findings.document.first_server().is_none() {
        findings.report(
            "/servers",
            "there is no server with an absolute URL",
            "the client takes its default base URL and path from the first one",
        );
    }
}
