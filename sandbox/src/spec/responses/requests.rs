//! The initial state of the walk, and its requests.

use serde_json::json;

use crate::DEFAULT_PROJECT_ID;
use crate::error::Code;
use crate::seed::Seed;
use crate::service::MAX_BODY;
use crate::spec::{JSON, Operation};
use crate::testing::UNKNOWN_ID;

/// Ready, without interface endpoints.
pub(super) const EMPTY: &str = "000000000000000000000001";
/// Ready, with the interface endpoint [`VPCE`].
pub(super) const USED: &str = "000000000000000000000002";
/// Being created.
pub(super) const INITIATING: &str = "000000000000000000000003";
pub(super) const FAILED: &str = "000000000000000000000004";
pub(super) const DELETING: &str = "000000000000000000000005";
pub(super) const VPCE: &str = "vpce-1";

/// The interface endpoints of [`USED`].
pub(super) const ENDPOINTS: [(&str, &str); 6] = [
    (VPCE, "AVAILABLE"),
    ("vpce-2", "NONE"),
    ("vpce-3", "PENDING_ACCEPTANCE"),
    ("vpce-4", "PENDING"),
    ("vpce-5", "REJECTED"),
    ("vpce-6", "DELETING"),
];

/// Returns a project with connections and interface endpoints in every status.
pub(super) fn seed() -> Seed {
    let endpoints = ENDPOINTS.map(|(id, status)| json!({ "id": id, "status": status }));
    let seed = json!({
        "projects": [{
            "id": DEFAULT_PROJECT_ID,
            "connections": [
                { "id": EMPTY, "region": "us-east-1" },
                { "id": USED, "region": "us-east-2", "interfaceEndpoints": endpoints },
                { "id": INITIATING, "region": "us-west-1", "status": "INITIATING" },
                { "id": FAILED, "region": "us-west-2", "status": "FAILED", "errorMessage": "No address is left." },
                { "id": DELETING, "region": "eu-west-1", "status": "DELETING" },
            ],
        }],
    });
    Seed::from_json(&seed.to_string()).expect("the seed is valid")
}

/// A request of an operation.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) operation: &'static Operation,
    pub(super) path: String,
    pub(super) query: &'static str,
    pub(super) media_type: &'static str,
    pub(super) body: String,
}

impl Request {
    /// Makes a request that succeeds.
    pub(super) fn new(operation: &'static Operation) -> Self {
        let body = match operation.id {
            "createPrivateEndpointConnection" => {
                r#"{"providerName": "AWS", "region": "eu-north-1"}"#
            }
            "addInterfaceEndpoint" => r#"{"interfaceEndpointId": "vpce-new"}"#,
            _ => "",
        };
        let path = operation
            .path
            .replace("{groupId}", DEFAULT_PROJECT_ID)
            .replace("{privateLinkId}", connection_of(operation))
            .replace("{interfaceEndpointId}", VPCE);
        Self {
            operation,
            path,
            query: "",
            media_type: JSON,
            body: body.to_owned(),
        }
    }

    /// Replaces an id in the path.
    pub(super) fn replacing(&self, id: &str, other: &str) -> Self {
        Self {
            path: self.path.replace(id, other),
            ..self.clone()
        }
    }

    pub(super) fn with_query(&self, query: &'static str) -> Self {
        Self {
            query,
            ..self.clone()
        }
    }

    fn with_body(&self, media_type: &'static str, body: impl Into<String>) -> Self {
        Self {
            media_type,
            body: body.into(),
            ..self.clone()
        }
    }
}

/// Returns the connection of a request that succeeds: only one without interface endpoints can be deleted.
fn connection_of(operation: &Operation) -> &'static str {
    match operation.id {
        "deletePrivateEndpointConnection" => EMPTY,
        _ => USED,
    }
}

/// Returns the requests of an operation, and the code that each gets; none for a success.
pub(super) fn requests(operation: &'static Operation) -> Vec<(Option<Code>, Request)> {
    let valid = Request::new(operation);
    let connection = connection_of(operation);
    let mut requests = vec![(None, valid.clone())];
    let mut add = |code, request| requests.push((Some(code), request));
    add(Code::InvalidQueryParameter, valid.with_query("unknown=1"));
    add(
        Code::InvalidGroupId,
        valid.replacing(DEFAULT_PROJECT_ID, "p"),
    );
    add(
        Code::GroupNotFound,
        valid.replacing(DEFAULT_PROJECT_ID, UNKNOWN_ID),
    );
    if operation.path.contains("{privateLinkId}") {
        add(
            Code::PrivatelinkNotFound,
            valid.replacing(connection, UNKNOWN_ID),
        );
    }
    if operation.path.contains("{interfaceEndpointId}") {
        add(
            Code::InterfaceEndpointNotFound,
            valid.replacing(VPCE, "vpce-unknown"),
        );
        add(
            Code::InterfaceEndpointIdMalformed,
            valid.replacing(VPCE, "i-1"),
        );
    }
    if operation.body.is_some() {
        add(
            Code::UnsupportedMediaType,
            valid.with_body("text/plain", "{}"),
        );
        add(
            Code::RequestTooLarge,
            valid.with_body(JSON, " ".repeat(MAX_BODY + 1)),
        );
        for (code, body) in bodies(operation) {
            add(*code, valid.with_body(JSON, *body));
        }
    }
    match operation.id {
        "addInterfaceEndpoint" => {
            add(
                Code::CannotAcceptEndpoints,
                valid.replacing(USED, INITIATING),
            );
        }
        "deletePrivateEndpointConnection" => {
            add(
                Code::CannotDeleteWithEndpoints,
                valid.replacing(EMPTY, USED),
            );
        }
        _ => {}
    }
    requests
}

/// Returns bodies that an operation refuses, and the code that each gets.
fn bodies(operation: &Operation) -> &'static [(Code, &'static str)] {
    match operation.id {
        "createPrivateEndpointConnection" => &[
            (Code::MalformedJson, "{"),
            (Code::InvalidJson, "[]"),
            (Code::InvalidJsonAttribute, r#"{"unknown": 1}"#),
            (Code::MissingAttributes, "{}"),
            (Code::MissingAttribute, r#"{"providerName": "AWS"}"#),
            (
                Code::InvalidProvider,
                r#"{"providerName": "GCP", "region": "eu-north-1"}"#,
            ),
            (
                Code::InvalidRegion,
                r#"{"providerName": "AWS", "region": "us-moon-1"}"#,
            ),
            (
                Code::AlreadyExistsForRegion,
                r#"{"providerName": "AWS", "region": "us-east-1"}"#,
            ),
        ],
        "addInterfaceEndpoint" => &[
            (Code::MalformedJson, "{"),
            (Code::InvalidJson, "[]"),
            (Code::InvalidJsonAttribute, r#"{"unknown": 1}"#),
            (Code::MissingAttribute, "{}"),
            (
                Code::InterfaceEndpointIdMalformed,
                r#"{"interfaceEndpointId": "i-1"}"#,
            ),
            (
                Code::InterfaceEndpointAlreadyExists,
                r#"{"interfaceEndpointId": "vpce-1"}"#,
            ),
        ],
        _ => &[],
    }
}
