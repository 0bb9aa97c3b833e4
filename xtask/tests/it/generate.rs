//! What `generate` says of what it wrote.

use super::copy::{Copy, Ran};
use super::repository::{SPEC, break_it, extend_it, reword_it};

#[track_caller]
fn says(ran: &Ran, expected: &str) {
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{ran:?}");
    assert!(ran.stdout.contains(expected), "{expected:?}: {ran:?}");
}

#[test]
fn generate_says_what_users_of_the_crate_see() {
    let copy = Copy::new();
    reword_it(&copy);
    extend_it(&copy);
    break_it(&copy);
    let ran = copy.xtask(&["generate"]);
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    insta::assert_snapshot!(ran.stdout);

    copy.replace(
        SPEC,
        "README.md beside this file",
        "The README.md beside this file",
    );
    says(
        &copy.xtask(&["generate"]),
        "nothing changed for users of the crate",
    );

    std::fs::remove_file(copy.path("client/src/generated/private_endpoint_v1_0.rs")).unwrap();
    says(
        &copy.xtask(&["generate"]),
        "it is new to users of the crate",
    );

    copy.write("client/src/generated/private_endpoint_v1_0.rs", "no Rust");
    says(&copy.xtask(&["generate"]), "is no Rust to compare it with");
}

#[test]
fn another_server_is_no_small_change() {
    let copy = Copy::new();
    copy.replace(
        SPEC,
        "  - url: https://cloud.mongodb.com/api/atlas/v1.0\n",
        "  - url: https://cloud.example.com/api/atlas/v1.0\n",
    );
    let ran = copy.xtask(&["generate"]);
    let told = "breaking       calls go to https://cloud.example.com unless told otherwise, and went to \
                https://cloud.mongodb.com";
    assert!(ran.stdout.contains(told), "{ran:?}");
}
