//! Random edits of valid fragments. The generator either reports diagnostics with positions or writes code
//! that compiles.
//!
//! `PROPTEST_CASES` sets the number of edited fragments of each test, and `PROPTEST_RNG_SEED` selects them.

mod edit;

use std::collections::BTreeSet;

use atlas_private_endpoint_codegen::{Diagnostic, Position, RULES, generate, read};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestCaseResult, TestRunner};
use serde_json::Value;

use super::compile::{Module, compiles};

const FRAGMENTS: [&str; 2] = [
    include_str!("../../../spec/private-endpoint-v1.0.yaml"),
    include_str!("shapes.yaml"),
];

/// The number of compiled clients; more if `PROPTEST_CASES` is large.
const COMPILED: usize = 12;

/// Returns a configuration with the same cases in each run.
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
    (0..FRAGMENTS.len(), prop::collection::vec(edit, 1..4))
}

/// Returns an edited fragment as JSON, which is also YAML.
fn edited_tree() -> impl Strategy<Value = Value> {
    edits().prop_map(|(fragment, edits)| {
        let mut document = read(FRAGMENTS[fragment]).unwrap();
        for [which, a, b, c] in edits {
            edit::TREE[which % edit::TREE.len()](&mut document, a, b, c);
        }
        document
    })
}

fn edited_text() -> impl Strategy<Value = String> {
    edits().prop_map(|(fragment, edits)| {
        let text = FRAGMENTS[fragment].to_owned();
        edits.iter().fold(text, |text, [which, a, b, _]| {
            edit::text(&text, *which, *a, *b)
        })
    })
}

fn printed(document: &Value) -> String {
    serde_json::to_string_pretty(document).unwrap()
}

/// Checks that generating twice gives the same result, and checks its diagnostics.
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
        // Only keys that the whole document lacks are reported without a pointer.
        let of_the_document = ["wrong-type", "missing-key", "openapi-version"];
        let has_position = !diagnostic.pointer.is_empty()
            || !is_yaml
            || of_the_document.contains(&diagnostic.rule.name);
        prop_assert!(
            has_position,
            "diagnostic without a position: {}",
            diagnostic
        );
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
        // The hash in the header differs even if the code does not.
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
    assert_eq!(modules.len(), wanted, "too few edited fragments are valid");
    compiles("edited", &modules);
}

/// Returns the hand-written types that the code requires; `None` if one of their names is not valid in Rust.
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
fn diagnostics_without_a_position_fail_the_check() {
    let mut diagnostic = Diagnostic {
        rule: RULES[0],
        start: Position::START,
        end: Position::START,
        pointer: "/openapi".to_owned(),
        message: "progenitor cannot generate this".to_owned(),
        help: "undo it".to_owned(),
    };
    let result = |diagnostics: &[Diagnostic]| check_diagnostics(diagnostics, "openapi: 3.0.3\n");
    assert!(result(&[diagnostic.clone()]).is_ok());
    assert!(result(&[]).is_err());
    diagnostic.pointer.clear();
    assert!(result(&[diagnostic.clone()]).is_err());
    diagnostic.start.line = 5;
    assert!(result(&[diagnostic]).is_err());
}
