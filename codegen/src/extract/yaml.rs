//! Writes a fragment as YAML that is pleasant to read and edit.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_saphyr::{ser_options, to_string_with_options};

use super::{Selection, Summary};
use crate::document::object;

/// The number of characters after which a folded line ends, without its indentation.
const WIDTH: usize = 90;

/// Writes a document, with an empty line between its top-level keys.
pub(super) fn write(document: &Value) -> String {
    let mut out = String::new();
    for (key, value) in object(document) {
        // After a text that ends with line breaks, an empty line would be one more of them.
        if !out.is_empty() && !out.ends_with("\n\n") {
            out.push('\n');
        }
        let part = BTreeMap::from([(key, value)]);
        let options = ser_options! { compact_list_indent: false, folded_wrap_chars: WIDTH };
        // What an error leaves out is missed when the YAML is read again.
        out += &to_string_with_options(&part, options).unwrap_or_default();
    }
    out
}

/// Returns the comment at the top of a fragment: where it comes from, and what is left for a person to do.
pub(super) fn header(source_name: &str, selection: &Selection, summary: &Summary) -> String {
    let name = one_line(source_name);
    let command = one_line(&command(&name, selection));
    let mut out = format!("# Extracted from {name} by\n#\n#   {command}\n#\n{TO_DO}");
    let media_types = || summary.media_types.keys();
    if media_types().any(|name| name != "application/json") {
        let lines = media_types().map(|name| format!("#       {}\n", one_line(name)));
        out += &format!("{MEDIA_TYPES}{}", lines.collect::<String>());
    }
    out + "\n"
}

/// Only what no OpenAPI document can say; lint reports the rest at its place.
const TO_DO: &str = "\
# Add what the document cannot say:
#   x-atlas-roles        to each operation without it: the roles of which the caller needs one
#   x-enum               to each enum: `open` if the server may send other values, else `closed`
#   x-enum-descriptions  to each enum: what each value means
#   x-error-codes        to each error response: the error codes that come with this status
#   x-rust-type          to a schema that is a hand-written type of the client
#   x-typed-client       to a parameter that the client has no use for: `omit`
# Replace the descriptions by your own before you publish them. `cargo xtask lint` reports everything else that
# the generator does not support.
";

const MEDIA_TYPES: &str = "\
#
# The client takes one JSON media type for each body, application/json or application/…+json; --media-type
# selects it. The bodies have:
";

fn command(source_name: &str, selection: &Selection) -> String {
    let prefixes = selection.path_prefixes.iter();
    let options = prefixes.map(|value| ("--path-prefix", value));
    let media_types = selection.media_types.iter();
    let options = options.chain(media_types.map(|value| ("--media-type", value)));
    let options = options.map(|(option, value)| format!("{option} {} ", quoted(value)));
    let (source, options) = (quoted(source_name), options.collect::<String>());
    format!("cargo xtask extract --from {source} {options}--out FILE")
}

/// Quotes an argument for a shell.
fn quoted(argument: &str) -> String {
    let is_safe =
        |it: char| it.is_ascii_alphanumeric() || matches!(it, '/' | '.' | '-' | '_' | '+' | ':');
    if !argument.is_empty() && argument.chars().all(is_safe) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', "'\\''"))
}

/// Replaces line breaks, which would end the comment.
fn one_line(text: &str) -> String {
    let is_break = |it: char| it.is_control() || matches!(it, '\u{2028}' | '\u{2029}');
    text.replace(is_break, " ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::source_map::SourceMap;

    fn read(text: &str) -> Value {
        let source = SourceMap::parse(text);
        let source = source.unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}\n{text}"));
        source.value
    }

    #[test]
    fn keeps_the_order_folds_prose_and_quotes_what_yaml_would_misread() {
        let long = "Atlas creates a load balancer, which takes minutes. It has a name once the status says so, and \
                    an error message, which may be null, when something went wrong.";
        let document = json!({
            "openapi": "3.0.1",
            "info": { "version": "2.0", "description": format!("{long}\n\nAnd then.") },
            "paths": { "/a/{b}": { "get": { "200": { "description": "OK" }, "4XX": {}, "default": long, "colon": format!("{long} So: wait.") } } },
            "enum": ["on", "NO", "a b", "2023-01-01", "0x1F", "", " x", "é", 1, -2.5, null, "tab\t", "a\n"],
            "list": [[], [[1, 2], { "a": 1, "on": "two" }], long],
        });
        let text = write(&document);
        assert_eq!(read(&text), document);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn quotes_arguments_for_a_shell() {
        assert_eq!(quoted("/a/b-1.yaml"), "/a/b-1.yaml");
        assert_eq!(quoted("/a/{b}"), "'/a/{b}'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn a_file_name_cannot_end_the_comment() {
        let header = header("a\nb: 1\u{85}c", &Selection::default(), &Summary::default());
        let mut lines = header.lines();
        assert!(lines.all(|line| line.is_empty() || line.starts_with('#')));
        assert!(!header.contains('\u{85}'));
    }

    /// Texts of pieces that have a meaning somewhere in YAML.
    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[a-z]{1,8}",
            "[ \n\t\r]{1,3}",
            "[-:#?*&!|>'\"%@`{}\\[\\],~<=.0-9_+e]{1,4}",
            any::<char>().prop_map(String::from),
            "(\n\n|---|\\.\\.\\.|true|1e5|0x1f|2023-01-01)",
            Just(
                " so many words that a line is too short, and more: of them # than fit. ".repeat(2)
            ),
        ];
        let text = proptest::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat());
        // The reader refuses YAML 1.1's merge key.
        text.prop_filter("it is the merge key", |text| text != "<<")
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

        #[test]
        fn a_text_is_read_back_wherever_it_stands(text in texts(), number in any::<f64>(), integer in any::<i64>()) {
            let value = json!({
                "key": text, "list": [text, number], "deep": [{ "in": text, "z": integer }], "paths": { &text: 1, "z": 2 },
            });
            let written = write(&value);
            prop_assert_eq!(read(&written), value, "{}", written);
        }
    }
}
