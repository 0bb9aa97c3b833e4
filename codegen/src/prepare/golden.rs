//! Each step before and after, on a description of its own; see `golden/README.md`.

use serde_json::{Value, json};

use super::{STEPS, replacements};
use crate::golden::{Golden, expect_none};

fn printed(document: &Value) -> String {
    let text = serde_json::to_string_pretty(document).expect("a document is JSON");
    text + "\n"
}

/// The document of a description before the step of that name.
fn before(golden: &Golden, name: &str) -> Value {
    let mut document = golden.source.value.clone();
    for (_, step) in STEPS.iter().take_while(|(known, _)| *known != name) {
        step(&mut document, &golden.source)
            .unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"));
    }
    document
}

#[test]
fn every_step_gives_its_golden_output() {
    let mut failures = Vec::new();
    for (name, step) in STEPS {
        let mut golden = Golden::open(&format!("prepare/{name}"));
        let mut document = before(&golden, name);
        let input = printed(&document);
        step(&mut document, &golden.source)
            .unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"));
        let output = printed(&document);
        assert_ne!(input, output, "{name} has nothing to do in its description");
        golden.compare("input.json", &input);
        golden.compare("output.json", &output);
        failures.extend(golden.failures());
    }
    expect_none(&failures);
}

#[test]
fn replacements_are_taken_as_in_the_golden_output() {
    let mut golden = Golden::open("prepare/replacements");
    let mut document = before(&golden, "replacements");
    golden.compare("input.json", &printed(&document));
    let taken = replacements::take(&mut document);
    let taken: Vec<Value> = taken
        .iter()
        .map(|it| json!({"schema": it.schema, "rust_type": it.rust_type}))
        .collect();
    let output = json!({"document": document, "replacements": taken});
    golden.compare("output.json", &printed(&output));
    expect_none(&golden.failures());
}
