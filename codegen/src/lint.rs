//! The house rules of a description. Each check looks at the whole document and reports all that it finds.
//!
//! Besides what makes a good description, the rules refuse what progenitor would panic on, or would
//! generate other code for than the client can use: here it can still be said where that is.
//!
//! A check passes over what another one reports: behind a reference that leads nowhere is nothing to look
//! at, and a key of the wrong kind is there all the same. So everything can be reported at once.

mod bodies;
mod components;
mod defaults;
mod enums;
mod examples;
mod extensions;
mod json_schema;
mod kinds;
mod names;
mod operations;
mod parameters;
mod parts;
mod references;
mod schemas;
mod security;
mod structure;

use std::collections::BTreeSet;

use serde_json::Value;

pub(crate) use extensions::is_known as is_known_extension;
pub(crate) use names::{is_new_keyword, is_rusts_own};

use crate::document::{Document, Node};
use crate::prepare;
use crate::rule;
use crate::skeleton;
use crate::source_map::{SourceMap, child};
use crate::{Diagnostic, Rule};

/// Extension that says whether an enum's list is all there is.
pub(crate) const ENUM: &str = "x-enum";
/// Extension that says what each value of an enum means.
pub(crate) const ENUM_DESCRIPTIONS: &str = "x-enum-descriptions";
/// Extension that names the error codes which come with a status.
pub(crate) const ERROR_CODES: &str = "x-error-codes";

type Check = fn(&mut Findings<'_>);

const CHECKS: &[Check] = &[
    // First, since the others ask which references lead nowhere.
    references::lead_somewhere,
    structure::is_openapi,
    there_is_a_version,
    there_is_a_server,
    operations::are_described,
    operations::have_unique_ids,
    operations::say_how_they_fail,
    operations::succeed_with_one_type,
    operations::fail_with_one_type,
    operations::stand_in_their_path,
    operations::have_examples,
    operations::say_nothing_that_is_ignored,
    parameters::fill_the_path,
    parameters::can_be_sent,
    parameters::have_names_of_their_own,
    bodies::are_json_with_a_schema,
    bodies::of_requests_are_required,
    schemas::have_type_names,
    schemas::are_described,
    schemas::have_properties_that_are_fields,
    schemas::require_what_they_have,
    schemas::do_not_contain_themselves,
    schemas::are_of_a_known_kind,
    kinds::have_fitting_types,
    kinds::parts_are_objects,
    parts::agree,
    kinds::of_objects_are_structs_or_maps,
    kinds::of_parameters_are_never_null,
    defaults::of_open_enums_are_with_the_field,
    defaults::have_names_of_their_own,
    names::texts_are_visible,
    names::operations_leave_the_clients_methods,
    names::types_leave_rusts_own,
    schemas::are_types_of_their_own,
    schemas::have_types,
    schemas::have_regular_patterns,
    schemas::of_answers_have_plain_defaults,
    enums::are_open_or_closed,
    enums::have_values_that_are_variants,
    enums::have_described_values,
    extensions::are_known,
    extensions::have_known_values,
    extensions::error_codes_are_known,
    security::schemes_are_described,
    security::tags_are_declared,
    components::are_used,
    examples::fit_their_schemas,
];

/// Applies every rule. The problems are in the order of the file.
pub(crate) fn lint(source: &SourceMap) -> Vec<Diagnostic> {
    let document = Document(&source.value);
    let mut findings = Findings {
        source,
        document,
        nodes: document.nodes(),
        broken: BTreeSet::new(),
        diagnostics: source.diagnostics.clone(),
    };
    for check in CHECKS {
        check(&mut findings);
    }
    without_shadows(&mut findings.diagnostics);
    let mut diagnostics = findings.diagnostics;
    diagnostics.extend(of_the_next_steps(source, &diagnostics));
    diagnostics.sort_by(|a, b| (a.start, a.rule, &a.message).cmp(&(b.start, b.rule, &b.message)));
    // A rule meets a shared component once for each operation that refers to it.
    diagnostics.dedup();
    diagnostics
}

/// Drops what is said of a value that is of the wrong kind altogether.
fn without_shadows(diagnostics: &mut Vec<Diagnostic>) {
    let wrong: Vec<String> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.rule == rule::WRONG_KIND)
        .map(|diagnostic| diagnostic.pointer.clone())
        .collect();
    diagnostics.retain(|diagnostic| {
        diagnostic.rule == rule::WRONG_KIND
            || !wrong
                .iter()
                .any(|wrong| is_inside(&diagnostic.pointer, wrong))
    });
}

