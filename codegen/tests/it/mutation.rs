//! Random edits of good descriptions. Whatever they do, the generator either reports what is wrong and where,
//! or writes code that compiles.
//!
//! `PROPTEST_CASES` sets how many edited descriptions each test looks at, and `PROPTEST_RNG_SEED` which.

mod edit;

use std::collections::BTreeSet;

use atlas_private_endpoint_codegen::{Diagnostic, Position, RULES, generate, read};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestCaseResult, TestRunner};
use serde_json::Value;

use super::compile::{Module, compiles};

const DESCRIPTIONS: [&str; 2] = [
    include_str!("../../../spec/private-endpoint-v1.0.yaml"),
    include_str!("shapes.yaml"),
];

/// How many edited clients are compiled, unless there are more cases than usual.
const COMPILED: usize = 12;

/// Returns a configuration with the same cases each time, so that a test that passes keeps passing.
fn config(cases: u32) -> ProptestConfig {
    let is_set = |variable| std::env::var_os(variable).is_some();
    let mut config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if !is_set("PROPTEST_CASES") {
        config.cases = cases;
    }
    if !is_set("PROPTEST_RNG_SEED") {
        config.rng_seed = RngSeed::Fixed(1);
    }
    config
}

/// Some edits. The first number of each chooses the edit, the others choose among what it can change.
fn edits() -> impl Strategy<Value = (usize, Vec<[usize; 4]>)> {
    let number = || any::<u16>().prop_map(usize::from);
    let edit = [number(), number(), number(), number()];
    (0..DESCRIPTIONS.len(), prop::collection::vec(edit, 1..4))
}

/// Returns an edited description as JSON, which is YAML, too.
fn edited_tree() -> impl Strategy<Value = Value> {
    edits().prop_map(|(description, edits)| {
        let mut document = read(DESCRIPTIONS[description]).unwrap();
        for [which, a, b, c] in edits {
            edit::TREE[which % edit::TREE.len()](&mut document, a, b, c);
        }
        document
    })
}

fn edited_text() -> impl Strategy<Value = String> {
    edits().prop_map(|(description, edits)| {
        let text = DESCRIPTIONS[description].to_owned();
        edits.iter().fold(text, |text, [which, a, b, _]| {
            edit::text(&text, *which, *a, *b)
        })
    })
}

fn printed(document: &Value) -> String {
    serde_json::to_string_pretty(document).unwrap()
}

/// Generates twice, and checks what is reported.
fn check(text: &str) -> TestCaseResult {
    let first = generate(text, "edited.yaml");
    if let Err(diagnostics) = &first {
        check_diagnostics(diagnostics, text)?;
    }
    prop_assert_eq!(first, generate(text, "edited.yaml"));
    Ok(())
}

fn check_diagnostics(diagnostics: &[Diagnostic], text: &str) -> TestCaseResult {
    prop_assert!(!diagnostics.is_empty(), "refused without a diagnostic");
    let is_yaml = read(text).is_ok();
    let last = text.lines().count() + 1;
    for diagnostic in diagnostics {
        let line = diagnostic.start.line;
        prop_assert!((1..=last).contains(&line), "{}", diagnostic);
        prop_assert!(diagnostic.start.column >= 1, "{}", diagnostic);
        // Only what the whole document lacks is reported at the whole document.
        let of_the_whole = ["wrong-type", "missing-key", "openapi-version"];
        let has_place = !diagnostic.pointer.is_empty()
            || !is_yaml
            || of_the_whole.contains(&diagnostic.rule.name);
        prop_assert!(has_place, "reported without a place: {}", diagnostic);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(40))]

    #[test]
    fn edited_trees_are_generated_or_refused_with_diagnostics(document in edited_tree()) {
        check(&printed(&document))?;
    }

    #[test]
    fn edited_texts_are_generated_or_refused_with_diagnostics(text in edited_text()) {
        check(&text)?;
    }
}

#[test]
fn code_of_edited_trees_compiles() {
    let config = config(300);
    let cases = config.cases as usize;
    let wanted = COMPILED.max(cases / 25);
    let mut runner = TestRunner::new(config);
    let mut seen = BTreeSet::new();
    let mut modules = Vec::new();
    for _ in 0..cases {
        let document = edited_tree().new_tree(&mut runner).unwrap().current();
        let generated = generate(&printed(&document), "edited.yaml");
        let (Ok(code), Some(by_hand)) = (generated, by_hand(&document)) else {
            continue;
        };
        // The header has the hash of the text, which differs where the code does not.
        let body = code.lines().skip(3).collect::<Vec<_>>().join("\n");
        if seen.insert(body) {
            let name = format!("edited{}", modules.len());
            modules.push(Module {
                name,
                code,
                by_hand,
            });
        }
        if modules.len() == wanted {
            break;
        }
    }
    assert_eq!(
        modules.len(),
        wanted,
        "too few edits leave a description good"
    );
    compiles("edited", &modules);
}

/// Returns the types that the client would have to write by hand; `None` if a crate cannot have such names.
fn by_hand(document: &Value) -> Option<BTreeSet<String>> {
    let mut types = BTreeSet::new();
    for (_, schema) in document["components"]["schemas"].as_object()? {
        if let Some(path) = schema["x-rust-type"].as_str() {
            let name = path.strip_prefix("crate::")?;
            let plain = name.starts_with(|it: char| it.is_ascii_uppercase())
                && name.chars().all(|it| it.is_ascii_alphanumeric());
            types.insert(name.to_owned());
            if !plain {
                return None;
            }
        }
    }
    Some(types)
}

#[test]
fn diagnostics_without_a_place_are_noticed() {
    let mut diagnostic = Diagnostic {
        rule: RULES[0],
        start: Position::START,
        end: Position::START,
        pointer: "/openapi".to_owned(),
        message: "progenitor cannot generate this".to_owned(),
        help: "undo it".to_owned(),
    };
    let judged = |diagnostics: &[Diagnostic]| check_diagnostics(diagnostics, "openapi: 3.0.3\n");
    assert!(judged(&[diagnostic.clone()]).is_ok());
    assert!(judged(&[]).is_err());
    diagnostic.pointer.clear();
    assert!(judged(&[diagnostic.clone()]).is_err());
    diagnostic.start.line = 5;
    assert!(judged(&[diagnostic]).is_err());
}
