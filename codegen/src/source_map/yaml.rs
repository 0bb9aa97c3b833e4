//! Reads YAML into JSON, and records the span of every value.

use std::collections::BTreeMap;

use saphyr::Scalar;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StrInput, Tag};
use serde_json::{Map, Number, Value};

use super::{SourceMap, Span, child};
use crate::diagnostic::Position;
use crate::rule;
use crate::{Diagnostic, Rule};

/// The depth of nesting that fits on every stack.
const DEEPEST: usize = 100;

/// How many values aliases may add to a fragment. Values without aliases are not limited.
pub(super) const LARGEST: usize = 200_000;

type Result<T, E = Box<Diagnostic>> = std::result::Result<T, E>;

/// Reads a text that must contain exactly one document.
pub(super) fn read(text: &str, tabs: Vec<Diagnostic>) -> Result<SourceMap, Vec<Diagnostic>> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        lines: text.lines().collect(),
        anchors: BTreeMap::new(),
        map: SourceMap {
            value: Value::Null,
            diagnostics: tabs,
            spans: BTreeMap::new(),
            aliases: BTreeMap::new(),
        },
        is_recording: true,
        is_complete: true,
        depth: 0,
        added: 0,
    };
    match reader.documents() {
        Err(diagnostic) => Err(vec![*diagnostic]),
        Ok(()) if reader.is_complete => Ok(reader.map),
        Ok(()) => Err(reader.map.diagnostics),
    }
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    lines: Vec<&'t str>,
    /// The JSON pointer and the value of each anchor.
    anchors: BTreeMap<usize, (String, Value)>,
    map: SourceMap,
    /// Whether spans and diagnostics are kept; they are not for values that are dropped.
    is_recording: bool,
    /// Whether no value of the text was refused.
    is_complete: bool,
    depth: usize,
    /// How many values aliases have added.
    added: usize,
}

