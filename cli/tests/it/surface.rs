//! The help of every command, one snapshot each.

use crate::harness::{bare_command, run};

/// Returns the help of a command.
fn help(path: &[String]) -> String {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let run = run(bare_command(&arguments));
    assert_eq!(run.code, 0, "{run}");
    run.stdout
}

/// Returns the commands that a help lists: each line of that section that is indented by two.
fn subcommands(help: &str) -> Vec<String> {
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
fn help_of_every_command() {
    let root = help(&[]);
    let (_, globals) = root.split_once("\nGlobal options:\n").unwrap();
    let (globals, _) = globals.split_once("\n\nSettings ").unwrap();
    insta::assert_snapshot!("help", root);

    let mut commands: Vec<Vec<String>> =
        subcommands(&root).into_iter().map(|it| vec![it]).collect();
    let mut seen = Vec::new();
    while let Some(path) = commands.pop() {
        let help = help(&path);
        assert!(
            help.contains(globals),
            "{path:?} lacks a global option:\n{help}"
        );
        let below = subcommands(&help).into_iter();
        commands.extend(below.map(|name| [&path[..], &[name]].concat()));
        let name = path.join("_");
        insta::assert_snapshot!(format!("help_{name}"), help.replace(globals, "  …"));
        seen.push(name);
    }
    for command in ["interfaces_wait", "config_show", "aws-command", "man"] {
        assert!(
            seen.iter().any(|it| it == command),
            "{command} is not in {seen:?}"
        );
    }
}

#[test]
fn version_is_that_of_the_package() {
    let run = run(bare_command(&["--version"]));
    assert_eq!(
        run.stdout,
        concat!("atlas-pe ", env!("CARGO_PKG_VERSION"), "\n")
    );
}
