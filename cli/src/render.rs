//! Turns values into text: tables for people, JSON and YAML for programs, plain values for shells.

use anstyle::{AnsiColor, Reset};
use serde_json::Value;
use tabled::builder::Builder;
use tabled::settings::{Color, Padding, Style};

/// The text of a cell without a value, so that no column seems to be missing.
const NO_VALUE: &str = "-";

/// The number of spaces between two columns, and that of a table that would be too wide with it.
const GAPS: [usize; 2] = [2, 1];

/// The properties of a table's destination.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Layout {
    /// The columns of the terminal, if it is one.
    pub(crate) width: Option<usize>,
    /// Whether the columns of wide tables are shown.
    pub(crate) is_wide: bool,
    pub(crate) colors: bool,
}

/// A column of a table: its header, and its cell for a row.
pub(crate) struct Column<R> {
    header: &'static str,
    cell: fn(&R) -> Cell,
    shown: Shown,
}

/// The tables that a column is in.
enum Shown {
    Always,
    IfAny,
    IfWide,
}

impl<R> Column<R> {
    pub(crate) const fn new(header: &'static str, cell: fn(&R) -> Cell) -> Self {
        let shown = Shown::Always;
        Self {
            header,
            cell,
            shown,
        }
    }

    /// Makes a column of the tables in which a row has a value for it.
    pub(crate) const fn if_any(header: &'static str, cell: fn(&R) -> Cell) -> Self {
        let shown = Shown::IfAny;
        Self {
            shown,
            ..Self::new(header, cell)
        }
    }

    /// Makes a column of wide tables.
    pub(crate) const fn if_wide(header: &'static str, cell: fn(&R) -> Cell) -> Self {
        let shown = Shown::IfWide;
        Self {
            shown,
            ..Self::new(header, cell)
        }
    }

    fn is_shown(&self, rows: &[R], layout: Layout) -> bool {
        match self.shown {
            Shown::Always => true,
            Shown::IfAny => rows.iter().any(|row| (self.cell)(row).text != NO_VALUE),
            Shown::IfWide => layout.is_wide,
        }
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

/// Returns a table, or one record per row where a table is wider than the terminal: an id that is broken
/// across lines could not be copied.
pub(crate) fn table<R>(columns: &[Column<R>], rows: &[R], layout: Layout) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let columns = columns.iter();
    let columns: Vec<_> = columns.filter(|it| it.is_shown(rows, layout)).collect();
    let header = columns.iter().map(|column| column.header.into()).collect();
    let cells = |row| columns.iter().map(|column| (column.cell)(row)).collect();
    let mut grid: Vec<Vec<Cell>> = vec![header];
    grid.extend(rows.iter().map(cells));
    for gap in GAPS {
        let (table, needed) = align(&grid, gap, layout.colors);
        if layout.width.is_none_or(|width| needed <= width) {
            return table;
        }
    }
    let record = |row| {
        let fields = columns.iter();
        let fields = fields.map(|column| vec![column.header.into(), (column.cell)(row)]);
        align(&fields.collect::<Vec<_>>(), GAPS[0], layout.colors).0
    };
    rows.iter().map(record).collect::<Vec<_>>().join("\n")
}

/// Aligns cells in columns. Returns the text and its width.
fn align(grid: &[Vec<Cell>], gap: usize, colors: bool) -> (String, usize) {
    let mut builder = Builder::default();
    for cells in grid {
        builder.push_record(cells.iter().map(|cell| cell.text.as_str()));
    }
    let mut table = builder.build();
    table.with(Style::empty()).with(Padding::new(0, gap, 0, 0));
    for (row, cells) in grid.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            if let Some(color) = cell.color.filter(|_| colors) {
                let color = Color::new(color.render_fg().to_string(), Reset.render().to_string());
                table.modify((row, column), color);
            }
        }
    }
    let width = table.total_width().saturating_sub(gap);
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

/// Returns text as the AWS CLI prints it. The scalars of a list or an object are one line, with tabs in between.
/// What is nested follows on lines of its own, which begin with the field's name if it is in an object.
pub(crate) fn text(value: &Value) -> String {
    let mut lines = String::new();
    write_text(&mut lines, None, value);
    lines
}

