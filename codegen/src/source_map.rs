//! A fragment as JSON, with the span of every value in the YAML text.

mod yaml;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostic::Position;
use crate::rule;
use crate::{Diagnostic, Rule};

/// A YAML file as JSON, with the span of every value.
#[derive(Debug)]
pub(crate) struct SourceMap {
    pub(crate) value: Value,
    /// Violations that leave the text readable.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The span of each value, by JSON pointer. Values inside of an alias are not listed.
    spans: BTreeMap<String, Span>,
    /// The JSON pointers of aliases, and of the anchors that they repeat.
    aliases: BTreeMap<String, String>,
}

/// The first character of a value, and the one after it.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: Position,
    end: Position,
}

impl Span {
    fn diagnostic(self, rule: Rule, message: impl Into<String>, help: &str) -> Diagnostic {
        Diagnostic {
            rule,
            start: self.start,
            end: self.end,
            pointer: String::new(),
            message: message.into(),
            help: help.to_owned(),
        }
    }
}

impl SourceMap {
    /// Reads one YAML document.
    ///
    /// # Errors
    ///
    /// Returns why the text is not YAML, or which of its values JSON cannot express.
    pub(crate) fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let tabs = tabs(text);
        yaml::read(text, tabs.clone()).map_err(|diagnostics| {
            // A tab in the indentation confuses the parser, whose error points elsewhere.
            let is_yaml = diagnostics.iter().all(|it| it.rule != rule::INVALID_YAML);
            if tabs.is_empty() || is_yaml {
                return diagnostics;
            }
            let tabs = tabs.into_iter().map(|tab| Diagnostic {
                help: format!("{}; other errors are reported after that", tab.help),
                ..tab
            });
            tabs.collect()
        })
    }

    /// Forgets the spans, for a text that the user did not write.
    pub(crate) fn without_spans(self) -> Self {
        Self {
            spans: BTreeMap::new(),
            aliases: BTreeMap::new(),
            ..self
        }
    }

    /// Creates a diagnostic at the value with this JSON pointer, or at the closest one around it.
    pub(crate) fn diagnostic(
        &self,
        rule: Rule,
        pointer: &str,
        message: String,
        help: &str,
    ) -> Diagnostic {
        Diagnostic {
            pointer: pointer.to_owned(),
            ..self.span(pointer).diagnostic(rule, message, help)
        }
    }

    /// Returns where a value begins, or the closest one around it.
    pub(crate) fn position(&self, pointer: &str) -> Position {
        self.span(pointer).start
    }

    fn span(&self, pointer: &str) -> Span {
        let mut around = pointer;
        loop {
            if around != pointer
                && let Some(anchor) = self.aliases.get(around)
            {
                return self.span(&format!("{anchor}{}", &pointer[around.len()..]));
            }
            if let Some(span) = self.spans.get(around) {
                return *span;
            }
            let Some(end) = around.rfind('/') else {
                return Span {
                    start: Position::START,
                    end: Position::START,
                };
            };
            around = &around[..end];
        }
    }
}

/// Returns a JSON pointer one step deeper.
pub(crate) fn child(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Finds the lines with a tab, and reports each line once.
fn tabs(text: &str) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some(before) = line.find('\t').map(|start| &line[..start]) else {
            continue;
        };
        let tabs = line[before.len()..].chars().take_while(|it| *it == '\t');
        let column = before.chars().count() + 1;
        let at = |column| Position {
            line: index + 1,
            column,
        };
        let span = Span {
            start: at(column),
            end: at(column + tabs.count()),
        };
        let (message, help) = if before.trim_start().is_empty() {
            ("the line is indented with a tab", "indent with spaces")
        } else {
            ("the line contains a tab", "write spaces, or \\t in quotes")
        };
        diagnostics.push(span.diagnostic(rule::TAB, message, help));
    }
    diagnostics
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn diagnostics(text: &str) -> Vec<Diagnostic> {
        match SourceMap::parse(text) {
            Ok(source) => source.diagnostics,
            Err(diagnostics) => diagnostics,
        }
    }

    fn position(source: &SourceMap, pointer: &str) -> (usize, usize) {
        let diagnostic = source.diagnostic(rule::NOT_JSON, pointer, String::new(), "");
        (diagnostic.start.line, diagnostic.start.column)
    }

    #[test]
    fn values_and_spans_are_kept() {
        let text = "a: &x [São, 2]\nb:\n  c/d: *x\n  200: null\n";
        let source = SourceMap::parse(text).unwrap();
        assert_eq!(
            source.value,
            json!({"a": ["São", 2], "b": {"c/d": ["São", 2], "200": null}})
        );
        assert_eq!(position(&source, "/a/1"), (1, 13));
        assert_eq!(position(&source, "/b/c~1d"), (3, 3));
        assert_eq!(position(&source, "/b/200"), (4, 3));
        assert_eq!(position(&source, "/b/200/not/there"), (4, 3));
    }

    #[test]
    fn deep_nesting_is_refused() {
        let open = "- ".repeat(10_000);
        for text in [
            format!("a: 1\n{open}- b\n"),
            "? ".repeat(10_000),
            "[".repeat(10_000),
            format!("{open}{}", "[".repeat(10_000)),
            format!("{open}{}", "{a: ".repeat(10_000)),
        ] {
            assert!(SourceMap::parse(&text).is_err());
        }
    }

    #[test]
    fn keys_are_unique_strings() {
        for (text, place) in [
            ("200: a\n\"200\": b\n", (2, 1)),
            ("a: &x {b: 1}\nc:\n  <<: *x\n", (3, 3)),
            ("a: 1\ntrue: 2\n", (2, 1)),
            ("a: 1\n? [b]\n: 2\n", (2, 3)),
        ] {
            let diagnostics = diagnostics(text);
            let places: Vec<_> = diagnostics
                .iter()
                .map(|it| (it.start.line, it.start.column))
                .collect();
            assert_eq!(places, [place], "{text:?}: {diagnostics:?}");
        }
    }

    #[test]
    fn only_aliases_make_a_file_too_large() {
        let long = format!("a: [{}]\n", "1, ".repeat(yaml::LARGEST + 1));
        assert_eq!(diagnostics(&long), []);
        let half = format!("a: &a [{}]\nb: *a\n", "1, ".repeat(yaml::LARGEST - 1));
        assert_eq!(diagnostics(&half), []);
        let diagnostics = diagnostics(&format!("{half}c: *a\n"));
        assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
        assert_eq!(diagnostics[0].rule, rule::TOO_LARGE);
    }

    #[test]
    fn integers_are_exact_or_refused() {
        let text =
            "a: 9223372036854775808\nb: 18446744073709551615\nc: -9223372036854775808\nd: 1e30\n";
        assert_eq!(
            SourceMap::parse(text).unwrap().value,
            json!({"a": 1_u64 << 63, "b": u64::MAX, "c": i64::MIN, "d": 1e30})
        );
        for number in [
            "18446744073709551616",
            "-9223372036854775809",
            "+99999999999999999999",
        ] {
            let diagnostics = diagnostics(&format!("a: {number}\n"));
            assert_eq!(diagnostics.len(), 1, "{number}: {diagnostics:?}");
            assert_eq!(diagnostics[0].rule, rule::NOT_JSON);
        }
        assert_eq!(diagnostics("a: '18446744073709551616'\n"), []);
    }
}
