//! The rules of a fragment. Each `check_…` function reports every violation of one rule, or of a few
//! rules on the same values.
//!
//! The structure and the references are checked first. If they are broken, the other rules are not checked:
//! they would report the consequences.

mod enums;
mod examples;
mod extensions;
mod json_schema;
mod operations;
mod parameters;
mod references;
mod schemas;
mod structure;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub(crate) use extensions::is_known as is_known_extension;

use self::structure::{Kind, Part};
use crate::document::{Document, array, object};
use crate::rule;
use crate::source_map::{SourceMap, child};
use crate::{Diagnostic, Rule};

pub(crate) use crate::document::{ENUM, ENUM_DESCRIPTIONS, ERROR_CODES};

/// The rules without which the document cannot be taken for OpenAPI.
const STRUCTURE: &[Rule] = &[
    rule::OPENAPI_VERSION,
    rule::WRONG_TYPE,
    rule::MISSING_KEY,
    rule::UNKNOWN_KEY,
    rule::INVALID_COMPONENT_NAME,
    rule::DANGLING_REFERENCE,
    rule::MISPLACED_REFERENCE,
    rule::CIRCULAR_REFERENCE,
    rule::PATH_REFERENCE,
];

type Check = fn(&mut Lint<'_>);

const CHECKS: &[Check] = &[
    check_servers,
    check_tags,
    check_invisible_characters,
    operations::check_security,
    operations::check_paths,
    operations::check_ignored_keys,
    operations::check_operation_ids,
    operations::check_operation_summaries,
    operations::check_operation_roles,
    operations::check_operation_errors,
    operations::check_operation_examples,
    parameters::check_path_parameters,
    schemas::check_schema_descriptions,
    schemas::check_property_descriptions,
    schemas::check_schema_types,
    schemas::check_keys_of_another_type,
    schemas::check_formats,
    schemas::check_ranges,
    schemas::check_required_properties,
    schemas::check_patterns,
    enums::check_enum_marks,
    enums::check_enum_descriptions,
    enums::check_open_enum_defaults,
    extensions::check_extension_names,
    extensions::check_extension_values,
    extensions::check_error_codes,
    // The last two leave out what the others explain.
    examples::check_examples,
    references::check_unused_components,
];

/// Checks every rule. The diagnostics are in the order of the file.
pub(crate) fn check(source: &SourceMap) -> Vec<Diagnostic> {
    let mut lint = Lint {
        source,
        root: &source.value,
        document: Document(&source.value),
        parts: Vec::new(),
        known_keys: BTreeMap::new(),
        diagnostics: source.diagnostics.clone(),
    };
    check_openapi_version(&mut lint);
    let version = source.value["openapi"].as_str();
    let is_swagger = source.value.get("swagger").is_some();
    if !is_swagger && version.is_none_or(|version| version.starts_with("3.0")) {
        structure::check_structure(&mut lint);
        // A misspelt key `components` leaves no reference with a target.
        if is_sound(&lint.diagnostics) || source.value.get("components").is_some() {
            references::check_references(&mut lint);
        }
    }
    if is_sound(&lint.diagnostics) {
        references::check_circles(&mut lint);
    }
    if is_sound(&lint.diagnostics) {
        for check in CHECKS {
            check(&mut lint);
        }
    }
    sort(&mut lint.diagnostics);
    lint.diagnostics
}

/// Returns whether the document can be taken for OpenAPI, whatever else is wrong with it.
pub(crate) fn is_sound(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().all(|it| !STRUCTURE.contains(&it.rule))
}

/// Sorts diagnostics in the order of the file. What is reported of a shared part is reported once, even
/// if it is reached in several ways.
pub(crate) fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| (a.start, a.rule, &a.message).cmp(&(b.start, b.rule, &b.message)));
    diagnostics.dedup_by(|a, b| (a.start, a.rule, &a.message) == (b.start, b.rule, &b.message));
}

/// A fragment that is being checked.
struct Lint<'a> {
    source: &'a SourceMap,
    root: &'a Value,
    document: Document<'a>,
    /// Every OpenAPI object.
    parts: Vec<Part<'a>>,
    /// Which keys the objects of a kind have, as far as it was needed.
    known_keys: BTreeMap<(Kind, String), bool>,
    diagnostics: Vec<Diagnostic>,
}

/// An operation with its path.
struct Operation<'a> {
    pointer: String,
    path: &'a str,
    item: &'a Value,
    value: &'a Value,
}

impl<'a> Lint<'a> {
    fn report(&mut self, rule: Rule, pointer: &str, message: impl Into<String>, help: &str) {
        let diagnostic = self.source.diagnostic(rule, pointer, message.into(), help);
        self.diagnostics.push(diagnostic);
    }

    /// Returns whether a rule is violated somewhere.
    fn has_reported(&self, rules: &[Rule]) -> bool {
        self.diagnostics.iter().any(|it| rules.contains(&it.rule))
    }

