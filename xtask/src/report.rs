//! The problems of a fragment, as a compiler would show them.

use std::env;
use std::io::{IsTerminal, stderr};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use atlas_private_endpoint_codegen::{Diagnostic, Position};
use terminal_size::terminal_size_of;

/// The width of a report that no terminal bounds.
const WIDTH: usize = 120;

/// Writes problems with the lines that they are in.
pub(crate) struct Reporter(Renderer);

impl Reporter {
    /// For the standard error stream: as wide as its terminal, and coloured when it is one that
    /// `NO_COLOR` does not forbid.
    pub(crate) fn for_stderr() -> Self {
        let stream = stderr();
        if !stream.is_terminal() {
            return Self(Renderer::plain().term_width(WIDTH));
        }
        let width = terminal_size_of(&stream).map_or(WIDTH, |(width, _)| width.0.into());
        let forbidden = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_dumb = env::var_os("TERM").is_some_and(|value| value == "dumb");
        let renderer = if forbidden || is_dumb {
            Renderer::plain()
        } else {
            Renderer::styled().hyperlink(false)
        };
        Self(renderer.term_width(width))
    }

    /// One problem of the file at `path`, whose text is `text`.
    pub(crate) fn diagnostic(&self, path: &str, text: &str, diagnostic: &Diagnostic) -> String {
        let (line, span) = line_of(text, diagnostic.start, diagnostic.end);
        let snippet = Snippet::source(line)
            .line_start(diagnostic.start.line)
            .path(path)
            .annotation(AnnotationKind::Primary.span(span));
        let report = [Level::ERROR
            .primary_title(&diagnostic.message)
            .id(diagnostic.rule.name)
            .element(snippet)
            .element(Level::NOTE.message(diagnostic.rule.why))
            .element(Level::HELP.message(&diagnostic.help))];
        self.0.render(&report)
    }
}

/// The line of a problem, and which bytes of it the problem is about.
fn line_of(text: &str, start: Position, end: Position) -> (&str, std::ops::Range<usize>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let line = lines(text).nth(start.line.saturating_sub(1));
    let line = line.unwrap_or_default();
    let byte = |column: usize| {
        let mut places = line.char_indices().map(|(place, _)| place);
        places.nth(column.saturating_sub(1)).unwrap_or(line.len())
    };
    let first = byte(start.column);
    let last = if end.line == start.line {
        byte(end.column)
    } else {
        line.len()
    };
    (line, first..last.max(first))
}

/// The lines as YAML breaks them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
        .flat_map(|line| line.split('\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, start: (usize, usize), end: (usize, usize)) -> String {
        let position = |(line, column)| Position { line, column };
        let (line, span) = line_of(text, position(start), position(end));
        line[span].to_owned()
    }

    #[test]
    fn columns_are_characters() {
        assert_eq!(marked("a\nSão: [x, y]\n", (2, 1), (2, 4)), "São");
        assert_eq!(marked("a\r\nSão: [x, y]\r\n", (2, 6), (2, 12)), "[x, y]");
        assert_eq!(marked("a\rb: c\r", (2, 4), (2, 5)), "c");
    }

    #[test]
    fn places_beyond_the_text_are_its_end() {
        assert_eq!(marked("a: b", (9, 9), (9, 9)), "");
        assert_eq!(marked("a: b", (1, 9), (1, 12)), "");
        assert_eq!(marked("a: b", (1, 4), (7, 1)), "b");
        assert_eq!(marked("", (1, 1), (1, 1)), "");
    }
}
