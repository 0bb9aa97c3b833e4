//! Random edits of good descriptions: whatever they do, the generator either says what is wrong and where,
//! or gives code that the compiler takes.
//!
//! `PROPTEST_CASES` sets how many edited descriptions each test looks at, and `PROPTEST_RNG_SEED` which.

mod choices;
mod text;
mod tree;

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

/// How many clients of edited descriptions are compiled, unless there are more cases than usual.
const COMPILED: usize = 30;

/// The same cases each time, so that a test that passes goes on to pass.
fn config(cases: u32) -> ProptestConfig {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    ProptestConfig {
        cases: if set("PROPTEST_CASES") {
            config.cases
        } else {
            cases
        },
        rng_seed: if set("PROPTEST_RNG_SEED") {
            config.rng_seed
        } else {
            RngSeed::Fixed(1)
        },
        ..config
    }
}

fn set(variable: &str) -> bool {
    std::env::var_os(variable).is_some()
}

fn tree_edit() -> impl Strategy<Value = tree::Edit> {
    use tree::Edit;
    let any = any::<u16>().prop_map(usize::from);
    prop_oneof![
        1 => any.clone().prop_map(Edit::Remove),
        1 => (any.clone(), any.clone()).prop_map(|(at, to)| Edit::RenameKey(at, to)),
        4 => (any.clone(), any.clone()).prop_map(|(at, to)| Edit::RenameEverywhere(at, to)),
        1 => (any.clone(), any.clone()).prop_map(|(at, to)| Edit::Duplicate(at, to)),
        1 => (any.clone(), any.clone()).prop_map(|(from, to)| Edit::Copy(from, to)),
        1 => (any.clone(), any.clone()).prop_map(|(one, other)| Edit::Swap(one, other)),
        1 => (any.clone(), any.clone()).prop_map(|(at, by)| Edit::Replace(at, by)),
        1 => (any.clone(), any.clone()).prop_map(|(at, by)| Edit::ReplaceText(at, by)),
        3 => (any.clone(), any.clone()).prop_map(|(at, what)| Edit::Set(at, what)),
        2 => (any.clone(), any.clone()).prop_map(|(at, value)| Edit::AddEnumValue(at, value)),
        2 => (any.clone(), any.clone(), any.clone()).prop_map(|(at, key, kind)| Edit::AddProperty(at, key, kind)),
        4 => (any.clone(), any).prop_map(|(at, kind)| Edit::ReplaceSchema(at, kind)),
    ]
}

fn text_edit() -> impl Strategy<Value = text::Edit> {
    use text::Edit;
    let any = any::<u16>().prop_map(usize::from);
    prop_oneof![
        any.clone().prop_map(Edit::DeleteLine),
        (any.clone(), any.clone()).prop_map(|(at, to)| Edit::DuplicateLine(at, to)),
        (any.clone(), any.clone()).prop_map(|(one, other)| Edit::SwapLines(one, other)),
        (any.clone(), any.clone()).prop_map(|(at, by)| Edit::Indent(at, by)),
        any.clone().prop_map(Edit::DeleteCharacter),
        (any.clone(), any.clone()).prop_map(|(at, what)| Edit::InsertCharacter(at, what)),
        (any.clone(), any.clone()).prop_map(|(at, what)| Edit::ReplaceCharacter(at, what)),
        any.prop_map(Edit::Cut),
    ]
}

/// A description with some edits of its tree, as JSON, which is YAML too.
fn edited_tree() -> impl Strategy<Value = Value> {
    let edits = prop::collection::vec(tree_edit(), 1..4);
    (0..DESCRIPTIONS.len(), edits).prop_map(|(description, edits)| {
        let mut document = read(DESCRIPTIONS[description]).unwrap();
        for it in &edits {
            tree::edit(&mut document, it);
        }
        document
    })
}

fn edited_text() -> impl Strategy<Value = String> {
    let edits = prop::collection::vec(text_edit(), 1..4);
    (0..DESCRIPTIONS.len(), edits).prop_map(|(description, edits)| {
        let text = DESCRIPTIONS[description].to_owned();
        edits.iter().fold(text, |text, it| text::edit(&text, it))
    })
}

fn printed(document: &Value) -> String {
    serde_json::to_string_pretty(document).unwrap()
}

/// Generates twice, and looks at what is said.
fn holds(text: &str) -> TestCaseResult {
    let first = generate(text, "edited.yaml");
    if let Err(diagnostics) = &first {
        are_told_well(diagnostics, text)?;
    }
    prop_assert_eq!(first, generate(text, "edited.yaml"));
    Ok(())
}

fn are_told_well(diagnostics: &[Diagnostic], text: &str) -> TestCaseResult {
    prop_assert!(!diagnostics.is_empty(), "refused without a word");
    let is_yaml = read(text).is_ok();
    let last = text.lines().count() + 1;
    for diagnostic in diagnostics {
        prop_assert!(
            (1..=last).contains(&diagnostic.start.line),
            "{}",
            diagnostic
        );
        prop_assert!(diagnostic.start.column >= 1, "{}", diagnostic);
        // Only what the whole document lacks has no place in it.
        let of_the_whole = ["wrong-kind", "missing-key"].contains(&diagnostic.rule.name);
        let is_placed = !diagnostic.pointer.is_empty() || !is_yaml || of_the_whole;
        prop_assert!(is_placed, "found late, and without a place: {}", diagnostic);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn an_edited_tree_is_generated_or_refused_with_reasons(document in edited_tree()) {
        holds(&printed(&document))?;
    }

    #[test]
    fn an_edited_text_is_generated_or_refused_with_reasons(text in edited_text()) {
        holds(&text)?;
    }
}

#[test]
fn what_is_generated_of_edited_trees_compiles() {
    let config = config(300);
    let cases = config.cases as usize;
    let wanted = COMPILED.max(cases / 20);
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

/// The types that the client would have to write by hand; `None` when no crate has types of such names.
fn by_hand(document: &Value) -> Option<BTreeSet<String>> {
    let mut types = BTreeSet::new();
    let schemas = document["components"]["schemas"].as_object()?;
    for (_, schema) in schemas {
        if let Some(path) = schema["x-rust-type"].as_str() {
            let name = path.strip_prefix("crate::")?;
            let plain = name.starts_with(|it: char| it.is_ascii_uppercase())
                && name.chars().all(|it| it.is_ascii_alphanumeric());
            if !plain {
                return None;
            }
            types.insert(name.to_owned());
        }
    }
    Some(types)
}

#[test]
fn a_report_without_a_place_is_seen() {
    let mut diagnostic = Diagnostic {
        rule: RULES[0],
        start: Position::START,
        end: Position::START,
        pointer: "/openapi".to_owned(),
        message: "progenitor cannot generate this".to_owned(),
        help: "undo it".to_owned(),
    };
    let judged = |diagnostics: &[Diagnostic]| are_told_well(diagnostics, "openapi: 3.0.3\n");
    assert!(judged(&[diagnostic.clone()]).is_ok());
    assert!(judged(&[]).is_err());
    diagnostic.pointer.clear();
    assert!(judged(&[diagnostic.clone()]).is_err());
    diagnostic.start.line = 5;
    assert!(judged(&[diagnostic]).is_err());
}
