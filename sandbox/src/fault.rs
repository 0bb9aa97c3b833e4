//! Scripted faults: misbehaviour of a server or network that a client has to handle.
//!
//! A [`Fault`] selects requests and has an effect on them. Operation ids are those of
//! [`Sandbox::operations`](crate::Sandbox::operations), and `token` for the token endpoint.
//!
//! ```
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
//! sandbox.clear_faults();
//! # Ok(())
//! # }
//! ```
//!
//! # Which requests count
//!
//! A fault counts the requests for its operation from 1, beginning when it is injected. It counts only
//! authenticated ones: a request that fetches a digest challenge does not use a fault up.
//! [`Selection::counting_unauthenticated`] counts every request. When several faults select the same
//! request, each of them counts it, and the one that was injected first has its effect.
//!
//! # Which effects execute the operation
//!
//! | effect | is the operation executed? |
//! | --- | --- |
//! | [`ResetBeforeReading`](Effect::ResetBeforeReading), [`ResetBeforeHandling`](Effect::ResetBeforeHandling) | no |
//! | [`ResetAfterHandling`](Effect::ResetAfterHandling) | yes |
//! | [`Stall`](Effect::Stall) | yes, except at [`Stage::BeforeHandling`] |
//! | [`HalfHead`](Effect::HalfHead), [`HalfBody`](Effect::HalfBody), [`WrongContentLength`](Effect::WrongContentLength) | yes |
//! | [`Respond`](Effect::Respond), [`EndlessBody`](Effect::EndlessBody), [`StaleNonce`](Effect::StaleNonce) | no |
//! | [`RespondAfterHandling`](Effect::RespondAfterHandling) | yes |
//!
//! An executed creation leaves a resource behind, and an executed deletion starts, although the client
//! cannot see it. A request that is invalid or not authenticated changes nothing in any case.

mod canned;

use std::fmt;
use std::ops::{Bound, RangeBounds};

pub use canned::CannedResponse;

/// The name of the token endpoint, which is not an operation of the spec.
pub(crate) const TOKEN: &str = "token";

/// A selection of requests and the effect on them. Made by [`Selection::effect`].
#[derive(Clone, Debug, PartialEq, Eq)]
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

    /// Returns the operation that the fault is limited to.
    pub(crate) fn operation(&self) -> Option<&str> {
        self.selection.operation.as_deref()
    }
}

/// The requests that a fault affects: all of an operation unless narrowed down.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a selection needs an effect to become a fault"]
pub struct Selection {
    /// `None` selects everything except the token endpoint.
    operation: Option<String>,
    first: u64,
    last: u64,
    every: u64,
    unauthenticated: bool,
}

impl Selection {
    fn new(operation: Option<String>) -> Self {
        Self {
            operation,
            first: 1,
            last: u64::MAX,
            every: 1,
            unauthenticated: false,
        }
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

    fn includes(&self, operation: Option<&str>, authenticated: bool) -> bool {
        let is_selected = match self.operation.as_deref() {
            Some(selected) => operation == Some(selected),
            None => operation != Some(TOKEN),
        };
        is_selected && (authenticated || self.unauthenticated)
    }

    fn includes_call(&self, number: u64) -> bool {
        (self.first..=self.last).contains(&number) && number.is_multiple_of(self.every)
    }
}

/// The effect of a fault on a request.
///
/// Every effect that withholds a part of the response also closes the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Accepts a connection and resets it before anything is read from it.
    ///
    /// The fault counts new connections instead of requests, whatever operation it is limited to. A request
    /// on an open connection is not affected.
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
    /// Sends a 200 with a JSON array that never ends, without executing the operation, until the client
    /// closes the connection.
    EndlessBody,
    /// Sends a 401 with a new nonce and `stale=true` without executing the operation.
    StaleNonce,
}

/// The point at which a response stalls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl From<CannedResponse> for Effect {
    fn from(response: CannedResponse) -> Self {
        Self::Respond(response)
    }
}

/// Writes the name of the variant with the stage or the status: `Stall(InHead)`, `Respond(502)`.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Respond(response) => write!(f, "Respond({})", response.status()),
            Self::RespondAfterHandling(response) => {
                write!(f, "RespondAfterHandling({})", response.status())
            }
            // The debug output of the other variants is their name.
            other => write!(f, "{other:?}"),
        }
    }
}

/// The injected faults.
#[derive(Default)]
pub(crate) struct Script {
    faults: Vec<Counted>,
}

struct Counted {
    fault: Fault,
    calls: u64,
}

impl Script {
    pub(crate) fn inject(&mut self, fault: Fault) {
        self.faults.push(Counted { fault, calls: 0 });
    }

    pub(crate) fn clear(&mut self) {
        self.faults.clear();
    }

