//! `release` checks what a release requires, in a git repository.

use std::env;
use std::process::Command;

use super::harness::{Copy, Ran, commit, git};

const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-01-31\n\n- All.\n";

/// Returns a copy that can be released.
fn releasable(name: &str) -> Copy {
    let copy = Copy::whole(name);
    copy.write("CHANGELOG.md", CHANGELOG);
    copy.write(".gitignore", "/target\n");
    git(&copy, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&copy, "Initial commit");
    copy
}

#[track_caller]
fn assert_passes(ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.code, 0, "{ran:?}");
    for part in parts {
        assert!(ran.stdout.contains(part), "{part:?}: {ran:?}");
    }
}

#[track_caller]
fn assert_fails(ran: &Ran, message: &str) {
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains(message), "{message:?}: {ran:?}");
}

#[test]
fn first_release_is_checked_before_and_after_its_tag() {
    let copy = releasable("release-first");
    let ran = copy.xtask(&["release"]);
    let before = [
        "the tag v0.1.0 does not exist yet",
        "has 0.1.0 of 2026-01-31",
        "skipped  cargo semver-checks: no release to compare with",
        "git tag --annotate v0.1.0",
        "cargo publish --workspace",
    ];
    assert_passes(&ran, &before);
    assert_eq!(git(&copy, &["tag"]).stdout, "");

    git(&copy, &["tag", "v0.1.0"]);
    let ran = copy.xtask(&["release"]);
    assert_passes(&ran, &["the tag v0.1.0 is this commit", "skipped"]);
    assert!(!ran.stdout.contains("git tag"), "{ran:?}");

    commit(&copy, "Continue");
    assert_fails(
        &copy.xtask(&["release"]),
        "the tag v0.1.0 is another commit; raise the version",
    );

    git(&copy, &["tag", "v0.3.0"]);
    let other = "this commit has the tag v0.3.0, but the version is 0.1.0";
    assert_fails(&copy.xtask(&["release"]), other);

    copy.write("notes.txt", "");
    assert_fails(
        &copy.xtask(&["release"]),
        "these files are not committed: notes.txt; commit or remove them",
    );
}

#[test]
#[cfg(unix)]
fn later_release_is_compared_with_the_earlier_one() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let copy = releasable("release-later");
    git(&copy, &["tag", "v0.1.0"]);
    let version = |version: &str| format!("[workspace.package]\nversion = \"{version}\"");
    copy.replace("Cargo.toml", &version("0.1.0"), &version("0.1.1"));
    lock(&copy);
    copy.write("CHANGELOG.md", &CHANGELOG.replace("0.1.0", "0.1.1"));
    commit(&copy, "Raise the version");
    assert_fails(
        &copy.xtask(&["release"]),
        "^0.1.0; write 0.1.1 wherever Cargo.toml has a version",
    );

    let manifest = copy.read("Cargo.toml");
    let required = manifest.replace(", version = \"0.1.0\"", ", version = \"0.1.1\"");
    copy.write("Cargo.toml", &required);
    lock(&copy);
    // In place of the program itself, which takes minutes.
    copy.write(
        "bin/cargo-semver-checks",
        "#!/bin/sh\necho \"compares: $*\"\n",
    );
    let program = copy.path("bin/cargo-semver-checks");
    set_permissions(program, Permissions::from_mode(0o755)).unwrap();
    commit(&copy, "Require the version");
    let mut paths = vec![copy.path("bin")];
    paths.extend(env::split_paths(&env::var_os("PATH").unwrap()));
    let mut command = copy.command("", &["release"]);
    command.env("PATH", env::join_paths(paths).unwrap());
    let ran = Ran::from(&command.output().unwrap());
    let compared = [
        "--baseline-rev v0.1.0 --package atlas-private-endpoint --package atlas-pe-sandbox",
        "the public API is compatible with v0.1.0",
        "git tag --annotate v0.1.1",
    ];
    assert_passes(&ran, &compared);
}

/// Writes the versions of the workspace into the lock file.
fn lock(copy: &Copy) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["update", "--workspace", "--offline", "--quiet"]);
    assert!(cargo.current_dir(copy.path("")).status().unwrap().success());
}
