//! Extracts a fragment from an OpenAPI document: some of its operations, and exactly what they refer to.
//!
//! ```text
//! text ─ read ─> document ─ closure ─> fragment ─ yaml ─> text below a header
//! ```
//!
//! Everything keeps the order of the document, so that two extractions differ only where their documents do.
//! What the generator does not support is kept for a person to change, and reported by lint.

mod closure;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::document::object;
use crate::rule;
use crate::source_map::SourceMap;
use crate::{Diagnostic, Position};

const GIVE_OPENAPI: &str = "give an OpenAPI 3 document as YAML or JSON";

/// The number of path prefixes that a help text proposes.
const PROPOSALS: usize = 3;

/// The similarity, from 0 to 1, below which a prefix is not proposed.
const SIMILAR: f64 = 0.5;

/// What to extract from a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Prefixes of the paths to extract, compared segment by segment: `/a/b` selects `/a/b` and `/a/b/{c}`,
    /// but not `/a/bc`.
    pub path_prefixes: Vec<String>,
    /// Media types in the order of preference: a request or response body keeps only the first of them that
    /// it has. A body that has none of them keeps all of its own; so does every body when this is empty.
    pub media_types: Vec<String>,
}

/// A fragment, and a summary of its extraction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extracted {
    /// The fragment as YAML.
    pub text: String,
    /// What was taken and what was left out.
    pub summary: Summary,
}

/// What was taken from a document and what was left out. Its `Display` is for the terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The operations taken.
    pub operations: Kept,
    /// The components taken, by section, without the sections of which none was taken.
    pub components: BTreeMap<String, Kept>,
    /// The media types of the bodies taken, each with the number of bodies that have it.
    pub media_types: BTreeMap<String, usize>,
    /// The number of bodies that have none of the selected media types, and so kept all of theirs.
    pub bodies_without_selected_type: usize,
    /// What was left out of the part that was taken: extensions, media types, links and keys of the document,
    /// each with the number of times.
    pub left_out: BTreeMap<String, usize>,
}

/// How many of how many were taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The number taken.
    pub kept: usize,
    /// The number in the document.
    pub total: usize,
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.kept, self.total)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "operations: {}", self.operations)?;
        for (section, kept) in &self.components {
            write!(f, "\n{section}: {kept}")?;
        }
        if !self.media_types.is_empty() {
            write!(f, "\nmedia types: {}", counted(&self.media_types))?;
        }
        if self.bodies_without_selected_type > 0 {
            let count = self.bodies_without_selected_type;
            write!(f, "\nbodies without a selected media type: {count}")?;
        }
        if !self.left_out.is_empty() {
            write!(f, "\nleft out: {}", counted(&self.left_out))?;
        }
        Ok(())
    }
}

fn counted(counts: &BTreeMap<String, usize>) -> String {
    let counts: Vec<String> = counts
        .iter()
        .map(|(name, count)| format!("{name} ({count})"))
        .collect();
    counts.join(", ")
}

/// Extracts a fragment from an OpenAPI document in YAML or JSON.
///
/// `source_name` names the document in the fragment's header. The same document and selection give the same
/// fragment, and so does extracting from that fragment again.
///
/// # Errors
///
/// Returns diagnostics for a text that is not an OpenAPI document, for a prefix or media type that selects
/// nothing, and for every reference of the selected part that has no target in the document.
pub fn extract(
    text: &str,
    source_name: &str,
    selection: &Selection,
) -> Result<Extracted, Vec<Diagnostic>> {
    let source = read(text)?;
    check_openapi(&source)?;
    check_prefixes(&source, &selection.path_prefixes)?;
    let (fragment, summary) = closure::closure(&source, selection)?;
    let body = yaml::write(&fragment);
    check_round_trip(&source, &body, &fragment)?;
    let header = yaml::header(source_name, selection, &summary);
    Ok(Extracted {
        text: format!("{header}{body}"),
        summary,
    })
}

