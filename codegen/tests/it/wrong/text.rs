//! Faults of the text, before it is OpenAPI.

use super::{Fault, diagnostics, fault, reports};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "a character that nobody sees",
        "description: A colour.",
        "description: \"A \\u202ecolour.\"",
        &["invisible-character"],
    ),
    fault(
        "a tab in the indent",
        r"    post:
      operationId",
        r"	post:
      operationId",
        &["tab"],
    ),
    fault(
        "a tab behind a key",
        "summary: Get a thing.",
        "summary:\tGet a thing.",
        &["tab"],
    ),
    fault(
        "a tab in a comment",
        "openapi: 3.0.3",
        "openapi: 3.0.3\t# Once.",
        &["tab"],
    ),
    fault(
        "two tabs, and both are told",
        r"      operationId: createThing
      summary: Create a thing.
",
        r"	operationId: createThing
    		summary: Create a thing.
",
        &["tab", "tab"],
    ),
    fault("an open bracket", "info: {", "info: [", &["invalid-yaml"]),
    fault(
        "a colon in a plain text",
        "description: What there is.",
        "description: What: there is.",
        &["invalid-yaml"],
    ),
    fault(
        "two keys twice",
        r"    Failure:
      type: object
",
        r"    Failure:
      type: object
      type: object
      description: Twice.
",
        &["duplicate-key", "duplicate-key"],
    ),
    fault(
        "a key that is no text",
        r"    Red:
",
        r"    true: {}
    Red:
",
        &["key-not-text"],
    ),
    fault(
        "a merge key",
        r"    Red:
",
        r"    <<: {}
    Red:
",
        &["merge-key"],
    ),
    fault(
        "a number that is none",
        "minimum: 1,",
        "minimum: .nan,",
        &["not-json"],
    ),
    fault("a tag", "size: 1 }", "size: !big 1 }", &["not-json"]),
];

#[test]
fn every_fault_is_told_at_its_place() {
    insta::assert_snapshot!(reports(FAULTS));
}

/// Rules that no change of one part breaks; see the tests below.
pub(super) const RULES_OF_WHOLE_FILES: &[&str] = &["not-one-document", "too-deep", "too-large"];

fn rules(text: &str) -> Vec<(&'static str, usize, usize)> {
    let diagnostics = diagnostics(text);
    let told = diagnostics.iter();
    told.map(|it| (it.rule.name, it.start.line, it.start.column))
        .collect()
}

#[test]
fn a_file_is_one_document() {
    assert_eq!(rules(""), [("not-one-document", 1, 1)]);
    assert_eq!(rules("# nothing\n"), [("not-one-document", 1, 1)]);
    assert_eq!(rules("a: 1\n---\nb: 1\n"), [("not-one-document", 3, 1)]);
}

#[test]
fn a_file_that_is_nested_deep_does_not_exhaust_the_stack() {
    let lists = "[".repeat(200);
    assert_eq!(rules(&lists), [("too-deep", 1, 101)]);
    // The parser itself gives up here.
    assert_eq!(rules(&"[".repeat(100_000))[0].0, "invalid-yaml");
    let mappings: String = (0..5_000)
        .map(|depth| format!("{}a:\n", " ".repeat(depth)))
        .collect();
    assert_eq!(rules(&mappings), [("too-deep", 101, 101)]);
}

#[test]
fn aliases_of_aliases_do_not_fill_the_memory() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let rules = rules(&text);
    assert_eq!(rules.len(), 1, "{rules:?}");
    assert_eq!(rules[0].0, "too-large");
}

#[test]
fn line_endings_and_a_mark_of_the_byte_order_move_nothing() {
    for fault in FAULTS.iter().chain(super::enums::FAULTS) {
        let text = fault.text();
        let expected = diagnostics(&text);
        assert_eq!(
            diagnostics(&text.replace('\n', "\r\n")),
            expected,
            "{}",
            fault.name
        );
        assert_eq!(
            diagnostics(&format!("\u{feff}{text}")),
            expected,
            "{}",
            fault.name
        );
    }
}

#[test]
fn columns_are_characters_whatever_stands_before() {
    let text = super::GOOD.replace(
        "- name: Things\n",
        "- { name: Things, description: 蝶のよう, dash: 1 }\n",
    );
    let text = text.replace("    description: What there is.\n", "");
    assert_eq!(rules(&text), [("unknown-key", 8, 40)]);
}
