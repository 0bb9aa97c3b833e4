//! Turns values into text: tables for people, JSON and YAML for programs.

use anstyle::{AnsiColor, Reset};
use serde_json::Value;
use tabled::builder::Builder;
use tabled::settings::{Color, Padding, Style};

/// The text of a cell without a value, so that no column seems to be missing.
const NO_VALUE: &str = "-";

/// The number of spaces between two columns.
const GAP: usize = 2;

/// A column of a table: its header, and its cell for a row.
pub(crate) struct Column<R> {
    header: &'static str,
    cell: fn(&R) -> Cell,
}

impl<R> Column<R> {
    pub(crate) const fn new(header: &'static str, cell: fn(&R) -> Cell) -> Self {
        Self { header, cell }
    }
}

/// The text of a cell, with a color for terminals.
pub(crate) struct Cell {
    text: String,
    color: Option<AnsiColor>,
}

impl Cell {
    pub(crate) fn colored(text: &str, color: Option<AnsiColor>) -> Self {
        Self {
            color,
            ..Self::from(text)
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        let text = if text.is_empty() { NO_VALUE } else { text };
        Self {
            text: escaped_line(text),
            color: None,
        }
    }
}

impl From<Option<&str>> for Cell {
    fn from(text: Option<&str>) -> Self {
        text.unwrap_or_default().into()
    }
}

/// Returns a table, or one record per row where a table is wider than `width` columns of the terminal: an id
/// that is broken across lines could not be copied.
pub(crate) fn table<R>(
    columns: &[Column<R>],
    rows: &[R],
    width: Option<usize>,
    colors: bool,
) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let header = columns.iter().map(|column| column.header.into()).collect();
    let cells = |row| columns.iter().map(|column| (column.cell)(row)).collect();
    let mut grid: Vec<Vec<Cell>> = vec![header];
    grid.extend(rows.iter().map(cells));
    let (table, needed) = align(&grid, colors);
    if width.is_none_or(|width| needed <= width) {
        return table;
    }
    let record = |row| {
        let fields = columns.iter();
        let fields = fields.map(|column| vec![column.header.into(), (column.cell)(row)]);
        align(&fields.collect::<Vec<_>>(), colors).0
    };
    rows.iter().map(record).collect::<Vec<_>>().join("\n")
}

/// Aligns cells in columns. Returns the text and its width.
fn align(grid: &[Vec<Cell>], colors: bool) -> (String, usize) {
    let mut builder = Builder::default();
    for cells in grid {
        builder.push_record(cells.iter().map(|cell| cell.text.as_str()));
    }
    let mut table = builder.build();
    table.with(Style::empty()).with(Padding::new(0, GAP, 0, 0));
    for (row, cells) in grid.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            if let Some(color) = cell.color.filter(|_| colors) {
                let color = Color::new(color.render_fg().to_string(), Reset.render().to_string());
                table.modify((row, column), color);
            }
        }
    }
    let width = table.total_width().saturating_sub(GAP);
    let lines = table.to_string();
    let lines = lines.lines().map(|line| format!("{}\n", line.trim_end()));
    (lines.collect(), width)
}

pub(crate) fn json(value: &Value) -> String {
    escaped_json(&format!("{value:#}\n"))
}

/// Returns one line per item of a list.
pub(crate) fn json_lines(value: &Value) -> String {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        value => std::slice::from_ref(value),
    };
    let lines = items.iter().map(|item| format!("{item}\n"));
    escaped_json(&lines.collect::<String>())
}

/// Returns YAML, or JSON, which is YAML too, where a character must be escaped for the terminal.
pub(crate) fn yaml(value: &Value) -> String {
    let json_text = value.to_string();
    if escaped_json(&json_text) != json_text || json_text.contains("\\u00") {
        return json(value);
    }
    let options = serde_saphyr::ser_options! {
        compact_list_indent: false,
        prefer_block_scalars: false,
    };
    serde_saphyr::to_string_with_options(value, options).unwrap_or_else(|_| json(value))
}

/// Returns the text with a space for each character that could move the cursor, break the line or reorder
/// the text around it.
pub(crate) fn escaped_line(text: &str) -> String {
    text.replace(is_unsafe, " ")
}

/// As [`escaped_line`], but keeps line feeds.
pub(crate) fn escaped_lines(text: &str) -> String {
    text.replace(|character| character != '\n' && is_unsafe(character), " ")
}