impl<'t> Reader<'t> {
    fn documents(&mut self) -> Result<()> {
        let mut count = 0;
        let mut second = None;
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => break,
                (Event::StreamStart | Event::DocumentEnd | Event::Nothing, _) => {}
                (Event::DocumentStart(_), _) => self.anchors.clear(),
                (event, span) => {
                    count += 1;
                    if count == 1 {
                        self.map.value = self.node(event, span, "", None)?.0;
                    } else {
                        second = second.or(Some(span.start));
                        self.dropped(event, span)?;
                    }
                }
            }
        }
        if count == 1 {
            return Ok(());
        }
        let (start, message) = match second {
            Some(start) => (start, format!("document 2 of {count} begins here")),
            None => (Position::START, "the file is empty".to_owned()),
        };
        let span = Span { start, end: start };
        let help = "write one document, which begins with openapi: 3.0.3";
        Err(Box::new(span.diagnostic(
            rule::NOT_ONE_DOCUMENT,
            message,
            help,
        )))
    }

    fn next(&mut self) -> Result<(Event<'t>, Span)> {
        match self.parser.next_event() {
            Some(Ok((event, markers))) => {
                let span = Span {
                    start: position(markers.start),
                    end: position(markers.end),
                };
                Ok((event, span))
            }
            Some(Err(error)) => Err(Box::new(self.invalid(&error))),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn invalid(&self, error: &ScanError) -> Diagnostic {
        let start = position(*error.marker());
        let span = Span { start, end: start };
        if error.info().contains("unknown anchor") {
            let line = self.lines.get(start.line - 1).copied().unwrap_or_default();
            let rest = line.chars().skip(start.column - 1);
            let is_name = |it: &char| !it.is_whitespace() && !",[]{}".contains(*it);
            let name: String = rest.skip(1).take_while(is_name).collect();
            let help = format!("define it before its first use, with &{name}");
            let message = format!("unknown anchor {name}");
            return span.diagnostic(rule::INVALID_YAML, message, &help);
        }
        let message = format!("could not read the YAML: {}", error.info());
        let help = "check indentation, quotes, brackets and colons here and on the lines before";
        span.diagnostic(rule::INVALID_YAML, message, help)
    }

    /// Reads the node that begins with an event. In a mapping, its span begins with the key.
    fn node(
        &mut self,
        event: Event<'t>,
        mut span: Span,
        pointer: &str,
        key: Option<Span>,
    ) -> Result<(Value, Position)> {
        let (value, anchor) = match event {
            Event::Alias(id) => (self.alias(id, pointer), 0),
            Event::Scalar(text, style, anchor, tag) => {
                (scalar(&text, style, tag.as_deref()), anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                let (items, end) = self.sequence(span, pointer)?;
                span.end = end;
                (check_tag(tag.as_deref()).map(|()| items.into()), anchor)
            }
            Event::MappingStart(anchor, tag) => {
                let (entries, end) = self.mapping(span, pointer)?;
                span.end = end;
                (check_tag(tag.as_deref()).map(|()| entries.into()), anchor)
            }
            _ => (Ok(Value::Null), 0),
        };
        let entry = self.entry(key, span);
        let value = value.unwrap_or_else(|refused| {
            self.refuse(entry, pointer, refused);
            Value::Null
        });
        if anchor > 0 {
            let anchored = (pointer.to_owned(), value.clone());
            self.anchors.insert(anchor, anchored);
        }
        if self.is_recording {
            self.map.spans.insert(pointer.to_owned(), entry);
        }
        Ok((value, span.end))
    }

    /// Reads a node whose value is not part of the result.
    fn dropped(&mut self, event: Event<'t>, span: Span) -> Result<(Value, Position)> {
        let was_recording = std::mem::replace(&mut self.is_recording, false);
        let node = self.node(event, span, "", None);
        self.is_recording = was_recording;
        node
    }

    fn alias(&mut self, id: usize, pointer: &str) -> Result<Value, Refused> {
        let Some((anchor, value)) = self.anchors.get(&id) else {
            let help = "write the values that are meant";
            return Err(Refused::new("this alias is inside of its own anchor", help));
        };
        if self.added > LARGEST {
            return Ok(Value::Null);
        }
        self.added += count(value);
        if self.added <= LARGEST {
            if self.is_recording {
                self.map.aliases.insert(pointer.to_owned(), anchor.clone());
            }
            return Ok(value.clone());
        }
        Err(Refused {
            rule: rule::TOO_LARGE,
            message: format!("aliases add more than {LARGEST} values to the file"),
            help: "write values instead of aliases of aliases",
        })
    }

    fn sequence(&mut self, span: Span, pointer: &str) -> Result<(Vec<Value>, Position)> {
        self.enter(span)?;
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd | Event::StreamEnd, span) => {
                    self.depth -= 1;
                    return Ok((items, span.end));
                }
                (event, span) => {
                    let pointer = child(pointer, &items.len().to_string());
                    items.push(self.node(event, span, &pointer, None)?.0);
                }
            }
        }
    }

    fn mapping(&mut self, span: Span, pointer: &str) -> Result<(Map<String, Value>, Position)> {
        self.enter(span)?;
        let mut entries = Map::new();
        loop {
            let (event, mut span) = self.next()?;
            if matches!(event, Event::MappingEnd | Event::StreamEnd) {
                self.depth -= 1;
                return Ok((entries, span.end));
            }
            let (key, end) = self.dropped(event, span)?;
            span.end = end;
            let (event, value) = self.next()?;
            match self.key(&key, &entries, pointer, span) {
                Some(key) => {
                    let pointer = child(pointer, &key);
                    let (value, _) = self.node(event, value, &pointer, Some(span))?;
                    entries.insert(key, value);
                }
                None => {
                    self.dropped(event, value)?;
                }
            }
        }
    }

    fn enter(&mut self, span: Span) -> Result<()> {
        if self.depth == DEEPEST {
            let message = format!("values are nested more than {DEEPEST} levels deep");
            let help = "name parts under #/components and refer to them";
            return Err(Box::new(span.diagnostic(rule::TOO_DEEP, message, help)));
        }
        self.depth += 1;
        Ok(())
    }

    /// Returns the key as a string, or reports why there is no entry for it. Keys such as `200` need no
    /// quotes in OpenAPI.
    fn key(
        &mut self,
        key: &Value,
        entries: &Map<String, Value>,
        pointer: &str,
        span: Span,
    ) -> Option<String> {
        let name = match key {
            Value::Number(number) if !number.is_f64() => number.to_string(),
            Value::String(text) if text != "<<" => text.clone(),
            _ => {
                let (rule, message, help) = if key.is_string() {
                    let help = "write the entries out";
                    (rule::MERGE_KEY, "merge keys are not supported", help)
                } else {
                    let help = "write a string, in quotes if need be";
                    (rule::KEY_NOT_STRING, "this key is not a string", help)
                };
                let message = message.to_owned();
                self.refuse(
                    span,
                    pointer,
                    Refused {
                        rule,
                        message,
                        help,
                    },
                );
                return None;
            }
        };
        if !entries.contains_key(&name) {
            return Some(name);
        }
        let pointer = child(pointer, &name);
        let first = self.map.position(&pointer).line;
        let duplicate = Refused {
            rule: rule::DUPLICATE_KEY,
            message: format!("duplicate key {name}, first used on line {first}"),
            help: "remove or rename one of the two",
        };
        self.report(span, &pointer, duplicate);
        None
    }

    /// Reports a value that JSON cannot express.
    fn refuse(&mut self, span: Span, pointer: &str, refused: Refused) {
        self.is_complete &= !self.is_recording;
        self.report(span, pointer, refused);
    }

    fn report(&mut self, span: Span, pointer: &str, refused: Refused) {
        if self.is_recording {
            self.map.diagnostics.push(Diagnostic {
                pointer: pointer.to_owned(),
                ..span.diagnostic(refused.rule, refused.message, refused.help)
            });
        }
    }

    /// Returns the span to underline, which never exceeds a line: the key with its value, or the first line.
    fn entry(&self, key: Option<Span>, value: Span) -> Span {
        let (start, end) = match key {
            Some(key) if value.end.line == key.start.line => (key.start, value.end.max(key.end)),
            Some(key) => (key.start, key.end),
            None => (value.start, value.end),
        };
        if end.line == start.line {
            return Span { start, end };
        }
        let line = self.lines.get(start.line.saturating_sub(1));
        let length = line.map_or(0, |line| line.trim_end().chars().count());
        let column = (length + 1).max(start.column);
        let end = Position { column, ..start };
        Span { start, end }
    }
}

