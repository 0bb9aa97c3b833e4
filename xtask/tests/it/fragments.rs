//! What becomes of further descriptions, and of those that are gone.

use super::copy::Copy;

/// A description of the same server, as small as the house rules let it be.
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

const LIST: &str = "client/src/generated.rs";

#[test]
fn a_further_description_becomes_a_further_module() {
    let copy = Copy::new();
    copy.write("spec/ping-v2.yaml", SMALL);
    let ran = copy.xtask(&["verify"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(
        ran.stdout
            .contains("stale  client/src/generated/ping_v2.rs (it does not exist)"),
        "{ran:?}"
    );
    let ran = copy.xtask(&["generate"]);
    assert_eq!(
        ran.stdout,
        "unchanged  client/src/generated/private_endpoint_v1_0.rs\n\
         wrote      client/src/generated/ping_v2.rs\n\
         \x20          it is new to users of the crate\n\
         wrote      client/src/generated.rs\n",
        "{ran:?}"
    );
    assert!(copy.read(LIST).contains("pub mod ping_v2;"));
    let code = copy.read("client/src/generated/ping_v2.rs");
    assert!(code.contains("base_path: \"/api/atlas/v2\""), "{code}");
    assert_eq!(copy.xtask(&["verify"]).code, 0);
}

#[test]
fn what_is_left_of_a_description_is_removed_and_nothing_else() {
    let copy = Copy::new();
    copy.write("spec/ping-v2.yaml", SMALL);
    assert_eq!(copy.xtask(&["generate"]).code, 0);
    std::fs::remove_file(copy.path("spec/ping-v2.yaml")).unwrap();
    copy.write("client/src/generated/mine.rs", "// Written by hand.\n");
    let ran = copy.xtask(&["verify"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(
        ran.stdout
            .contains("stale  client/src/generated/ping_v2.rs (its description is gone)"),
        "{ran:?}"
    );
    let ran = copy.xtask(&["generate"]);
    assert!(
        ran.stdout
            .contains("removed    client/src/generated/ping_v2.rs\n"),
        "{ran:?}"
    );
    assert!(!copy.path("client/src/generated/ping_v2.rs").exists());
    assert!(copy.path("client/src/generated/mine.rs").exists());
    assert!(!copy.read(LIST).contains("ping_v2"));
    assert_eq!(copy.xtask(&["verify"]).code, 0);
}

/// Adds files to `spec/`, and expects that nothing is generated and why.
#[track_caller]
fn refused(files: &[(&str, &str)], said: &[&str]) {
    let copy = Copy::new();
    let before = copy.read(LIST);
    for (name, text) in files {
        copy.write(&format!("spec/{name}"), text);
    }
    for task in ["generate", "verify"] {
        let ran = copy.xtask(&[task]);
        assert_eq!((ran.code, &*ran.stdout), (1, ""), "{ran:?}");
        for part in said {
            assert!(ran.stderr.contains(part), "{part}\nwas not said: {ran:?}");
        }
    }
    assert_eq!(copy.read(LIST), before);
}

#[test]
fn two_operations_cannot_be_the_same_method() {
    let twice = SMALL.replace("operationId: ping", "operationId: addInterfaceEndpoint");
    refused(
        &[("ping-v2.yaml", &twice)],
        &[
            "spec/private-endpoint-v1.0.yaml has an operation addInterfaceEndpoint already",
            "--> spec/ping-v2.yaml:7:7",
            "found 1 problem\n",
            "give this one another operationId",
        ],
    );
}

#[test]
fn another_server_is_not_for_this_client() {
    let elsewhere = SMALL.replace("cloud.mongodb.com", "api.example.com");
    refused(
        &[("ping-v2.yaml", &elsewhere)],
        &[
            "the first server is at https://api.example.com",
            "--> spec/ping-v2.yaml:3:13",
        ],
    );
}

#[test]
fn the_name_of_a_file_must_be_one_of_a_module() {
    refused(
        &[("2pings.yaml", SMALL)],
        &["the name spec/2pings.yaml gives no name"],
    );
    refused(
        &[("ping.yml", SMALL)],
        &["the name spec/ping.yml does not end in .yaml"],
    );
    refused(
        &[("ping-v2.yaml", SMALL), ("ping.v2.yaml", SMALL)],
        &["spec/ping-v2.yaml and spec/ping.v2.yaml would both be the module ping_v2"],
    );
    for taken in [
        "error.yaml",
        "types.yaml",
        "reqwest.yaml",
        "serde-json.yaml",
    ] {
        refused(
            &[(taken, SMALL)],
            &[&format!("give spec/{taken} another name")],
        );
    }
}

#[test]
fn the_problems_of_all_descriptions_are_told() {
    let one = SMALL.replace("      summary: Answer.\n", "");
    let two = SMALL.replace("operationId: ping", "operationId: Pong");
    refused(
        &[("one.yaml", &one), ("two.yaml", &two)],
        &[
            "this operation has no summary",
            "--> spec/one.yaml:6:5",
            "the operation id \"Pong\"",
            "--> spec/two.yaml:7:7",
            "found 2 problems\n",
        ],
    );
}
