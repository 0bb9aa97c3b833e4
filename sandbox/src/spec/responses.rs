//! Every response that the sandbox can give, received over a socket and validated against the fragment.
//!
//! The walk sends each operation a request for each of its errors, in each format, and lets faults cause what no
//! request can. It fails for a code that it does not reach.

mod requests;

use std::collections::{BTreeMap, BTreeSet};

use hyper::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, WWW_AUTHENTICATE};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use self::requests::{
    DELETING, EMPTY, ENDPOINTS, FAILED, INITIATING, Request, USED, VPCE, requests, seed,
};
use super::Operation;
use super::tests::{document, resolve, strings};
use crate::DEFAULT_PROJECT_ID;
use crate::auth::{Role, ServiceAccount};
use crate::error::Code;
use crate::fault::{CannedResponse, Effect, Fault};
use crate::operations::OPERATIONS;
use crate::sandbox::Sandbox;
use crate::seed::Seed;
use crate::testing;

/// The codes that only faults cause.
const BY_FAULT: &[Code] = &[
    Code::TooManyNodes,
    Code::ClusterIncompatible,
    Code::RestrictedToSingleRegion,
    Code::RegionUnavailable,
    Code::InvalidAttribute,
    Code::InvalidPathParameter,
    Code::UserCannotAccessGroup,
    Code::AccessForbidden,
    Code::ResourceRequiresWhitelist,
    Code::WritesNotAllowed,
    Code::UnexpectedError,
    Code::NotImplemented,
];

/// A response as it was received.
struct Reply {
    status: u16,
    headers: HeaderMap,
    text: String,
}

struct Walk {
    document: Value,
    sandbox: Sandbox,
    client: Client,
    token: String,
    /// By the codes that were received, the operations that they were received from.
    reached: BTreeMap<String, BTreeSet<&'static str>>,
}

impl Walk {
    async fn start(seed: Seed) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let sandbox = testing::builder()
            .seed(seed)
            .start()
            .expect("the sandbox starts");
        let client = Client::builder()
            .no_proxy()
            .build()
            .expect("a client can be built");
        let mut document = document();
        open_enums(&mut document);
        let token = client
            .post(format!("{}/api/oauth/token", sandbox.origin()))
            .basic_auth(sandbox.client_id(), Some(sandbox.client_secret()))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials");
        let token = token
            .send()
            .await
            .expect("the sandbox responds")
            .text()
            .await;
        let token: Value = serde_json::from_str(&token.expect("the body ends")).expect("JSON");
        Self {
            document,
            sandbox,
            client,
            token: token["access_token"].as_str().expect("a token").to_owned(),
            reached: BTreeMap::new(),
        }
    }

    /// Sends a request. `authorization` replaces the access token.
    async fn send(&self, method: &Method, request: &Request, authorization: Option<&str>) -> Reply {
        let url = format!(
            "{}{}?{}",
            self.sandbox.origin(),
            request.path,
            request.query
        );
        let bearer = format!("Bearer {}", self.token);
        let sent = self
            .client
            .request(method.clone(), url)
            .header("authorization", authorization.unwrap_or(&bearer))
            .header(CONTENT_TYPE, request.media_type)
            .body(request.body.clone());
        let response = sent.send().await.expect("the sandbox responds");
        Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.expect("the body ends"),
        }
    }

    /// Sends a request in each format to the initial state, and validates each response.
    async fn check(&mut self, request: &Request, code: Option<Code>, effect: Option<&Effect>) {
        for format in [
            "",
            "pretty=true",
            "envelope=true",
            "envelope=true&pretty=true",
        ] {
            self.sandbox.reset().expect("nothing has to be saved");
            if let Some(effect) = effect {
                self.sandbox.inject(Fault::on_any().effect(effect.clone()));
            }
            let mut request = request.clone();
            let query = format!("{format}&{}", request.query);
            request.query = String::leak(query.trim_matches('&').to_owned());
            let reply = self.send(&request.operation.method, &request, None).await;
            let context = format!("{} {} {effect:?}", request.operation.id, request.query);
            self.validate(
                Some(request.operation),
                request.query,
                &reply,
                code,
                &context,
            );
        }
    }

    /// Validates status, headers and body of a response.
    #[track_caller]
    fn validate(
        &mut self,
        operation: Option<&'static Operation>,
        query: &str,
        reply: &Reply,
        code: Option<Code>,
        context: &str,
    ) {
        let context = format!("{context}: {} {}", reply.status, reply.text);
        let mut body: Value = serde_json::from_str(&reply.text).expect(&context);
        let is_pretty = query.contains("pretty=true") && !matches!(&*reply.text, "{}" | "[]");
        assert_eq!(reply.text.contains('\n'), is_pretty, "{context}");
        let mut status = reply.status;
        if query.contains("envelope=true") && status != 401 {
            assert_eq!(status, 200, "{context}");
            let schema =
                &self.document["components"]["parameters"]["Envelope"]["x-response-schema"];
            self.fits(schema, &body, &context);
            status = body["status"]
                .as_u64()
                .and_then(|it| it.try_into().ok())
                .expect(&context);
            body = body["content"].take();
        }
        assert!(
            code.is_some() || (200..300).contains(&status),
            "expected a success; sandbox/src/spec/responses/requests.rs has the requests: {context}"
        );
        let (name, response) = self.response(operation, status, code, &context);
        let media_types = response["content"].as_object().expect(&context);
        let media_type = reply.headers[CONTENT_TYPE].to_str().expect(&context);
        self.fits(&media_types[media_type]["schema"], &body, &context);
        for (header, description) in response["headers"].as_object().into_iter().flatten() {
            match reply.headers.get(header) {
                Some(value) => {
                    let value = json!(value.to_str().expect(&context));
                    self.fits(&description["schema"], &value, &context);
                }
                None => assert_ne!(
                    description["required"], true,
                    "{header} is missing: {context}"
                ),
            }
        }
        if let Some(code) = code {
            assert_eq!(body["errorCode"], code.name(), "{context}");
            assert_eq!(body["error"], status, "{context}");
            let reason = StatusCode::from_u16(status)
                .expect("a status")
                .canonical_reason();
            assert_eq!(body["reason"].as_str(), reason, "{context}");
            self.reached
                .entry(code.name().to_owned())
                .or_default()
                .insert(name);
        }
    }

    /// Returns the description of a response, and whose it is: an operation's, or the sandbox's own.
    fn response(
        &self,
        operation: Option<&'static Operation>,
        status: u16,
        code: Option<Code>,
        context: &str,
    ) -> (&'static str, Value) {
        let own = &self.document["x-sandbox-responses"];
        // A path without an operation has the errors of all.
        let operation = operation.unwrap_or(&OPERATIONS[0]);
        let documented = &operation_of(&self.document, operation)["responses"];
        for (name, responses) in [(operation.id, documented), ("sandbox", own)] {
            for key in [status.to_string(), format!("{}XX", status / 100)] {
                let Some(response) = responses.get(key) else {
                    continue;
                };
                let response = resolve(&self.document, response);
                let codes = strings(response.get("x-error-codes"));
                if code.is_none_or(|code| codes.iter().any(|it| it == code.name())) {
                    return (name, response.clone());
                }
            }
        }
        panic!(
            "the spec has no such response of {}: {context}",
            operation.id
        );
    }

    #[track_caller]
    fn fits(&self, schema: &Value, value: &Value, context: &str) {
        let violations = atlas_private_endpoint_codegen::violations(&self.document, schema, value);
        assert!(violations.is_empty(), "{violations:?}: {context}");
    }
}

