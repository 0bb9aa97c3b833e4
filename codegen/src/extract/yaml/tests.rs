use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::source_map::SourceMap;

fn written(value: &Value) -> String {
    write_document(value.as_object().unwrap())
}

fn read(text: &str) -> Value {
    let source = SourceMap::parse(text);
    source
        .unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}\n{text}"))
        .value
}

#[test]
fn it_reads_well() {
    let long = "Atlas creates a load balancer: that takes minutes. It has a name once the status says so, \
                and an error message, which may be null, when something went wrong.";
    let document = json!({
        "openapi": "3.0.1",
        "info": { "version": "2.0", "title": "Things", "description": format!("{long}\n\nAnd then.") },
        "tags": [{ "name": "Things", "description": "Of # all: kinds." }],
        "paths": {
            "/a/{b}": { "get": { "responses": {
                "200": { "description": "OK" },
                "4XX": { "$ref": "#/components/responses/Bad" },
                "default": { "description": long },
            } } },
            "/c": { "description": "One of:\n\n- this\n- that\n", "summary": long, "deprecated": true },
        },
        "components": {
            "schemas": {
                "A": { "enum": ["on", "NO", "a b", "2023-01-01", "0x1F", "", " x", "é", 1, -2.5, null] },
                "B": { "pattern": "^([a-f0-9]{24})$", "example": "tab\there \"q\" \\ \u{2028}", "items": {} },
            },
            "links": { "x y": [[], [[1, 2], { "a": 1, "b": "two" }], long] },
        },
    });
    let text = written(&document);
    assert_eq!(read(&text), document);
    insta::assert_snapshot!(text);
}

#[test]
fn lines_stay_within_their_width() {
    let prose = "word and another, ".repeat(60);
    let text = written(&json!({ "a": { "b": [{ "c": prose.trim() }] } }));
    let longest = text.lines().map(str::len).max().unwrap();
    assert!((WIDTH - 10..=WIDTH).contains(&longest), "{longest}\n{text}");
}

/// Pieces that have a meaning in YAML somewhere.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z]{1,8}",
        "[ \n\t\r]{1,3}",
        "[-:#?*&!|>'\"%@`{}\\[\\],~<=.0-9_+e]{1,4}",
        "\\PC{0,3}",
        any::<char>().prop_map(String::from),
        Just("\n\n".to_owned()),
        Just("---".to_owned()),
        Just("...".to_owned()),
        Just("true".to_owned()),
        Just("1e5".to_owned()),
        Just("0x1f".to_owned()),
        Just(
            " so many words that a line is too short, and more: of them # here than fit. "
                .repeat(2)
        ),
    ];
    let text = proptest::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat());
    // No document that was read has it for a key.
    text.prop_filter("it is YAML 1.1's merge key", |text| text != "<<")
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => texts().prop_map(Value::String),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            objects(inner).prop_map(Value::Object),
        ]
    })
}

fn objects(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let key = prop_oneof![texts(), "(paths|components|200|[a-z]{1,5})"];
    proptest::collection::vec((key, inner), 1..5).prop_map(|entries| entries.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn what_is_written_is_read_again(object in objects(values())) {
        let text = write_document(&object);
        prop_assert_eq!(read(&text), Value::Object(object), "{}", text);
    }

    #[test]
    fn a_text_is_read_again_wherever_it_stands(text in texts()) {
        let value = json!({
            "key": text, "list": [text], "deep": [{ "in": text, "z": 1 }], "paths": { &text: 1, "z": 2 },
        });
        let written = written(&value);
        prop_assert_eq!(read(&written), value, "{}", written);
    }
}
