//! The help of every command, as one text that shows each change in review.

use crate::harness::{bare_command, run};

const COMMANDS: &[&[&str]] = &[
    &[],
    &["list"],
    &["create"],
    &["describe"],
    &["delete"],
    &["interfaces"],
    &["interfaces", "create"],
    &["interfaces", "describe"],
    &["interfaces", "delete"],
];

#[test]
fn the_whole_command_line() {
    let mut surface = String::new();
    for command in COMMANDS {
        let mut arguments = command.to_vec();
        arguments.push("--help");
        let run = run(bare_command(&arguments));
        assert_eq!(run.code, 0, "{run}");
        surface.push_str(&format!(
            "$ atlas-pe {}\n{}\n",
            arguments.join(" "),
            run.stdout
        ));
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
