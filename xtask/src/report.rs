//! Renders diagnostics as compilers do.

use std::env;
use std::io::{IsTerminal, stderr};

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use atlas_private_endpoint_codegen::{Diagnostic, Position};
use terminal_size::terminal_size_of;

/// The width of a report that is not printed to a terminal.
const WIDTH: usize = 120;

/// Renders diagnostics with the lines that they are in.
pub(crate) struct Reporter(Renderer);

impl Reporter {
    /// Creates one for the standard error stream: as wide as its terminal, and coloured unless `NO_COLOR`
    /// forbids it.
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

    /// Renders the diagnostics of the file at `path`, whose text is `text`.
    pub(crate) fn render<'a>(
        &'a self,
        path: &'a str,
        text: &'a str,
        diagnostics: &'a [Diagnostic],
    ) -> impl Iterator<Item = String> {
        let lines = lines(text);
        diagnostics.iter().map(move |diagnostic| {
            let number = diagnostic.start.line;
            let line = lines.get(number.saturating_sub(1)).copied();
            self.diagnostic(path, line.unwrap_or_default(), diagnostic)
        })
    }

    fn diagnostic(&self, path: &str, line: &str, diagnostic: &Diagnostic) -> String {
        let Position {
            line: number,
            column,
        } = diagnostic.start;
        let title = Level::ERROR
            .primary_title(&diagnostic.message)
            .id(diagnostic.rule.name);
        let located = if line.len() > LONGEST {
            title.element(Origin::path(path).line(number).char_column(column))
        } else {
            let span = span_in(line, diagnostic.start, diagnostic.end);
            let snippet = Snippet::source(line).line_start(number).path(path);
            title.element(snippet.annotation(AnnotationKind::Primary.span(span)))
        };
        let report = [located
            .element(Level::NOTE.message(diagnostic.rule.why))
            .element(Level::HELP.message(&diagnostic.help))];
        self.0.render(&report)
    }
}

/// The length of a line from which on only positions are shown: a file without line breaks would be shown
/// once for each of its diagnostics.
const LONGEST: usize = 2_000;

/// Returns the bytes of a line between two positions.
fn span_in(line: &str, start: Position, end: Position) -> std::ops::Range<usize> {
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
    first..last.max(first)
}

/// Returns the lines as YAML breaks them.
fn lines(text: &str) -> Vec<&str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
        .flat_map(|line| line.split('\r'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, start: (usize, usize), end: (usize, usize)) -> String {
        let position = |(line, column)| Position { line, column };
        let line = lines(text).get(start.0 - 1).copied().unwrap_or_default();
        line[span_in(line, position(start), position(end))].to_owned()
    }

    #[test]
    fn columns_are_characters() {
        assert_eq!(marked("a\nSão: [x, y]\n", (2, 1), (2, 4)), "São");
        assert_eq!(marked("a\r\nSão: [x, y]\r\n", (2, 6), (2, 12)), "[x, y]");
        assert_eq!(marked("a\rb: c\r", (2, 4), (2, 5)), "c");
    }

    #[test]
    fn positions_beyond_the_text_are_its_end() {
        assert_eq!(marked("a: b", (9, 9), (9, 9)), "");
        assert_eq!(marked("a: b", (1, 9), (1, 12)), "");
        assert_eq!(marked("a: b", (1, 4), (7, 1)), "b");
        assert_eq!(marked("", (1, 1), (1, 1)), "");
    }

    #[test]
    fn long_lines_are_reported_by_position() {
        let long = format!("a: {}", "b".repeat(LONGEST));
        let diagnostic = Diagnostic {
            rule: atlas_private_endpoint_codegen::RULES[0],
            start: Position { line: 1, column: 4 },
            end: Position { line: 1, column: 9 },
            pointer: String::new(),
            message: "wrong".to_owned(),
            help: "fix it".to_owned(),
        };
        let reporter = Reporter(Renderer::plain());
        let diagnostics = [diagnostic];
        let report: String = reporter
            .render("spec/a.yaml", &long, &diagnostics)
            .collect();
        assert!(
            report.contains("spec/a.yaml:1:4") && !report.contains("bbb"),
            "{report}"
        );
    }
}
