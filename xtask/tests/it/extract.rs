//! `cargo xtask extract`.

use std::fs;

use super::harness::{Copy, Ran};

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

/// The exit code and standard error of a task, for a snapshot.
fn outcome(ran: &Ran) -> String {
    format!("exit code {}\n{}", ran.code, ran.stderr)
}

#[test]
fn writes_or_prints_the_fragment_and_its_summary() {
    let copy = copy();
    let others = ["--path-prefix", "/others", "--out", "spec/others.yaml"];
    let ran = extract(&copy, &others);
    insta::assert_snapshot!("written", outcome(&ran));
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
fn paths_are_relative_to_the_current_directory() {
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
    // The directory of the document is not in the fragment.
    assert!(
        copy.read("spec/here.yaml")
            .starts_with("# Extracted from things.yaml by\n")
    );
}

#[test]
fn replaces_an_existing_file_only_with_force() {
    let copy = copy();
    copy.write("spec/mine.yaml", "edited");
    let arguments = ["--path-prefix", "/others", "--out", "spec/mine.yaml"];
    let ran = extract(&copy, &arguments);
    insta::assert_snapshot!("exists", outcome(&ran));
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
    insta::assert_snapshot!("itself", outcome(&extract(&copy, &arguments)));
    assert_eq!(copy.read("upstream/things.yaml"), DOCUMENT);
}

#[test]
fn reports_what_it_could_not_do() {
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
            "json",
            extract(&copy, &["--path-prefix", "/others", "--out", "new.JSON"]),
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
        .map(|(name, ran)| format!("{name}: {}", outcome(ran)))
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
fn a_media_type_selects_a_version() {
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
    insta::assert_snapshot!("version", outcome(&ran));
    let written = copy.read("spec/v2.yaml");
    assert!(
        written.contains("New:") && !written.contains("Old:"),
        "{written}"
    );
}

#[test]
fn help_explains_media_types() {
    let ran = copy().xtask(&["extract", "--help"]);
    insta::assert_snapshot!("help", ran.stdout);
}

#[test]
#[cfg(unix)]
fn never_replaces_a_pipe() {
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

    // A symbolic link is followed.
    copy.write("target.yaml", "old");
    symlink("target.yaml", copy.path("link.yaml")).unwrap();
    assert_eq!(extract(&copy, &to("link.yaml")).code, 0);
    assert!(copy.path("link.yaml").is_symlink());
    assert!(copy.read("target.yaml").contains("getOther"));
}
