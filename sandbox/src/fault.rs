//! Misbehaviour on a script: what a client has to survive and a well-behaved server never shows.
//!
//! A [`Fault`] says which requests it is for and what becomes of them. The operation ids are those of
//! [`Sandbox::operations`](crate::Sandbox::operations), and `token` for the token endpoint.
//!
//! ```
//! use atlas_pe_sandbox::Sandbox;
//! use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault, Stage};
//!
//! # fn main() -> Result<(), atlas_pe_sandbox::StartError> {
//! let sandbox = Sandbox::start()?;
//! // The first two creations happen, but nobody is told.
//! let create = Fault::on("createPrivateEndpointConnection").first(2);
//! sandbox.inject(create.effect(Effect::ResetAfterHandling));
//! // Every other request has to be signed again.
//! sandbox.inject(Fault::on_any().every(2).effect(Effect::StaleNonce));
//! // From the third call on there is a gateway in the way.
//! let list = Fault::on("listPrivateEndpointConnections").calls(3..);
//! sandbox.inject(list.effect(CannedResponse::html_502()));
//! sandbox.clear_faults();
//! # Ok(())
//! # }
//! ```
//!
//! # Which requests count
//!
//! A fault counts the requests for its operation from 1, beginning when it is injected, and only those
//! that passed authentication: the request that fetches a digest challenge does not use one up.
//! [`Selection::counting_unauthenticated`] counts every request. When several faults are for the same
//! request, all of them count it, and the one that was injected first has its effect.
//!
//! # What is left behind
//!
//! | effect | is the operation carried out? |
//! | --- | --- |
//! | [`ResetBeforeReading`](Effect::ResetBeforeReading), [`ResetBeforeHandling`](Effect::ResetBeforeHandling) | no |
//! | [`ResetAfterHandling`](Effect::ResetAfterHandling) | yes |
//! | [`Stall`](Effect::Stall) | yes, except at [`Stage::BeforeHandling`] |
//! | [`HalfHead`](Effect::HalfHead), [`HalfBody`](Effect::HalfBody), [`WrongContentLength`](Effect::WrongContentLength) | yes |
//! | [`Respond`](Effect::Respond), [`EndlessBody`](Effect::EndlessBody), [`StaleNonce`](Effect::StaleNonce) | no |
//! | [`RespondAfterHandling`](Effect::RespondAfterHandling) | yes |
//!
//! "Yes" means that a creation leaves a resource behind and a deletion starts one, although the client
//! cannot know. A request that is wrong in itself changes nothing in any case. One that failed
//! authentication is never carried out.

mod canned;
mod script;

use std::fmt;
use std::ops::{Bound, RangeBounds};

pub use canned::CannedResponse;
pub(crate) use script::Script;

/// The name by which a fault is for the token endpoint, which no operation of the spec has.
pub(crate) const TOKEN: &str = "token";

/// What goes wrong, and when. Made by [`Selection::effect`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a fault does nothing until it is injected"]
pub struct Fault {
    selection: Selection,
    effect: Effect,
}

impl Fault {
    /// Is for an operation by its id, or for the token endpoint by the name `token`.
    pub fn on(operation: impl Into<String>) -> Selection {
        Selection::new(Some(operation.into()))
    }

    /// Is for every request but those to the token endpoint, even for one that no operation fits.
    pub fn on_any() -> Selection {
        Selection::new(None)
    }

    /// The operation that the fault is for, if it is for one.
    pub(crate) fn operation(&self) -> Option<&str> {
        self.selection.operation.as_deref()
    }
}

/// Which requests a fault is for: all of an operation, unless narrowed down.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a selection becomes a fault by its effect"]
pub struct Selection {
    /// `None` stands for any but the token endpoint.
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

    /// Narrows it down to the calls with these numbers. The first call has number 1.
    pub fn calls(mut self, numbers: impl RangeBounds<u64>) -> Self {
        self.first = match numbers.start_bound() {
            Bound::Included(first) => *first,
            Bound::Excluded(before) => before.saturating_add(1),
            Bound::Unbounded => 1,
        };
        self.last = match numbers.end_bound() {
            Bound::Included(last) => *last,
            // Nothing comes before 0, and no call has number 0.
            Bound::Excluded(after) => after.saturating_sub(1),
            Bound::Unbounded => u64::MAX,
        };
        self
    }