fn write_text(lines: &mut String, field: Option<&str>, value: &Value) {
    let mut write_line = |scalars: &[String]| {
        let name = field.map(str::to_uppercase);
        let words: Vec<String> = name.into_iter().chain(scalars.iter().cloned()).collect();
        lines.push_str(&words.join("\t"));
        lines.push('\n');
    };
    match value {
        Value::Array(items) => {
            let scalars: Vec<String> = items.iter().filter_map(scalar).collect();
            let per_line = if field.is_some() {
                1
            } else {
                items.len().max(1)
            };
            scalars.chunks(per_line).for_each(write_line);
            for nested in items.iter().filter(|item| scalar(item).is_none()) {
                write_text(lines, field, nested);
            }
        }
        Value::Object(fields) => {
            let scalars: Vec<String> = fields.values().filter_map(scalar).collect();
            if !scalars.is_empty() {
                write_line(&scalars);
            }
            for (name, nested) in fields.iter().filter(|(_, value)| scalar(value).is_none()) {
                write_text(lines, Some(name), nested);
            }
        }
        value => write_line(&scalar(value).into_iter().collect::<Vec<_>>()),
    }
}

/// Returns a value that is neither a list nor an object, in the spelling of the AWS CLI.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("None".to_owned()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(escaped_line(text)),
        Value::Array(_) | Value::Object(_) => None,
    }
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
        Column::if_wide("SERVICE", |_| "vpce-svc".into()),
        Column::if_any("ERROR", |row| row[2].into()),
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

    const NARROW_TABLE: &str = "\
ID                       STATUS           ERROR
5f7cb1a3e3b4aa3b8ba3fb44 AVAILABLE        -
5f7cb1a3e3b4aa3b8ba3fb45 WAITING_FOR_USER 気
";

    fn at_width(width: usize) -> Layout {
        Layout {
            width: Some(width),
            ..Layout::default()
        }
    }

    #[test]
    fn table_becomes_narrower_then_records_where_it_does_not_fit() {
        assert_eq!(table(COLUMNS, ROWS, Layout::default()), TABLE);
        assert_eq!(table(COLUMNS, ROWS, at_width(49)), TABLE);
        assert_eq!(table(COLUMNS, ROWS, at_width(48)), NARROW_TABLE);
        assert_eq!(table(COLUMNS, ROWS, at_width(47)), NARROW_TABLE);
        assert_eq!(table(COLUMNS, ROWS, at_width(46)), RECORDS);
    }

    #[test]
    fn column_is_shown_where_it_has_values_or_is_asked_for() {
        let header = |rows, layout| {
            let table = table(COLUMNS, rows, layout);
            let line = table.lines().next().unwrap();
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(header(&ROWS[..1], Layout::default()), "ID STATUS");
        assert_eq!(header(ROWS, Layout::default()), "ID STATUS ERROR");
        let wide = Layout {
            is_wide: true,
            ..Layout::default()
        };
        assert_eq!(header(&ROWS[..1], wide), "ID STATUS SERVICE");
    }

    #[test]
    fn colors_do_not_change_the_layout() {
        for layout in [Layout::default(), at_width(46)] {
            let colors = true;
            let colored = table(COLUMNS, ROWS, Layout { colors, ..layout });
            assert!(colored.contains("\u{1b}[32mAVAILABLE\u{1b}[0m"));
            let plain = colored.replace("\u{1b}[32m", "").replace("\u{1b}[0m", "");
            assert_eq!(plain, table(COLUMNS, ROWS, layout));
        }
    }

    #[test]
    fn table_without_rows_is_empty() {
        assert_eq!(table(COLUMNS, &[], Layout::default()), "");
    }

    #[test]
    fn cell_cannot_move_the_cursor() {
        let row = ["\u{1b}[2Jgone\nline"; 3];
        let text = table(&COLUMNS[..1], &[row], Layout::default());
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
    fn text_is_that_of_the_aws_cli() {
        for (value, expected) in [
            (json!("AVAILABLE"), "AVAILABLE\n"),
            (json!(null), "None\n"),
            (json!(2.5), "2.5\n"),
            (json!([]), ""),
            (json!({}), ""),
            (json!(["a", true, null]), "a\tTrue\tNone\n"),
            (json!([["a", 1], [], ["b", 2]]), "a\t1\nb\t2\n"),
            (json!([["a", ["b", "c"]]]), "a\nb\tc\n"),
            (
                json!([{"id": "a", "vpces": ["b", "c"], "status": "x"}]),
                "a\tx\nVPCES\tb\nVPCES\tc\n",
            ),
            (json!({"a": {"b": [["c", 1]]}}), "B\tc\nB\t1\n"),
            (json!("a\tb\n\u{1b}[2J"), "a b  [2J\n"),
        ] {
            assert_eq!(text(&value), expected, "{value}");
        }
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
