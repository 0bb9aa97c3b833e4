//! Rows for people to read.

use comfy_table::{ContentArrangement, presets};

/// What stands in a cell that has no value, so that no column seems to be missing.
const NO_VALUE: &str = "-";

/// A table that turns into records where it is too wide, so that no id is broken across lines.
pub(crate) struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(columns: &[&'static str]) -> Self {
        Self {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; an empty value is shown as a dash.
    pub(crate) fn row(&mut self, values: &[&str]) {
        let cells = values.iter().map(|value| cell(value)).collect();
        self.rows.push(cells);
    }

    /// The table as text; as records when it does not fit `width` characters.
    pub(crate) fn render(&self, width: Option<usize>) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let table = self.as_table();
        let widest = table.lines().map(|line| line.chars().count()).max();
        match (width, widest) {
            (Some(width), Some(widest)) if widest > width => self.as_records(),
            _ => table,
        }
    }

    fn as_table(&self) -> String {
        let mut table = comfy_table::Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(&self.columns);
        for row in &self.rows {
            table.add_row(row);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let mut text = String::new();
        for line in table.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    fn as_records(&self) -> String {
        let label = self
            .columns
            .iter()
            .map(|name| name.len())
            .max()
            .unwrap_or(0);
        let records: Vec<String> = self
            .rows
            .iter()
            .map(|row| {
                let lines = self.columns.iter().zip(row);
                lines
                    .map(|(name, value)| format!("{name:label$}  {value}\n"))
                    .collect()
            })
            .collect();
        records.join("\n")
    }
}

/// Texts from Atlas must neither break a line nor speak to the terminal.
fn cell(value: &str) -> String {
    if value.is_empty() {
        return NO_VALUE.to_owned();
    }
    value
        .chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&["ID", "STATUS"]);
        table.row(&["5f7cb1a3e3b4aa3b8ba3fb44", "WAITING_FOR_USER"]);
        table.row(&["5f7cb1a3e3b4aa3b8ba3fb45", ""]);
        table
    }

    const WIDE: &str = "\
ID                        STATUS
5f7cb1a3e3b4aa3b8ba3fb44  WAITING_FOR_USER
5f7cb1a3e3b4aa3b8ba3fb45  -
";

    const NARROW: &str = "\
ID      5f7cb1a3e3b4aa3b8ba3fb44
STATUS  WAITING_FOR_USER

ID      5f7cb1a3e3b4aa3b8ba3fb45
STATUS  -
";

    #[test]
    fn a_table_that_fits_is_a_table() {
        assert_eq!(table().render(None), WIDE);
        assert_eq!(table().render(Some(42)), WIDE);
    }

    #[test]
    fn a_table_that_is_too_wide_becomes_records() {
        assert_eq!(table().render(Some(41)), NARROW);
    }

    #[test]
    fn without_rows_there_is_nothing() {
        assert_eq!(Table::new(&["ID"]).render(None), "");
    }

    #[test]
    fn a_value_cannot_move_the_cursor() {
        let mut table = Table::new(&["ERROR"]);
        table.row(&["\u{1b}[2Jgone\nline"]);
        assert_eq!(table.render(None), "ERROR\n [2Jgone line\n");
    }
}