    /// Narrows it down to the first calls.
    pub fn first(self, count: u64) -> Self {
        self.calls(1..=count)
    }

    /// Narrows it down to every nth call: with 2 to the second, the fourth, and so on. With 0 there is
    /// none.
    pub fn every(mut self, n: u64) -> Self {
        self.every = n;
        self
    }

    /// Counts requests that failed authentication as well, and affects them.
    pub fn counting_unauthenticated(mut self) -> Self {
        self.unauthenticated = true;
        self
    }

    /// Says what becomes of these requests. An [`CannedResponse`] stands for [`Effect::Respond`].
    pub fn effect(self, effect: impl Into<Effect>) -> Fault {
        Fault {
            selection: self,
            effect: effect.into(),
        }
    }

    fn is_for(&self, operation: Option<&str>, authenticated: bool) -> bool {
        let named = match self.operation.as_deref() {
            Some(wanted) => operation == Some(wanted),
            None => operation != Some(TOKEN),
        };
        named && (authenticated || self.unauthenticated)
    }

    fn has_call(&self, number: u64) -> bool {
        (self.first..=self.last).contains(&number) && number.is_multiple_of(self.every)
    }
}

/// What becomes of a request.
///
/// Every effect that withholds a part of the answer also ends the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// A connection is accepted, and reset before anything is read from it.
    ///
    /// It counts new connections, as no request is known yet: the fault is for all of them whatever
    /// operation it names. A request on a connection that is open already is not affected.
    ResetBeforeReading,
    /// The request is read, nothing is done, and the connection is reset.
    ResetBeforeHandling,
    /// The operation is carried out, and the connection is reset instead of an answer.
    ResetAfterHandling,
    /// The sandbox stops there, and keeps the connection open until the client closes it or the sandbox
    /// is dropped.
    Stall(Stage),
    /// The operation is carried out; half of the answer's head is sent, and the connection closed.
    HalfHead,
    /// The operation is carried out; the head is sent with the length of the whole body, then half of
    /// the body, and the connection is closed.
    HalfBody,
    /// The operation is carried out; the whole body is sent under a head that announces a longer one,
    /// and the connection is closed.
    WrongContentLength,
    /// Nothing is done, and this is answered.
    Respond(CannedResponse),
    /// The operation is carried out, and this is answered in place of its outcome: a gateway that gave
    /// up on an Atlas that did not.
    RespondAfterHandling(CannedResponse),
    /// Nothing is done. Answers 200 with JSON that begins and goes on as fast as it is read, until the
    /// client goes away.
    EndlessBody,
    /// Nothing is done. Answers 401 with a new nonce and `stale=true`, whatever the digest was.
    StaleNonce,
}

/// Where an answer can stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// The request was read, and nothing was done.
    BeforeHandling,
    /// The operation was carried out, and nothing was sent.
    BeforeHead,
    /// The operation was carried out, and half of the head was sent.
    InHead,
    /// The operation was carried out, and the head and half of the body were sent.
    InBody,
}

impl From<CannedResponse> for Effect {
    fn from(answer: CannedResponse) -> Self {
        Self::Respond(answer)
    }
}

/// The name of the variant, with the stage or the status: `Stall(InHead)`, `Respond(502)`.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Respond(answer) => write!(f, "Respond({})", answer.status()),
            Self::RespondAfterHandling(answer) => {
                write!(f, "RespondAfterHandling({})", answer.status())
            }
            // The other variants' output for debugging is just their name.
            other => write!(f, "{other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(selection: &Selection) -> Vec<u64> {
        (1..=6)
            .filter(|number| selection.has_call(*number))
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
    fn an_effect_is_known_by_its_name() {
        assert_eq!(Effect::HalfBody.to_string(), "HalfBody");
        assert_eq!(Effect::Stall(Stage::InHead).to_string(), "Stall(InHead)");
        assert_eq!(
            Effect::from(CannedResponse::html_502()).to_string(),
            "Respond(502)"
        );
        let after = Effect::RespondAfterHandling(CannedResponse::empty_401());
        assert_eq!(after.to_string(), "RespondAfterHandling(401)");
    }
}
