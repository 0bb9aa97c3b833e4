//! Manual pages.

use std::fs;

use tempfile::TempDir;

use crate::harness::{World, bare_command, run};

#[test]
fn manual_has_a_page_per_command() {
    let main = run(bare_command(&["man"]));
    assert_eq!(main.code, 0, "{main}");
    assert!(
        main.stdout.contains(".TH atlas\\-pe 1") || main.stdout.contains(".TH"),
        "{main}"
    );

    let directory = TempDir::new().unwrap();
    let written = run(bare_command(&[
        "man",
        "--dir",
        directory.path().to_str().unwrap(),
    ]));
    assert_eq!((written.code, &*written.stdout), (0, ""), "{written}");
    let mut pages: Vec<String> = fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    for page in [
        "atlas-pe.1",
        "atlas-pe-list.1",
        "atlas-pe-interfaces-create.1",
    ] {
        assert!(
            pages.iter().any(|name| name == page),
            "{page} is not in {pages:?}"
        );
    }
    let page = fs::read_to_string(directory.path().join("atlas-pe-delete.1")).unwrap();
    assert!(page.contains("cascade"), "{page}");

    let nowhere = run(bare_command(&["man", "--dir", "/no/such/directory"]));
    nowhere.assert_failure(2, &["/no/such/directory"]);
}

#[test]
fn manual_has_the_environment_and_the_exit_codes_in_sections() {
    let page = run(bare_command(&["man"])).stdout;
    let section = |title: &str| {
        let (_, section) = page.split_once(&format!(".SH {title}\n")).unwrap();
        section.split(".SH ").next().unwrap().to_owned()
    };
    let environment = section("ENVIRONMENT");
    assert!(
        environment.contains(".TP\n\\fBNO_COLOR\\fR\ndisables colors"),
        "{environment}"
    );
    let exit_status = section("\"EXIT STATUS\"");
    assert!(
        exit_status.contains(".TP\n\\fB7\\fR\ntimed out waiting"),
        "{exit_status}"
    );
    assert!(!page.contains("EXTRA"), "{page}");
}

/// A machine without certificates, such as a small container, can still reach a sandbox.
#[test]
#[cfg(target_os = "linux")]
fn certificates_are_read_only_for_https() {
    let world = World::new();
    let nowhere = TempDir::new().unwrap();
    let list = |base_url: &str| {
        let mut command = world.command(&["list", "-o", "json", "--base-url", base_url]);
        command.env("SSL_CERT_FILE", nowhere.path().join("none.pem"));
        command.env("SSL_CERT_DIR", nowhere.path());
        run(command)
    };
    let plain = list(world.sandbox.origin());
    assert_eq!((plain.code, &*plain.stdout), (0, "[]\n"), "{plain}");
    let encrypted = world.sandbox.origin().replace("http:", "https:");
    let encrypted = list(&encrypted);
    assert_ne!(encrypted.code, 0, "{encrypted}");
    assert!(encrypted.stderr.contains("could not set up"), "{encrypted}");
}
