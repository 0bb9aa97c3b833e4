//! Fragments cut out of documents, from the command line.

use std::fs;

use super::copy::{Copy, Ran};

const DOCUMENT: &str = "\
openapi: 3.0.3
info: { title: Things, version: '1' }
paths:
  /things/{thingId}:
    get:
      operationId: getThing
      x-owner: us
      responses:
        200:
          description: The thing.
          content:
            application/vnd.things.v1+json: { schema: { $ref: '#/components/schemas/Old' } }
            application/vnd.things.v2+json: { schema: { $ref: '#/components/schemas/New' } }
        404: { $ref: 'errors.yaml#/NotFound' }
  /things:
    get:
      operationId: listThings
      responses:
        200: { description: All., content: { text/csv: { schema: { $ref: '#/components/schemas/Ol' } } } }
  /others/{id}:
    get: { operationId: getOther, responses: { 200: { description: 'One: another.', x-owner: us } } }
components:
  schemas: { Old: { type: string }, New: { type: string } }
";

fn copy() -> Copy {
    let copy = Copy::new();
    copy.write("upstream/things.yaml", DOCUMENT);
    copy
}

fn extract(copy: &Copy, arguments: &[&str]) -> Ran {
    copy.xtask(&[&["extract", "--from", "upstream/things.yaml"], arguments].concat())
}

/// All that a task said, for a snapshot.
fn said(ran: &Ran) -> String {
    format!("exit code {}\n{}", ran.code, ran.stderr)
}

#[test]
fn a_fragment_is_written_and_summed_up() {
    let copy = copy();
    let others = ["--path-prefix", "/others", "--out", "spec/others.yaml"];
    let ran = extract(&copy, &others);
    insta::assert_snapshot!("written", said(&ran));
    assert_eq!(ran.stdout, "");
    let written = copy.read("spec/others.yaml");
    insta::assert_snapshot!("others", written);

    let others = ["--path-prefix", "/others", "--out", "-"];
    let printed = extract(&copy, &others);
    assert_eq!(printed.code, 0, "{printed:?}");
    assert_eq!(printed.stdout, written);
    let summary = ran.stderr.strip_prefix("wrote spec/others.yaml\n").unwrap();
    assert_eq!(printed.stderr, summary);
}

#[test]
fn paths_are_those_of_the_folder_it_is_started_in() {
    let copy = copy();
    let arguments = [
        "extract",
        "--from",
        "../upstream/things.yaml",
        "--path-prefix",
        "/others",
    ];
    let ran = copy.xtask_in("spec", &[&arguments[..], &["--out", "here.yaml"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    // Nothing of where it lies is in it.
    assert!(
        copy.read("spec/here.yaml")
            .starts_with("# Cut out of things.yaml by\n")
    );
}

#[test]
fn what_was_edited_is_not_replaced_unasked() {
    let copy = copy();
    copy.write("spec/mine.yaml", "edited");
    let arguments = ["--path-prefix", "/others", "--out", "spec/mine.yaml"];
    let ran = extract(&copy, &arguments);
    insta::assert_snapshot!("exists", said(&ran));
    assert_eq!(copy.read("spec/mine.yaml"), "edited");
    let ran = extract(&copy, &[&arguments[..], &["--force"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(copy.read("spec/mine.yaml").contains("getOther"));

    let arguments = [
        "--path-prefix",
        "/others",
        "--force",
        "--out",
        "spec/../upstream/things.yaml",
    ];
    insta::assert_snapshot!("itself", said(&extract(&copy, &arguments)));
    assert_eq!(copy.read("upstream/things.yaml"), DOCUMENT);
}

#[test]
fn what_cannot_be_done_is_told() {
    let copy = copy();
    copy.write(
        "upstream/old.json",
        "{\"swagger\": \"2.0\", \"paths\": {\"/a\": {}}}",
    );
    let out = ["--out", "spec/new.yaml"];
    let from = |file: &str| {
        let arguments = ["extract", "--from", file, "--path-prefix", "/a"];
        copy.xtask(&[&arguments[..], &out].concat())
    };
    let with = |arguments: &[&str]| extract(&copy, &[arguments, &out].concat());
    let cases = [
        ("no such file", from("upstream/none.yaml")),
        ("no file", from("upstream")),
        ("another format", from("upstream/old.json")),
        ("no OpenAPI", from("Cargo.toml")),
        ("no prefix", with(&[])),
        ("no such path", with(&["--path-prefix", "/thing"])),
        ("references", with(&["--path-prefix", "/things"])),
        (
            "no such media type",
            with(&[
                "--path-prefix",
                "/things/{thingId}",
                "--media-type",
                "application/json",
            ]),
        ),
        (
            "no folder",
            extract(
                &copy,
                &["--path-prefix", "/others", "--out", "none/new.yaml"],
            ),
        ),
    ];
    let texts: Vec<String> = cases
        .iter()
        .map(|(name, ran)| format!("{name}: {}", said(ran)))
        .collect();
    insta::assert_snapshot!("problems", texts.join("\n"));
    assert!(
        cases
            .iter()
            .all(|(_, ran)| ran.code != 0 && ran.stdout.is_empty())
    );
    assert!(!copy.path("spec/new.yaml").exists());
    let left: Vec<_> = fs::read_dir(copy.path("spec")).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_version_is_chosen_by_its_media_type() {
    let copy = copy();
    copy.replace(
        "upstream/things.yaml",
        "'errors.yaml#/NotFound'",
        "'#/components/responses/No'",
    );
    copy.replace(
        "upstream/things.yaml",
        "components:\n",
        "components:\n  responses: { No: { description: None. } }\n",
    );
    let arguments = [
        "--path-prefix",
        "/things/{thingId}",
        "--out",
        "spec/v2.yaml",
    ];
    let version = ["--media-type", "application/vnd.things.v2+json"];
    let ran = extract(&copy, &[&arguments[..], &version].concat());
    insta::assert_snapshot!("version", said(&ran));
    let written = copy.read("spec/v2.yaml");
    assert!(
        written.contains("New:") && !written.contains("Old:"),
        "{written}"
    );
}

#[test]
fn the_help_says_what_becomes_of_media_types() {
    let ran = copy().xtask(&["extract", "--help"]);
    insta::assert_snapshot!("help", ran.stdout);
}

#[test]
#[cfg(unix)]
fn what_is_no_file_is_not_replaced_by_one() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    let copy = copy();
    let pipe = copy.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let to = |name| ["--path-prefix", "/others", "--force", "--out", name];
    let ran = extract(&copy, &to("pipe"));
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("- is standard output"), "{ran:?}");
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());

    // What a link leads to is what is meant.
    copy.write("target.yaml", "old");
    symlink("target.yaml", copy.path("link.yaml")).unwrap();
    assert_eq!(extract(&copy, &to("link.yaml")).code, 0);
    assert!(copy.path("link.yaml").is_symlink());
    assert!(copy.read("target.yaml").contains("getOther"));
}
