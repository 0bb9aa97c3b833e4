//! Cases of changes between two versions of a fragment.
//!
//! A file `tests/compat/NAME.case` has a patch of `base.yaml` and the expected report. Empty lines separate the hunks
//! of the patch; each has lines that begin with a space or `-`, which occur once in the base, and lines that begin
//! with a space or `+` to replace them. In a case that begins with `reversed`, the base is the new version.
//! `BLESS=1 cargo test -p atlas-private-endpoint-codegen compat` rewrites the reports.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use atlas_private_endpoint_codegen::compat::{Report, Side, Unreadable, Verdict, compare};
use atlas_private_endpoint_codegen::{generate, read};
use serde_json::Value;

const BASE: &str = include_str!("../compat/base.yaml");
const REPOSITORY: &str = include_str!("../../../spec/private-endpoint-v1.0.yaml");
const SHAPES: &str = include_str!("shapes.yaml");
const SEPARATOR: &str = "---\n";

struct Case {
    file: PathBuf,
    name: String,
    patch: String,
    old: String,
    new: String,
    expected: String,
}

impl Case {
    fn report(&self) -> Report {
        report(&self.old, &self.new)
    }
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compat");
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|it| it == "case"))
        .collect();
    paths.sort();
    paths.into_iter().map(case).collect()
}

fn case(file: PathBuf) -> Case {
    let name = file.file_stem().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(&file).unwrap();
    let (patch, expected) = text.split_once(SEPARATOR).unwrap_or((&text, ""));
    let mut old = BASE.to_owned();
    let mut new = patched(&name, patch);
    if patch.starts_with("reversed\n") {
        std::mem::swap(&mut old, &mut new);
    }
    Case {
        patch: patch.to_owned(),
        expected: expected.to_owned(),
        file,
        name,
        old,
        new,
    }
}

fn patched(name: &str, patch: &str) -> String {
    let mut text = format!("\n{BASE}");
    let patch = patch.trim_start_matches("reversed\n").trim_end();
    for hunk in patch.split("\n\n") {
        let lines = |mark| {
            let lines = hunk.lines().filter(|line| line.starts_with([' ', mark]));
            let lines = lines.map(|line| format!("\n{}", &line[1..]));
            lines.collect::<String>() + "\n"
        };
        let removed = lines('-');
        assert_eq!(text.matches(&removed).count(), 1, "{name}:{removed}");
        text = text.replace(&removed, &lines('+'));
    }
    text.split_off(1)
}

fn report(old: &str, new: &str) -> Report {
    compare(old, new).unwrap_or_else(|unreadable| panic!("{unreadable:#?}"))
}

fn shown(report: &Report) -> String {
    let mut lines = String::new();
    for change in &report.changes {
        let place = change.new.as_ref().or(change.old.as_ref()).unwrap();
        let item = change.item.as_ref().map(|item| format!(" [{item}]"));
        let item = item.unwrap_or_default();
        writeln!(
            lines,
            "{} {}: {}{item}",
            change.side, change.verdict, change.what
        )
        .unwrap();
        writeln!(lines, "  {} ({})", change.why, place.pointer).unwrap();
    }
    lines
}

#[test]
fn every_case_has_the_expected_report() {
    let is_blessing = env::var_os("BLESS").is_some();
    let cases = cases();
    assert!(cases.len() > 80, "found only {} cases", cases.len());
    for case in cases {
        let report = shown(&case.report());
        if is_blessing {
            fs::write(&case.file, format!("{}{SEPARATOR}{report}", case.patch)).unwrap();
            continue;
        }
        let difference = similar::TextDiff::from_lines(&case.expected, &report);
        let difference = difference.unified_diff().to_string();
        assert!(difference.is_empty(), "{}:\n{difference}", case.name);
    }
}

#[test]
fn base_of_the_cases_passes_lint() {
    if let Err(diagnostics) = generate(BASE, "base.yaml") {
        let lines: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"));
    }
}

#[test]
fn identical_versions_have_no_changes() {
    for text in [BASE, REPOSITORY, SHAPES] {
        assert_eq!(report(text, text), Report::default());
    }
}

#[test]
fn what_is_added_in_one_direction_is_removed_in_the_other() {
    for case in cases() {
        let (forth, back) = (case.report(), report(&case.new, &case.old));
        let one_sided = |report: &Report, is_removed: bool| {
            let on_wire = report.changes.iter().filter(|it| it.side == Side::Wire);
            let mut found: Vec<_> = on_wire
                .filter_map(|change| match (&change.old, &change.new) {
                    (Some(place), None) if is_removed => Some(place.pointer.clone()),
                    (None, Some(place)) if !is_removed => Some(place.pointer.clone()),
                    _ => None,
                })
                .collect();
            found.sort();
            found
        };
        let shown = format!("{}:\n{}\n{}", case.name, shown(&forth), shown(&back));
        assert_eq!(one_sided(&forth, true), one_sided(&back, false), "{shown}");
        assert_eq!(one_sided(&forth, false), one_sided(&back, true), "{shown}");
        assert_eq!(
            forth.verdict().is_some(),
            back.verdict().is_some(),
            "{shown}"
        );
    }
}

