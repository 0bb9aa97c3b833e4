//! Refused fragments with their diagnostics: `ui/NAME.yaml` and `ui/NAME.stderr`. Those in `ui/pass/` are
//! accepted.
//!
//! `BLESS=1 cargo test -p atlas-private-endpoint-codegen --test ui` rewrites the reports.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use atlas_private_endpoint_codegen::{RULES, generate};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui")
}

/// Returns the files of a folder with an extension, with their names and texts.
fn files(folder: &Path, extension: &str) -> Vec<(PathBuf, String)> {
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|it| it == extension))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

fn report(path: &Path, text: &str) -> String {
    let name = path.file_name().unwrap().to_string_lossy();
    let diagnostics = generate(text, &name).err().unwrap_or_default();
    let mut report = String::new();
    for it in diagnostics {
        let (line, column) = (it.start.line, it.start.column);
        report += &format!(
            "{name}:{line}:{column}: error[{}]: {}\n",
            it.rule.name, it.message
        );
        let source = text.lines().nth(line - 1).unwrap_or_default();
        let width = it.end.column.saturating_sub(column).max(1);
        let indent = " ".repeat(column - 1);
        report += &format!("  | {source}\n  | {indent}{}\n", "^".repeat(width));
        report += &format!("  = help: {}\n", it.help);
    }
    report
}

#[test]
fn refused_fragments_have_the_expected_reports() {
    let is_blessing = std::env::var_os("BLESS").is_some();
    let mut failures = Vec::new();
    for (path, text) in files(&folder(), "yaml") {
        let found = report(&path, &text);
        assert!(
            !found.is_empty(),
            "{} is accepted; move it to pass/",
            path.display()
        );
        let expected_path = path.with_extension("stderr");
        let expected = fs::read_to_string(&expected_path).unwrap_or_default();
        if is_blessing && found != expected {
            fs::write(expected_path, found).unwrap();
        } else if found != expected {
            let name = path.display();
            failures.push(format!(
                "{name}\n--- expected\n{expected}--- found\n{found}"
            ));
        }
        let windows = text.replace('\n', "\r\n");
        for same in [windows, format!("\u{feff}{text}")] {
            let found = generate(&same, "same").err();
            assert_eq!(found, generate(&text, "same").err(), "{}", path.display());
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn accepted_fragments_have_no_diagnostics() {
    for (path, text) in files(&folder().join("pass"), "yaml") {
        assert_eq!(report(&path, &text), "", "{}", path.display());
    }
}

#[test]
fn every_report_has_a_fragment() {
    for (path, _) in files(&folder(), "stderr") {
        assert!(path.with_extension("yaml").exists(), "{}", path.display());
    }
}

/// Rules that `generate` cannot violate: they compare fragments with each other or with the client, or are
/// about the document that a fragment is extracted from. The last one is for errors of progenitor.
const TESTED_ELSEWHERE: &[&str] = &[
    "other-server",
    "duplicate-method",
    "unfit-rust-type",
    "not-upstream",
    "nothing-selected",
    "cannot-extract",
    "cannot-generate",
];

#[test]
fn every_rule_has_a_case() {
    let reports: String = files(&folder(), "stderr")
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    for rule in &rules {
        let has_case = reports.contains(&format!("error[{rule}]"));
        let is_elsewhere = TESTED_ELSEWHERE.contains(rule);
        assert_ne!(has_case, is_elsewhere, "{rule}");
    }
    for rule in TESTED_ELSEWHERE {
        assert!(rules.contains(rule), "{rule}");
    }
}
