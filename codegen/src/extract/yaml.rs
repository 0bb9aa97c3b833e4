//! JSON as YAML that a person likes to read and edit.
//!
//! Everything stands in block style. Prose is folded where its only line breaks are those between
//! paragraphs, and literal otherwise; what a block cannot hold without tricks is quoted. saphyr's own
//! emitter folds nothing, and puts a long text with a comma or a colon into one quoted line.

mod text;

use serde_json::{Map, Value};

use text::Style;

/// Where a line is to end, in characters.
const WIDTH: usize = 108;

/// Prose in deep places is not squeezed into less than this.
const MIN_WIDTH: usize = 50;

/// Writes an OpenAPI document, with empty lines between its chapters, paths and components.
pub(super) fn write_document(document: &Map<String, Value>) -> String {
    let mut out = String::new();
    for (index, (key, value)) in document.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let spaced = match key.as_str() {
            "paths" => 1,
            "components" => 2,
            _ => 0,
        };
        entry(&mut out, key, value, 0, spaced);
    }
    out
}

/// Writes the entries of an object; the first one where the line is.
///
/// `spaced` is how many levels are left whose entries have an empty line between them.
fn entries(out: &mut String, object: &Map<String, Value>, indent: usize, spaced: usize) {
    for (index, (key, value)) in object.iter().enumerate() {
        if index > 0 {
            if spaced > 0 {
                out.push('\n');
            }
            pad(out, indent);
        }
        entry(out, key, value, indent, spaced.saturating_sub(1));
    }
}

fn entry(out: &mut String, key: &str, value: &Value, indent: usize, spaced: usize) {
    out.push_str(&text::on_one_line(key));
    out.push(':');
    match value {
        Value::Object(object) if !object.is_empty() => {
            out.push('\n');
            pad(out, indent + 2);
            entries(out, object, indent + 2, spaced);
        }
        Value::Array(list) if !list.is_empty() => {
            out.push('\n');
            pad(out, indent + 2);
            items(out, list, indent + 2);
        }
        _ => scalar(out, value, indent, indent + key.len() + 1),
    }
}

/// Writes the items of a list; the first one where the line is.
fn items(out: &mut String, list: &[Value], indent: usize) {
    for (index, item) in list.iter().enumerate() {
        if index > 0 {
            pad(out, indent);
        }
        out.push('-');
        match item {
            Value::Object(object) if !object.is_empty() => {
                out.push(' ');
                entries(out, object, indent + 2, 0);
            }
            Value::Array(list) if !list.is_empty() => {
                out.push(' ');
                items(out, list, indent + 2);
            }
            _ => scalar(out, item, indent, indent + 1),
        }
    }
}

/// Writes what has no parts, to the end of the line that is `used` long, or in lines below it.
fn scalar(out: &mut String, value: &Value, indent: usize, used: usize) {
    let indent = indent + 2;
    let width = WIDTH.saturating_sub(indent).max(MIN_WIDTH);
    out.push(' ');
    match value {
        Value::String(text) => match text::style(text, WIDTH.saturating_sub(used + 1)) {
            Style::Line(line) => out.push_str(&line),
            Style::Folded => block(out, '>', text, &text::fold(text, width), indent),
            Style::Literal => {
                let lines: Vec<&str> = text.lines().collect();
                block(out, '|', text, &lines, indent);
            }
        },
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
        other => out.push_str(&other.to_string()),
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

fn block(out: &mut String, sign: char, text: &str, lines: &[&str], indent: usize) {
    out.push(sign);
    if !text.ends_with('\n') {
        out.push('-');
    }
    out.push('\n');
    for line in lines {
        if !line.is_empty() {
            pad(out, indent);
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

#[cfg(test)]
mod tests;