fn operation_of<'a>(document: &'a Value, operation: &Operation) -> &'a Value {
    let items = document["paths"].as_object().into_iter().flatten();
    let mut operations = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    let found = operations.find(|(_, value)| value["operationId"] == operation.id);
    found
        .map(|(_, value)| value)
        .expect("the fragment has the operation")
}

/// Removes the lists of open enums, which servers may extend.
fn open_enums(value: &mut Value) {
    if let Some(object) = value.as_object_mut() {
        if object.get("x-enum").is_some_and(|it| it == "open") {
            object.remove("enum");
        }
        object.values_mut().for_each(open_enums);
    }
}

#[tokio::test]
async fn every_response_is_valid_against_the_fragment() {
    let mut walk = Walk::start(seed()).await;
    for operation in OPERATIONS {
        for (code, request) in requests(operation) {
            walk.check(&request, code, None).await;
        }
    }
    every_status(&mut walk).await;
    unauthenticated(&mut walk).await;
    without_operation(&mut walk).await;
    refused(&mut walk).await;
    let by_request: BTreeSet<String> = walk.reached.keys().cloned().collect();
    for code in BY_FAULT {
        let is_reached = by_request.contains(code.name());
        assert!(
            !is_reached,
            "a request causes {code:?}; remove it from BY_FAULT"
        );
    }
    with_faults(&mut walk).await;
    let is_reached = |code: &Code| {
        by_request.contains(code.name())
            || BY_FAULT.contains(code) && walk.reached.contains_key(code.name())
    };
    let missing: Vec<_> = Code::ALL.iter().filter(|code| !is_reached(code)).collect();
    assert!(
        missing.is_empty(),
        "the walk does not reach {missing:?}; add requests that cause them, or add them to BY_FAULT"
    );
    every_documented_code_is_reached(&walk);
}

/// Checks that the walk has received every code of every operation.
fn every_documented_code_is_reached(walk: &Walk) {
    for operation in OPERATIONS {
        let responses = operation_of(&walk.document, operation)["responses"].as_object();
        for (status, response) in responses.into_iter().flatten() {
            for code in strings(resolve(&walk.document, response).get("x-error-codes")) {
                let from = walk.reached.get(&code);
                let is_reached = from.is_some_and(|it| it.contains(operation.id));
                assert!(
                    is_reached,
                    "{status} {code} of {} was not received",
                    operation.id
                );
            }
        }
    }
}

