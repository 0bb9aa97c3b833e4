//! The message, the hint and the exit code of each error code of Atlas.

use std::collections::BTreeSet;

use atlas_pe_sandbox::fault::{CannedResponse, Fault};
use atlas_private_endpoint::types::ErrorCode;
use serde_json::{Value, json};

use crate::harness::{MISSING, VPCE, World};

const LIST: &[&str] = &["list"];
const CREATE: &[&str] = &["create", "--region", "us-east-1"];
const DESCRIBE: &[&str] = &["describe", MISSING];
const DELETE: &[&str] = &["delete", MISSING, "--force"];
const ADD: &[&str] = &["interfaces", "create", MISSING, VPCE];
const DESCRIBE_INTERFACE: &[&str] = &["interfaces", "describe", MISSING, VPCE];

/// A code, its status, a command that it can be a response to, and the exit code.
#[rustfmt::skip]
const CODES: &[(&str, u16, &[&str], i32)] = &[
    ("PRIVATELINK_NOT_FOUND", 404, DESCRIBE, 4),
    ("PRIVATELINK_INTERFACE_ENDPOINT_NOT_FOUND", 404, DESCRIBE_INTERFACE, 4),
    ("PRIVATELINK_INTERFACE_ENDPOINT_ID_MALFORMED", 404, ADD, 4),
    ("PRIVATELINK_ENDPOINT_SERVICE_ALREADY_EXISTS_FOR_REGION", 409, CREATE, 5),
    ("PRIVATELINK_INTERFACE_ENDPOINT_ALREADY_EXISTS", 409, ADD, 5),
    ("PRIVATELINK_CANNOT_ACCEPT_ENDPOINTS", 409, ADD, 5),
    ("CANNOT_DELETE_PRIVATELINK_WITH_ENDPOINTS", 409, DELETE, 5),
    ("PRIVATELINK_INCOMPATIBLE_TOO_MANY_NODES", 409, CREATE, 5),
    ("CLUSTER_INCOMPATIBLE_WITH_EXISTING_PRIVATELINK", 409, CREATE, 5),
    ("MULTIPLE_PRIVATE_ENDPOINTS_RESTRICTED_TO_SINGLE_REGION", 409, CREATE, 5),
    ("REGION_UNAVAILABLE", 409, CREATE, 5),
    ("INVALID_REGION", 400, CREATE, 1),
    ("INVALID_PROVIDER", 400, CREATE, 1),
    ("MALFORMED_JSON", 400, CREATE, 1),
    ("INVALID_JSON", 400, CREATE, 1),
    ("INVALID_JSON_ATTRIBUTE", 400, CREATE, 1),
    ("INVALID_ATTRIBUTE", 400, CREATE, 1),
    ("MISSING_ATTRIBUTE", 400, ADD, 1),
    ("MISSING_ATTRIBUTES", 400, CREATE, 1),
    ("INVALID_PATH_PARAMETER", 400, DESCRIBE, 1),
    ("INVALID_QUERY_PARAMETER", 400, LIST, 1),
    ("USER_UNAUTHORIZED", 401, LIST, 3),
    ("NOT_IN_GROUP", 401, LIST, 3),
    ("USER_CANNOT_ACCESS_GROUP", 401, LIST, 3),
    ("ACCESS_FORBIDDEN", 403, DELETE, 3),
    ("IP_ADDRESS_NOT_ON_WHITELIST", 403, LIST, 3),
    ("RESOURCE_REQUIRES_WHITELIST", 403, LIST, 3),
    ("INVALID_GROUP_ID", 404, LIST, 4),
    ("GROUP_NOT_FOUND", 404, LIST, 4),
    ("RESOURCE_NOT_FOUND", 404, LIST, 4),
    ("WRITES_NOT_ALLOWED_DURING_APP_UPGRADES", 405, DELETE, 6),
    ("RATE_LIMITED", 429, LIST, 6),
    ("UNEXPECTED_ERROR", 500, LIST, 6),
];

fn response(status: u16, body: &Value) -> CannedResponse {
    let response = CannedResponse::new(status).header("content-type", "application/json");
    response.body(body.to_string())
}

#[test]
fn every_code_has_a_message_a_hint_and_an_exit_code() {
    let mut hints = String::new();
    for (code, status, arguments, exit_code) in CODES {
        let world = World::new();
        let detail = format!("The detail of {code}");
        let body = json!({
            "detail": format!("{detail}."),
            "error": status,
            "errorCode": code,
            "reason": "A phrase",
        });
        let response = response(*status, &body);
        world.sandbox.inject(Fault::on_any().effect(response));
        let run = world.run(&[arguments, &["--max-attempts", "1"][..]].concat());
        run.assert_failure(*exit_code, &[&status.to_string(), code, &detail]);
        let lines: Vec<&str> = run.stderr.lines().collect();
        let [_, hint] = lines[..] else {
            panic!("expected a message and a hint\n{run}");
        };
        hints.push_str(&format!("{code}, exit code {exit_code}\n{hint}\n"));
    }
    insta::assert_snapshot!("hints", hints);
}

#[test]
fn table_has_every_known_code() {
    let known: BTreeSet<&str> = ErrorCode::KNOWN.iter().map(ErrorCode::as_str).collect();
    let here: BTreeSet<&str> = CODES.iter().map(|(code, ..)| *code).collect();
    assert_eq!(here, known);
}

#[test]
fn unknown_code_has_no_hint() {
    let world = World::new();
    let body = json!({"detail": "So it is.", "error": 418, "errorCode": "TEAPOT"});
    let response = response(418, &body);
    world.sandbox.inject(Fault::on_any().effect(response));
    let run = world.run(LIST);
    run.assert_failure(1, &["TEAPOT", "So it is."]);
    assert!(!run.stderr.contains("hint:"), "{run}");
}
