//! The description as it was written: its values, and the place of each.

mod yaml;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use self::yaml::{Data, Tree};
use crate::diagnostic::Position;
use crate::rule;
use crate::{Diagnostic, Rule};

/// How many values the aliases of a description may add to it, each use of one counted. What is written out
/// is only as large as it is.
const LARGEST: usize = 200_000;

/// A YAML file as JSON, and the place of every value in it.
#[derive(Debug)]
pub(crate) struct SourceMap {
    pub(crate) value: Value,
    /// What is wrong with the text, but leaves it readable.
    pub(crate) diagnostics: Vec<Diagnostic>,
    places: BTreeMap<String, Span>,
}

/// From the first character of something to the one after it.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: Position,
    end: Position,
}

impl SourceMap {
    /// Reads one YAML document.
    ///
    /// # Errors
    ///
    /// What makes it no YAML, or YAML that JSON cannot express.
    pub(crate) fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let tabs = tabs(text);
        let documents = yaml::read(text).map_err(|diagnostic| {
            // The parser stumbles over the first of them, and tells of the line before.
            if tabs.is_empty() {
                return vec![*diagnostic];
            }
            let and_then = |tab: &Diagnostic| Diagnostic {
                help: format!("{}; what else is wrong can be told after that", tab.help),
                ..tab.clone()
            };
            tabs.iter().map(and_then).collect()
        })?;
        let [document] = &documents[..] else {
            return Err(vec![not_one(&documents)]);
        };
        let mut reader = Reader {
            lines: text.lines().collect(),
            places: BTreeMap::new(),
            diagnostics: tabs,
            fatal: false,
            in_alias: false,
            added: 0,
        };
        let place = reader.underlined(document.span.start, document.span);
        let value = reader.read(document, "", place);
        if reader.fatal {
            return Err(reader.diagnostics);
        }
        Ok(Self {
            value,
            diagnostics: reader.diagnostics,
            places: reader.places,
        })
    }

    /// The same values, whose places mean nothing to the reader of its problems.
    pub(crate) fn without_places(self) -> Self {
        Self {
            places: BTreeMap::new(),
            ..self
        }
    }

    /// Every key and every text of the document, with its JSON pointer.
    pub(crate) fn texts(&self) -> Vec<(String, &str)> {
        let mut texts = Vec::new();
        texts_below(&self.value, "", &mut texts);
        texts
    }

    /// A problem at the value with this JSON pointer, or at the closest one around it.
    pub(crate) fn diagnostic(
        &self,
        rule: Rule,
        pointer: &str,
        message: String,
        help: &str,
    ) -> Diagnostic {
        let span = self.place(pointer);
        Diagnostic {
            rule,
            start: span.start,
            end: span.end,
            pointer: pointer.to_owned(),
            message,
            help: help.to_owned(),
        }
    }

    /// Where a value begins, or the closest one around it.
    pub(crate) fn position(&self, pointer: &str) -> Position {
        self.place(pointer).start
    }

    fn place(&self, pointer: &str) -> Span {
        let mut around = pointer;
        loop {
            if let Some(place) = self.places.get(around) {
                return *place;
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

/// The keys and the texts below a value, with their pointers.
fn texts_below<'a>(value: &'a Value, pointer: &str, into: &mut Vec<(String, &'a str)>) {
    match value {
        Value::String(text) => into.push((pointer.to_owned(), text)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                texts_below(item, &child(pointer, &index.to_string()), into);
            }
        }
        Value::Object(entries) => {
            for (key, value) in entries {
                let pointer = child(pointer, key);
                into.push((pointer.clone(), key));
                texts_below(value, &pointer, into);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn not_one(documents: &[Tree]) -> Diagnostic {
    let (span, message) = match documents {
        [_, second, ..] => (
            Span {
                end: second.span.start,
                ..second.span
            },
            format!(
                "a YAML document begins here, number 2 of {}",
                documents.len()
            ),
        ),
        _ => (
            Span {
                start: Position::START,
                end: Position::START,
            },
            "there is nothing in this file".to_owned(),
        ),
    };
    let help = "write exactly one, which begins with openapi: 3.0.3";
    yaml::diagnostic(rule::NOT_ONE_DOCUMENT, span, message, help)
}

/// The lines with a tab, each told once. In the indentation it stops the parser, which tells of the line
/// before.
fn tabs(text: &str) -> Vec<Diagnostic> {
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(index, line)| {
            let before = line.find('\t')?;
            let first = line[..before].chars().count() + 1;
            let tabs = line[before..].chars().take_while(|it| *it == '\t').count();
            let at = |column| Position {
                line: index + 1,
                column,
            };
            let span = Span {
                start: at(first),
                end: at(first + tabs),
            };
            let is_indent = line[..before].trim_start().is_empty();
            let (message, help) = if is_indent {
                ("this line is indented with a tab", "indent with spaces")
            } else {
                (
                    "there is a tab in this line",
                    "write spaces, or \\t in quotes",
                )
            };
            Some(yaml::diagnostic(rule::TAB, span, message.to_owned(), help))
        })
        .collect()
}

/// A JSON pointer one step deeper.
pub(crate) fn child(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

struct Reader<'a> {
    lines: Vec<&'a str>,
    places: BTreeMap<String, Span>,
    diagnostics: Vec<Diagnostic>,
    /// Whether something is missing from the value, so that rules would report its absence.
    fatal: bool,
    in_alias: bool,
    /// How many values aliases have added.
    added: usize,
}

impl Reader<'_> {
    fn read(&mut self, tree: &Tree, pointer: &str, place: Span) -> Value {
        let around = self.in_alias;
        self.in_alias |= tree.is_alias;
        let value = self.value(tree, pointer, place);
        self.in_alias = around;
        value
    }

    fn value(&mut self, tree: &Tree, pointer: &str, place: Span) -> Value {
        self.added += usize::from(self.in_alias);
        if self.added > LARGEST {
            if self.added == LARGEST + 1 {
                let message = format!("aliases add more than {LARGEST} values to the file");
                let help = "write what is meant instead of aliases of aliases";
                self.refuse(rule::TOO_LARGE, pointer, place, &message, help);
            }
            return Value::Null;
        }
        self.places.insert(pointer.to_owned(), place);
        match &*tree.data {
            Data::Scalar(value) => value.clone(),
            Data::Sequence(items) => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    let place = self.underlined(item.span.start, item.span);
                    self.read(item, &child(pointer, &index.to_string()), place)
                });
                Value::Array(items.collect())
            }
            Data::Mapping(entries) => self.mapping(entries, pointer),
            Data::Foreign(message) => {
                let help = "write a text, number, true, false, null, list or mapping";
                self.refuse(rule::NOT_JSON, pointer, place, message, help);
                Value::Null
            }
        }
    }

    fn mapping(&mut self, entries: &[(Tree, Tree)], pointer: &str) -> Value {
        let mut object = Map::new();
        for (key, value) in entries {
            let place = key.span;
            let Some(name) = key_text(&key.data) else {
                let help = "put it into quotes, or write a text";
                let message = "this key is no text";
                self.refuse(rule::KEY_NOT_TEXT, pointer, place, message, help);
                continue;
            };
            if name == "<<" {
                let message = "this is a merge key";
                self.refuse(
                    rule::MERGE_KEY,
                    pointer,
                    place,
                    message,
                    "write the entries",
                );
                continue;
            }
            let pointer = child(pointer, &name);
            // To YAML, 200 and "200" are different keys.
            if object.contains_key(&name) {
                let first = self.places.get(&pointer).map_or(0, |span| span.start.line);
                let message = format!("the key {name} is there already, in line {first}");
                let help = "remove one of the two, or give it another name";
                let diagnostic = yaml::diagnostic(rule::DUPLICATE_KEY, place, message, help);
                self.diagnostics.push(Diagnostic {
                    pointer,
                    ..diagnostic
                });
                continue;
            }
            let mut underlined = self.underlined(place.start, value.span);
            if underlined.end.line != place.start.line || value.span.end.line != place.start.line {
                underlined = place;
            }
            underlined.end = underlined.end.max(place.end);
            let value = self.read(value, &pointer, underlined);
            object.insert(name, value);
        }
        Value::Object(object)
    }

    /// From a place to the end of a value, or else of the line.
    fn underlined(&self, start: Position, value: Span) -> Span {
        let mut end = value.end;
        if end.line != start.line {
            let line = self.lines.get(start.line.saturating_sub(1));
            let length = line.map_or(0, |line| line.trim_end().chars().count());
            end = Position {
                line: start.line,
                column: (length + 1).max(start.column),
            };
        }
        Span { start, end }
    }

    fn refuse(&mut self, rule: Rule, pointer: &str, place: Span, message: &str, help: &str) {
        let diagnostic = yaml::diagnostic(rule, place, message.to_owned(), help);
        let pointer = pointer.to_owned();
        self.diagnostics.push(Diagnostic {
            pointer,
            ..diagnostic
        });
        self.fatal = true;
    }
}

/// Keys such as `200` need no quotes in OpenAPI; other keys that are no texts are mistakes.
fn key_text(data: &Data) -> Option<String> {
    match data {
        Data::Scalar(Value::Number(value)) if !value.is_f64() => Some(value.to_string()),
        Data::Scalar(Value::String(text)) => Some(text.clone()),
        _ => None,
    }
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

    fn place(source: &SourceMap, pointer: &str) -> (usize, usize) {
        let diagnostic = source.diagnostic(rule::NOT_JSON, pointer, String::new(), "");
        (diagnostic.start.line, diagnostic.start.column)
    }

    #[test]
    fn values_and_places_are_kept() {
        let text = "a: &x [São, 2]\nb:\n  c/d: *x\n  200: null\n";
        let source = SourceMap::parse(text).unwrap();
        assert_eq!(
            source.value,
            json!({"a": ["São", 2], "b": {"c/d": ["São", 2], "200": null}})
        );
        assert_eq!(place(&source, "/a/1"), (1, 13));
        assert_eq!(place(&source, "/b/c~1d"), (3, 3));
        assert_eq!(place(&source, "/b/200"), (4, 3));
        assert_eq!(place(&source, "/b/200/not/there"), (4, 3));
    }

    #[test]
    fn line_endings_make_no_difference() {
        let text = "a:\n  b: >-\n    one\n    two\nc: 1\n";
        let unix = SourceMap::parse(text).unwrap();
        let windows = SourceMap::parse(&text.replace('\n', "\r\n")).unwrap();
        assert_eq!(unix.value, windows.value);
        assert_eq!(place(&unix, "/c"), place(&windows, "/c"));
    }

    #[test]
    fn what_is_no_yaml_is_told_with_its_place() {
        for (text, line) in [
            ("a: 1\nb: [1\n", 3),
            ("a: 1\n\tb: 2\n", 2),
            ("a: 1\nb: 2\na: 3\n", 3),
        ] {
            let diagnostics = diagnostics(text);
            assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
            assert_eq!(diagnostics[0].start.line, line, "{text:?}: {diagnostics:?}");
        }
    }

    #[test]
    fn what_is_nested_without_reason_is_refused() {
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
    fn keys_are_texts_and_unique() {
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
        let long = format!("a: [{}]\n", "1, ".repeat(LARGEST + 1));
        assert_eq!(diagnostics(&long), []);
        let half = format!("a: &a [{}]\nb: *a\n", "1, ".repeat(LARGEST - 1));
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

    #[test]
    fn one_document_is_expected() {
        assert!(SourceMap::parse("").is_err());
        assert!(SourceMap::parse("a: 1\n---\nb: 1\n").is_err());
    }
}
