//! Property tests: whatever a server sends, the client does not panic.
//!
//! `cargo xtask fuzz` runs these and those of challenges with millions of cases. It finds them by the end of
//! their names.

use std::fmt::Debug;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};

use super::body::{Body, End};
use super::retry::server_delay;
use super::transport::{Response, status_error};
use crate::ErrorKind;
use crate::clock::SystemClock;
use crate::types::{InterfaceEndpoint, PrivateEndpointConnection};

/// Returns a body of Atlas for each type of response.
fn bodies() -> Vec<Value> {
    let connection = json!({
        "id": "5f7cb1a3e3b4aa3b8ba3fb44",
        "endpointServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0aee615d3fe32c14e",
        "errorMessage": null,
        "interfaceEndpoints": ["vpce-0b9c5701325cb15dd", "vpce-0b9c5701325cb15de"],
        "status": "AVAILABLE",
    });
    let endpoint = json!({
        "interfaceEndpointId": "vpce-0b9c5701325cb15dd",
        "connectionStatus": "PENDING_ACCEPTANCE",
        "deleteRequested": false,
        "errorMessage": "",
    });
    let error = json!({
        "detail": "No group with ID 5f7cb1a3e3b4aa3b8ba3fb44 exists.",
        "error": 404,
        "errorCode": "GROUP_NOT_FOUND",
        "parameters": ["5f7cb1a3e3b4aa3b8ba3fb44", {"a": 1}],
        "reason": "Not Found",
    });
    vec![json!([connection, connection]), connection, endpoint, error]
}

/// Returns values to put in the place of another.
fn other_values() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(404),
        json!(-1.5e300),
        json!(u64::MAX),
        json!(""),
        json!("404"),
        json!("vpce-"),
        json!("\u{0}\u{1b}[31m\n\u{202e}é"),
        json!([null, []]),
        json!({"id": {}}),
    ]
}

/// Replaces the node that is `index`-th in depth-first order. Returns the number of nodes passed, or `None` once
/// it is replaced.
fn replace(node: &mut Value, index: usize, other: &Value) -> Option<usize> {
    if index == 0 {
        *node = other.clone();
        return None;
    }
    let children: Vec<&mut Value> = match node {
        Value::Array(items) => items.iter_mut().collect(),
        Value::Object(fields) => fields.values_mut().collect(),
        _ => Vec::new(),
    };
    let mut passed = 1;
    for child in children {
        passed += replace(child, index - passed, other)?;
    }
    Some(passed)
}

/// Texts that break JSON, its numbers, its strings or UTF-8.
const PIECES: &[&[u8]] = &[
    b"null",
    b"{",
    b"}",
    b"[",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    b"\"",
    b":",
    b",",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"-0",
    b"1e999",
    b"18446744073709551616",
    b"\xff",
    b"\xc3",
    b"\x1b[31m",
    b"\r\n",
    b"\0",
];

/// Removes some bytes at a position and inserts others.
fn edited(bytes: &[u8], edits: Vec<(Index, usize, Vec<u8>)>) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (position, removed, inserted) in edits {
        let start = position.index(bytes.len() + 1);
        let end = bytes.len().min(start + removed);
        bytes.splice(start..end, inserted);
    }
    bytes
}

fn any_edits() -> impl Strategy<Value = Vec<(Index, usize, Vec<u8>)>> {
    let piece = prop_oneof![
        select(PIECES).prop_map(<[u8]>::to_vec),
        vec(any::<u8>(), 0..3)
    ];
    vec((any::<Index>(), 0..12_usize, piece), 0..3)
}

/// Returns a strategy for bodies: those of Atlas with other values and other bytes in some places, and arbitrary
/// bytes.
fn any_body() -> impl Strategy<Value = Vec<u8>> {
    let replacements = vec((0..20_usize, select(other_values())), 0..4);
    let similar = (select(bodies()), replacements, any_edits());
    let similar = similar.prop_map(|(mut body, replacements, edits)| {
        for (index, other) in replacements {
            replace(&mut body, index, &other);
        }
        edited(body.to_string().as_bytes(), edits)
    });
    prop_oneof![1 => any::<Vec<u8>>(), 9 => similar]
}

/// Returns a strategy for values of the headers `Date` and `Retry-After`.
fn any_time() -> impl Strategy<Value = Vec<u8>> {
    let seconds = prop_oneof![any::<u64>(), 0..100_u64].prop_map(|seconds| seconds.to_string());
    let date = Just("Sun, 06 Nov 1994 08:49:37 GMT".to_owned());
    let valid = prop_oneof![seconds, date];
    (valid, any_edits()).prop_map(|(text, edits)| edited(text.as_bytes(), edits))
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &[u8]) {
    if let Ok(value) = HeaderValue::from_bytes(value) {
        headers.insert(name, value);
    }
}

fn response(body: Vec<u8>) -> Response {
    Response {
        status: StatusCode::OK,
        body,
        date: None,
        content_type: None,
    }
}

/// Decodes a response. What was decoded can be encoded and decoded again.
fn decode<T: DeserializeOwned + Serialize + PartialEq + Debug>(body: &Response) {
    match body.decode::<T>() {
        Ok(decoded) => {
            let encoded = serde_json::to_vec(&decoded).unwrap();
            assert_eq!(response(encoded).decode::<T>().unwrap(), decoded);
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Response);
            assert_eq!(error.status(), Some(StatusCode::OK));
            assert_eq!(error.to_string().lines().count(), 1);
        }
    }
}

proptest! {
    #[test]
    fn any_success_is_decoded_without_a_panic(body in any_body()) {
        let response = response(body);
        decode::<Vec<PrivateEndpointConnection>>(&response);
        decode::<PrivateEndpointConnection>(&response);
        decode::<InterfaceEndpoint>(&response);
        // Of a deletion.
        let _ = response.decode::<IgnoredAny>();
        if let Ok(connection) = response.decode::<PrivateEndpointConnection>() {
            let _ = connection.region();
        }
    }

    #[test]
    fn any_error_is_read_without_a_panic(
        status in 100..1000_u16, body in any_body(), date in any_time(), retry_after in any_time(),
    ) {
        let status = StatusCode::from_u16(status).unwrap();
        let mut headers = HeaderMap::new();
        insert(&mut headers, DATE, &date);
        insert(&mut headers, RETRY_AFTER, &retry_after);
        let body = Body { bytes: body, end: End::Complete };
        let delay = server_delay(status, &headers, &SystemClock);
        let error = status_error(String::new(), status, &body).with_retry_after(delay);
        prop_assert_eq!(error.status(), Some(status));
        prop_assert_eq!(error.to_string().lines().count(), 1);
        prop_assert!(error.is_transient() || !error.is_retryable());
    }
}
