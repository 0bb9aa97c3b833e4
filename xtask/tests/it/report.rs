//! What people see of a description that is wrong.

use std::fs;
use std::process::Command;

use super::harness::{Copy, Ran};

const SPEC: &str = "spec/private-endpoint-v1.0.yaml";
const GENERATED: &str = "client/src/generated.rs";

/// What starts a colour.
const ESCAPE: char = '\u{1b}';

fn lint(text: &str) -> Ran {
    let copy = Copy::new();
    copy.write(SPEC, text);
    copy.xtask(&["lint"])
}

/// A description that is good, and does not change with the real one.
const GOOD: &str = include_str!("../../../codegen/tests/it/good.yaml");

/// A copy whose description has four problems in three layers.
fn wrong() -> Copy {
    let copy = Copy::new();
    copy.write(SPEC, GOOD);
    copy.replace(SPEC, "crate::ThingId", "crate::ProjectId");
    copy.replace(SPEC, "operationId: getThing", "operationId: get_thing");
    copy.replace(
        SPEC,
        "                colour: GREEN",
        "                colour: GREAN",
    );
    copy.replace(SPEC, "x-atlas-roles: [Maker]", "x-atlas-roles: []");
    copy.replace(SPEC, "      summary: Create a thing.\n", "");
    copy
}

#[test]
fn a_clean_description_is_said_to_be_clean() {
    let ran = Copy::new().xtask(&["lint"]);
    let expected = format!("clean  {SPEC}\n");
    assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, &*expected, ""));
}

#[test]
fn every_problem_is_shown_with_its_line() {
    let ran = wrong().xtask(&["lint"]);
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    insta::assert_snapshot!(ran.stderr);
}

#[test]
fn the_tasks_that_generate_report_the_same_and_touch_nothing() {
    let copy = wrong();
    let before = copy.read(GENERATED);
    let expected = copy.xtask(&["lint"]);
    for task in ["generate", "verify"] {
        let ran = copy.xtask(&[task]);
        assert_eq!(
            (ran.code, &*ran.stdout, &ran.stderr),
            (1, "", &expected.stderr),
            "{task}"
        );
    }
    assert_eq!(copy.read(GENERATED), before);
}

#[test]
fn a_type_that_the_client_does_not_have_is_shown() {
    let copy = Copy::new();
    copy.replace(
        SPEC,
        "x-rust-type: crate::ProjectId",
        "x-rust-type: crate::ProjektId",
    );
    let ran = copy.xtask(&["lint"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stderr
            .contains("the client has no identifier type crate::ProjektId"),
        "{ran:?}"
    );
}

#[test]
fn what_is_no_yaml_is_shown() {
    insta::assert_snapshot!(lint("openapi: 3.0.3\ninfo: { title: Things\npaths: {}\n").stderr);
}

#[test]
fn tabs_and_keys_that_are_there_twice_are_shown_each() {
    let text = "openapi: 3.0.3\ninfo:\n\ttitle: Things\n  \tversion: '1'\n";
    insta::assert_snapshot!("tabs", lint(text).stderr);
    let text = "openapi: 3.0.3\ninfo: { title: A, title: B, version: '1' }\npaths: {}\nservers: [{ url: 'https://a.example' }]\nopenapi: 3.0.2\n";
    insta::assert_snapshot!("keys", lint(text).stderr);
}

#[test]
fn an_empty_file_is_shown() {
    insta::assert_snapshot!(lint("").stderr);
}

#[test]
fn columns_are_right_after_wide_letters_and_with_the_line_ends_of_windows() {
    let text = "openapi: 3.0.3\r\ninfo: { title: 東京 São, version: 1 }\r\npaths: {}\r\nservers: [{ url: 'https://a.example' }]\r\n";
    let ran = lint(text);
    assert!(ran.stderr.contains(&format!("{SPEC}:2:24")), "{ran:?}");
    assert!(!ran.stderr.contains('\r'), "{ran:?}");
    insta::assert_snapshot!(ran.stderr);
}

#[test]
fn a_wide_line_is_cut_around_the_problem() {
    let words = "words and ".repeat(40);
    let text = format!(
        "openapi: 3.0.3\ninfo: {{ title: A, description: {words}, version: 1, termsOfService: {words} }}\npaths: {{}}\nservers: [{{ url: 'https://a.example' }}]\n"
    );
    let ran = lint(&text);
    let widest = ran.stderr.lines().map(|line| line.chars().count()).max();
    assert!(widest.unwrap() <= 120, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stderr);
}

#[test]
fn what_cannot_be_read_is_told() {
    let copy = Copy::new();
    fs::write(copy.path(SPEC), b"openapi: 3.0.3\ninfo: \xff\n").unwrap();
    let ran = copy.xtask(&["lint"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr
            .contains(&format!("{SPEC}:2:7: this byte is not UTF-8")),
        "{ran:?}"
    );
    fs::remove_file(copy.path(SPEC)).unwrap();
    let ran = copy.xtask(&["lint"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains(&format!("could not find {SPEC}")),
        "{ran:?}"
    );
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let copy = wrong();
    assert!(!copy.xtask(&["lint"]).stderr.contains(ESCAPE));
    let shown = |no_color: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .arg("lint")
            .current_dir(copy.path(""))
            .env("TERM", "xterm");
        command.env("NO_COLOR", no_color);
        let mut terminal = rexpect::session::spawn_command(command, Some(30_000)).unwrap();
        terminal.exp_eof().unwrap()
    };
    let coloured = shown("");
    assert!(
        coloured.contains(ESCAPE) && coloured.contains("found 4 problems"),
        "{coloured}"
    );
    let plain = shown("1");
    assert!(
        !plain.contains(ESCAPE) && plain.contains("found 4 problems"),
        "{plain}"
    );
}
