//! The report of diagnostics.

use std::fs;
use std::process::Command;

use super::harness::{Copy, Ran};

const SPEC: &str = "spec/private-endpoint-v1.0.yaml";
const GENERATED: &str = "client/src/generated.rs";

/// The start of a color sequence.
const ESCAPE: char = '\u{1b}';

fn lint(text: &str) -> Ran {
    let copy = Copy::new();
    copy.write(SPEC, text);
    copy.xtask(&["lint"])
}

/// A valid fragment that does not change with the real one.
const GOOD: &str = include_str!("../../../codegen/tests/it/good.yaml");

/// Returns a copy whose fragment has four problems.
fn invalid() -> Copy {
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
fn clean_fragment_is_reported_clean() {
    let ran = Copy::new().xtask(&["lint"]);
    let expected = format!("clean  {SPEC}\n");
    assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, &*expected, ""));
}

#[test]
fn every_diagnostic_has_its_line() {
    let ran = invalid().xtask(&["lint"]);
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    insta::assert_snapshot!(ran.stderr);
}

#[test]
fn generate_and_verify_report_the_same_and_write_nothing() {
    let copy = invalid();
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
fn type_that_the_client_lacks_is_reported() {
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
fn invalid_yaml_is_reported() {
    insta::assert_snapshot!(lint("openapi: 3.0.3\ninfo: { title: Things\npaths: {}\n").stderr);
}

#[test]
fn tabs_and_duplicate_keys_are_reported() {
    let text = "openapi: 3.0.3\ninfo:\n\ttitle: Things\n  \tversion: '1'\n";
    insta::assert_snapshot!("tabs", lint(text).stderr);
    let text = "openapi: 3.0.3\ninfo: { title: A, title: B, version: '1' }\npaths: {}\nservers: [{ url: 'https://a.example' }]\nopenapi: 3.0.2\n";
    insta::assert_snapshot!("keys", lint(text).stderr);
}

#[test]
fn empty_file_is_reported() {
    insta::assert_snapshot!(lint("").stderr);
}

#[test]
fn columns_are_right_after_wide_characters_and_with_crlf() {
    let text = "openapi: 3.0.3\r\ninfo: { title: 東京 São, version: 1 }\r\npaths: {}\r\nservers: [{ url: 'https://a.example' }]\r\n";
    let ran = lint(text);
    assert!(ran.stderr.contains(&format!("{SPEC}:2:24")), "{ran:?}");
    assert!(!ran.stderr.contains('\r'), "{ran:?}");
    insta::assert_snapshot!(ran.stderr);
}

#[test]
fn long_line_is_cut_around_the_span() {
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
fn unreadable_file_is_reported() {
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
fn colors_are_for_terminals_without_no_color() {
    let copy = invalid();
    assert!(!copy.xtask(&["lint"]).stderr.contains(ESCAPE));
    let run = |no_color: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .arg("lint")
            .current_dir(copy.path(""))
            .env("TERM", "xterm");
        command.env("NO_COLOR", no_color);
        let mut terminal = rexpect::session::spawn_command(command, Some(30_000)).unwrap();
        terminal.exp_eof().unwrap()
    };
    let colored = run("");
    assert!(
        colored.contains(ESCAPE) && colored.contains("found 4 problems"),
        "{colored}"
    );
    let plain = run("1");
    assert!(
        !plain.contains(ESCAPE) && plain.contains("found 4 problems"),
        "{plain}"
    );
}