/// A value or a key that is not part of the result, with the reason.
struct Refused {
    rule: Rule,
    message: String,
    help: &'static str,
}

impl Refused {
    fn new(message: impl Into<String>, help: &'static str) -> Self {
        Self {
            rule: rule::NOT_JSON,
            message: message.into(),
            help,
        }
    }
}

fn check_tag(tag: Option<&Tag>) -> Result<(), Refused> {
    let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) else {
        return Ok(());
    };
    let help = "remove the tag; JSON has no tags";
    Err(Refused::new(format!("unknown tag {tag}"), help))
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, Refused> {
    check_tag(tag)?;
    let tag = tag.map(std::borrow::Cow::Borrowed);
    let scalar = Scalar::parse_from_cow_and_metadata(text.into(), style, tag.as_ref());
    Ok(match scalar {
        None => {
            let help = "remove the tag, or write a value that fits it";
            let message = format!("the value {text} does not fit its tag");
            return Err(Refused::new(message, help));
        }
        Some(Scalar::Null) => Value::Null,
        Some(Scalar::Boolean(value)) => Value::Bool(value),
        Some(Scalar::Integer(value)) => Value::Number(value.into()),
        Some(Scalar::String(text)) => Value::String(text.into_owned()),
        Some(Scalar::FloatingPoint(value)) => return number(text, value.into_inner()),
    })
}

/// Integers that need more than 63 bits arrive as floating-point numbers, which would round them.
fn number(text: &str, value: f64) -> Result<Value, Refused> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text
            .trim_start_matches('+')
            .parse::<u64>()
            .map(Value::from)
            .map_err(|_| {
                let help = "write a number that fits, or a string in quotes";
                Refused::new(format!("the number {text} does not fit into 64 bits"), help)
            });
    }
    let help = "write a finite number";
    Number::from_f64(value)
        .map(Value::Number)
        .ok_or_else(|| Refused::new(format!("JSON cannot express the number {text}"), help))
}

/// Counts the values of a tree.
fn count(value: &Value) -> usize {
    let inner: usize = match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(entries) => entries.values().map(count).sum(),
        _ => 0,
    };
    inner + 1
}

fn position(marker: Marker) -> Position {
    Position {
        line: marker.line(),
        column: marker.col() + 1,
    }
}
