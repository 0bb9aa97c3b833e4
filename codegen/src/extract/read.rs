//! Reads the document, YAML or JSON.

use serde_json::Value;

use crate::rule;
use crate::source_map::SourceMap;
use crate::{Diagnostic, Position};

/// Reads a document as YAML, of which JSON is a part but for two things that the YAML reader refuses: tabs
/// before values, and characters beyond the 65,536th as a pair of escapes. A document with such is read as
/// JSON, at the price of the lines in its problems.
///
/// Unlike in a description that people keep, lines may begin with tabs: code samples do.
pub(super) fn read(text: &str) -> Result<SourceMap, Vec<Diagnostic>> {
    let as_yaml = SourceMap::parse(text).and_then(readable);
    let Err(diagnostics) = as_yaml else {
        return as_yaml;
    };
    // JSON's reader would round a number that YAML's refuses.
    if diagnostics.iter().any(|it| it.rule == rule::NOT_JSON) {
        return Err(diagnostics);
    }
    match serde_json::from_str::<Value>(text) {
        Ok(value) => SourceMap::parse(&value.to_string()).map(SourceMap::without_places),
        Err(error) if text.trim_start().starts_with('{') => Err(vec![no_json(&error)]),
        Err(_) => Err(diagnostics),
    }
}

/// The source, unless there is more wrong with it than tabs.
fn readable(source: SourceMap) -> Result<SourceMap, Vec<Diagnostic>> {
    let mut diagnostics = source.diagnostics.clone();
    diagnostics.retain(|diagnostic| diagnostic.rule != rule::TAB);
    match diagnostics[..] {
        [] => Ok(source),
        _ => Err(diagnostics),
    }
}

fn no_json(error: &serde_json::Error) -> Diagnostic {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let place = Position {
        line: error.line().max(1),
        column: error.column().max(1),
    };
    Diagnostic {
        rule: rule::NOT_UPSTREAM,
        start: place,
        end: place,
        pointer: String::new(),
        message: format!("this is neither JSON nor YAML: {message}"),
        help: "give an OpenAPI 3 document as YAML or JSON".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_read_that_yaml_would_not_be() {
        let text = "{\n\t\"a\":\t\"\\uD83D\\uDE00 \\/\",\n\t\"b\": 18446744073709551615\n}";
        assert!(SourceMap::parse(text).is_err());
        let source = read(text).unwrap();
        assert_eq!(source.value, json!({ "a": "😀 /", "b": u64::MAX }));
        assert_eq!(source.position("/b").line, 1);
    }

    #[test]
    fn a_number_is_never_rounded() {
        let diagnostics = read("{ \"a\": 18446744073709551616 }").unwrap_err();
        assert_eq!(diagnostics[0].rule, rule::NOT_JSON);
    }

    #[test]
    fn a_code_sample_may_have_tabs() {
        let source = read("a: |\n  func main() {\n  \treturn\n  }\n").unwrap();
        assert_eq!(source.value["a"], "func main() {\n\treturn\n}\n");
    }

    #[test]
    fn what_is_neither_is_told_as_what_it_looks_like() {
        let diagnostics = read("{\n\t\"a\": 1").unwrap_err();
        assert_eq!(diagnostics[0].start.line, 2);
        assert!(diagnostics[0].message.contains("JSON"), "{diagnostics:?}");
        let diagnostics = read("a:\n\tb: 1").unwrap_err();
        assert!(diagnostics[0].message.contains("tab"), "{diagnostics:?}");
    }
}
