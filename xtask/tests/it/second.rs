//! A second fragment needs no hand-written code: it is generated, built by cargo, and its operations are called.
//!
//! The fragment has what the private endpoints do not have: parameters in the query and in headers, nullable and
//! nested values, several statuses of success. The server checks the requests that it receives.

use std::path::Path;
use std::process::{Command, Output};

use super::harness::Copy;

const FRAGMENT: &str = include_str!("second/reminders-v2.yaml");

/// The files of a package that uses the client.
const USER: &[(&str, &str)] = &[
    ("user/Cargo.toml", include_str!("second/user.toml")),
    ("user/src/lib.rs", "//! A package with tests only.\n"),
    ("user/tests/second/main.rs", include_str!("second/user.rs")),
    (
        "user/tests/second/server.rs",
        include_str!("second/server.rs"),
    ),
];

#[test]
fn second_fragment_is_generated_built_and_called() {
    let copy = Copy::whole("second");
    copy.write("spec/reminders-v2.yaml", FRAGMENT);
    let ran = copy.xtask(&["generate"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(copy.xtask(&["verify"]).code, 0);
    copy.replace("Cargo.toml", "members = [", "members = [\"user\", ");
    for (name, text) in USER {
        copy.write(name, text);
    }
    let output = test_user(&copy);
    let printed = format!(
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{printed}");
    assert!(printed.contains("12 passed; 0 failed"), "{printed}");
    // As in a warning of the compiler.
    assert!(!printed.contains("--> client/src/"), "{printed}");
}

/// Part of cargo's message when a package has not been downloaded.
const NOT_DOWNLOADED: &str = "--offline was specified";

/// Builds and runs the package's tests, and downloads packages only where that is necessary.
fn test_user(copy: &Copy) -> Output {
    let output = cargo_test(copy, &["--offline"]);
    if String::from_utf8_lossy(&output.stderr).contains(NOT_DOWNLOADED) {
        return cargo_test(copy, &[]);
    }
    output
}

/// Builds in the target directory of this test, with the features of the whole workspace, so that dependencies are
/// not built again.
fn cargo_test(copy: &Copy, further: &[&str]) -> Output {
    let target = Path::new(env!("CARGO_BIN_EXE_xtask"))
        .ancestors()
        .nth(2)
        .unwrap();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Command::new(cargo)
        .args(["test", "--workspace", "--test", "second"])
        .args(further)
        .env("CARGO_TARGET_DIR", target)
        .env("RUST_BACKTRACE", "0")
        .current_dir(copy.path(""))
        .output()
        .unwrap()
}
