//! One change at a time to a small description, and how it is judged.

mod drift;
mod operations;
mod requests;
mod responses;

use std::sync::LazyLock;

use atlas_private_endpoint_codegen::diff::{
    Place, Report, Side, Unreadable, Verdict, compare, compare_rust, compare_with,
};
use atlas_private_endpoint_codegen::draft;

const BEFORE: &str = include_str!("verdicts.yaml");
const REPOSITORY: &str = include_str!("../../../spec/private-endpoint-v1.0.yaml");

/// No change of that side.
const NONE: Option<Verdict> = None;
const TOLD: Option<Verdict> = Some(Verdict::Documentation);
const GOOD: Option<Verdict> = Some(Verdict::Compatible);
const BREAKS: Option<Verdict> = Some(Verdict::Breaking);

/// A name, the replacements, and the verdicts: on the wire, in Rust.
type Row = (
    &'static str,
    &'static [(&'static str, &'static str)],
    Option<Verdict>,
    Option<Verdict>,
);

fn edited(name: &str, edits: &[(&str, &str)]) -> String {
    let mut text = BEFORE.to_owned();
    for (part, replacement) in edits {
        assert_eq!(
            text.matches(part).count(),
            1,
            "{name}: {part:?} must occur once"
        );
        text = text.replace(part, replacement);
    }
    text
}

fn compared(name: &str, old: &str, new: &str) -> Report {
    compare(old, new).unwrap_or_else(|diagnostics| panic!("{name}: {diagnostics:#?}"))
}

/// Every change that is tried, as data.
static ROWS: LazyLock<Vec<Row>> =
    LazyLock::new(|| [operations::ROWS, requests::ROWS, responses::ROWS].concat());

/// What is generated before anything changes.
static CODE: LazyLock<String> = LazyLock::new(|| draft(BEFORE, "").unwrap());

/// What each row comes to, made once for all tests.
static REPORTS: LazyLock<Vec<Report>> = LazyLock::new(|| {
    let rows = ROWS.iter();
    rows.map(|(name, edits, _, _)| {
        compare_with(BEFORE, &CODE, &edited(name, edits))
            .unwrap_or_else(|diagnostics| panic!("{name}: {diagnostics:#?}"))
    })
    .collect()
});

fn shown(report: &Report) -> String {
    let lines = report.changes.iter().map(|change| {
        let place = |place: &Option<Place>| match place {
            Some(Place { pointer, line, .. }) => {
                format!("{line} {pointer}")
            }
            None => "-".to_owned(),
        };
        format!(
            "{} {}: {} ({}) [{} -> {}]\n",
            change.verdict,
            change.side,
            change.what,
            change.why,
            place(&change.old),
            place(&change.new)
        )
    });
    lines.collect()
}

