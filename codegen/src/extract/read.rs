//! Reads the document, YAML or JSON.

use serde_json::Value;

use crate::rule;
use crate::source::Source;
use crate::{Position, Problem};

/// Reads a document as YAML, of which JSON is a part but for two things that the YAML reader refuses: tabs
/// before values, and characters beyond the 65,536th as a pair of escapes. A document with such is read as
/// JSON, at the price of the lines in its problems.
///
/// Unlike in a description that people keep, lines may begin with tabs: code samples do.
pub(super) fn read(text: &str) -> Result<Source, Vec<Problem>> {
    let as_yaml = Source::parse(text).and_then(readable);
    let Err(problems) = as_yaml else {
        return as_yaml;
    };
    // JSON's reader would round a number that YAML's refuses.
    if problems.iter().any(|it| it.rule == rule::NOT_JSON) {
        return Err(problems);
    }
    match serde_json::from_str::<Value>(text) {
        Ok(value) => Source::parse(&value.to_string()).map(Source::without_places),
        Err(error) if text.trim_start().starts_with('{') => Err(vec![no_json(&error)]),
        Err(_) => Err(problems),
    }
}

/// The source, unless there is more wrong with it than tabs.
fn readable(source: Source) -> Result<Source, Vec<Problem>> {
    let mut problems = source.problems.clone();
    problems.retain(|problem| problem.rule != rule::TAB);
    match problems[..] {
        [] => Ok(source),
        _ => Err(problems),
    }
}

fn no_json(error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let place = Position {
        line: error.line().max(1),
        column: error.column().max(1),
    };
    Problem {
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
        assert!(Source::parse(text).is_err());
        let source = read(text).unwrap();
        assert_eq!(source.value, json!({ "a": "😀 /", "b": u64::MAX }));
        assert_eq!(source.position("/b").line, 1);
    }

    #[test]
    fn a_number_is_never_rounded() {
        let problems = read("{ \"a\": 18446744073709551616 }").unwrap_err();
        assert_eq!(problems[0].rule, rule::NOT_JSON);
    }

    #[test]
    fn a_code_sample_may_have_tabs() {
        let source = read("a: |\n  func main() {\n  \treturn\n  }\n").unwrap();
        assert_eq!(source.value["a"], "func main() {\n\treturn\n}\n");
    }

    #[test]
    fn what_is_neither_is_told_as_what_it_looks_like() {
        let problems = read("{\n\t\"a\": 1").unwrap_err();
        assert_eq!(problems[0].start.line, 2);
        assert!(problems[0].message.contains("JSON"), "{problems:?}");
        let problems = read("a:\n\tb: 1").unwrap_err();
        assert!(problems[0].message.contains("tab"), "{problems:?}");
    }
}
