//! `cargo xtask diff` in a git repository.

use std::io;

use serde_json::Value;

use super::generate::SMALL;
use super::harness::{Copy, Ran};
use super::harness::{
    SPEC, break_it, commit, committed, extend_it, git, git_in, released, reword_it,
};

const SAME: i32 = 0;
const COMPATIBLE: i32 = 10;
const BREAKING: i32 = 11;

/// Masks what other changes of the fragment change: commits, lines and columns.
fn masked(ran: &Ran) -> String {
    let word = |word: &str| {
        let bare = word.trim_matches(['(', ')', '"', ',']);
        if bare.len() >= 10 && bare.chars().all(|character| character.is_ascii_hexdigit()) {
            return word.replace(bare, "COMMIT");
        }
        match word.rsplit_once(".yaml:") {
            Some((file, line)) if line.parse::<usize>().is_ok() => format!("{file}.yaml:LINE"),
            _ => word.to_owned(),
        }
    };
    let line = |line: &str| match line.trim_start().split_once(": ") {
        Some(("\"line\"" | "\"column\"", number)) => {
            line.replace(number.trim_end_matches(','), "0")
        }
        _ => line.split(' ').map(word).collect::<Vec<_>>().join(" "),
    };
    ran.stdout.lines().map(|text| line(text) + "\n").collect()
}

fn last(ran: &Ran) -> &str {
    ran.stdout.lines().last().unwrap_or_default()
}

#[track_caller]
fn fails_with(ran: &Ran, expected: &str) {
    assert_eq!((ran.code, &*ran.stdout), (1, ""), "{ran:?}");
    assert!(ran.stderr.contains(expected), "{expected:?}: {ran:?}");
}

#[test]
fn a_closed_pipe_does_not_change_the_exit_code() {
    let copy = committed();
    break_it(&copy);
    for (task, code) in [("diff", BREAKING), ("verify", 4), ("generate", 0)] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let mut command = copy.command("", &[task]);
        let ran = Ran::from(&command.stdout(writer).output().unwrap());
        assert_eq!((ran.code, &*ran.stderr), (code, ""), "{task}: {ran:?}");
    }
}

#[test]
fn exit_code_is_the_verdict_and_last_line_the_version() {
    type Change = fn(&Copy);
    let nothing: Change = |_| ();
    let table: [(Change, i32, &str); 4] = [
        (nothing, SAME, "no changes: version 0.1.0 is high enough"),
        (
            reword_it,
            SAME,
            "documentation: version 0.1.0 is high enough",
        ),
        (
            extend_it,
            COMPATIBLE,
            "compatible: raise the version from 0.1.0 to 0.1.1",
        ),
        (
            break_it,
            BREAKING,
            "breaking: raise the version from 0.1.0 to 0.2.0",
        ),
    ];
    let copy = released("v0.1.0");
    for (change, code, expected) in table {
        change(&copy);
        for folder in ["", "client/src"] {
            let ran = copy.xtask_in(folder, &["diff"]);
            assert_eq!((ran.code, last(&ran)), (code, expected), "{ran:?}");
        }
    }
}

#[test]
fn worst_changes_are_printed_first() {
    let copy = released("v0.1.0");
    reword_it(&copy);
    extend_it(&copy);
    break_it(&copy);
    let ran = copy.xtask(&["diff"]);
    assert_eq!((ran.code, &*ran.stderr), (BREAKING, ""));
    insta::assert_snapshot!(masked(&ran));
}

#[test]
fn json_has_every_change_with_its_place() {
    let copy = released("v0.1.0");
    reword_it(&copy);
    extend_it(&copy);
    break_it(&copy);
    let ran = copy.xtask(&["diff", "--format", "json"]);
    assert_eq!((ran.code, &*ran.stderr), (BREAKING, ""));
    insta::assert_snapshot!(masked(&ran));

    let output: Value = serde_json::from_str(&ran.stdout).unwrap();
    let changes = output["fragments"][0]["changes"].as_array().unwrap();
    let added = changes
        .iter()
        .find(|change| change["item"].is_null())
        .unwrap();
    let line = added["new"]["line"].as_u64().unwrap();
    let spec = copy.read(SPEC);
    let text = spec
        .lines()
        .nth(usize::try_from(line).unwrap() - 1)
        .unwrap();
    assert!(text.contains("label: {"), "{line}: {text}");
}

