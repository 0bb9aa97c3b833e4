//! Scripted faults: misbehaviour of a server or network that a client has to handle.
//!
//! A [`Fault`] selects requests and has an effect on them. Operation ids are those of
//! [`Sandbox::operations`](crate::Sandbox::operations), and `token` for the token endpoint.
//!
//! ```
//! use std::time::Duration;
//!
//! use atlas_pe_sandbox::Sandbox;
//! use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault};
//!
//! # fn main() -> Result<(), atlas_pe_sandbox::StartError> {
//! let sandbox = Sandbox::start()?;
//! // The first two creations succeed, but their responses are lost.
//! let create = Fault::on("createPrivateEndpointConnection").first(2);
//! sandbox.inject(create.effect(Effect::ResetAfterHandling));
//! // Every other request has to be signed again.
//! sandbox.inject(Fault::on_any().every(2).effect(Effect::StaleNonce));
//! // From the third call on, a gateway responds.
//! let list = Fault::on("listPrivateEndpointConnections").calls(3..);
//! sandbox.inject(list.effect(CannedResponse::html_502()));
//! // A fifth of the requests about a region is slow.
//! let slow = Fault::on_any().region("us-east-1").probability(0.2);
//! sandbox.inject(slow.effect(Effect::Delay(Duration::from_millis(300))));
//! sandbox.clear_faults();
//! # Ok(())
//! # }
//! ```
//!
//! # As JSON
//!
//! The program, seed files and the control API take a fault as a JSON object. Every member but `effect` can
//! be omitted. An effect without a value is a string, and another one an object with one member:
//!
//! ```
//! use atlas_pe_sandbox::fault::Fault;
//!
//! # fn main() -> Result<(), serde_json::Error> {
//! for text in [
//!     r#"{"operation": "createPrivateEndpointConnection", "first": 2, "effect": "resetAfterHandling"}"#,
//!     r#"{"every": 2, "effect": "staleNonce"}"#,
//!     r#"{"operation": "listPrivateEndpointConnections", "calls": {"from": 3, "to": 5},
//!         "effect": {"respond": {"status": 502, "headers": {"content-type": "text/html"}, "body": "<h1>502</h1>"}}}"#,
//!     r#"{"region": "us-east-1", "probability": 0.2, "effect": {"delay": "300ms"}}"#,
//!     r#"{"project": "5a4db0c55a4db0c55a4db0c5", "effect": {"error": "RATE_LIMITED"}}"#,
//!     r#"{"id": "vpce-0b9c5701325cb15dd", "effect": {"end": {"status": "REJECTED", "errorMessage": "no"}}}"#,
//!     r#"{"operation": "token", "countingUnauthenticated": true, "effect": {"stall": "inBody"}}"#,
//! ] {
//!     let _: Fault = serde_json::from_str(text)?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Which requests count
//!
//! A fault counts the requests that it selects from 1, beginning when it is injected. It counts only
//! authenticated ones: a request that fetches a digest challenge does not use a fault up.
//! [`Selection::counting_unauthenticated`] counts every request. When several faults select the same
//! request, each of them counts it. All delays add up; of the other effects, that of the fault that was
//! injected first takes place.
//!
//! # Which effects execute the operation
//!
//! | effect | is the operation executed? |
//! | --- | --- |
//! | [`ResetBeforeReading`](Effect::ResetBeforeReading), [`ResetBeforeHandling`](Effect::ResetBeforeHandling) | no |
//! | [`ResetAfterHandling`](Effect::ResetAfterHandling) | yes |
//! | [`Stall`](Effect::Stall) | yes, except at [`Stage::BeforeHandling`] |
//! | [`HalfHead`](Effect::HalfHead), [`HalfBody`](Effect::HalfBody), [`WrongContentLength`](Effect::WrongContentLength) | yes |
//! | [`Respond`](Effect::Respond), [`Error`](Effect::Error), [`EndlessBody`](Effect::EndlessBody) | no |
//! | [`StaleNonce`](Effect::StaleNonce), [`RevokeTokens`](Effect::RevokeTokens) | no |
//! | [`RespondAfterHandling`](Effect::RespondAfterHandling), [`Delay`](Effect::Delay) | yes |
//! | [`End`](Effect::End), [`Lag`](Effect::Lag) | yes |
//! | [`Status`](Effect::Status), [`OmitNulls`](Effect::OmitNulls), [`ExtraFields`](Effect::ExtraFields) | yes |
//!
//! An executed creation leaves a resource behind, and an executed deletion starts, although the client
//! cannot see it. A request that is invalid or not authenticated changes nothing in any case.

mod alter;
mod canned;
mod json;
mod script;

use std::fmt;
use std::ops::{Bound, RangeBounds};
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use crate::error::Code as ErrorCode;
use crate::operations::OPERATIONS;
use crate::state::PinnedStatus;
pub use canned::CannedResponse;
pub use script::InjectedFault;
pub(crate) use script::{Hit, Script, Subject};

