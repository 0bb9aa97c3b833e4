//! The description as it was written: its values, and the place of each.

use std::collections::BTreeMap;

use saphyr::{LoadableYamlNode, MarkedYaml, Marker, Scalar, YamlData};
use serde_json::{Map, Number, Value};

use crate::Problem;

/// A YAML file as JSON, and the place of every value in it.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) value: Value,
    places: BTreeMap<String, Place>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    line: usize,
    column: usize,
}

impl From<Marker> for Place {
    fn from(marker: Marker) -> Self {
        Self {
            line: marker.line(),
            column: marker.col() + 1,
        }
    }
}

impl Source {
    /// Reads one YAML document.
    ///
    /// # Errors
    ///
    /// What makes it no YAML, or YAML that JSON cannot express.
    pub(crate) fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let tabs = tabs(text);
        if !tabs.is_empty() {
            return Err(tabs);
        }
        Self::parse_with_tabs(text)
    }

    /// Like [`parse`](Self::parse), for text whose lines may begin with a tab: it can be within a value.
    pub(crate) fn parse_with_tabs(text: &str) -> Result<Self, Vec<Problem>> {
        let documents = MarkedYaml::load_from_str(text).map_err(|error| {
            let place = Place::from(*error.marker());
            vec![problem(
                place,
                "",
                format!("this is not YAML: {}", error.info()),
                None,
            )]
        })?;
        let [document] = &documents[..] else {
            let message = format!("the file holds {} YAML documents", documents.len());
            let place = Place { line: 1, column: 1 };
            return Err(vec![problem(place, "", message, Some("write exactly one"))]);
        };
        let mut reader = Reader::default();
        let value = reader.read(document, "", document.span.start.into());
        if !reader.problems.is_empty() {
            return Err(reader.problems);
        }
        Ok(Self {
            value,
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

    /// A problem at the value with this JSON pointer, or at the closest one around it.
    pub(crate) fn problem(&self, pointer: &str, message: String, help: Option<&str>) -> Problem {
        let mut around = pointer;
        loop {
            if let Some(place) = self.places.get(around) {
                return problem(*place, pointer, message, help);
            }
            let Some(end) = around.rfind('/') else {
                return problem(Place { line: 1, column: 1 }, pointer, message, help);
            };
            around = &around[..end];
        }
    }
}

/// The lines that are indented with a tab, whose place the parser tells as that of the line before.
fn tabs(text: &str) -> Vec<Problem> {
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(index, line)| {
            let indent = line.len() - line.trim_start().len();
            let column = line[..indent].find('\t')? + 1;
            let place = Place {
                line: index + 1,
                column,
            };
            let message = "this line is indented with a tab".to_owned();
            Some(problem(place, "", message, Some("indent with spaces")))
        })
        .collect()
}

fn problem(place: Place, pointer: &str, message: String, help: Option<&str>) -> Problem {
    Problem {
        line: place.line,
        column: place.column,
        pointer: pointer.to_owned(),
        message,
        help: help.map(str::to_owned),
    }
}

/// A JSON pointer one step deeper.
pub(crate) fn child(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

#[derive(Default)]
struct Reader {
    places: BTreeMap<String, Place>,
    problems: Vec<Problem>,
}

impl Reader {
    fn read(&mut self, node: &MarkedYaml<'_>, pointer: &str, place: Place) -> Value {
        self.places.insert(pointer.to_owned(), place);
        match &node.data {
            YamlData::Value(scalar) => self.scalar(scalar, pointer, place),
            YamlData::Sequence(items) => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    let pointer = child(pointer, &index.to_string());
                    self.read(item, &pointer, item.span.start.into())
                });
                Value::Array(items.collect())
            }
            YamlData::Mapping(entries) => {
                let mut object = Map::new();
                for (key, value) in entries {
                    let place = Place::from(key.span.start);
                    let YamlData::Value(name) = &key.data else {
                        self.refuse(pointer, place, "a key must be a plain text");
                        continue;
                    };
                    let Some(name) = key_text(name) else {
                        self.refuse(pointer, place, "a key must be a text; put it into quotes");
                        continue;
                    };
                    if name == "<<" {
                        self.refuse(
                            pointer,
                            place,
                            "YAML 1.2 has no merge key; write the entries",
                        );
                        continue;
                    }
                    // To YAML, 200 and "200" are different keys.
                    if object.contains_key(&name) {
                        self.refuse(pointer, place, "this key is there twice");
                        continue;
                    }
                    let value = self.read(value, &child(pointer, &name), place);
                    object.insert(name, value);
                }
                Value::Object(object)
            }
            _ => self.refuse(pointer, place, "this YAML has no counterpart in JSON"),
        }
    }

    fn scalar(&mut self, scalar: &Scalar<'_>, pointer: &str, place: Place) -> Value {
        match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(value) => Value::Bool(*value),
            Scalar::Integer(value) => Value::Number((*value).into()),
            Scalar::FloatingPoint(value) => match Number::from_f64(value.into_inner()) {
                Some(number) => Value::Number(number),
                None => self.refuse(pointer, place, "this number has no counterpart in JSON"),
            },
            Scalar::String(text) => Value::String(text.clone().into_owned()),
        }
    }

    fn refuse(&mut self, pointer: &str, place: Place, message: &str) -> Value {
        self.problems
            .push(problem(place, pointer, message.to_owned(), None));
        Value::Null
    }
}

/// Keys such as `200` need no quotes in OpenAPI; other keys that are no texts are mistakes.
fn key_text(scalar: &Scalar<'_>) -> Option<String> {
    match scalar {
        Scalar::Integer(value) => Some(value.to_string()),
        Scalar::String(text) => Some(text.clone().into_owned()),
        Scalar::Null | Scalar::Boolean(_) | Scalar::FloatingPoint(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn place(source: &Source, pointer: &str) -> (usize, usize) {
        let problem = source.problem(pointer, String::new(), None);
        (problem.line, problem.column)
    }

    #[test]
    fn values_and_places_are_kept() {
        let text = "a: &x [São, 2]\nb:\n  c/d: *x\n  200: null\n";
        let source = Source::parse(text).unwrap();
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
        let unix = Source::parse(text).unwrap();
        let windows = Source::parse(&text.replace('\n', "\r\n")).unwrap();
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
            let problems = Source::parse(text).unwrap_err();
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert_eq!(problems[0].line, line, "{text:?}: {problems:?}");
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
            let problems = Source::parse(text).unwrap_err();
            let places: Vec<_> = problems.iter().map(|it| (it.line, it.column)).collect();
            assert_eq!(places, [place], "{text:?}: {problems:?}");
        }
    }

    #[test]
    fn one_document_is_expected() {
        assert!(Source::parse("").is_err());
        assert!(Source::parse("a: 1\n---\nb: 1\n").is_err());
    }
}
