//! The changes that spec/README.md walks through, made as it shows them.

use std::io::Write;
use std::process::{Command, Stdio};

use super::harness::Copy;
use super::harness::committed;

const README: &str = include_str!("../../../spec/README.md");

/// A change: the difference to apply, and what is run after it.
struct Walk {
    name: &'static str,
    difference: &'static str,
    commands: Vec<Shown>,
}

/// A command as the README shows it.
struct Shown {
    task: &'static str,
    code: i32,
    output: String,
}

fn walks() -> Vec<Walk> {
    let (_, chapter) = README.split_once("\n## Three changes\n").unwrap();
    let (chapter, _) = chapter.split_once("\n## ").unwrap();
    let sections = chapter.split("\n### ").skip(1);
    sections
        .map(|section| Walk {
            name: section.lines().next().unwrap(),
            difference: block(section, "diff"),
            commands: commands(block(section, "console")),
        })
        .collect()
}

/// What stands in the first block of that kind.
fn block(section: &'static str, kind: &str) -> &'static str {
    let fence = format!("```{kind}\n");
    let (_, rest) = section.split_once(&fence).unwrap();
    let end = rest.find("\n```").unwrap() + 1;
    &rest[..end]
}

fn commands(console: &'static str) -> Vec<Shown> {
    let mut commands: Vec<Shown> = Vec::new();
    for line in console.lines() {
        let Some(command) = line.strip_prefix("$ cargo xtask ") else {
            let output = &mut commands.last_mut().unwrap().output;
            output.push_str(line);
            output.push('\n');
            continue;
        };
        let (task, comment) = command.split_once('#').unwrap_or((command, ""));
        let code = comment.trim().strip_prefix("exit code ");
        commands.push(Shown {
            task: task.trim(),
            code: code.map_or(0, |code| code.parse().unwrap()),
            output: String::new(),
        });
    }
    commands
}

fn apply(copy: &Copy, difference: &str) {
    let mut git = Command::new("git")
        .args(["apply", "-"])
        .current_dir(copy.path(""))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = git.stdin.take().unwrap();
    stdin.write_all(difference.as_bytes()).unwrap();
    drop(stdin);
    assert!(git.wait().unwrap().success(), "{difference}");
}

/// Neither the lines of the description nor the commit stay the same.
fn without_numbers(text: &str) -> String {
    let mut masked = String::new();
    for line in text.lines() {
        if line.starts_with("compared with HEAD (") {
            masked.push_str("compared with HEAD\n");
            continue;
        }
        match line.split_once(".yaml:") {
            Some((before, after)) => {
                let after = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
                masked.push_str(&format!("{before}.yaml:{after}\n"));
            }
            None => masked.push_str(&format!("{line}\n")),
        }
    }
    masked
}

#[test]
fn each_change_goes_as_it_is_written_down() {
    let walks = walks();
    assert_eq!(walks.len(), 3);
    for walk in walks {
        let copy = committed();
        apply(&copy, walk.difference);
        for shown in walk.commands {
            let ran = copy.xtask(&[shown.task]);
            assert_eq!(ran.code, shown.code, "{}: {ran:?}", walk.name);
            assert_eq!(
                without_numbers(&ran.stdout),
                without_numbers(&shown.output),
                "{}: {}",
                walk.name,
                shown.task
            );
        }
    }
}
