//! From a request to its answer: authentication first, then the route, then everything else.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::body::Bytes;
use hyper::http::request::Parts;
use hyper::{Method, Response};

use crate::clock::{Clock, Moment};
use crate::error::{ApiError, Code};
use crate::fault::{Script, TOKEN};
use crate::gate::Gate;
use crate::handlers::{self, Answer, Call};
use crate::oauth;
use crate::outcome::Outcome;
use crate::rate::RateLimit;
use crate::record::RequestRecord;
use crate::request::{self, Fields, Presentation};
use crate::response;
use crate::routes::{Params, Route, Routes};
use crate::state::State;

/// How much of a request body is read. The largest that Atlas takes here is far below.
pub(crate) const BODY_LIMIT: usize = 1 << 20;

/// A request body that was longer than [`BODY_LIMIT`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct TooLarge;

/// Everything that the answers depend on, shared by all connections.
pub(crate) struct Service {
    routes: Routes,
    clock: Clock,
    world: Mutex<World>,
}

/// What changes with time.
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) records: Vec<RequestRecord>,
    pub(crate) faults: Script,
    pub(crate) gate: Gate,
    rate: RateLimit,
}

impl Service {
    pub(crate) fn new(
        routes: Routes,
        clock: Clock,
        state: State,
        gate: Gate,
        rate: RateLimit,
    ) -> Self {
        let world = World {
            state,
            records: Vec::new(),
            faults: Script::default(),
            gate,
            rate,
        };
        Self {
            routes,
            clock,
            world: Mutex::new(world),
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn routes(&self) -> &Routes {
        &self.routes
    }

    /// No request leaves the world half changed, so a panic of a test that held it does no harm.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a new connection is to be reset before anything is read from it.
    pub(crate) fn refuses_connection(&self) -> bool {
        let mut world = self.world();
        let Some(effect) = world.faults.connection() else {
            return false;
        };
        world.records.push(RequestRecord::connection(&effect));
        true
    }

    /// Handles a request and records it.
    pub(crate) fn answer(&self, parts: &Parts, body: Result<Bytes, TooLarge>) -> Outcome {
        let now = self.clock.moment();
        let mut world = self.world();
        if parts.method == Method::POST && parts.uri.path() == oauth::PATH {
            return world.token(parts, body.ok().as_ref(), now);
        }
        let route = self.routes.find(&parts.method, parts.uri.path());
        let operation = route.as_ref().ok().map(|(it, _)| it.operation.id.clone());
        let admitted = world.gate.admit(parts, now);
        let arrival = Arrival {
            parts,
            operation,
            authenticated: admitted.is_ok(),
            now,
        };
        world.exchange(arrival, |world| {
            if let Err(refused) = admitted {
                return response::unauthorized(refused);
            }
            let look = Presentation::of(parts.uri.query().unwrap_or_default());
            let answer = route.and_then(|route| world.dispatch(&route, parts, body, now));
            response::render(answer, look)
        })
    }
}

/// What is known of a request before it is handled.
struct Arrival<'a> {
    parts: &'a Parts,
    operation: Option<String>,
    authenticated: bool,
    now: Moment,
}

impl World {
    /// Lets faults have their way with the request, and records it.
    fn exchange(
        &mut self,
        arrival: Arrival<'_>,
        handle: impl FnOnce(&mut Self) -> Response<Bytes>,
    ) -> Outcome {
        let operation = arrival.operation;
        let fault = self
            .faults
            .request(operation.as_deref(), arrival.authenticated);
        let outcome = Outcome::of(fault.as_ref(), self, arrival.now, handle);
        let status = outcome.status();
        let record = RequestRecord::new(arrival.parts, operation, status, fault.as_ref());
        self.records.push(record);
        outcome
    }

    fn token(&mut self, parts: &Parts, body: Option<&Bytes>, now: Moment) -> Outcome {
        let known = self.gate.knows_client(parts);
        let arrival = Arrival {
            parts,
            operation: Some(TOKEN.to_owned()),
            authenticated: known,
            now,
        };
        self.exchange(arrival, |world| {
            if known {
                world.gate.token(parts, body, now)
            } else {
                oauth::unknown_client()
            }
        })
    }

    fn dispatch(
        &mut self,
        (route, params): &(&Route, Params),
        parts: &Parts,
        body: Result<Bytes, TooLarge>,
        now: Moment,
    ) -> Result<Answer, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        request::check_query(query, &route.operation.query)?;
        handlers::check_project(&self.state, params)?;
        handlers::check_rate(&mut self.rate, params, now)?;
        let fields = fields(route, parts, body)?;
        let call = Call {
            params,
            fields: &fields,
            now,
        };
        (route.handler)(&mut self.state, &call)
    }
}

/// A body that the operation does not take is overlooked: HTTP gives it no meaning.
fn fields(route: &Route, parts: &Parts, body: Result<Bytes, TooLarge>) -> Result<Fields, ApiError> {
    let Some(known) = &route.operation.body else {
        return Ok(Fields::new());
    };
    request::check_media_type(&parts.headers)?;
    let body = body.map_err(|TooLarge| {
        let detail = format!("The request body has more than {BODY_LIMIT} bytes.");
        ApiError::new(Code::RequestTooLarge, detail)
    })?;
    request::fields(&body, known)
}
