//! Rows for people to read.

use std::fmt::Write as _;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::visible::on_one_line;

/// What stands in a cell that has no value, so that no column seems to be missing.
const NO_VALUE: &str = "-";

/// What stands between two columns.
const GAP: &str = "  ";

/// A table that turns into records where it is too wide, so that no id is broken across lines.
pub(crate) struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

/// A text in a table.
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A cell; an empty value is shown as a dash.
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: shown(text),
            style: Style::new(),
        }
    }

    pub(crate) fn styled(text: &str, style: Style) -> Self {
        Self {
            style,
            ..Self::new(text)
        }
    }

    /// The text, then as many spaces as fill `width` columns of the terminal.
    fn render(&self, width: usize, colours: bool) -> String {
        let padding = " ".repeat(width.saturating_sub(self.text.width()));
        let Self { text, style } = self;
        if colours {
            return format!("{style}{text}{style:#}{padding}");
        }
        format!("{text}{padding}")
    }
}

impl Table {
    pub(crate) fn new(columns: &[&'static str]) -> Self {
        Self {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// The table as text; as records when it does not fit `width` columns of the terminal.
    pub(crate) fn render(&self, width: Option<usize>, colours: bool) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let widths = self.widths();
        let needed = widths.iter().sum::<usize>() + GAP.len() * (widths.len().saturating_sub(1));
        match width {
            Some(width) if needed > width => self.as_records(colours),
            _ => self.as_table(&widths, colours),
        }
    }

    /// How wide each column is.
    fn widths(&self) -> Vec<usize> {
        let columns = self.columns.iter().enumerate();
        columns
            .map(|(index, name)| {
                let cells = self.rows.iter().filter_map(|row| row.get(index));
                let widest = cells.map(|cell| cell.text.width()).max();
                widest.unwrap_or(0).max(name.width())
            })
            .collect()
    }

    fn as_table(&self, widths: &[usize], colours: bool) -> String {
        let head: Vec<Cell> = self.columns.iter().map(|name| Cell::new(name)).collect();
        let mut text = String::new();
        for row in std::iter::once(&head).chain(&self.rows) {
            let last = row.len().saturating_sub(1);
            for (index, (cell, width)) in row.iter().zip(widths).enumerate() {
                // Nothing follows the last one, so it needs no filling.
                let width = if index == last { 0 } else { *width };
                text.push_str(&cell.render(width, colours));
                text.push_str(if index == last { "\n" } else { GAP });
            }
        }
        text
    }

    fn as_records(&self, colours: bool) -> String {
        let names = self.columns.iter().map(|name| name.width());
        let label = names.max().unwrap_or(0);
        let records: Vec<String> = self
            .rows
            .iter()
            .map(|row| {
                let mut record = String::new();
                for (name, cell) in self.columns.iter().zip(row) {
                    // Writing to a string cannot fail.
                    let _ = writeln!(record, "{name:label$}{GAP}{}", cell.render(0, colours));
                }
                record
            })
            .collect();
        records.join("\n")
    }
}

/// What stands in a cell.
fn shown(text: &str) -> String {
    if text.is_empty() {
        return NO_VALUE.to_owned();
    }
    on_one_line(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstyle::AnsiColor;

    fn table() -> Table {
        let green = AnsiColor::Green.on_default();
        let mut table = Table::new(&["ID", "STATUS", "ERROR"]);
        table.row(vec![
            Cell::new("5f7cb1a3e3b4aa3b8ba3fb44"),
            Cell::styled("AVAILABLE", green),
            Cell::new(""),
        ]);
        table.row(vec![
            Cell::new("5f7cb1a3e3b4aa3b8ba3fb45"),
            Cell::new("WAITING_FOR_USER"),
            Cell::new("気"),
        ]);
        table
    }

    const WIDE: &str = "\
ID                        STATUS            ERROR
5f7cb1a3e3b4aa3b8ba3fb44  AVAILABLE         -
5f7cb1a3e3b4aa3b8ba3fb45  WAITING_FOR_USER  気
";

    const NARROW: &str = "\
ID      5f7cb1a3e3b4aa3b8ba3fb44
STATUS  AVAILABLE
ERROR   -

ID      5f7cb1a3e3b4aa3b8ba3fb45
STATUS  WAITING_FOR_USER
ERROR   気
";

    #[test]
    fn a_table_that_fits_is_a_table() {
        assert_eq!(table().render(None, false), WIDE);
        assert_eq!(table().render(Some(49), false), WIDE);
    }

    #[test]
    fn a_table_that_is_too_wide_becomes_records() {
        assert_eq!(table().render(Some(48), false), NARROW);
    }

    #[test]
    fn colours_change_nothing_but_the_colour() {
        for width in [None, Some(48)] {
            let coloured = table().render(width, true);
            assert!(coloured.contains("\u{1b}[32mAVAILABLE\u{1b}[0m"));
            let plain = coloured.replace("\u{1b}[32m", "").replace("\u{1b}[0m", "");
            assert_eq!(plain, table().render(width, false));
        }
    }

    #[test]
    fn without_rows_there_is_nothing() {
        assert_eq!(Table::new(&["ID"]).render(None, false), "");
    }

    #[test]
    fn a_value_cannot_move_the_cursor() {
        let mut table = Table::new(&["ERROR"]);
        table.row(vec![Cell::new("\u{1b}[2Jgone\nline")]);
        assert_eq!(table.render(None, false), "ERROR\n [2Jgone line\n");
    }
}
