//! From a request to its answer: authentication first, then the route, then everything else.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::body::Bytes;
use hyper::header::AUTHORIZATION;
use hyper::http::request::Parts;
use rand::RngExt as _;
use rand::rngs::StdRng;

use crate::clock::{Clock, Moment};
use crate::digest::{Signed, Verdict, Verifier};
use crate::error::{ApiError, Code};
use crate::fault::Script;
use crate::handlers::{self, Answer, Call};
use crate::outcome::Outcome;
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
    verifier: Verifier,
    rng: StdRng,
}

impl Service {
    pub(crate) fn new(
        routes: Routes,
        clock: Clock,
        state: State,
        verifier: Verifier,
        rng: StdRng,
    ) -> Self {
        let world = World {
            state,
            records: Vec::new(),
            faults: Script::default(),
            verifier,
            rng,
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
        let route = self.routes.find(&parts.method, parts.uri.path());
        let operation = route.as_ref().ok().map(|(it, _)| it.operation.id.clone());
        let mut world = self.world();
        let authenticated = world.authenticate(parts, now);
        let fault = world
            .faults
            .request(operation.as_deref(), authenticated.is_ok());
        let handle = |world: &mut World| {
            if let Err(challenges) = authenticated {
                return response::unauthorized(challenges);
            }
            let look = Presentation::of(parts.uri.query().unwrap_or_default());
            let answer = route.and_then(|route| world.dispatch(&route, parts, body, now));
            response::render(answer, look)
        };
        let outcome = Outcome::of(fault.as_ref(), &mut world, now, handle);
        let record = RequestRecord::new(parts, operation, outcome.status(), fault.as_ref());
        world.records.push(record);
        outcome
    }
}

impl World {
    /// Fails with the challenges to answer with.
    fn authenticate(&mut self, parts: &Parts, now: Moment) -> Result<(), Vec<String>> {
        let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
        let authorization = match (headers.next(), headers.next()) {
            (Some(only), None) => Some(only.as_bytes()),
            _ => None,
        };
        let target = parts.uri.path_and_query();
        let signed = Signed {
            method: parts.method.as_str(),
            target: target.map_or("", |it| it.as_str()),
            authorization,
        };
        match self.verifier.check(&signed, now) {
            Verdict::Accepted => Ok(()),
            Verdict::Refused { stale } => Err(self.challenges(stale, now)),
        }
    }

    /// Hands out a new nonce.
    pub(crate) fn challenges(&mut self, stale: bool, now: Moment) -> Vec<String> {
        let random = self.rng.random();
        self.verifier.challenges(random, stale, now)
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