/// The name of the token endpoint, which is not an operation of the spec.
pub(crate) const TOKEN: &str = "token";

const CREATE: &str = "createPrivateEndpointConnection";
const ADD: &str = "addInterfaceEndpoint";
const LIST: &str = "listPrivateEndpointConnections";

/// A selection of requests and the effect on them. Made by [`Selection::effect`], or from JSON.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "json::Fault", into = "json::Fault")]
#[must_use = "a fault does nothing until it is injected"]
pub struct Fault {
    selection: Selection,
    effect: Effect,
}

impl Fault {
    /// Selects the requests of an operation by its id, or of the token endpoint by the name `token`.
    pub fn on(operation: impl Into<String>) -> Selection {
        Selection::new(Some(operation.into()))
    }

    /// Selects every request except those to the token endpoint, even without an operation.
    pub fn on_any() -> Selection {
        Selection::new(None)
    }

    /// Returns why the fault can never have an effect: its operation does not exist, or its effect is about
    /// another one.
    pub(crate) fn check(&self) -> Result<(), String> {
        let Some(operation) = self.selection.operation.as_deref() else {
            return Ok(());
        };
        let known = OPERATIONS.iter().map(|it| it.id);
        let known: Vec<&str> = known.chain([TOKEN]).collect();
        if !known.contains(&operation) {
            let known = known.join(", ");
            return Err(format!(
                "unknown operation {operation:?}; expected one of {known}"
            ));
        }
        match self.effect.operations() {
            Some(affected) if !affected.contains(&operation) => Err(format!(
                "the effect {} has no effect on {operation}; expected the operation {}",
                self.effect,
                affected.join(" or ")
            )),
            _ => Ok(()),
        }
    }
}

/// The requests that a fault affects: all of an operation unless narrowed down.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a selection needs an effect to become a fault"]
pub struct Selection {
    /// `None` selects everything except the token endpoint.
    operation: Option<String>,
    project: Option<String>,
    region: Option<String>,
    id: Option<String>,
    first: u64,
    last: u64,
    every: u64,
    probability: f64,
    unauthenticated: bool,
}

impl Selection {
    fn new(operation: Option<String>) -> Self {
        Self {
            operation,
            project: None,
            region: None,
            id: None,
            first: 1,
            last: u64::MAX,
            every: 1,
            probability: 1.0,
            unauthenticated: false,
        }
    }

    /// Selects requests about this project.
    pub fn project(mut self, id: impl Into<String>) -> Self {
        self.project = Some(id.into());
        self
    }

    /// Selects requests about this region: creations in it, and requests about a connection in it.
    pub fn region(mut self, name: impl Into<String>) -> Self {
        self.region = Some(name.into());
        self
    }

    /// Selects requests about the connection or the interface endpoint with this id, in the path or in the
    /// body. The id of a connection selects requests about its interface endpoints, too.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Selects the calls with these numbers. The first call has number 1.
    pub fn calls(mut self, numbers: impl RangeBounds<u64>) -> Self {
        self.first = match numbers.start_bound() {
            Bound::Included(first) => *first,
            Bound::Excluded(before) => before.saturating_add(1),
            Bound::Unbounded => 1,
        };
        self.last = match numbers.end_bound() {
            Bound::Included(last) => *last,
            // No call has number 0.
            Bound::Excluded(after) => after.saturating_sub(1),
            Bound::Unbounded => u64::MAX,
        };
        self
    }

    /// Selects this number of first calls.
    pub fn first(self, count: u64) -> Self {
        self.calls(1..=count)
    }

    /// Selects every nth call: with 2 the second, the fourth, and so on. With 0 it selects none.
    pub fn every(mut self, n: u64) -> Self {
        self.every = n;
        self
    }

    /// Affects each selected call with this probability.
    ///
    /// The choices are random, but the same for the same sequence of requests; see
    /// [`SandboxBuilder::fault_seed`](crate::SandboxBuilder::fault_seed).
    ///
    /// # Panics
    ///
    /// Panics when the probability is not between 0 and 1.
    #[track_caller]
    pub fn probability(mut self, probability: f64) -> Self {
        assert!(
            (0.0..=1.0).contains(&probability),
            "{probability} is not a probability between 0 and 1"
        );
        self.probability = probability;
        self
    }

    /// Counts and affects requests that failed authentication, too.
    pub fn counting_unauthenticated(mut self) -> Self {
        self.unauthenticated = true;
        self
    }

    /// Sets the effect on the selected requests. A [`CannedResponse`] converts to [`Effect::Respond`].
    pub fn effect(self, effect: impl Into<Effect>) -> Fault {
        Fault {
            selection: self,
            effect: effect.into(),
        }
    }

