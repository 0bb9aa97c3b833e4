//! Runs the commands that the READMEs for users show, and compares the output that they show.
//!
//! Each document has a sandbox of its own, in which its blocks run one after the other, as a reader would run
//! them.

use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use atlas_pe_sandbox::Sandbox;
use tempfile::TempDir;

use super::harness::{Copy, committed, workspace};

/// Stands for cargo. Programs are installed as this test's build has made them, tasks run in a copy of the
/// workspace, and crates are added for real.
const CARGO: &str = r#"#!/bin/sh
set -eu
case "$*" in
    "install --path "*) test -f "$WORKSPACE/$3/Cargo.toml" ;;
    "install "*) test -d "$WORKSPACE/$(echo "$2" | sed 's/^atlas-pe$/cli/; s/^atlas-pe-sandbox$/sandbox/')" ;;
    # Steps of `cargo xtask ci`, which runs this test.
    "xtask ci" | "xtask demo" | "doc "*) ;;
    "xtask "*) shift; cd "$COPY"; exec "$XTASK" "$@" ;;
    # The second word of a crate's directory is only right from the root of the workspace.
    "add "*" --path "*) exec "$CARGO" add --offline --quiet --path "$WORKSPACE/$4" ;;
    "add "*) shift; exec "$CARGO" add --offline --quiet "$@" ;;
    *) echo "expected a known command of cargo but found: $*" >&2; exit 1 ;;
esac
"#;

/// A command with the output that the document shows.
struct Shown {
    command: String,
    output: String,
}

/// Returns the commands of each block, with continuation lines and without those that a reader has to complete.
fn blocks(document: &str) -> Vec<Vec<Shown>> {
    let blocks = document.split("\n```console\n").skip(1);
    let blocks = blocks.map(|rest| rest.split("\n```").next().unwrap());
    blocks.map(commands).collect()
}

fn commands(block: &str) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            shown.push(Shown {
                command: command.to_owned(),
                output: String::new(),
            });
            continue;
        }
        let last = shown.last_mut().unwrap();
        let continued = last.command.ends_with('\\') && last.output.is_empty();
        let text = if continued {
            &mut last.command
        } else {
            &mut last.output
        };
        if continued {
            text.push('\n');
        }
        text.push_str(line);
        if !continued {
            text.push('\n');
        }
    }
    shown.retain(|it| !it.command.contains('…'));
    shown
}

/// Replaces the digits of ids, which differ in each run.
fn mask(text: &str) -> String {
    let words = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let masked = words.map(|word| {
        let id = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_id = id.len() == 24 && id.bytes().all(|digit| digit.is_ascii_hexdigit());
        let masked = if is_id { "ID" } else { id };
        format!("{masked}{}", &word[id.len()..])
    });
    masked.collect()
}

/// Where the commands of a document run.
struct Reader {
    home: TempDir,
    copy: Copy,
    sandbox: Sandbox,
}

impl Reader {
    fn new() -> Self {
        let home = TempDir::new().unwrap();
        let bin = home.path().join("bin");
        fs::create_dir(&bin).unwrap();
        let built = Path::new(env!("CARGO_BIN_EXE_xtask")).parent().unwrap();
        for program in ["atlas-pe", "atlas-pe-sandbox"] {
            let path = built.join(program);
            assert!(
                path.exists(),
                "{program} is not built; run cargo test --workspace"
            );
            symlink(path, bin.join(program)).unwrap();
        }
        let cargo = bin.join("cargo");
        fs::write(&cargo, CARGO).unwrap();
        fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(home.path().join("src")).unwrap();
        fs::write(home.path().join("src/main.rs"), "fn main() {}\n").unwrap();
        let manifest = "[package]\nname = \"reader\"\nedition = \"2024\"\n\n[workspace]\n";
        fs::write(home.path().join("Cargo.toml"), manifest).unwrap();
        let sandbox = Sandbox::builder().step(Duration::from_millis(1));
        Self {
            home,
            copy: committed(),
            sandbox: sandbox.start().unwrap(),
        }
    }

    /// Runs a command, and returns its standard output.
    fn run(&self, document: &str, command: &str) -> String {
        let home = self.home.path();
        let path = env::var_os("PATH").unwrap();
        let path = [home.join("bin")]
            .into_iter()
            .chain(env::split_paths(&path));
        let path: Vec<PathBuf> = path.collect();
        // A deletion asks at a terminal, and there is none.
        let command = match command {
            delete if delete.starts_with("atlas-pe delete ") => format!("{delete} --force"),
            other => other.to_owned(),
        };
        let output = Command::new("bash")
            .args(["-e", "-c", &command])
            .current_dir(home)
            .env_remove("CARGO_TARGET_DIR")
            .env("PATH", env::join_paths(path).unwrap())
            .env("HOME", home)
            .env("CARGO_HOME", cargo_home())
            .env("RUSTUP_HOME", rustup_home())
            .env("XDG_CONFIG_HOME", home)
            .env("EDITOR", "true")
            .env("CARGO", env!("CARGO"))
            .env("WORKSPACE", workspace())
            .env("COPY", self.copy.path(""))
            .env("XTASK", env!("CARGO_BIN_EXE_xtask"))
            .envs(self.sandbox.env())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{document}: {command}: {}\n{stderr}",
            output.status
        );
        String::from_utf8(output.stdout).unwrap()
    }
}

fn cargo_home() -> PathBuf {
    let default = || env::home_dir().unwrap().join(".cargo");
    env::var_os("CARGO_HOME").map_or_else(default, PathBuf::from)
}

fn rustup_home() -> PathBuf {
    let default = || env::home_dir().unwrap().join(".rustup");
    env::var_os("RUSTUP_HOME").map_or_else(default, PathBuf::from)
}

#[test]
fn commands_of_the_readmes_give_the_shown_output() {
    for document in ["README.md", "cli/README.md"] {
        let text = fs::read_to_string(workspace().join(document)).unwrap();
        let reader = Reader::new();
        let blocks = blocks(&text);
        assert!(!blocks.is_empty(), "{document} has no commands");
        for shown in blocks.into_iter().flatten() {
            let output = reader.run(document, &shown.command);
            if !shown.output.is_empty() {
                assert_eq!(
                    mask(&output),
                    mask(&shown.output),
                    "{document}: {}",
                    shown.command
                );
            }
        }
    }
}