/// Reads a document as YAML. That includes JSON, except for tabs before values and surrogate pairs in escapes: a
/// document with those is read as JSON, at the price of the line numbers in its diagnostics.
///
/// Tabs inside of a text are accepted, unlike in the fragments of this repository: code samples have them.
fn read(text: &str) -> Result<SourceMap, Vec<Diagnostic>> {
    let diagnostics = match SourceMap::parse(text) {
        Ok(source) if source.diagnostics.iter().all(|it| it.rule == rule::TAB) => {
            return Ok(source);
        }
        Ok(mut source) => {
            source.diagnostics.retain(|it| it.rule != rule::TAB);
            source.diagnostics
        }
        Err(diagnostics) => diagnostics,
    };
    // serde_json would round a number that the YAML reader refuses.
    if diagnostics.iter().any(|it| it.rule == rule::NOT_JSON) {
        return Err(diagnostics);
    }
    match serde_json::from_str::<Value>(text) {
        Ok(value) => SourceMap::parse(&value.to_string()).map(SourceMap::without_spans),
        Err(error) if text.trim_start().starts_with('{') => Err(vec![not_json(&error)]),
        Err(_) => Err(diagnostics),
    }
}

fn not_json(error: &serde_json::Error) -> Diagnostic {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let position = Position {
        line: error.line().max(1),
        column: error.column().max(1),
    };
    Diagnostic {
        rule: rule::NOT_UPSTREAM,
        start: position,
        end: position,
        pointer: String::new(),
        message: format!("this is neither YAML nor JSON: {message}"),
        help: GIVE_OPENAPI.to_owned(),
    }
}

fn check_openapi(source: &SourceMap) -> Result<(), Vec<Diagnostic>> {
    let version = &source.value["openapi"];
    let message = if let Some(old) = source.value["swagger"].as_str() {
        format!("expected OpenAPI 3 but found Swagger {old}")
    } else if version.is_null() {
        "expected an OpenAPI document but found no `openapi` key".to_owned()
    } else if !version.as_str().is_some_and(|it| it.starts_with("3.")) {
        format!("expected OpenAPI 3 but found version {version}")
    } else if object(&source.value["paths"]).next().is_none() {
        "this OpenAPI document has no `paths`".to_owned()
    } else {
        return Ok(());
    };
    Err(vec![source.diagnostic(
        rule::NOT_UPSTREAM,
        "",
        message,
        GIVE_OPENAPI,
    )])
}

fn check_prefixes(source: &SourceMap, prefixes: &[String]) -> Result<(), Vec<Diagnostic>> {
    let paths = || object(&source.value["paths"]).map(|(path, _)| path.as_str());
    let unmatched = prefixes
        .iter()
        .filter(|prefix| !paths().any(|path| is_prefix(prefix, path)));
    let diagnostics: Vec<Diagnostic> = unmatched
        .map(|prefix| {
            let help = match similar_prefixes(prefix, paths())[..] {
                [] => format!("none of the {} paths is similar", paths().count()),
                ref similar => format!("did you mean {}?", similar.join(", or ")),
            };
            let message = format!("no path begins with {prefix}");
            source.diagnostic(rule::NOTHING_SELECTED, "/paths", message, &help)
        })
        .collect();
    if diagnostics.is_empty() {
        Ok(())
    } else {
        Err(diagnostics)
    }
}

/// Returns true if a path begins with a prefix, segment by segment.
fn is_prefix(prefix: &str, path: &str) -> bool {
    let rest = path.strip_prefix(prefix.trim_end_matches('/'));
    prefix.starts_with('/') && rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
}

/// Returns the prefixes of the paths that are most similar to one that selects nothing, the most similar first.
fn similar_prefixes<'a>(prefix: &str, paths: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = normalized(prefix);
    let similarity = |candidate: &str| {
        let candidate = normalized(candidate);
        // A missing beginning, such as the version of the API, is more likely than a misspelling.
        if !wanted.is_empty() && candidate.ends_with(&wanted) {
            return 1.0;
        }
        strsim::normalized_damerau_levenshtein(&wanted, &candidate)
    };
    let all_prefixes: BTreeSet<&str> = paths
        .flat_map(|path| {
            let slashes = path.match_indices('/').map(|(at, _)| at).skip(1);
            slashes.chain([path.len()]).map(|end| &path[..end])
        })
        .collect();
    let mut scored: Vec<(f64, &str)> = all_prefixes
        .into_iter()
        .map(|candidate| (similarity(candidate), candidate))
        .filter(|(score, _)| *score >= SIMILAR)
        .collect();
    // Equal ones stay in the order of the alphabet.
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let best = scored.into_iter().take(PROPOSALS);
    best.map(|(_, candidate)| candidate).collect()
}