/// What the preparation and the reader of OpenAPI find that no rule has found.
fn of_the_next_steps(source: &SourceMap, found: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let names_are_known = !found
        .iter()
        .any(|diagnostic| NAMING.contains(&diagnostic.rule));
    if names_are_known && let Err(taken) = prepare::prepare(source) {
        diagnostics.extend(taken);
    }
    let Err(diagnostic) = skeleton::read(source, &source.value) else {
        return diagnostics;
    };
    let is_known = found.iter().any(|found| {
        is_inside(&found.pointer, &diagnostic.pointer)
            || is_inside(&diagnostic.pointer, &found.pointer)
    });
    if !is_known {
        diagnostics.push(*diagnostic);
    }
    diagnostics
}

/// Rules without which schemas that are written inline cannot be named.
const NAMING: &[Rule] = &[
    rule::WRONG_KIND,
    rule::OPERATION_WITHOUT_ID,
    rule::ID_NOT_CAMEL_CASE,
    rule::ID_NOT_UNIQUE,
];

fn is_inside(pointer: &str, outer: &str) -> bool {
    let rest = pointer.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

struct Findings<'a> {
    source: &'a SourceMap,
    document: Document<'a>,
    /// Every part of the document that OpenAPI gives a meaning.
    nodes: Vec<Node<'a>>,
    /// The pointers of the references that lead nowhere, or to what cannot stand there.
    broken: BTreeSet<String>,
    diagnostics: Vec<Diagnostic>,
}

/// An operation and where it is.
struct Place<'a> {
    pointer: String,
    path: &'a str,
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
                path,
                item,
                operation,
            })
            .collect()
    }

    /// What a reference at `pointer` leads to, with its own pointer; the value itself when it is none.
    ///
    /// `None` when the reference is broken, which is reported already.
    fn resolve(&self, pointer: &str, value: &'a Value) -> Option<(String, &'a Value)> {
        let mut pointer = pointer.to_owned();
        let mut value = value;
        while let Some(reference) = value.get("$ref") {
            if self.broken.contains(&pointer) {
                return None;
            }
            let reference = reference.as_str()?;
            value = self.document.target(reference)?;
            reference.strip_prefix('#')?.clone_into(&mut pointer);
        }
        Some((pointer, value))
    }

    /// Every schema, however deep.
    fn schemas(&self) -> Vec<Node<'a>> {
        let nodes = self.nodes.iter();
        nodes.filter(|node| node.is_schema).cloned().collect()
    }
}

fn there_is_a_version(findings: &mut Findings<'_>) {
    let version = &findings.document.0["openapi"];
    if version.as_str().is_some_and(|it| it.starts_with("3.0.")) {
        return;
    }
    let message = match version {
        Value::Null => "this description does not say which OpenAPI it is".to_owned(),
        other => format!("the OpenAPI version is {other}"),
    };
    let help = "write openapi: 3.0.3";
    findings.report(rule::OPENAPI_VERSION, "/openapi", message, help);
}

fn there_is_a_server(findings: &mut Findings<'_>) {
    let help = "write one like servers: [{ url: https://host.example/api }]";
    let Some((origin, path)) = findings.document.first_server() else {
        let message = "there is no server with an absolute URL";
        findings.report(rule::NO_SERVER, "/servers", message, help);
        return;
    };
    let is_plain =
        |text: &str| !text.contains(|it: char| it.is_whitespace() || "{}?#".contains(it));
    if !is_plain(origin) || !is_plain(path) || origin.ends_with("://") {
        let message = format!("no request can be sent to {origin}{path}");
        findings.report(rule::NO_SERVER, "/servers/0/url", message, help);
    }
}
