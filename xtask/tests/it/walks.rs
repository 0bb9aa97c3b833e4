//! The changes that spec/README.md shows, applied as it shows them.

use std::io::Write;
use std::process::{self, Stdio};

use super::harness::{Copy, committed};

const README: &str = include_str!("../../../spec/README.md");

/// A change: a difference, and the commands to run after it.
struct Walk {
    name: &'static str,
    difference: &'static str,
    commands: Vec<Command>,
}

/// A command with its expected output.
struct Command {
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

/// Returns the content of the first code block of a kind.
fn block(section: &'static str, kind: &str) -> &'static str {
    let fence = format!("```{kind}\n");
    let (_, rest) = section.split_once(&fence).unwrap();
    let end = rest.find("\n```").unwrap() + 1;
    &rest[..end]
}

fn commands(console: &'static str) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    for line in console.lines() {
        let Some(command) = line.strip_prefix("$ cargo xtask ") else {
            let output = &mut commands.last_mut().unwrap().output;
            output.push_str(line);
            output.push('\n');
            continue;
        };
        let (task, comment) = command.split_once('#').unwrap_or((command, ""));
        let code = comment.trim().strip_prefix("exit code ");
        commands.push(Command {
            task: task.trim(),
            code: code.map_or(0, |code| code.parse().unwrap()),
            output: String::new(),
        });
    }
    commands
}

fn apply(copy: &Copy, difference: &str) {
    let mut git = process::Command::new("git")
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

/// Removes what other changes of the fragment change: line numbers and the commit.
fn mask_numbers(text: &str) -> String {
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
fn changes_give_the_output_that_the_readme_shows() {
    let walks = walks();
    assert_eq!(walks.len(), 3);
    for walk in walks {
        let copy = committed();
        apply(&copy, walk.difference);
        for command in walk.commands {
            let ran = copy.xtask(&[command.task]);
            assert_eq!(ran.code, command.code, "{}: {ran:?}", walk.name);
            assert_eq!(
                mask_numbers(&ran.stdout),
                mask_numbers(&command.output),
                "{}: {}",
                walk.name,
                command.task
            );
        }
    }
}
