//! One fault at a time in a small description, and all that is said of it.
//!
//! The cases of a subject are a table in a file of its own. What people read of them is a snapshot beside
//! it: what was changed, and the report. The table names the rules, so that a snapshot which was accepted
//! without being read is not all that stands between a rule and its loss.

mod bodies;
mod components;
mod enums;
mod examples;
mod extensions;
mod operations;
mod parameters;
mod robust;
mod schemas;
mod structure;
mod text;

use std::collections::BTreeSet;

use atlas_private_endpoint_codegen::{Diagnostic, RULES, generate};

pub(crate) const GOOD: &str = include_str!("good.yaml");

/// A fault: what is replaced in the good description, by what, and the rules that are broken then.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    pub(crate) part: &'static str,
    pub(crate) replacement: &'static str,
    pub(crate) rules: &'static [&'static str],
}

/// Every table of faults.
const TABLES: &[&[Fault]] = &[
    bodies::FAULTS,
    components::FAULTS,
    enums::FAULTS,
    examples::FAULTS,
    extensions::FAULTS,
    operations::FAULTS,
    parameters::FAULTS,
    schemas::FAULTS,
    structure::FAULTS,
    text::FAULTS,
];

/// Shorthand for a row of a table.
pub(crate) const fn fault(
    name: &'static str,
    part: &'static str,
    replacement: &'static str,
    rules: &'static [&'static str],
) -> Fault {
    Fault {
        name,
        part,
        replacement,
        rules,
    }
}

pub(crate) fn diagnostics(text: &str) -> Vec<Diagnostic> {
    generate(text, "wrong.yaml").err().unwrap_or_default()
}

impl Fault {
    pub(crate) fn text(&self) -> String {
        let occurrences = GOOD.matches(self.part).count();
        assert_eq!(
            occurrences, 1,
            "{}: {:?} must occur once",
            self.name, self.part
        );
        GOOD.replace(self.part, self.replacement)
    }

    /// What was changed, and what is said of it.
    fn told(&self, diagnostics: &[Diagnostic]) -> String {
        let mut told = format!("## {}\n", self.name);
        for (sign, part) in [("-", self.part), ("+", self.replacement)] {
            for line in part.lines() {
                told.push_str(&format!("{sign} {line}\n"));
            }
        }
        for diagnostic in diagnostics {
            let (start, end) = (diagnostic.start, diagnostic.end);
            told.push_str(&format!(
                "\n{}:{}-{} error[{}]: {}\n  at {}\n  why: {}\n  help: {}\n",
                start.line,
                start.column,
                end.column,
                diagnostic.rule.name,
                diagnostic.message,
                diagnostic.pointer,
                diagnostic.rule.why,
                diagnostic.help,
            ));
        }
        told
    }
}

/// Checks the rules of each row, and returns the reports of all.
pub(crate) fn reports(faults: &[Fault]) -> String {
    let mut failures = Vec::new();
    let mut reports = Vec::new();
    for fault in faults {
        let diagnostics = diagnostics(&fault.text());
        let rules: Vec<&str> = diagnostics
            .iter()
            .map(|diagnostic| diagnostic.rule.name)
            .collect();
        let told = fault.told(&diagnostics);
        if rules != fault.rules {
            failures.push(told.clone());
        }
        reports.push(told);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    reports.join("\n\n")
}

#[test]
fn the_good_one_is_good() {
    generate(GOOD, "good.yaml").unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"));
}

/// Rules that no single description can break: they are about several, about the client, or about what a
/// fragment is cut out of, and tested with those. The last two are for what no rule has foreseen, and no such
/// case is known.
const ELSEWHERE: &[&str] = &[
    "other-server",
    "method-of-two",
    "unknown-rust-type",
    "not-upstream",
    "nothing-chosen",
    "cannot-cut",
    "cannot-generate",
    "unexpected-code",
];

#[test]
fn every_rule_has_a_fault() {
    let covered: BTreeSet<&str> = TABLES
        .iter()
        .flat_map(|table| table.iter())
        .flat_map(|fault| fault.rules.iter().copied())
        .chain(text::RULES_OF_WHOLE_FILES.iter().copied())
        .chain(ELSEWHERE.iter().copied())
        .collect();
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    let uncovered: Vec<&&str> = known.difference(&covered).collect();
    assert!(
        uncovered.is_empty(),
        "no wrong description for {uncovered:?}"
    );
}

#[test]
fn cases_have_names_of_their_own() {
    let mut seen = BTreeSet::new();
    for fault in TABLES.iter().flat_map(|table| table.iter()) {
        assert!(seen.insert(fault.name), "{}", fault.name);
        assert!(!fault.rules.is_empty(), "{}", fault.name);
    }
}

#[test]
fn all_faults_are_told_at_once_in_the_order_of_the_file() {
    // One of every layer that reports: text, references, structure, rules, examples.
    let text = GOOD
        .replace("summary: Get a thing.", "summary: ''")
        .replace("      x-enum: open\n", "")
        .replace("https://things.example/api\nsec", "/api\nsec")
        .replace("parameters/ThingId\"", "parameters/ThingIds\"")
        .replace("example: { colour: RED }", "example: { color: RED }")
        .replace("    Colour:\n", "    Colour:\n      type: string\n")
        .replace(
            "      tags: [Things]\n      x-atlas-roles: [Reader]",
            "      tgas: [Things]",
        );
    let diagnostics = diagnostics(&text);
    let rules: Vec<&str> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.rule.name)
        .collect();
    assert_eq!(
        rules,
        [
            "no-server",
            "dangling-reference",
            "operation-without-roles",
            "operation-without-summary",
            "unknown-key",
            "example-mismatch",
            "example-mismatch",
            "duplicate-key",
            "enum-not-marked",
        ],
        "{diagnostics:#?}"
    );
}
