//! Whether `verify` sees a version that is too low.

use super::copy::{Copy, Ran};
use super::repository::{SPEC, break_it, commit, committed, extend_it, git, released, reword_it};

/// `verify`'s exit code for a version that is too low.
const LOW: i32 = 5;

/// Generates what is stale, so that `verify` looks at the version.
fn verify(copy: &Copy) -> Ran {
    let ran = copy.xtask(&["generate"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    copy.xtask(&["verify"])
}

fn set(copy: &Copy, from: &str, to: &str) {
    let line = |version: &str| format!("[workspace.package]\nversion = \"{version}\"");
    copy.replace("Cargo.toml", &line(from), &line(to));
}

#[track_caller]
fn says(ran: &Ran, code: i32, expected: &str) {
    assert_eq!(ran.code, code, "{ran:?}");
    assert!(ran.stdout.contains(expected), "{expected:?}: {ran:?}");
}

#[test]
fn a_breaking_change_asks_for_a_version() {
    let copy = released("v0.1.0");
    says(
        &verify(&copy),
        0,
        "version 0.1.0 will do: nothing changed in spec/ since v0.1.0",
    );
    reword_it(&copy);
    says(
        &verify(&copy),
        0,
        "version 0.1.0 will do: what changed in spec/ since v0.1.0 is documentation",
    );
    extend_it(&copy);
    let low = "version 0.1.0 is too low: what changed in spec/ since v0.1.0 is compatible. Raise it to 0.1.1";
    says(&verify(&copy), LOW, low);
    set(&copy, "0.1.0", "0.1.1");
    says(&verify(&copy), 0, "version 0.1.1 will do");
    break_it(&copy);
    commit(&copy, "Break it");
    says(&verify(&copy), LOW, "is breaking. Raise it to 0.2.0");
    set(&copy, "0.1.1", "0.2.0-rc.1");
    says(&verify(&copy), 0, "version 0.2.0-rc.1 will do");
}

#[test]
fn the_last_release_is_the_highest_that_was_merged() {
    let copy = committed();
    git(&copy, &["switch", "--quiet", "--create", "side"]);
    commit(&copy, "Release from the side");
    git(&copy, &["tag", "v0.2.0"]);
    git(&copy, &["switch", "--quiet", "main"]);
    commit(&copy, "Release");
    // Neither of the last two is a release.
    for tag in ["v0.1.1", "v0.1.0", "v2024.01.05", "v0.9.0-rc.1"] {
        git(&copy, &["tag", tag]);
    }
    let merge = ["merge", "--quiet", "--no-ff", "--message", "Merge", "side"];
    git(&copy, &merge);
    set(&copy, "0.1.0", "0.2.0");
    break_it(&copy);
    let low = "what changed in spec/ since v0.2.0 is breaking. Raise it to 0.3.0";
    says(&verify(&copy), LOW, low);
    let diff = copy.xtask(&["diff"]);
    assert!(diff.stdout.starts_with("compared with v0.2.0 "), "{diff:?}");
}

#[test]
fn a_version_below_the_last_release_is_too_low_whatever_changed() {
    let copy = released("v0.2.1");
    let low = "version 0.1.0 is too low: nothing changed in spec/ since v0.2.1. Raise it to 0.2.1";
    says(&verify(&copy), LOW, low);
}

#[test]
fn stale_code_comes_first() {
    let copy = released("v0.1.0");
    break_it(&copy);
    let ran = copy.xtask(&["verify"]);
    assert_eq!(ran.code, 4, "{ran:?}");
}

#[test]
fn without_a_release_there_is_nothing_to_compare_with() {
    let not = "version not compared with a release:";
    let copy = Copy::new();
    says(&verify(&copy), 0, &format!("{not} this is no git checkout"));
    let copy = committed();
    break_it(&copy);
    says(
        &verify(&copy),
        0,
        &format!("{not} there is no release tag yet"),
    );
}

#[test]
fn a_workspace_inside_of_another_checkout_is_none_of_it() {
    let outer = released("v7.0.0");
    let inner = Copy::new();
    for name in [
        "Cargo.toml",
        "xtask/Cargo.toml",
        SPEC,
        "client/src/generated.rs",
        "client/src/generated/private_endpoint_v1_0.rs",
    ] {
        outer.write(&format!("unpacked/{name}"), &inner.read(name));
    }
    let ran = outer.xtask_in("unpacked", &["verify"]);
    says(&ran, 0, "this is no git checkout");
}