#[test]
fn default_base_is_the_last_release_or_else_head() {
    let base = |ran: &Ran| ran.stdout.lines().next().unwrap_or_default().to_owned();
    let copy = committed();
    extend_it(&copy);
    let ran = copy.xtask(&["diff"]);
    assert_eq!(ran.code, COMPATIBLE, "{ran:?}");
    assert!(base(&ran).starts_with("compared with HEAD ("), "{ran:?}");

    // The commit does not differ from HEAD, but from the release before it.
    commit(&copy, "Extend");
    assert_eq!(copy.xtask(&["diff"]).code, SAME);
    git(&copy, &["tag", "v0.1.0", "HEAD~1"]);
    git(&copy, &["tag", "v0.2.0-rc.1"]);
    git(&copy, &["tag", "vacation"]);
    let ran = copy.xtask(&["diff"]);
    assert_eq!(ran.code, COMPATIBLE, "{ran:?}");
    assert!(base(&ran).starts_with("compared with v0.1.0 ("), "{ran:?}");

    let ran = copy.xtask(&["diff", "HEAD"]);
    assert_eq!(ran.code, SAME, "{ran:?}");
    let ran = copy.xtask(&["diff", "HEAD~1"]);
    assert_eq!(ran.code, COMPATIBLE, "{ran:?}");
    let commit = git(&copy, &["rev-parse", "HEAD~1"]);
    let ran = copy.xtask(&["diff", commit.stdout.trim()]);
    assert_eq!(ran.code, COMPATIBLE, "{ran:?}");
}

#[test]
fn raised_version_may_be_high_enough() {
    let copy = released("v0.1.0");
    break_it(&copy);
    raise(&copy, "0.2.0");
    let ran = copy.xtask(&["diff"]);
    assert_eq!(ran.code, BREAKING, "{ran:?}");
    assert_eq!(
        last(&ran),
        "breaking: version 0.2.0 is high enough after 0.1.0"
    );
    raise_from(&copy, "0.2.0", "0.1.1");
    let ran = copy.xtask(&["diff"]);
    assert_eq!(
        last(&ran),
        "breaking: raise the version from 0.1.1 to 0.2.0, since 0.1.0 is released"
    );
}

fn raise(copy: &Copy, version: &str) {
    raise_from(copy, "0.1.0", version);
}

fn raise_from(copy: &Copy, from: &str, to: &str) {
    let line = |version: &str| format!("[workspace.package]\nversion = \"{version}\"");
    copy.replace("Cargo.toml", &line(from), &line(to));
}