    /// Returns the objects of a kind, without those that are references.
    fn parts(&self, kind: Kind) -> Vec<Part<'a>> {
        let parts = self.parts.iter();
        parts
            .filter(|part| part.kind == kind && part.value.get("$ref").is_none())
            .cloned()
            .collect()
    }

    fn schemas(&self) -> Vec<Part<'a>> {
        self.parts(Kind::Schema)
    }

    fn operations(&self) -> Vec<Operation<'a>> {
        let operations = self.document.raw_operations().into_iter();
        operations
            .map(|(method, path, item, value)| Operation {
                pointer: child(&child("/paths", path), method),
                path,
                item,
                value,
            })
            .collect()
    }

    /// Follows references, which are known to lead somewhere.
    fn resolve(&self, pointer: &str, value: &'a Value) -> (String, &'a Value) {
        self.document.resolve_at(pointer, value)
    }
}

fn check_openapi_version(lint: &mut Lint<'_>) {
    let version = &lint.root["openapi"];
    let patch = version.as_str().and_then(|it| it.strip_prefix("3.0."));
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    if patch.is_some_and(is_number) {
        return;
    }
    let message = match version {
        Value::Null => "the key openapi with the version is missing".to_owned(),
        Value::String(version) => format!("unsupported OpenAPI version {version}"),
        other => format!("unsupported OpenAPI version {other}"),
    };
    let help = "write openapi: 3.0.3";
    lint.report(rule::OPENAPI_VERSION, "/openapi", message, help);
}

fn check_servers(lint: &mut Lint<'_>) {
    if array(&lint.root["servers"]).next().is_none() {
        let help = "add one, like servers: [{ url: https://host.example/api }]";
        lint.report(rule::NO_SERVER, "/servers", "no server is described", help);
    }
    for server in lint.parts(Kind::Server) {
        let url = server.value["url"].as_str().unwrap_or_default();
        if let Err((reason, help)) = check_url(url) {
            let message = format!("{url} {reason}");
            let pointer = child(&server.pointer, "url");
            lint.report(rule::INVALID_SERVER_URL, &pointer, message, help);
        }
    }
}

/// Accepts absolute https URLs, and http URLs of the local machine.
fn check_url(url: &str) -> Result<(), (&'static str, &'static str)> {
    let Some((scheme, rest)) = url.split_once("://") else {
        return Err((
            "is not an absolute URL",
            "write one like https://host.example/api",
        ));
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, "0"),
    };
    let is_local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    if scheme != "https" && !(scheme == "http" && is_local) {
        return Err((
            "does not use https",
            "write https://; only local servers may use http://",
        ));
    }
    if url.contains(|it: char| it.is_whitespace() || it.is_control() || "{}?#@\\".contains(it)) {
        return Err((
            "has parts that a base URL cannot have",
            "write scheme, host, port and path only, without variables",
        ));
    }
    let is_host = host.starts_with('[') || host.split('.').all(|label| !label.is_empty());
    if !is_host || port.parse::<u16>().is_err() {
        return Err((
            "has no valid host",
            "write one like https://host.example/api",
        ));
    }
    Ok(())
}

fn check_tags(lint: &mut Lint<'_>) {
    let tags = array(&lint.root["tags"]).filter_map(|tag| tag["name"].as_str());
    let declared: BTreeSet<&str> = tags.collect();
    for operation in lint.operations() {
        let pointer = child(&operation.pointer, "tags");
        for (index, tag) in array(&operation.value["tags"]).enumerate() {
            let tag = tag.as_str().unwrap_or_default();
            if !declared.contains(tag) {
                let pointer = child(&pointer, &index.to_string());
                let help = "declare it under tags at the top of the file, with a description";
                let message = format!("undeclared tag {tag:?}");
                lint.report(rule::UNDECLARED_TAG, &pointer, message, help);
            }
        }
    }
}

/// Control characters, and those that change the direction of the text around them.
fn check_invisible_characters(lint: &mut Lint<'_>) {
    let is_invisible = |it: &char| {
        matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || (it.is_control() && !matches!(it, '\n' | '\t'))
    };
    let mut open = vec![(String::new(), "", lint.root)];
    while let Some((pointer, key, value)) = open.pop() {
        let mut texts = key
            .chars()
            .chain(value.as_str().unwrap_or_default().chars());
        if let Some(character) = texts.find(is_invisible) {
            let message = format!("invisible character {}", character.escape_unicode());
            let help = "remove it";
            lint.report(rule::INVISIBLE_CHARACTER, &pointer, message, help);
        }
        open.extend(object(value).map(|(key, part)| (child(&pointer, key), key.as_str(), part)));
        let items = array(value).enumerate();
        open.extend(items.map(|(index, item)| (child(&pointer, &index.to_string()), "", item)));
    }
}

/// How much of a value is quoted in a message.
const QUOTED: usize = 60;

/// Returns a value as JSON, shortened for a message.
fn shorten(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Returns whether an object has an extension of a similar name, which is reported as unknown.
fn has_misspelt(value: &Value, extension: &str) -> bool {
    object(value).any(|(key, _)| {
        let distance = strsim::damerau_levenshtein(key, extension);
        key.starts_with("x-") && (1..=2).contains(&distance)
    })
}
