//! How a text is written: in one line, plain or quoted, or as a block of lines.

use std::fmt::Write;

/// How a value that is a text is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// What stands in the line.
    Line(String),
    /// As `>`: the reader joins its lines.
    Folded,
    /// As `|`: the reader keeps its lines.
    Literal,
}

/// Words that some reader of YAML takes for something else than a text.
const WORDS: &[&str] = &[
    "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf",
];

/// Chooses how to write a text, when so many characters are left in the line.
pub(super) fn style(text: &str, room: usize) -> Style {
    let many_lines = text.contains('\n');
    if !many_lines {
        let line = on_one_line(text);
        if line.chars().count() <= room {
            return Style::Line(line);
        }
    }
    if !fits_a_block(text) {
        return Style::Line(quoted(text));
    }
    match fits_folding(text) {
        true if has_a_break(text) => Style::Folded,
        _ if many_lines => Style::Literal,
        _ => Style::Line(on_one_line(text)),
    }
}

/// A text as a key, or as a value that stands in one line: plain where nobody can misread it.
pub(super) fn on_one_line(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    quoted(text)
}

/// More is quoted than this project's reader needs: YAML 1.1 is still about, and a date or a status code in
/// quotes is seen to be a text.
fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let starts_well = first.is_alphanumeric() || matches!(first, '/' | '(' | '$' | '^' | '_');
    let is_like_a_number = first.is_numeric() && !text.contains(char::is_whitespace);
    let is_a_word = WORDS.contains(&text.to_lowercase().as_str());
    let ends_something = [": ", " #"].iter().any(|sign| text.contains(sign));
    if !starts_well || is_like_a_number || is_a_word || ends_something {
        return false;
    }
    !text.ends_with([' ', ':']) && text.chars().all(is_printable)
}

/// Whether a character stands for itself everywhere: no control, no line break of some reader, no mark that
/// cannot be seen.
fn is_printable(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            other if is_printable(other) => out.push(other),
            other => {
                // A text takes anything, so this cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(other));
            }
        }
    }
    out.push('"');
    out
}

/// Whether a block keeps the text as it is: nothing unprintable, no tab, no spaces where they would be taken for
/// indentation or be lost unseen, and not more than one line break at the end.
fn fits_a_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    !body.is_empty()
        && !body.starts_with([' ', '\n'])
        && !body.ends_with('\n')
        && body
            .split('\n')
            .all(|line| line.chars().all(is_printable) && !line.ends_with(char::is_whitespace))
}

/// Whether the text is prose: each of its line breaks is one of a pair between paragraphs, which keeps the
/// folded text readable, and no line is indented, which would keep it from being folded.
fn fits_folding(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.split("\n\n").all(|paragraph| {
        !paragraph.is_empty() && !paragraph.contains('\n') && !paragraph.starts_with(' ')
    })
}

/// Whether there is a place at which a folded line can end.
fn has_a_break(text: &str) -> bool {
    text.contains("\n\n") || breaks(text).next().is_some()
}

/// The lines of a folded block. An empty line stands for a line break of the text, so that paragraphs are
/// two empty lines apart.
pub(super) fn fold(text: &str, width: usize) -> Vec<&str> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let mut lines = Vec::new();
    for (index, paragraph) in body.split("\n\n").enumerate() {
        if index > 0 {
            lines.extend(["", ""]);
        }
        wrap(paragraph, width, &mut lines);
    }
    lines
}

/// Cuts a paragraph at single spaces, at which its reader joins it again.
fn wrap<'a>(paragraph: &'a str, width: usize, lines: &mut Vec<&'a str>) {
    let mut start = 0;
    let mut end = 0;
    for next in breaks(paragraph).chain([paragraph.len()]) {
        if end > start && paragraph[start..next].chars().count() > width {
            lines.push(&paragraph[start..end]);
            start = end + 1;
        }
        end = next;
    }
    lines.push(&paragraph[start..]);
}

/// The single spaces between two characters that are none.
fn breaks(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices(' ').map(|(at, _)| at).filter(|at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + 1..].chars().next();
        [before, after]
            .iter()
            .all(|it| it.is_some_and(|it| !it.is_whitespace()))
    })
}