#[test]
fn unknown_revision_is_reported() {
    let copy = released("v0.1.0");
    for base in ["v9.9.9", "nobody", "HEAD~5", "no such thing"] {
        let ran = copy.xtask(&["diff", base]);
        fails_with(
            &ran,
            &format!("unknown revision {base:?}; for the existing ones"),
        );
    }
    let ran = copy.xtask(&["diff", "--format", "xml"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    let ran = copy.xtask(&["diff", "--nothing"]);
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn a_git_checkout_with_a_commit_is_required() {
    let copy = Copy::new();
    fails_with(
        &copy.xtask(&["diff"]),
        "there is nothing to compare with: this is not a git checkout",
    );
    git(&copy, &["init", "--quiet"]);
    git(&copy, &["add", "--all"]);
    fails_with(
        &copy.xtask(&["diff"]),
        "this git checkout has no commit yet",
    );
}

#[test]
fn shallow_clone_is_explained() {
    let copy = released("v0.1.0");
    extend_it(&copy);
    commit(&copy, "Extend");
    let clone = Copy::new();
    let source = format!("file://{}", copy.path("").display());
    let arguments = [
        "clone",
        "--quiet",
        "--depth",
        "1",
        "--no-tags",
        &source,
        "clone",
    ];
    git_in(&clone.path(""), &arguments);
    let ran = clone.xtask_in("clone", &["diff"]);
    fails_with(&ran, "git fetch --unshallow --tags");
    let ran = clone.xtask_in("clone", &["diff", "v0.1.0"]);
    fails_with(&ran, "git fetch --unshallow --tags");
    let ran = clone.xtask_in("clone", &["diff", "HEAD"]);
    assert_eq!(ran.code, SAME, "{ran:?}");
}

#[test]
fn added_removed_and_renamed_fragments_are_reported() {
    const FURTHER: &str = "spec/ping-v2.yaml";
    let copy = Copy::new();
    git(&copy, &["init", "--quiet"]);
    commit(&copy, "Begin without it");
    copy.write(FURTHER, SMALL);
    let ran = copy.xtask(&["diff"]);
    assert_eq!(ran.code, COMPATIBLE, "{ran:?}");
    assert!(
        ran.stdout.contains(&format!("{FURTHER} was added")),
        "{ran:?}"
    );

    commit(&copy, "Add it");
    std::fs::rename(copy.path(FURTHER), copy.path("spec/pings-v2.yaml")).unwrap();
    let ran = copy.xtask(&["diff", "--format", "json"]);
    assert_eq!(ran.code, BREAKING, "{ran:?}");
    let output: Value = serde_json::from_str(&ran.stdout).unwrap();
    let renamed = &output["fragments"][0];
    assert_eq!(renamed["fragment"], "spec/pings-v2.yaml");
    let changes = renamed["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    let what = "spec/ping-v2.yaml was renamed to spec/pings-v2.yaml";
    assert_eq!(
        (&changes[0]["side"], &changes[0]["what"]),
        (&"rust".into(), &what.into())
    );

    std::fs::remove_file(copy.path("spec/pings-v2.yaml")).unwrap();
    let ran = copy.xtask(&["diff"]);
    assert_eq!(ran.code, BREAKING, "{ran:?}");
    assert!(
        ran.stdout.contains(&format!("{FURTHER} was removed")),
        "{ran:?}"
    );
}

#[test]
fn fragment_that_lint_refuses_is_refused() {
    let copy = released("v0.1.0");
    copy.replace(
        SPEC,
        "operationId: getInterfaceEndpoint",
        "operationId: get it",
    );
    let ran = copy.xtask(&["diff"]);
    fails_with(&ran, "is not in camel case");
    assert!(ran.stderr.contains(&format!("{SPEC}:")), "{ran:?}");
}

#[test]
fn old_version_that_lint_would_refuse_is_compared() {
    let copy = Copy::new();
    let good = copy.read(SPEC);
    copy.replace(
        SPEC,
        "summary: Get one interface endpoint of a private endpoint connection.\n",
        "tags: []\n",
    );
    git(&copy, &["init", "--quiet"]);
    commit(&copy, "Begin with what is refused");
    git(&copy, &["tag", "v0.1.0"]);
    copy.write(SPEC, &good);
    let ran = copy.xtask(&["diff"]);
    assert_eq!((ran.code, &*ran.stderr), (SAME, ""), "{ran:?}");
    assert!(
        ran.stdout.contains("of `getInterfaceEndpoint` changed"),
        "{ran:?}"
    );
}

#[test]
fn files_in_subdirectories_are_not_fragments() {
    let copy = committed();
    copy.write("spec/old/ping-v1.yaml", SMALL);
    commit(&copy, "Keep an old one");
    let ran = copy.xtask(&["diff"]);
    assert_eq!(ran.code, SAME, "{ran:?}");
    assert!(!ran.stdout.contains("ping"), "{ran:?}");
}

#[test]
fn version_below_the_release_is_reported() {
    let ran = released("v0.2.1").xtask(&["diff"]);
    assert_eq!(ran.code, SAME, "{ran:?}");
    assert_eq!(
        last(&ran),
        "no changes: raise the version from 0.1.0 to 0.2.1, since 0.2.1 is released"
    );
}