    fn includes(&self, subject: &Subject<'_>) -> bool {
        let has_operation = match self.operation.as_deref() {
            Some(selected) => subject.operation == Some(selected),
            None => subject.operation != Some(TOKEN),
        };
        let is_id = |id: &str| {
            id.eq_ignore_ascii_case(subject.connection) || id == subject.interface_endpoint
        };
        has_operation
            && (subject.is_authenticated || self.unauthenticated)
            && self
                .project
                .as_ref()
                .is_none_or(|it| it.eq_ignore_ascii_case(subject.project))
            && self.region.as_ref().is_none_or(|it| *it == subject.region)
            && self.id.as_deref().is_none_or(is_id)
    }

    fn includes_call(&self, number: u64) -> bool {
        (self.first..=self.last).contains(&number) && number.is_multiple_of(self.every)
    }
}

/// The effect of a fault on a request.
///
/// Every effect that withholds a part of the response also closes the connection. An effect on the fields of a
/// response affects responses of success only.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Effect {
    /// Accepts a connection and resets it before anything is read from it.
    ///
    /// The fault counts new connections instead of requests, whatever it is limited to. A request on an open
    /// connection is not affected.
    ResetBeforeReading,
    /// Reads the request and resets the connection without executing the operation.
    ResetBeforeHandling,
    /// Executes the operation and resets the connection instead of responding.
    ResetAfterHandling,
    /// Stops at a stage and keeps the connection open until the client closes it or the sandbox is dropped.
    Stall(Stage),
    /// Executes the operation, sends half of the head and closes the connection.
    HalfHead,
    /// Executes the operation, sends the head and half of the body and closes the connection.
    HalfBody,
    /// Executes the operation, sends the whole body with a `Content-Length` that is too large and closes the
    /// connection.
    WrongContentLength,
    /// Sends this response without executing the operation.
    Respond(CannedResponse),
    /// Executes the operation and sends this response instead of its own, like a gateway that timed out
    /// before Atlas responded.
    RespondAfterHandling(CannedResponse),
    /// Sends Atlas' error with this code without executing the operation.
    Error(ErrorCode),
    /// Sends a 200 with a JSON array that never ends, without executing the operation, until the client
    /// closes the connection.
    EndlessBody,
    /// Sends a 401 with a new nonce and `stale=true` without executing the operation.
    StaleNonce,
    /// Revokes all access tokens and sends a 401 without executing the operation. Requests without a token are
    /// not counted.
    RevokeTokens,
    /// Executes the operation at once, and sends the response after this time. Other requests are served
    /// meanwhile.
    ///
    /// The time is that of the sandbox's clock: with a manual clock, the response is sent once a test has
    /// advanced the clock far enough. In JSON a text such as `"300ms"` or `"2s"`.
    #[serde(with = "crate::duration")]
    Delay(Duration),
    /// Executes the creation of a connection or interface endpoint, which ends with this status instead of
    /// `WAITING_FOR_USER` or `PENDING`: for example `FAILED` or `REJECTED` with an error message, or a status
    /// that no reference lists. Other operations are not counted.
    End(PinnedStatus),
    /// Executes the operation and replaces the status of each resource in the response.
    Status(String),
    /// Lists the connections that exist as they were this time ago, without those created since. Other
    /// operations are not counted. In JSON a text such as `"5s"`.
    #[serde(with = "crate::duration")]
    Lag(Duration),
    /// Executes the operation and omits the fields of the response that are null, and lists that are empty.
    OmitNulls,
    /// Executes the operation and adds fields to each resource in the response that the spec does not have.
    ExtraFields,
}

/// The point at which a response stalls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Stage {
    /// After the request was read, before the operation is executed.
    BeforeHandling,
    /// After the operation was executed, before anything is sent.
    BeforeHead,
    /// After half of the head was sent.
    InHead,
    /// After the head and half of the body were sent.
    InBody,
}

impl Effect {
    /// Returns the only operations that the effect is about, or `None` if it is about all.
    fn operations(&self) -> Option<&'static [&'static str]> {
        match self {
            Self::End(_) => Some(&[CREATE, ADD]),
            Self::Lag(_) => Some(&[LIST]),
            _ => None,
        }
    }

    fn affects(&self, subject: &Subject<'_>) -> bool {
        let is_about = |operation| {
            let only = self.operations();
            only.is_none_or(|it| it.contains(&operation))
        };
        match self {
            Self::ResetBeforeReading => false,
            Self::RevokeTokens => subject.has_token,
            _ => is_about(subject.operation.unwrap_or_default()),
        }
    }
}

impl From<CannedResponse> for Effect {
    fn from(response: CannedResponse) -> Self {
        Self::Respond(response)
    }
}

/// Writes the name of the variant with its value: `Stall(InHead)`, `Respond(502)`, `Delay(300ms)`.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Respond(response) => write!(f, "Respond({})", response.status()),
            Self::RespondAfterHandling(response) => {
                write!(f, "RespondAfterHandling({})", response.status())
            }
            Self::Error(code) => write!(f, "Error({})", code.name()),
            Self::End(status) => write!(f, "End({})", status.status()),
            Self::Status(status) => write!(f, "Status({status})"),
            // The debug output of the other variants is their name and value.
            other => write!(f, "{other:?}"),
        }
    }
}
