//! What becomes of a request, faults included.

use hyper::Response;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, DATE, HeaderValue};

use crate::clock::Moment;
use crate::fault::{Effect, Stage};
use crate::raw::{Part, Raw};
use crate::response;
use crate::service::World;

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// An answer, after which the connection can go on.
    Answer(Response<Bytes>),
    /// The end of the connection. The status is that of the answer that begins, or 0 if none does.
    End(u16, Raw),
}

impl Outcome {
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::Answer(response) => response.status().as_u16(),
            Self::End(status, _) => *status,
        }
    }

    /// Has the request handled, or not, as the effect demands.
    pub(crate) fn of(
        effect: Option<&Effect>,
        world: &mut World,
        now: Moment,
        handle: impl FnOnce(&mut World) -> Response<Bytes>,
    ) -> Self {
        let dated = |mut response: Response<Bytes>| {
            response::set(response.headers_mut(), DATE, now.http_date());
            response
        };
        let Some(effect) = effect else {
            return Self::Answer(dated(handle(world)));
        };
        match effect {
            // It has had its effect on the connection, and this request is on another one.
            Effect::ResetBeforeReading => Self::Answer(dated(handle(world))),
            Effect::ResetBeforeHandling => Self::End(0, Raw::reset()),
            Effect::ResetAfterHandling => {
                handle(world);
                Self::End(0, Raw::reset())
            }
            Effect::Stall(Stage::BeforeHandling) => Self::End(0, Raw::silence()),
            Effect::Stall(Stage::BeforeHead) => {
                handle(world);
                Self::End(0, Raw::silence())
            }
            Effect::Stall(Stage::InHead) => Self::stall(&dated(handle(world)), Part::HalfHead),
            Effect::Stall(Stage::InBody) => Self::stall(&dated(handle(world)), Part::HalfBody),
            Effect::HalfHead => Self::close(&dated(handle(world)), Part::HalfHead),
            Effect::HalfBody => Self::close(&dated(handle(world)), Part::HalfBody),
            Effect::WrongContentLength => Self::close(&dated(handle(world)), Part::TooLittle),
            Effect::Respond(answer) => Self::Answer(dated(answer.response())),
            Effect::RespondAfterHandling(answer) => {
                handle(world);
                Self::Answer(dated(answer.response()))
            }
            Effect::EndlessBody => {
                let mut response = Response::new(Bytes::new());
                let json = HeaderValue::from_static("application/json");
                response.headers_mut().insert(CONTENT_TYPE, json);
                Self::End(200, Raw::endless(&dated(response)))
            }
            Effect::StaleNonce => {
                let refused = world.gate.refuse(true, now);
                Self::Answer(dated(response::unauthorized(refused)))
            }
        }
    }

    fn stall(response: &Response<Bytes>, part: Part) -> Self {
        Self::End(response.status().as_u16(), Raw::stall(response, part))
    }

    fn close(response: &Response<Bytes>, part: Part) -> Self {
        Self::End(response.status().as_u16(), Raw::close(response, part))
    }
}
