//! YAML as it was written: nothing merged, every entry kept, each with its place.

use std::collections::BTreeMap;
use std::rc::Rc;

use saphyr::Scalar;
use saphyr_parser::{Event, Marker, Parser, ScanError, Span as Markers, StrInput};
use serde_json::{Number, Value};

use super::Span;
use crate::diagnostic::Position;
use crate::rule;
use crate::{Diagnostic, Rule};

/// How deep a description may be nested. None of the world's comes near; a recursion through this many
/// levels fits every stack.
const DEEPEST: usize = 100;

/// A node of YAML.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) span: Span,
    pub(super) is_alias: bool,
    /// Shared between an anchor and its aliases.
    pub(super) data: Rc<Data>,
}

#[derive(Debug)]
pub(super) enum Data {
    Scalar(Value),
    Sequence(Vec<Tree>),
    Mapping(Vec<(Tree, Tree)>),
    /// What JSON cannot express.
    Foreign(&'static str),
}

/// Reads every document of a text.
///
/// # Errors
///
/// Where the text stops being YAML.
pub(super) fn read(text: &str) -> Result<Vec<Tree>, Box<Diagnostic>> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchors: BTreeMap::new(),
        depth: 0,
    };
    let mut documents = Vec::new();
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => return Ok(documents),
            (Event::DocumentStart(_), _) => reader.anchors.clear(),
            (Event::StreamStart | Event::DocumentEnd | Event::Nothing, _) => {}
            (event, span) => documents.push(reader.node(event, span)?),
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    anchors: BTreeMap<usize, Rc<Data>>,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Box<Diagnostic>> {
        match self.parser.next_event() {
            Some(Ok((event, markers))) => Ok((event, Span::from(markers))),
            Some(Err(error)) => Err(not_yaml(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Tree, Box<Diagnostic>> {
        let foreign_tag = match &event {
            Event::Scalar(_, _, _, tag)
            | Event::SequenceStart(_, tag)
            | Event::MappingStart(_, tag) => {
                tag.as_ref().is_some_and(|tag| !tag.is_yaml_core_schema())
            }
            _ => false,
        };
        let (data, anchor, end) = match event {
            Event::Alias(id) => {
                let data = self.anchors.get(&id).cloned();
                let data = data.unwrap_or_else(|| Rc::new(Data::Foreign(ALIAS)));
                return Ok(Tree {
                    span,
                    is_alias: true,
                    data,
                });
            }
            Event::Scalar(text, style, anchor, tag) => {
                let whole = whole(&text);
                let scalar = Scalar::parse_from_cow_and_metadata(text, style, tag.as_ref());
                // The parser rounds what does not fit into 64 bits with a sign.
                let data = match (&scalar, whole) {
                    (Some(Scalar::FloatingPoint(_)), Some(whole)) => whole,
                    _ => scalar_data(scalar),
                };
                (data, anchor, span.end)
            }
            Event::SequenceStart(anchor, _) => {
                let (items, end) = self.collection(span)?;
                (Data::Sequence(items), anchor, end)
            }
            Event::MappingStart(anchor, _) => {
                let (nodes, end) = self.collection(span)?;
                let mut nodes = nodes.into_iter();
                let mut entries = Vec::new();
                while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
                    entries.push((key, value));
                }
                (Data::Mapping(entries), anchor, end)
            }
            _ => (Data::Foreign(NOTHING), 0, span.end),
        };
        let data = Rc::new(if foreign_tag {
            Data::Foreign(TAG)
        } else {
            data
        });
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&data));
        }
        let span = Span { end, ..span };
        Ok(Tree {
            span,
            is_alias: false,
            data,
        })
    }

    /// The nodes up to the end of a sequence, or keys and values up to that of a mapping.
    fn collection(&mut self, span: Span) -> Result<(Vec<Tree>, Position), Box<Diagnostic>> {
        if self.depth == DEEPEST {
            return Err(Box::new(diagnostic(
                rule::TOO_DEEP,
                span,
                format!("this is nested more than {DEEPEST} levels deep"),
                "give parts of it names under #/components, and refer to them",
            )));
        }
        self.depth += 1;
        let mut nodes = Vec::new();
        let end = loop {
            match self.next()? {
                (Event::SequenceEnd | Event::MappingEnd | Event::StreamEnd, span) => {
                    break span.end;
                }
                (event, span) => nodes.push(self.node(event, span)?),
            }
        };
        self.depth -= 1;
        Ok((nodes, end))
    }
}

const ALIAS: &str = "this alias stands inside what it stands for";
const NOTHING: &str = "there is no value here";
const NUMBER: &str = "this number has no counterpart in JSON";
const WHOLE: &str = "this number is too large to be kept as it is";
const TAG: &str = "this tag has no counterpart in JSON";

/// A number without a sign and a fraction, or what cannot be one.
fn whole(text: &str) -> Option<Data> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = text
        .parse::<u64>()
        .map(|number| Value::Number(number.into()));
    Some(number.map_or(Data::Foreign(WHOLE), Data::Scalar))
}

fn scalar_data(scalar: Option<Scalar<'_>>) -> Data {
    Data::Scalar(match scalar {
        None => return Data::Foreign(TAG),
        Some(Scalar::Null) => Value::Null,
        Some(Scalar::Boolean(value)) => Value::Bool(value),
        Some(Scalar::Integer(value)) => Value::Number(value.into()),
        Some(Scalar::FloatingPoint(value)) => match Number::from_f64(value.into_inner()) {
            Some(number) => Value::Number(number),
            None => return Data::Foreign(NUMBER),
        },
        Some(Scalar::String(text)) => Value::String(text.into_owned()),
    })
}

fn not_yaml(error: &ScanError) -> Box<Diagnostic> {
    let position = Position::from(*error.marker());
    let span = Span {
        start: position,
        end: position,
    };
    Box::new(diagnostic(
        rule::INVALID_YAML,
        span,
        format!("this is not YAML: {}", error.info()),
        "look here and at the lines before: at indentation, quotes, brackets and colons",
    ))
}

/// A problem of the text, in which there are no pointers yet.
pub(super) fn diagnostic(rule: Rule, span: Span, message: String, help: &str) -> Diagnostic {
    Diagnostic {
        rule,
        start: span.start,
        end: span.end,
        pointer: String::new(),
        message,
        help: help.to_owned(),
    }
}

impl From<Marker> for Position {
    fn from(marker: Marker) -> Self {
        Self {
            line: marker.line(),
            column: marker.col() + 1,
        }
    }
}

impl From<Markers> for Span {
    fn from(markers: Markers) -> Self {
        Self {
            start: markers.start.into(),
            end: markers.end.into(),
        }
    }
}