/// Returns JSON of the same value, in which those characters are escaped.
pub(crate) fn escaped_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        // serde_json writes line feeds between values only; those within a string are escaped already.
        if character != '\n' && is_unsafe(character) {
            escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

fn is_unsafe(character: char) -> bool {
    let reorders = matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    reorders || character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use saphyr::{LoadableYamlNode, Yaml};
    use serde_json::json;

    type Row = [&'static str; 3];

    const COLUMNS: &[Column<Row>] = &[
        Column::new("ID", |row| row[0].into()),
        Column::new("STATUS", |row| {
            Cell::colored(row[1], Some(AnsiColor::Green))
        }),
        Column::new("ERROR", |row| row[2].into()),
    ];

    const ROWS: &[Row] = &[
        ["5f7cb1a3e3b4aa3b8ba3fb44", "AVAILABLE", ""],
        ["5f7cb1a3e3b4aa3b8ba3fb45", "WAITING_FOR_USER", "気"],
    ];

    const TABLE: &str = "\
ID                        STATUS            ERROR
5f7cb1a3e3b4aa3b8ba3fb44  AVAILABLE         -
5f7cb1a3e3b4aa3b8ba3fb45  WAITING_FOR_USER  気
";

    const RECORDS: &str = "\
ID      5f7cb1a3e3b4aa3b8ba3fb44
STATUS  AVAILABLE
ERROR   -

ID      5f7cb1a3e3b4aa3b8ba3fb45
STATUS  WAITING_FOR_USER
ERROR   気
";

    #[test]
    fn table_becomes_records_where_it_does_not_fit() {
        assert_eq!(table(COLUMNS, ROWS, None, false), TABLE);
        assert_eq!(table(COLUMNS, ROWS, Some(49), false), TABLE);
        assert_eq!(table(COLUMNS, ROWS, Some(48), false), RECORDS);
    }

    #[test]
    fn colors_do_not_change_the_layout() {
        for width in [None, Some(48)] {
            let colored = table(COLUMNS, ROWS, width, true);
            assert!(colored.contains("\u{1b}[32mAVAILABLE\u{1b}[0m"));
            let plain = colored.replace("\u{1b}[32m", "").replace("\u{1b}[0m", "");
            assert_eq!(plain, table(COLUMNS, ROWS, width, false));
        }
    }

    #[test]
    fn table_without_rows_is_empty() {
        assert_eq!(table(COLUMNS, &[], None, false), "");
    }

    #[test]
    fn cell_cannot_move_the_cursor() {
        let row = ["\u{1b}[2Jgone\nline"; 3];
        let text = table(&COLUMNS[..1], &[row], None, false);
        assert_eq!(text, "ID\n [2Jgone line\n");
    }

    #[test]
    fn escaped_text_has_no_control_characters() {
        let text = "a\u{1b}[31mb\u{9b}c\r\nd\u{202e}e\té";
        assert_eq!(escaped_line(text), "a [31mb c  d e é");
        assert_eq!(escaped_lines(text), "a [31mb c \nd e é");
    }

    #[test]
    fn escaped_json_has_the_same_value() {
        let value = json!({"a": "x\u{9b}\u{202e}\u{7f}\n", "b": [1]});
        let text = json(&value);
        assert!(!text.contains(|it| it != '\n' && is_unsafe(it)), "{text:?}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn yaml_is_block_style_in_the_order_of_the_fields() {
        let value = json!({"id": "5f7c", "interfaceEndpoints": ["vpce-1"], "errorMessage": null});
        let expected = "id: 5f7c\ninterfaceEndpoints:\n  - vpce-1\nerrorMessage: null\n";
        assert_eq!(yaml(&value), expected);
    }

    proptest! {
        #[test]
        fn yaml_parses_to_the_same_strings(key in strings(), value in strings()) {
            let text = yaml(&json!([{ &key: [&value, null, 1] }]));
            let documents = Yaml::load_from_str(&text).unwrap();
            let map = documents[0][0].as_mapping().unwrap();
            let (parsed, values) = map.iter().next().unwrap();
            prop_assert_eq!(parsed.as_str(), Some(&*key), "{}", text);
            prop_assert_eq!(values[0].as_str(), Some(&*value), "{}", text);
            prop_assert!(values[1].is_null() && values[2].is_integer(), "{}", text);
        }
    }

    fn strings() -> impl Strategy<Value = String> {
        let special = vec!["no", "1e3", "0x1F", "~", "2024-01-01"];
        let special = proptest::sample::select(special).prop_map(str::to_owned);
        prop_oneof!["\\PC{0,12}", "[ -~\n\t:#'\"-]{0,12}", special]
    }
}
