//! Completion scripts and manual pages.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::harness::{World, bare_command, run};

#[test]
fn completion_has_values_of_options() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = run(bare_command(&["completion", shell]));
        assert_eq!((run.code, &*run.stderr), (0, ""), "{run}");
        assert!(run.stdout.contains("aws-command"), "{run}");
        // For elvish and PowerShell, the library completes no values.
        if ["bash", "zsh", "fish"].contains(&shell) {
            for value in ["eu-central-1", "available", "jsonl"] {
                assert!(run.stdout.contains(value), "{shell} does not offer {value}");
            }
        }
    }
    run(bare_command(&["completion", "tcsh"])).assert_failure(2, &["tcsh", "bash"]);
}

#[test]
#[cfg(target_os = "linux")]
fn bash_completes_words_after_a_command() {
    // What bash calls for the tab key: the command, the word, and the word before.
    const TAB: &str = r#"
        source /dev/stdin
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _atlas__pe "$1" "${!#}" "${COMP_WORDS[$#-2]}"
        echo "${COMPREPLY[*]}"
    "#;
    let script = run(bare_command(&["completion", "bash"])).stdout;
    for (words, completed) in [
        (&["atlas-pe", "aws"][..], "aws-command"),
        (&["atlas-pe", "create", "--reg"], "--region"),
        (&["atlas-pe", "create", "--region", "eu-no"], "eu-north-1"),
        (&["atlas-pe", "aws-command", "--vpc"], "--vpc-id"),
        (&["atlas-pe", "interfaces", "cr"], "create"),
        (
            &["atlas-pe", "interfaces", "wait", "--for", "av"],
            "available",
        ),
    ] {
        let file = TempDir::new().unwrap();
        let path = file.path().join("script");
        fs::write(&path, &script).unwrap();
        let mut bash = Command::new("bash");
        bash.args(["-c", TAB, "bash"]).args(words);
        bash.stdin(fs::File::open(&path).unwrap());
        let run = run(bash);
        assert_eq!(run.stdout, format!("{completed}\n"), "{run}");
    }
}

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