#[test]
fn every_changed_word_is_reported() {
    let base = read(BASE).unwrap();
    let old = serde_json::to_string(&base).unwrap();
    let mut words = Vec::new();
    collect_words(&base, "", &mut words);
    assert!(words.len() > 150, "found only {} words", words.len());
    let mut unreported: Vec<String> = Vec::new();
    for pointer in words {
        let mut changed = base.clone();
        let word = changed.pointer_mut(&pointer).unwrap();
        *word = match word.take() {
            Value::Bool(word) => (!word).into(),
            Value::Number(word) => (word.as_i64().unwrap() + 1).into(),
            Value::String(word) => format!("{word}X").into(),
            other => format!("not {other}").into(),
        };
        let new = serde_json::to_string(&changed).unwrap();
        if report(&old, &new).changes.is_empty() {
            unreported.push(pointer);
        }
    }
    assert!(unreported.is_empty(), "{unreported:#?}");
}

/// Collects the pointers of all values that are not objects or lists.
fn collect_words(value: &Value, pointer: &str, words: &mut Vec<String>) {
    let child = |key: &str| format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(object) => {
            for (key, part) in object {
                collect_words(part, &child(key), words);
            }
        }
        Value::Array(list) => {
            for (index, part) in list.iter().enumerate() {
                collect_words(part, &child(&index.to_string()), words);
            }
        }
        _ => words.push(pointer.to_owned()),
    }
}

#[test]
fn a_schema_with_many_uses_is_reported_once_at_its_place() {
    let new = BASE.replace(
        "        note: {",
        "        extra: { type: string, description: More. }\n        note: {",
    );
    let changes = report(BASE, &new).changes;
    let sides: Vec<Side> = changes.iter().map(|change| change.side).collect();
    assert_eq!(sides, [Side::Wire, Side::Rust]);
    let line = BASE.lines().position(|line| line.contains("note: {"));
    for change in changes {
        assert_eq!(
            change.what,
            "the response field `Thing.extra` was added, optional"
        );
        let place = change.new.unwrap();
        assert_eq!(place.pointer, "/components/schemas/Thing/properties/extra");
        assert_eq!(place.line, line.unwrap() + 1);
        assert_eq!(change.old, None);
    }
}

#[test]
fn the_worst_change_comes_first() {
    let new = BASE
        .replace("Like blood.", "Like a rose.")
        .replace("enum: [UP, DOWN]", "enum: [UP, DOWN, LOST]")
        .replace("        weight: {", "        mass: {");
    let report = report(BASE, &new);
    let verdicts: Vec<Verdict> = report.changes.iter().map(|change| change.verdict).collect();
    assert!(verdicts.is_sorted_by(|a, b| a >= b), "{verdicts:?}");
    assert_eq!(report.verdict(), verdicts.first().copied());
    for verdict in Verdict::WORST_FIRST {
        assert!(verdicts.contains(&verdict), "{verdict}: {verdicts:?}");
    }
}

#[test]
fn composition_of_schemas_is_not_visible_on_the_wire() {
    let wire = |part: &str, replacement: &str| {
        assert_eq!(SHAPES.matches(part).count(), 1, "{part:?} must occur once");
        let report = report(SHAPES, &SHAPES.replace(part, replacement));
        let what = report
            .changes
            .iter()
            .map(|change| format!("{}\n", change.what));
        (report.verdict_of(Side::Wire), what.collect::<String>())
    };
    // A field that its object has from a part already.
    let (verdict, what) = wire(
        "            weight: { type",
        "            name: { $ref: \"#/components/schemas/Name\" }\n            weight: { type",
    );
    assert_eq!(verdict, None, "{what}");
    // An alias with a description of its own.
    let (verdict, what) = wire(
        "next: { $ref: \"#/components/schemas/Next\" }",
        "next: { description: Next., allOf: [{ $ref: \"#/components/schemas/Next\" }] }",
    );
    assert_eq!(verdict, Some(Verdict::Documentation), "{what}");
    // Null is reported where it is allowed.
    for (part, replacement, expected) in [
        (
            "              nullable: true\n",
            "",
            "`Thing.previous` may no longer be null",
        ),
        (
            "      nullable: true\n      description: How it will be.",
            "      description: How it will be.",
            "`Next` may no longer be null",
        ),
    ] {
        let (verdict, what) = wire(part, replacement);
        assert_eq!(verdict, Some(Verdict::Compatible), "{what}");
        assert!(what.contains(expected), "{what}");
    }
    // A part of an `allOf`, and a schema without a name.
    for (part, replacement, expected) in [
        (
            "required: [name, createdAt]",
            "required: [name]",
            "`Base.createdAt` became optional",
        ),
        (
            "nullable: true, description: Label.",
            "description: Label.",
            "`patchThing.request.label` may no longer be null",
        ),
    ] {
        let (verdict, what) = wire(part, replacement);
        assert_eq!(verdict, Some(Verdict::Breaking), "{what}");
        assert!(what.contains(expected), "{what}");
    }
}

#[test]
fn refuses_only_what_is_not_yaml() {
    assert!(matches!(compare("a: [", BASE), Err(Unreadable::Old(_))));
    assert!(matches!(compare(BASE, "a: ["), Err(Unreadable::New(_))));
    // Lint refuses this one.
    let old = BASE.replace("operationId: getThing", "operationId: get thing");
    let report = report(&old, BASE);
    assert_eq!(report.verdict_of(Side::Wire), None);
}
