//! `verify` compares the version with the changes since the last release.

use super::harness::{
    Copy, Ran, SPEC, break_it, commit, committed, extend_it, git, released, reword_it,
};

/// `verify`'s exit code for a version that is too low.
const TOO_LOW: i32 = 5;

/// Runs `verify` on fresh code.
fn verify(copy: &Copy) -> Ran {
    let ran = copy.xtask(&["generate"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    copy.xtask(&["verify"])
}

fn set_version(copy: &Copy, from: &str, to: &str) {
    let line = |version: &str| format!("[workspace.package]\nversion = \"{version}\"");
    copy.replace("Cargo.toml", &line(from), &line(to));
}

#[track_caller]
fn assert_ran(ran: &Ran, code: i32, expected: &str) {
    assert_eq!(ran.code, code, "{ran:?}");
    assert!(ran.stdout.contains(expected), "{expected:?}: {ran:?}");
}

#[test]
fn version_must_be_raised_as_far_as_the_changes_require() {
    let copy = released("v0.1.0");
    let same = "version 0.1.0 is high enough: nothing changed in spec/ since v0.1.0";
    assert_ran(&verify(&copy), 0, same);
    reword_it(&copy);
    let reworded =
        "version 0.1.0 is high enough: the changes in spec/ since v0.1.0 are documentation";
    assert_ran(&verify(&copy), 0, reworded);
    extend_it(&copy);
    let extended = "version 0.1.0 is too low: the changes in spec/ since v0.1.0 are compatible; raise it to 0.1.1";
    assert_ran(&verify(&copy), TOO_LOW, extended);
    set_version(&copy, "0.1.0", "0.1.1");
    assert_ran(&verify(&copy), 0, "version 0.1.1 is high enough");
    break_it(&copy);
    commit(&copy, "Break it");
    assert_ran(&verify(&copy), TOO_LOW, "are breaking; raise it to 0.2.0");
    set_version(&copy, "0.1.1", "0.2.0-rc.1");
    assert_ran(&verify(&copy), 0, "version 0.2.0-rc.1 is high enough");
}

#[test]
fn last_release_is_the_highest_merged_tag() {
    let copy = committed();
    git(&copy, &["switch", "--quiet", "--create", "side"]);
    commit(&copy, "Release from a branch");
    git(&copy, &["tag", "v0.2.0"]);
    git(&copy, &["switch", "--quiet", "main"]);
    commit(&copy, "Release");
    // The last two are not releases.
    for tag in ["v0.1.1", "v0.1.0", "v2024.01.05", "v0.9.0-rc.1"] {
        git(&copy, &["tag", tag]);
    }
    let merge = ["merge", "--quiet", "--no-ff", "--message", "Merge", "side"];
    git(&copy, &merge);
    set_version(&copy, "0.1.0", "0.2.0");
    break_it(&copy);
    let expected = "the changes in spec/ since v0.2.0 are breaking; raise it to 0.3.0";
    assert_ran(&verify(&copy), TOO_LOW, expected);
    let diff = copy.xtask(&["diff"]);
    assert!(diff.stdout.starts_with("compared with v0.2.0 "), "{diff:?}");
}

#[test]
fn version_below_the_last_release_is_too_low_without_changes() {
    let copy = released("v0.2.1");
    let expected =
        "version 0.1.0 is too low: nothing changed in spec/ since v0.2.1; raise it to 0.2.1";
    assert_ran(&verify(&copy), TOO_LOW, expected);
}

#[test]
fn stale_code_is_reported_before_the_version() {
    let copy = released("v0.1.0");
    break_it(&copy);
    let ran = copy.xtask(&["verify"]);
    assert_eq!(ran.code, 4, "{ran:?}");
}

#[test]
fn version_is_not_compared_without_a_release() {
    let prefix = "version not compared with a release:";
    let untracked = format!("{prefix} this is not a git checkout");
    assert_ran(&verify(&Copy::new()), 0, &untracked);
    let copy = committed();
    break_it(&copy);
    let untagged = format!("{prefix} there is no release tag yet");
    assert_ran(&verify(&copy), 0, &untagged);
}

#[test]
fn workspace_inside_another_checkout_does_not_use_its_tags() {
    let outer = released("v7.0.0");
    let inner = Copy::new();
    for name in [
        "Cargo.toml",
        "xtask/Cargo.toml",
        SPEC,
        "client/src/generated.rs",
        "client/src/generated/private_endpoint_v1_0.rs",
        "sandbox/src/operations.rs",
        "sandbox/src/private-endpoint-v1.0.yaml",
    ] {
        outer.write(&format!("unpacked/{name}"), &inner.read(name));
    }
    let ran = outer.xtask_in("unpacked", &["verify"]);
    assert_ran(&ran, 0, "this is not a git checkout");
}