#[test]
fn every_change_has_its_verdict() {
    let mut wrong = String::new();
    for ((name, _, wire, rust), report) in ROWS.iter().zip(&*REPORTS) {
        let found = (report.verdict_of(Side::Wire), report.verdict_of(Side::Rust));
        if found != (*wire, *rust) {
            wrong.push_str(&format!(
                "{name}: wire {:?}, Rust {:?}, but is\n{}\n",
                wire,
                rust,
                shown(report)
            ));
        }
        assert_eq!(report.verdict(), *wire.max(rust), "{name}");
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_is_said_of_each_change() {
    let said: String = ROWS
        .iter()
        .zip(&*REPORTS)
        .map(|((name, ..), report)| format!("# {name}\n{}\n", shown(report)))
        .collect();
    insta::assert_snapshot!(said);
}

#[test]
fn a_text_is_the_same_as_itself() {
    for text in [BEFORE, REPOSITORY, include_str!("shapes.yaml")] {
        let report = compared("itself", text, text);
        assert_eq!(report.changes, [], "{}", shown(&report));
        assert_eq!(report.verdict(), None);
    }
}

#[test]
fn what_is_added_one_way_is_removed_the_other_way() {
    for ((name, edits, _, _), forth) in ROWS.iter().zip(&*REPORTS) {
        let after = edited(name, edits);
        let back = compared(name, &after, BEFORE);
        let one_sided = |report: &Report, of_old: bool| {
            let mut found: Vec<_> = report
                .changes
                .iter()
                .filter(|change| change.side == Side::Wire)
                .filter_map(|change| match (&change.old, &change.new) {
                    (Some(place), None) if of_old => Some(place.pointer.clone()),
                    (None, Some(place)) if !of_old => Some(place.pointer.clone()),
                    _ => None,
                })
                .collect();
            found.sort();
            found
        };
        let say = || format!("{name}:\n{}\n{}", shown(forth), shown(&back));
        assert_eq!(one_sided(forth, true), one_sided(&back, false), "{}", say());
        assert_eq!(one_sided(forth, false), one_sided(&back, true), "{}", say());
        assert_eq!(
            forth.verdict().is_some(),
            back.verdict().is_some(),
            "{}",
            say()
        );
    }
}

const TYPES: &[&str] = &["object", "array", "integer", "boolean"];

/// Whatever is written otherwise, somebody hears of it.
#[test]
fn no_word_changes_unseen() {
    let value = atlas_private_endpoint_codegen::read(BEFORE).unwrap();
    let before = serde_json::to_string(&value).unwrap();
    let mut judged = 0;
    for pointer in words(&value, "") {
        let mut changed = value.clone();
        let word = changed.pointer_mut(&pointer).unwrap();
        *word = match word.take() {
            serde_json::Value::Bool(word) => (!word).into(),
            serde_json::Value::Number(word) => (word.as_i64().unwrap() + 1).into(),
            serde_json::Value::String(word) if word == "string" => "boolean".into(),
            serde_json::Value::String(word) => format!("{word}X").into(),
            other => panic!("{pointer}: {other}"),
        };
        // progenitor panics on a type that there is not.
        if word
            .as_str()
            .is_some_and(|word| TYPES.contains(&word.trim_end_matches('X')))
        {
            continue;
        }
        // JSON is YAML.
        let after = serde_json::to_string(&changed).unwrap();
        match compare_with(&before, &CODE, &after) {
            Ok(report) => {
                judged += 1;
                assert!(!report.changes.is_empty(), "{pointer} changed unseen");
            }
            // A rule of the description refuses it.
            Err(Unreadable::New(_)) => {}
            Err(other) => panic!("{pointer}: {other:?}"),
        }
    }
    assert!(judged > 90, "only {judged} words could be changed");
}

/// The pointers of everything that is no object and no list.
fn words(value: &serde_json::Value, pointer: &str) -> Vec<String> {
    let child = |key: &str| format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        serde_json::Value::Object(object) => object
            .iter()
            .flat_map(|(key, part)| words(part, &child(key)))
            .collect(),
        serde_json::Value::Array(list) => list
            .iter()
            .enumerate()
            .flat_map(|(index, part)| words(part, &child(&index.to_string())))
            .collect(),
        _ => vec![pointer.to_owned()],
    }
}

#[test]
fn a_schema_that_many_use_is_told_once() {
    let edits = [(
        "        note: {",
        "        extra: { type: string, description: More. }\n        note: {",
    )];
    let report = compared("once", BEFORE, &edited("once", &edits));
    let what: Vec<&str> = report.changes.iter().map(|change| &*change.what).collect();
    assert_eq!(
        what,
        [
            "the response field `Thing.extra` was added, optional",
            "the field `types::Thing.extra`, Option<String>, was added",
        ]
    );
    let place = report.changes[1].new.as_ref().unwrap();
    assert_eq!(place.pointer, "/components/schemas/Thing/properties/extra");
    assert_eq!(report.changes[0].new.as_ref(), Some(place));
    let line = BEFORE
        .lines()
        .position(|line| line.contains("note: {"))
        .unwrap()
        + 1;
    assert_eq!(place.line, line);
    assert_eq!(report.changes[0].old, None);
}

#[test]
fn the_worst_comes_first_and_is_the_whole() {
    let edits = [
        ("Like blood.", "Like a rose."),
        ("enum: [UP, DOWN]", "enum: [UP, DOWN, LOST]"),
        ("DOWN: It rests. }", "DOWN: It rests., LOST: Who knows. }"),
        (
            "        weight: { type: integer, format: int64, description: How heavy. }\n",
            "",
        ),
    ];
    let report = compared("three", BEFORE, &edited("three", &edits));
    let verdicts: Vec<Verdict> = report.changes.iter().map(|change| change.verdict).collect();
    assert!(verdicts.is_sorted_by(|a, b| a >= b), "{verdicts:?}");
    assert_eq!(report.verdict(), verdicts.first().copied());
    for verdict in Verdict::WORST_FIRST {
        assert!(verdicts.contains(&verdict), "{verdict}: {verdicts:?}");
    }
}

#[test]
fn how_a_schema_is_put_together_is_not_sent() {
    const SHAPES: &str = include_str!("shapes.yaml");
    let wire = |part: &str, replacement: &str| {
        assert_eq!(SHAPES.matches(part).count(), 1, "{part:?} must occur once");
        let report = compared(part, SHAPES, &SHAPES.replace(part, replacement));
        (report.verdict_of(Side::Wire), shown(&report))
    };
    // A field is written into the object that took it from another one, and stays there, too.
    let (verdict, said) = wire(
        "            weight: { type",
        "            name: { $ref: \"#/components/schemas/Name\" }\n            weight: { type",
    );
    assert_eq!(verdict, NONE, "{said}");
    // A reference becomes a part of its own, to say more of the field.
    let (verdict, said) = wire(
        "next: { $ref: \"#/components/schemas/Next\" }",
        "next: { description: Next., allOf: [{ $ref: \"#/components/schemas/Next\" }] }",
    );
    assert_eq!(verdict, TOLD, "{said}");
    // What may be null around a reference is told of the field, and what is nullable itself of its name.
    let (verdict, said) = wire("              nullable: true\n", "");
    assert_eq!(verdict, GOOD, "{said}");
    assert!(
        said.contains("`Thing.previous` may not be null any more in responses"),
        "{said}"
    );
    let (verdict, said) = wire(
        "      nullable: true\n      description: How it will be.",
        "      description: How it will be.",
    );
    assert_eq!(verdict, GOOD, "{said}");
    assert!(
        said.contains("`Next` may not be null any more in responses"),
        "{said}"
    );
    // A schema of a shared part is that part's.
    let (verdict, said) = wire("required: [name, createdAt]", "required: [name]");
    assert_eq!(verdict, BREAKS, "{said}");
    assert!(said.contains("`Base.createdAt` is optional now"), "{said}");
    // A name for what was written where it is used.
    let (verdict, said) = wire("nullable: true, description: Label.", "description: Label.");
    assert_eq!(verdict, BREAKS, "{said}");
    assert!(
        said.contains("`patchThing.request.label` may not be null"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_read_is_told_apart() {
    let bad = BEFORE.replace("operationId: getThing", "operationId: get thing");
    let Err(Unreadable::Old(diagnostics)) = compare(&bad, BEFORE) else {
        panic!("the old one must be refused");
    };
    assert!(
        diagnostics[0].message.contains("camel case"),
        "{diagnostics:?}"
    );
    assert!(matches!(compare(BEFORE, &bad), Err(Unreadable::New(_))));
    assert!(matches!(compare_rust("fn", ""), Err(Unreadable::Old(_))));

    // What the rules of today refuse is compared all the same, with the code that was made of it.
    let code = draft(BEFORE, "").unwrap();
    let report = compare_with(&bad, &code, BEFORE).unwrap();
    assert_eq!(report.verdict(), None, "{}", shown(&report));
}

#[test]
fn an_answer_that_was_said_to_be_complete_stays_so() {
    let closed = [(
        "required: [id, state, note, grade]",
        "additionalProperties: false\n      required: [id, state, note, grade]",
    )];
    let old = edited("closed", &closed);
    let new = old.replace(
        "        note: {",
        "        more: { type: string, description: More. }\n        note: {",
    );
    let report = compared("closed", &old, &new);
    assert_eq!(report.verdict_of(Side::Wire), BREAKS, "{}", shown(&report));
    // The client passes over what it does not know, whatever is said.
    assert_eq!(report.verdict_of(Side::Rust), GOOD, "{}", shown(&report));
}
