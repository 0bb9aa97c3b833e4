//! The documents of the repository name files and tests that exist.

use std::fs;
use std::path::Path;

use super::harness::workspace;

const DOCUMENTS: &[&str] = &[
    "README.md",
    "CONTRIBUTING.md",
    "spec/README.md",
    "codegen/README.md",
    "client/README.md",
    "cli/README.md",
    "sandbox/README.md",
    "xtask/README.md",
];

const CRATES: &[&str] = &["codegen", "client", "cli", "sandbox", "xtask"];

/// Words of a test's name; fewer are the name of something else.
const MIN_WORDS: usize = 4;

/// Returns the texts in backticks outside of code blocks.
fn inline_code(document: &str) -> Vec<&str> {
    let prose = document.split("\n```").step_by(2);
    let lines = prose.flat_map(str::lines);
    lines
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .collect()
}

/// Returns whether this is a path from the root of the workspace.
fn is_path(code: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    let first = code.split('/').next();
    let is_known = first.is_some_and(|first| first == "spec" || CRATES.contains(&first));
    is_known && code.contains('/') && code.chars().all(is_plain)
}

fn is_test_name(code: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    code.split('_').count() > MIN_WORDS && code.chars().all(is_plain)
}

fn sources(directory: &Path, sources: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            self::sources(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn files_and_tests_named_in_documents_exist() {
    let mut code = String::new();
    for name in CRATES {
        sources(&workspace().join(name), &mut code);
    }
    let mut missing = Vec::new();
    for document in DOCUMENTS {
        let text = fs::read_to_string(workspace().join(document)).unwrap();
        for name in inline_code(&text) {
            let exists = if is_path(name) {
                // The example of a further fragment.
                name.contains("reminders-v2") || workspace().join(name).exists()
            } else if is_test_name(name) {
                name == "waiter_resumes_when_in_flight_requests_finish"
                    || code.contains(&format!("fn {name}("))
            } else {
                true
            };
            if !exists {
                missing.push(format!("{document}: {name}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn required_rust_version_is_that_of_the_manifest() {
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    let (_, version) = manifest.split_once("\nrust-version = \"").unwrap();
    let (version, _) = version.split_once('"').unwrap();
    for document in ["README.md", "client/README.md"] {
        let text = fs::read_to_string(workspace().join(document)).unwrap();
        let required = text.replace("**Rust**", "Rust");
        assert!(
            required.contains(&format!("Rust {version} or newer")),
            "{document}"
        );
    }
}

#[test]
fn readme_has_the_table_of_the_last_measurements() {
    let results = fs::read_to_string(workspace().join("xtask/bench/results.md")).unwrap();
    let rows = results.lines().filter(|line| line.starts_with('|'));
    let table: String = rows.flat_map(|row| [row, "\n"]).collect();
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    assert!(!table.is_empty());
    assert!(readme.contains(&table), "expected in the README:\n{table}");
}

#[test]
fn parts_of_an_operation_have_failing_tests_that_name_the_file() {
    let guide = fs::read_to_string(workspace().join("CONTRIBUTING.md")).unwrap();
    let (_, section) = guide.split_once("\n### Add an operation\n").unwrap();
    let (section, _) = section.split_once("\n### ").unwrap();
    let rows: Vec<_> = section
        .lines()
        .filter(|line| line.contains("`fn "))
        .collect();
    assert_eq!(rows.len(), 4, "{section}");
    for row in rows {
        let [edit, test, file] = inline_code(row)[..] else {
            panic!("{row}");
        };
        let code = fs::read_to_string(workspace().join(file)).unwrap();
        assert!(code.contains(&format!("{test}(")), "{file}: {test}");
        assert!(code.contains(edit), "{test} does not name {edit}");
    }
}

#[test]
fn every_task_is_in_the_table_of_tasks() {
    let copy = super::harness::Copy::new();
    let help = copy.xtask(&["--help"]).stdout;
    let (_, tasks) = help.split_once("\nCommands:\n").unwrap();
    let (tasks, _) = tasks.split_once("\n\n").unwrap();
    let readme = fs::read_to_string(workspace().join("xtask/README.md")).unwrap();
    let tasks = tasks.lines().filter_map(|line| {
        let is_name = line.starts_with("  ") && !line.starts_with("   ");
        line.split_whitespace().next().filter(|_| is_name)
    });
    for task in tasks.filter(|task| *task != "help") {
        assert!(readme.contains(&format!("| `{task}` |")), "{task}");
    }
}
