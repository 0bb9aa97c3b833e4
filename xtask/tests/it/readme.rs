//! Runs the commands that the READMEs for users show, and compares the output that they show.
//!
//! Each document has a sandbox of its own, in which its blocks run one after the other, as a reader would run
//! them.

use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
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
    # The reader is not in the root of the workspace, and no crate is in a registry yet.
    "add "*" --path "*) exec "$CARGO" add --offline --quiet --path "$WORKSPACE/$4" ;;
    "add --dev atlas-pe-sandbox "*) exec "$CARGO" add --offline --quiet --dev --path "$WORKSPACE/sandbox" "$4" ;;
    "add "*) shift; exec "$CARGO" add --offline --quiet "$@" ;;
    *) echo "expected a known command of cargo but found: $*" >&2; exit 1 ;;
esac
"#;

/// Sections whose commands need more than a bare machine has: docker, or socat and a fixed port.
const SKIPPED: [&str; 2] = ["Container", "TLS"];

/// Written after the output of each command, before its exit code.
const END: char = '\u{1e}';

/// A command with the output and the exit code that the document shows.
struct Shown {
    command: String,
    output: String,
    code: i32,
}

/// Returns the commands of each block, with continuation lines and without those that a reader has to complete.
fn blocks(document: &str) -> Vec<Vec<Shown>> {
    let sections = document.split("\n## ");
    let sections = sections.filter(|section| !SKIPPED.iter().any(|name| section.starts_with(name)));
    let blocks = sections.flat_map(|section| section.split("\n```console\n").skip(1));
    let blocks = blocks.map(|rest| rest.split("\n```").next().unwrap());
    blocks.map(commands).collect()
}

fn commands(block: &str) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            let code = command.split_once("# exit code ");
            shown.push(Shown {
                command: command.to_owned(),
                output: String::new(),
                // Other comments can have these words, too.
                code: code.map_or(0, |(_, code)| code.parse().unwrap_or(0)),
            });
            continue;
        }
        let last = shown.last_mut().unwrap();
        if last.command.ends_with('\\') {
            last.command.push_str(&format!("\n{line}"));
        } else {
            last.output.push_str(&format!("{line}\n"));
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
        // Documents name the file from their own directory.
        let seed = "seed.example.json";
        let from = workspace().join("sandbox").join(seed);
        fs::create_dir(home.path().join("sandbox")).unwrap();
        for to in [seed.to_owned(), format!("sandbox/{seed}")] {
            fs::copy(&from, home.path().join(to)).unwrap();
        }
        let manifest = "[package]\nname = \"reader\"\nedition = \"2024\"\n\n[workspace]\n";
        fs::write(home.path().join("Cargo.toml"), manifest).unwrap();
        let sandbox = Sandbox::builder().step(Duration::from_millis(1));
        Self {
            home,
            copy: committed(),
            sandbox: sandbox.start().unwrap(),
        }
    }

    /// Runs the commands of a block in one shell, and compares their output and exit codes.
    fn run(&self, document: &str, block: &[Shown]) {
        let mut script = "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n".to_owned();
        for shown in block {
            // The document shows the content of a file of the reader.
            if let Some(name) = shown.command.strip_prefix("cat ") {
                fs::write(self.home.path().join(name), &shown.output).unwrap();
            }
            // A deletion asks at a terminal, and there is none.
            let is_deletion = shown.command.starts_with("atlas-pe delete ");
            let force = if is_deletion { " --force" } else { "" };
            let command = &shown.command;
            script.push_str(&format!("{command}{force}\nprintf '{END}%d{END}' $?\n"));
        }
        let output = self.bash(&script);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let stdout = String::from_utf8_lossy(&output.stdout);
        let mut parts = stdout.split(END);
        for shown in block {
            let (output, code) = (parts.next().unwrap(), parts.next().unwrap());
            let command = &shown.command;
            assert_eq!(
                code,
                shown.code.to_string(),
                "{document}: {command}\n{stdout}\n{stderr}"
            );
            if !shown.output.is_empty() {
                assert_eq!(mask(output), mask(&shown.output), "{document}: {command}");
            }
        }
    }

    fn bash(&self, script: &str) -> Output {
        let home = self.home.path();
        let path = env::var_os("PATH").unwrap();
        let path = [home.join("bin")]
            .into_iter()
            .chain(env::split_paths(&path));
        let path: Vec<PathBuf> = path.collect();
        Command::new("bash")
            .args(["-c", script])
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
            .unwrap()
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
    for document in ["README.md", "cli/README.md", "sandbox/README.md"] {
        let text = fs::read_to_string(workspace().join(document)).unwrap();
        let reader = Reader::new();
        let blocks = blocks(&text);
        assert!(!blocks.is_empty(), "{document} has no commands");
        for block in blocks {
            reader.run(document, &block);
        }
    }
}