/// Returns a path without letter case and the names of its parameters, which are easily mistaken.
fn normalized(path: &str) -> String {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let segments = segments.map(|segment| {
        if segment.starts_with('{') {
            "/{}".to_owned()
        } else {
            format!("/{}", segment.to_lowercase())
        }
    });
    segments.collect()
}

/// Checks that the YAML has the values of the fragment: the writer of the YAML and its reader here are different
/// libraries.
fn check_round_trip(
    source: &SourceMap,
    body: &str,
    fragment: &Value,
) -> Result<(), Vec<Diagnostic>> {
    if SourceMap::parse(body).is_ok_and(|read| read.value == *fragment) {
        return Ok(());
    }
    let message = "could not write the fragment as YAML".to_owned();
    let help = "this is a bug of this task, in codegen/src/extract/yaml.rs";
    Err(vec![source.diagnostic(
        rule::CANNOT_EXTRACT,
        "",
        message,
        help,
    )])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_json_that_is_not_yaml() {
        let text = "{\n\t\"a\":\t\"\\uD83D\\uDE00 \\/\",\n\t\"b\": 18446744073709551615\n}";
        assert!(SourceMap::parse(text).is_err());
        let source = read(text).unwrap();
        assert_eq!(source.value, json!({ "a": "😀 /", "b": u64::MAX }));
        assert_eq!(source.position("/b").line, 1);
    }

    #[test]
    fn refuses_a_number_instead_of_rounding_it() {
        let diagnostics = read("{ \"a\": 18446744073709551616 }").unwrap_err();
        assert_eq!(diagnostics[0].rule, rule::NOT_JSON);
    }

    #[test]
    fn accepts_tabs_in_code_samples() {
        let source = read("a: |\n  func main() {\n  \treturn\n  }\n").unwrap();
        assert_eq!(source.value["a"], "func main() {\n\treturn\n}\n");
    }

    #[test]
    fn reports_broken_text_as_the_format_that_it_resembles() {
        let diagnostics = read("{\n\t\"a\": 1").unwrap_err();
        assert_eq!(diagnostics[0].start.line, 2);
        assert!(diagnostics[0].message.contains("JSON"), "{diagnostics:?}");
        let diagnostics = read("a:\n\tb: 1").unwrap_err();
        assert!(diagnostics[0].message.contains("tab"), "{diagnostics:?}");
    }

    #[test]
    fn prefixes_end_at_segments() {
        for (prefix, path, expected) in [
            ("/a/b", "/a/b", true),
            ("/a/b", "/a/b/{c}", true),
            ("/a/b/", "/a/b", true),
            ("/a/b", "/a/bc", false),
            ("/a/b", "/a", false),
            ("/a/{b}", "/a/{c}", false),
            ("/", "/a", true),
            ("a", "/a", false),
            ("", "/a", false),
        ] {
            assert_eq!(is_prefix(prefix, path), expected, "{prefix:?} {path:?}");
        }
    }

    #[test]
    fn proposes_the_most_similar_prefix_first() {
        let paths = [
            "/api/v2/groups/{groupId}/things/{thingId}",
            "/api/v2/groups/{groupId}/thinkers",
            "/api/v2/orgs",
        ];
        let things = Some(&"/api/v2/groups/{groupId}/things");
        for (prefix, first) in [
            ("/groups/{groupId}/things", things),
            ("/api/v2/groups/{id}/Things", things),
            ("api/v2/groups/{groupId}/thing", things),
            ("/orgs", Some(&"/api/v2/orgs")),
            ("/zzz", None),
            ("", None),
        ] {
            let similar = similar_prefixes(prefix, paths.into_iter());
            assert_eq!(similar.first(), first, "{prefix}: {similar:?}");
        }
    }
}
