//! `generate` and `verify`: what is fresh, what is stale, and what is refused.

use std::fs;

use super::harness::{Copy, SPEC, break_it, committed, extend_it, reword_it};

const GENERATED: &str = "client/src/generated/private_endpoint_v1_0.rs";
const MODULE_LIST: &str = "client/src/generated.rs";
const SANDBOX_COPY: &str = "sandbox/src/private-endpoint-v1.0.yaml";

/// `verify`'s exit code for a stale file.
const STALE: i32 = 4;

/// A further fragment of the same server, as small as the house rules permit.
pub(crate) const SMALL: &str = "\
openapi: 3.0.3
info: { title: Pings, version: '2' }
servers: [{ url: https://cloud.mongodb.com/api/atlas/v2 }]
paths:
  /ping:
    get:
      operationId: ping
      summary: Answer.
      x-atlas-roles: [Project Owner]
      responses:
        '204': { description: Here. }
        '500': { description: Not here. }
";

/// Changes a description in the fragment, which changes the generated code.
fn change_description(copy: &Copy) {
    copy.replace(SPEC, "name once the status is", "name when the status is");
}

/// Flips one bit of the byte in the middle of a word.
fn flip_bit(copy: &Copy, name: &str, word: &str) {
    let mut bytes = fs::read(copy.path(name)).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let index = text.find(word).unwrap() + word.len() / 2;
    bytes[index] ^= 1;
    fs::write(copy.path(name), bytes).unwrap();
}

#[track_caller]
fn assert_verify(copy: &Copy, code: i32, expected: &str) {
    let ran = copy.xtask(&["verify"]);
    assert_eq!(ran.code, code, "{ran:?}");
    assert!(ran.stdout.contains(expected), "{expected:?}: {ran:?}");
}

/// Runs `generate` and returns what it prints.
#[track_caller]
fn generate(copy: &Copy) -> String {
    let ran = copy.xtask(&["generate"]);
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{ran:?}");
    ran.stdout
}

#[test]
fn checked_in_code_is_fresh_from_every_directory() {
    let copy = Copy::new();
    for directory in ["", "spec", "client/src"] {
        let ran = copy.xtask_in(directory, &["verify"]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
}

#[test]
fn changed_fragment_is_stale_until_generated() {
    let copy = Copy::new();
    change_description(&copy);
    assert_verify(&copy, STALE, "to update, run: cargo xtask generate");
    let ran = copy.xtask_in("client/src", &["generate"]);
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{ran:?}");
    assert!(copy.read(GENERATED).contains("name when the status is"));
    assert_eq!(copy.read(SANDBOX_COPY), copy.read(SPEC));
    assert_verify(&copy, 0, "fresh");
}

#[test]
fn flipped_bit_of_generated_code_is_stale() {
    let copy = Copy::new();
    let good = copy.read(GENERATED);
    flip_bit(&copy, GENERATED, "Every operation of the API");
    assert_verify(&copy, STALE, "+/// Every operation of the API");
    generate(&copy);
    assert_eq!(copy.read(GENERATED), good);
    assert_verify(&copy, 0, "fresh");
}

#[test]
fn flipped_bit_of_a_fragment_is_stale() {
    // The header of the generated file contains the hash of the whole fragment, comments included.
    for word in [
        "written and maintained by hand",
        "description: Atlas for Government",
    ] {
        let copy = Copy::new();
        flip_bit(&copy, SPEC, word);
        assert_verify(&copy, STALE, "stale");
    }
}

#[test]
fn generated_file_that_is_not_utf8_is_replaced() {
    let copy = Copy::new();
    let good = copy.read(GENERATED);
    let mut bytes = good.clone().into_bytes();
    bytes[200] = 0xff;
    fs::write(copy.path(GENERATED), bytes).unwrap();
    assert_verify(&copy, STALE, "stale");
    generate(&copy);
    assert_eq!(copy.read(GENERATED), good);
}

#[test]
fn failed_write_leaves_every_file_unchanged() {
    let copy = Copy::new();
    change_description(&copy);
    let before = copy.read(GENERATED);
    fs::remove_file(copy.path(MODULE_LIST)).unwrap();
    fs::create_dir(copy.path(MODULE_LIST)).unwrap();
    let ran = copy.xtask(&["generate"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains(MODULE_LIST), "{ran:?}");
    assert_eq!(copy.read(GENERATED), before);
}

#[test]
#[cfg(unix)]
fn linked_file_is_replaced_at_its_target() {
    let copy = Copy::new();
    change_description(&copy);
    let target = copy.path("target.rs");
    fs::rename(copy.path(GENERATED), &target).unwrap();
    std::os::unix::fs::symlink(&target, copy.path(GENERATED)).unwrap();
    generate(&copy);
    assert!(copy.path(GENERATED).is_symlink());
    assert_verify(&copy, 0, "fresh");
}

#[test]
fn fresh_file_is_not_written() {
    let copy = Copy::new();
    let modified = || fs::metadata(copy.path(GENERATED)).unwrap().modified();
    let before = modified().unwrap();
    generate(&copy);
    assert_eq!(modified().unwrap(), before);
}

#[test]
fn generate_prints_the_changes_for_users_of_the_crate() {
    let copy = committed();
    reword_it(&copy);
    extend_it(&copy);
    break_it(&copy);
    insta::assert_snapshot!(generate(&copy));
}

#[test]
fn further_fragment_becomes_a_module() {
    let copy = Copy::new();
    copy.write("spec/ping-v2.yaml", SMALL);
    let missing = "stale  client/src/generated/ping_v2.rs (it does not exist)";
    assert_verify(&copy, STALE, missing);
    assert_eq!(
        generate(&copy),
        "unchanged  client/src/generated/private_endpoint_v1_0.rs\n\
         wrote      client/src/generated/ping_v2.rs\n\
         wrote      client/src/generated.rs\n\
         unchanged  sandbox/src/operations.rs\n\
         unchanged  sandbox/src/private-endpoint-v1.0.yaml\n"
    );
    assert!(copy.read(MODULE_LIST).contains("pub mod ping_v2;"));
    let code = copy.read("client/src/generated/ping_v2.rs");
    assert!(code.contains("base_path: \"/api/atlas/v2\""), "{code}");
    assert_verify(&copy, 0, "fresh");
}

#[test]
fn module_of_a_deleted_fragment_is_removed() {
    let copy = Copy::new();
    copy.write("spec/ping-v2.yaml", SMALL);
    generate(&copy);
    fs::remove_file(copy.path("spec/ping-v2.yaml")).unwrap();
    copy.write("client/src/generated/mine.rs", "// Written by hand.\n");
    let orphan = "stale  client/src/generated/ping_v2.rs (its fragment no longer exists)";
    assert_verify(&copy, STALE, orphan);
    assert!(generate(&copy).contains("removed    client/src/generated/ping_v2.rs\n"));
    assert!(!copy.path("client/src/generated/ping_v2.rs").exists());
    assert!(copy.path("client/src/generated/mine.rs").exists());
    assert!(!copy.read(MODULE_LIST).contains("ping_v2"));
    assert_verify(&copy, 0, "fresh");
}

/// Adds files to `spec/`, and checks that nothing is generated and what is reported.
#[track_caller]
fn assert_refused(files: &[(&str, &str)], expected: &[&str]) {
    let copy = Copy::new();
    let before = copy.read(MODULE_LIST);
    for (name, text) in files {
        copy.write(&format!("spec/{name}"), text);
    }
    for task in ["generate", "verify"] {
        let ran = copy.xtask(&[task]);
        assert_eq!((ran.code, &*ran.stdout), (1, ""), "{ran:?}");
        for part in expected {
            assert!(ran.stderr.contains(part), "{part:?}: {ran:?}");
        }
    }
    assert_eq!(copy.read(MODULE_LIST), before);
}

#[test]
fn operation_id_of_another_fragment_is_refused() {
    let duplicate = SMALL.replace("operationId: ping", "operationId: addInterfaceEndpoint");
    assert_refused(
        &[("ping-v2.yaml", &duplicate)],
        &[
            "--> spec/ping-v2.yaml:7:7",
            "addInterfaceEndpoint",
            "spec/private-endpoint-v1.0.yaml",
            "found 1 problem\n",
        ],
    );
}

#[test]
fn server_of_another_host_is_refused() {
    let other = SMALL.replace("cloud.mongodb.com", "api.example.com");
    assert_refused(
        &[("ping-v2.yaml", &other)],
        &["https://api.example.com", "--> spec/ping-v2.yaml:3:13"],
    );
}

#[test]
fn file_name_that_gives_no_module_is_refused() {
    assert_refused(&[("2pings.yaml", SMALL)], &["the name spec/2pings.yaml"]);
    assert_refused(&[("ping.yml", SMALL)], &["the name spec/ping.yml"]);
    assert_refused(
        &[("ping-v2.yaml", SMALL), ("ping.v2.yaml", SMALL)],
        &["spec/ping-v2.yaml and spec/ping.v2.yaml would both be the module ping_v2"],
    );
    for taken in [
        "error.yaml",
        "types.yaml",
        "reqwest.yaml",
        "serde-json.yaml",
    ] {
        let expected = format!("is taken in the client crate; rename spec/{taken}");
        assert_refused(&[(taken, SMALL)], &[&expected]);
    }
}

#[test]
fn problems_of_all_fragments_are_reported() {
    let one = SMALL.replace("      summary: Answer.\n", "");
    let two = SMALL.replace("operationId: ping", "operationId: Pong");
    assert_refused(
        &[("one.yaml", &one), ("two.yaml", &two)],
        &[
            "--> spec/one.yaml:6:5",
            "--> spec/two.yaml:7:7",
            "found 2 problems\n",
        ],
    );
}
