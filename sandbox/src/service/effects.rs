//! The effects of faults on how a request is handled and what is sent.

use hyper::body::Bytes;
use hyper::header::DATE;
use hyper::{Response, StatusCode};
use serde_json::Value;

use super::{Inner, Outcome};
use crate::clock::Moment;
use crate::error::{ApiError, Result};
use crate::fault::{Effect, Stage};
use crate::response::{self, Ending, Part, RawResponse, Success};
use crate::spec::JSON;

impl Inner {
    /// Handles a request as the effect demands.
    pub(super) fn apply(
        &mut self,
        effect: Option<&Effect>,
        now: Moment,
        render: &dyn Fn(Result<Success>) -> Response<Bytes>,
        handle: impl FnOnce(&mut Self) -> Response<Bytes>,
    ) -> Outcome {
        let dated = |mut response: Response<Bytes>| {
            response.headers_mut().remove(DATE);
            response::append_header(&mut response, DATE, now.http_date());
            response
        };
        let partial = |response: Response<Bytes>, part, ending| {
            let response = dated(response);
            let raw = RawResponse::partial(&response, part, ending);
            Outcome::Raw(response.status().as_u16(), raw)
        };
        let empty = |ending| Outcome::Raw(0, RawResponse::empty(ending));
        match effect {
            // A reset before reading has affected another connection, delays have a place of their own, and the
            // others affect what is done or the fields of the response.
            None
            | Some(
                Effect::ResetBeforeReading
                | Effect::Delay(_)
                | Effect::RevokeTokens
                | Effect::End(_)
                | Effect::Lag(_)
                | Effect::Status(_)
                | Effect::OmitNulls
                | Effect::ExtraFields,
            ) => Outcome::Response(dated(handle(self))),
            Some(Effect::ResetBeforeHandling) => empty(Ending::Reset),
            Some(Effect::ResetAfterHandling) => {
                handle(self);
                empty(Ending::Reset)
            }
            Some(Effect::Stall(stage)) => match stage {
                Stage::BeforeHandling => empty(Ending::Stall),
                Stage::BeforeHead => {
                    handle(self);
                    empty(Ending::Stall)
                }
                Stage::InHead => partial(handle(self), Part::HalfHead, Ending::Stall),
                Stage::InBody => partial(handle(self), Part::HalfBody, Ending::Stall),
            },
            Some(Effect::HalfHead) => partial(handle(self), Part::HalfHead, Ending::Close),
            Some(Effect::HalfBody) => partial(handle(self), Part::HalfBody, Ending::Close),
            Some(Effect::WrongContentLength) => {
                partial(handle(self), Part::TooShort, Ending::Close)
            }
            Some(Effect::Respond(canned)) => Outcome::Response(dated(canned.response())),
            Some(Effect::Error(code)) => {
                let error = ApiError::new(*code, "A fault of the sandbox caused this error.");
                Outcome::Response(dated(render(Err(error))))
            }
            Some(Effect::RespondAfterHandling(canned)) => {
                handle(self);
                Outcome::Response(dated(canned.response()))
            }
            Some(Effect::EndlessBody) => {
                let head = response::json_response(StatusCode::OK, &Value::Null, JSON, false);
                Outcome::Raw(200, RawResponse::endless(&dated(head)))
            }
            Some(Effect::StaleNonce) => {
                let challenge = self.authenticator.challenge(true, now);
                Outcome::Response(dated(render(Err(challenge))))
            }
        }
    }
}
