//! The rules of a fragment. Each `check_…` function reports every violation of one rule, or of a few
//! rules on the same values.
//!
//! The structure and the references are checked first. If they are broken, the other rules are not checked:
//! they would report the consequences.

mod examples;
mod extensions;
mod json_schema;
mod operations;
mod references;
mod schemas;
mod structure;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub(crate) use extensions::is_known as is_known_extension;
pub use json_schema::violations;

use self::structure::{Kind, Part};
use crate::document::{
    Document, ENUM, ENUM_DESCRIPTIONS, ENUM_NAMES, ERROR_CODES, ROLES, array, object,
};
use crate::rule;
use crate::source_map::{SourceMap, child};
use crate::{Diagnostic, Rule};

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

/// A check of one kind of objects; of every object, if there is no kind.
type Check = (Option<Kind>, fn(&mut Lint<'_>, &Part<'_>));

const CHECKS: &[Check] = &[
    (Some(Kind::Root), check_servers),
    (Some(Kind::Server), check_server_url),
    (Some(Kind::Root), check_invisible_characters),
    (None, check_duplicate_items),
    (Some(Kind::Root), operations::check_security),
    (Some(Kind::Operation), operations::check_security),
    (Some(Kind::Root), operations::check_paths),
    (Some(Kind::PathItem), operations::check_ignored_keys),
    (Some(Kind::Operation), operations::check_ignored_keys),
    (Some(Kind::Root), operations::check_operation_ids),
    (Some(Kind::Operation), operations::check_missing_parts),
    (Some(Kind::Operation), operations::check_tags),
    (Some(Kind::Operation), operations::check_examples),
    (Some(Kind::Root), operations::check_path_parameters),
    (Some(Kind::Schema), schemas::check_description),
    (Some(Kind::Schema), schemas::check_property_descriptions),
    (Some(Kind::Schema), schemas::check_type),
    (Some(Kind::Schema), schemas::check_keys_of_another_type),
    (Some(Kind::Schema), schemas::check_format),
    (Some(Kind::Schema), schemas::check_ranges),
    (Some(Kind::Schema), schemas::check_required_properties),
    (Some(Kind::Schema), schemas::check_pattern),
    (Some(Kind::Schema), schemas::check_enum_mark),
    (Some(Kind::Schema), schemas::check_enum_descriptions),
    (Some(Kind::Schema), schemas::check_open_enum_default),
    (None, extensions::check_names),
    (None, extensions::check_values),
    (Some(Kind::Root), extensions::check_error_codes),
    // The last two do not report what the diagnostics of the others explain.
    (Some(Kind::Root), examples::check_examples),
    (Some(Kind::Root), references::check_unused_components),
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
        for (kind, check) in CHECKS {
            for part in lint.parts(*kind) {
                check(&mut lint, &part);
            }
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

impl<'a> Lint<'a> {
    fn report(
        &mut self,
        rule: Rule,
        pointer: impl AsRef<str>,
        message: impl Into<String>,
        help: impl AsRef<str>,
    ) {
        let (pointer, help) = (pointer.as_ref(), help.as_ref());
        let diagnostic = self.source.diagnostic(rule, pointer, message.into(), help);
        self.diagnostics.push(diagnostic);
    }

    /// Returns the objects of a kind or of all kinds, without those that are references.
    fn parts(&self, kind: Option<Kind>) -> Vec<Part<'a>> {
        let mut parts = self.parts.clone();
        parts.retain(|part| kind.is_none_or(|kind| kind == part.kind) && !part.is_reference());
        parts
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

fn check_servers(lint: &mut Lint<'_>, root: &Part<'_>) {
    if root.items("servers").next().is_none() {
        let help = "add one, like servers: [{ url: https://host.example/api }]";
        lint.report(rule::NO_SERVER, "/servers", "no server is described", help);
    }
}

fn check_server_url(lint: &mut Lint<'_>, server: &Part<'_>) {
    let url = server.text("url");
    if let Err((reason, help)) = check_url(url) {
        let message = format!("{url} {reason}");
        lint.report(rule::INVALID_SERVER_URL, server.at("url"), message, help);
    }
}

/// Accepts absolute https URLs, and http URLs of the local machine.
fn check_url(url: &str) -> Result<(), (&'static str, &'static str)> {
    let example = "write one like https://host.example/api";
    let Some((scheme, rest)) = url.split_once("://") else {
        return Err(("is not an absolute URL", example));
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, "0"),
    };
    let is_local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    if scheme != "https" && !(scheme == "http" && is_local) {
        let help = "write https://; only local servers may use http://";
        return Err(("does not use https", help));
    }
    if url.contains(|it: char| it.is_whitespace() || it.is_control() || "{}?#@\\".contains(it)) {
        let help = "write scheme, host, port and path only, without variables";
        return Err(("has parts that a base URL cannot have", help));
    }
    let is_host = host.starts_with('[') || host.split('.').all(|label| !label.is_empty());
    if !is_host || port.parse::<u16>().is_err() {
        return Err(("has no valid host", example));
    }
    Ok(())
}

/// Reports control characters, and those that change the direction of the text around them.
fn check_invisible_characters(lint: &mut Lint<'_>, root: &Part<'_>) {
    let is_invisible = |it: &char| {
        matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || (it.is_control() && !matches!(it, '\n' | '\t'))
    };
    let mut open = vec![(String::new(), "", root.value)];
    while let Some((pointer, key, value)) = open.pop() {
        let mut texts = key
            .chars()
            .chain(value.as_str().unwrap_or_default().chars());
        if let Some(character) = texts.find(is_invisible) {
            let message = format!("invisible character {}", character.escape_unicode());
            lint.report(rule::INVISIBLE_CHARACTER, &pointer, message, "remove it");
        }
        open.extend(object(value).map(|(key, part)| (child(&pointer, key), key.as_str(), part)));
        let items = array(value).enumerate();
        open.extend(items.map(|(index, item)| (child(&pointer, &index.to_string()), "", item)));
    }
}

/// Reports each item of a list that is listed before.
fn check_duplicate_items(lint: &mut Lint<'_>, part: &Part<'_>) {
    let keys: &[&str] = match part.kind {
        Kind::Operation => &["tags", ROLES],
        Kind::Schema => &["required", "enum"],
        Kind::Response => &[ERROR_CODES],
        _ => &[],
    };
    for key in keys {
        let mut seen = BTreeSet::new();
        for (pointer, item) in part.items(key) {
            if !seen.insert(item.to_string()) {
                let message = format!("duplicate item {}", unquoted(item));
                let help = "remove one of the two";
                lint.report(rule::DUPLICATE_ITEM, pointer, message, help);
            }
        }
    }
}

/// Returns a value as JSON, shortened for a message.
fn shorten(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Returns a value as JSON, but a string without quotes.
fn unquoted(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns the name that is most similar to another, if it is similar at all.
fn closest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distances = names.map(|name| (strsim::damerau_levenshtein(wanted, name), name));
    let (distance, name) = distances.min()?;
    (distance <= 2).then_some(name)
}

/// Returns a help for an unknown name: the closest known name, or all of them.
fn propose(unknown: &str, known: &[&str]) -> String {
    match closest(unknown, known.iter().copied()) {
        Some(name) => format!("did you mean {name}?"),
        None => format!("remove it, or write one of {}", known.join(", ")),
    }
}

/// Returns whether an object has an extension of a similar name, which is reported as unknown.
fn has_misspelt(value: &Value, extension: &str) -> bool {
    let keys = object(value).map(|(key, _)| key.as_str());
    closest(
        extension,
        keys.filter(|key| key.starts_with("x-") && *key != extension),
    )
    .is_some()
}
