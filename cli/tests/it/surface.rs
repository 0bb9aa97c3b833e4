//! The help of every command, as one text that shows each change in review.

use crate::harness::{bare_command, run};

/// The help of a command and then of those below it, as far as there are any.
fn show(path: &[String], surface: &mut String) {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let run = run(bare_command(&arguments));
    assert_eq!(run.code, 0, "{run}");
    surface.push_str(&format!(
        "$ atlas-pe {}\n{}\n",
        arguments.join(" "),
        run.stdout
    ));
    for name in below(&run.stdout) {
        let mut path = path.to_vec();
        path.push(name);
        show(&path, surface);
    }
}

/// The commands that a help lists: each line of that section that is indented by two.
fn below(help: &str) -> Vec<String> {
    let Some((_, section)) = help.split_once("\nCommands:\n") else {
        return Vec::new();
    };
    let lines = section.lines().take_while(|line| !line.is_empty());
    lines
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_whole_command_line() {
    let mut surface = String::new();
    show(&[], &mut surface);
    for command in ["interfaces wait", "config show", "aws-command", "man"] {
        assert!(
            surface.contains(&format!("$ atlas-pe {command} --help\n")),
            "{command}"
        );
    }
    insta::assert_snapshot!("surface", surface);
}

#[test]
fn the_version_is_the_package_s() {
    let run = run(bare_command(&["--version"]));
    assert_eq!(
        run.stdout,
        concat!("atlas-pe ", env!("CARGO_PKG_VERSION"), "\n")
    );
}