async fn every_status(walk: &mut Walk) {
    let find = |id| {
        OPERATIONS
            .iter()
            .find(|it| it.id == id)
            .expect("the operation exists")
    };
    for connection in [EMPTY, INITIATING, FAILED, DELETING] {
        let request =
            Request::new(find("getPrivateEndpointConnection")).replacing(USED, connection);
        walk.check(&request, None, None).await;
    }
    for (interface_endpoint, _) in ENDPOINTS {
        let request =
            Request::new(find("getInterfaceEndpoint")).replacing(VPCE, interface_endpoint);
        walk.check(&request, None, None).await;
    }
}

/// Sends requests that are refused whatever they are.
async fn refused(walk: &mut Walk) {
    let account = |roles: Vec<Role>, access_list: &[&str]| Seed {
        service_accounts: vec![
            ServiceAccount::new("id", "secret")
                .with_roles(roles)
                .with_access_list(access_list.to_vec()),
        ],
        ..seed()
    };
    let reader = Role::GroupReadOnly(DEFAULT_PROJECT_ID.to_owned());
    let limited = Seed {
        rate_limit: Some(0),
        ..seed()
    };
    for (code, seed) in [
        (Code::RateLimited, limited),
        (Code::NotInGroup, account(vec![], &[])),
        (Code::UserUnauthorized, account(vec![reader], &[])),
        (
            Code::IpAddressNotOnWhitelist,
            account(vec![Role::OrgOwner], &["192.0.2.1"]),
        ),
    ] {
        let mut other = Walk::start(seed).await;
        for operation in OPERATIONS {
            other
                .check(&Request::new(operation), Some(code), None)
                .await;
        }
        for (code, operations) in other.reached {
            walk.reached.entry(code).or_default().extend(operations);
        }
    }
}

async fn unauthenticated(walk: &mut Walk) {
    for operation in OPERATIONS {
        for (authorization, scheme) in [("", "Digest "), ("Bearer unknown", "Bearer ")] {
            let request = Request::new(operation).with_query("envelope=true");
            let reply = walk
                .send(&operation.method, &request, Some(authorization))
                .await;
            let code = Some(Code::UserUnauthorized);
            walk.validate(Some(operation), request.query, &reply, code, scheme);
            let challenge = reply.headers[WWW_AUTHENTICATE].to_str().expect("a text");
            assert!(challenge.starts_with(scheme), "{challenge}");
        }
    }
}

async fn without_operation(walk: &mut Walk) {
    for operation in OPERATIONS {
        let request = Request::new(operation);
        let reply = walk.send(&Method::PATCH, &request, None).await;
        let code = Some(Code::MethodNotAllowed);
        walk.validate(Some(operation), "", &reply, code, "PATCH");
        let methods = OPERATIONS.iter().filter(|it| it.path == operation.path);
        let methods: Vec<_> = methods.map(|it| it.method.as_str()).collect();
        assert_eq!(reply.headers["allow"], methods.join(", "));
    }
    let request = Request::new(&OPERATIONS[0]).replacing(DEFAULT_PROJECT_ID, "a/b");
    let reply = walk.send(&Method::GET, &request, None).await;
    walk.validate(None, "", &reply, Some(Code::ResourceNotFound), "other path");
}

async fn with_faults(walk: &mut Walk) {
    for operation in OPERATIONS {
        let request = Request::new(operation);
        let documented = operation_of(&walk.document, operation)["responses"].clone();
        let own = walk.document["x-sandbox-responses"].clone();
        for &code in Code::ALL {
            let responses = [&documented, &own]
                .into_iter()
                .filter_map(Value::as_object)
                .flatten();
            let mut responses =
                responses.map(|(_, it)| resolve(&walk.document, it)["x-error-codes"].clone());
            if responses.any(|codes| strings(Some(&codes)).iter().any(|it| it == code.name())) {
                // A fault has no list of methods for the header of a 405 that is the sandbox's own.
                if code != Code::MethodNotAllowed {
                    walk.check(&request, Some(code), Some(&Effect::Error(code)))
                        .await;
                }
            }
        }
        let mut effects = vec![Effect::Status("PAUSED".to_owned()), Effect::OmitNulls];
        // The spec closes the object that a deletion returns.
        effects.extend((operation.method != Method::DELETE).then_some(Effect::ExtraFields));
        for effect in effects {
            walk.check(&request, None, Some(&effect)).await;
        }
        let mut canned = vec![
            (Code::RateLimited, CannedResponse::rate_limited(None).into()),
            (
                Code::RateLimited,
                CannedResponse::rate_limited(Some("7")).into(),
            ),
            (Code::UserUnauthorized, Effect::StaleNonce),
        ];
        if operation.method != Method::GET {
            canned.push((
                Code::WritesNotAllowed,
                CannedResponse::writes_not_allowed().into(),
            ));
        }
        for (code, effect) in canned {
            walk.sandbox.reset().expect("nothing has to be saved");
            walk.sandbox.inject(Fault::on_any().effect(effect));
            let reply = walk.send(&operation.method, &request, None).await;
            walk.validate(Some(operation), "", &reply, Some(code), "canned");
        }
    }
}