    /// Counts a new connection and returns the effect on it.
    pub(crate) fn connection(&mut self) -> Option<Effect> {
        self.count(|fault| fault.effect == Effect::ResetBeforeReading)
    }

    /// Counts a request and returns the effect on it.
    pub(crate) fn request(
        &mut self,
        operation: Option<&str>,
        authenticated: bool,
    ) -> Option<Effect> {
        self.count(|fault| {
            fault.effect != Effect::ResetBeforeReading
                && fault.selection.includes(operation, authenticated)
        })
    }

    /// Counts for every fault even after the first hit, so that faults do not shift each other's calls.
    fn count(&mut self, is_counted: impl Fn(&Fault) -> bool) -> Option<Effect> {
        let mut hit = None;
        for counted in &mut self.faults {
            if !is_counted(&counted.fault) {
                continue;
            }
            counted.calls += 1;
            if hit.is_none() && counted.fault.selection.includes_call(counted.calls) {
                hit = Some(counted.fault.effect.clone());
            }
        }
        hit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(selection: &Selection) -> Vec<u64> {
        (1..=6)
            .filter(|number| selection.includes_call(*number))
            .collect()
    }

    #[test]
    fn calls_are_selected_by_their_numbers() {
        assert_eq!(selected(&Fault::on_any()), [1, 2, 3, 4, 5, 6]);
        assert_eq!(selected(&Fault::on_any().first(2)), [1, 2]);
        assert_eq!(selected(&Fault::on_any().calls(2..4)), [2, 3]);
        assert_eq!(selected(&Fault::on_any().calls(5..)), [5, 6]);
        assert_eq!(selected(&Fault::on_any().calls(..=1)), [1]);
        assert_eq!(selected(&Fault::on_any().every(3)), [3, 6]);
        assert_eq!(selected(&Fault::on_any().every(2).calls(3..)), [4, 6]);
        assert!(selected(&Fault::on_any().every(0)).is_empty());
        assert!(selected(&Fault::on_any().first(0)).is_empty());
    }

    #[test]
    fn effect_is_displayed_by_its_name() {
        assert_eq!(Effect::HalfBody.to_string(), "HalfBody");
        assert_eq!(Effect::Stall(Stage::InHead).to_string(), "Stall(InHead)");
        assert_eq!(
            Effect::from(CannedResponse::html_502()).to_string(),
            "Respond(502)"
        );
        let after = Effect::RespondAfterHandling(CannedResponse::empty_401());
        assert_eq!(after.to_string(), "RespondAfterHandling(401)");
    }

    #[test]
    fn request_is_counted_by_every_fault_that_selects_it() {
        let mut script = Script::default();
        script.inject(Fault::on("a").first(1).effect(Effect::HalfHead));
        script.inject(Fault::on_any().calls(2..=3).effect(Effect::HalfBody));
        let effects: Vec<_> = ["a", "b", "a", "a"]
            .map(|operation| script.request(Some(operation), true))
            .into();
        let half_body = Some(Effect::HalfBody);
        assert_eq!(
            effects,
            [Some(Effect::HalfHead), half_body.clone(), half_body, None]
        );
    }

    #[test]
    fn first_injected_fault_has_its_effect() {
        let mut script = Script::default();
        script.inject(Fault::on_any().effect(Effect::HalfHead));
        script.inject(Fault::on_any().effect(Effect::HalfBody));
        assert_eq!(script.request(None, true), Some(Effect::HalfHead));
        script.clear();
        assert_eq!(script.request(None, true), None);
    }

    #[test]
    fn unauthenticated_requests_count_only_if_selected() {
        let mut script = Script::default();
        script.inject(Fault::on("a").effect(Effect::HalfHead));
        assert_eq!(script.request(Some("a"), false), None);
        let every = Fault::on("a").counting_unauthenticated();
        script.inject(every.effect(Effect::HalfBody));
        assert_eq!(script.request(Some("a"), false), Some(Effect::HalfBody));
    }

    #[test]
    fn connections_and_requests_are_counted_separately() {
        let mut script = Script::default();
        let fault = Fault::on_any().first(1);
        script.inject(fault.clone().effect(Effect::ResetBeforeReading));
        script.inject(fault.effect(Effect::HalfHead));
        assert_eq!(script.request(None, true), Some(Effect::HalfHead));
        assert_eq!(script.connection(), Some(Effect::ResetBeforeReading));
        assert_eq!(script.connection(), None);
    }

    #[test]
    fn any_operation_excludes_the_token_endpoint() {
        let mut script = Script::default();
        script.inject(Fault::on_any().effect(Effect::HalfHead));
        assert_eq!(script.request(Some("token"), true), None);
        script.inject(Fault::on("token").effect(Effect::HalfBody));
        assert_eq!(script.request(Some("token"), true), Some(Effect::HalfBody));
    }
}
