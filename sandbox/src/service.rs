//! From a request to its answer: authentication first, then the route, then everything else.

use std::sync::{Mutex, MutexGuard, PoisonError};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderValue, WWW_AUTHENTICATE};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Response, StatusCode};
use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use crate::clock::{Clock, Moment};
use crate::digest::{Signed, Verdict, Verifier};
use crate::error::{ApiError, Code};
use crate::handlers::{self, Answer, Call};
use crate::record::RequestRecord;
use crate::request::{self, Fields, Presentation};
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

    pub(crate) fn answer(
        &self,
        parts: &Parts,
        body: Result<Bytes, TooLarge>,
    ) -> Response<Full<Bytes>> {
        let now = self.clock.moment();
        let route = self.routes.find(&parts.method, parts.uri.path());
        let operation = route.as_ref().ok().map(|(it, _)| it.operation.id.clone());
        let mut world = self.world();
        let authenticated = world.authenticate(parts, now);
        let look = Presentation::of(parts.uri.query().unwrap_or_default());
        let mut response = match authenticated {
            Err(challenge) => unauthorized(challenge),
            Ok(()) => render(
                route.and_then(|route| world.dispatch(&route, parts, body, now)),
                look,
            ),
        };
        set(response.headers_mut(), DATE, now.http_date());
        let status = response.status();
        world
            .records
            .push(RequestRecord::new(parts, operation, status));
        response
    }
}

impl World {
    /// Fails with the challenge to answer with.
    fn authenticate(&mut self, parts: &Parts, now: Moment) -> Result<(), String> {
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
            Verdict::Refused { stale } => {
                let random = self.rng.random();
                Err(self.verifier.challenge(random, stale, now))
            }
        }
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

/// Never in an envelope: a client has to see this status and its header to go on.
fn unauthorized(challenge: String) -> Response<Full<Bytes>> {
    let error = ApiError::new(
        Code::UserUnauthorized,
        "The request carries no valid digest of the API key.",
    );
    let mut response = json_response(error.code.status(), &error.body(), false);
    set(response.headers_mut(), WWW_AUTHENTICATE, challenge);
    response
}

fn render(result: Result<Answer, ApiError>, look: Presentation) -> Response<Full<Bytes>> {
    let (status, entity, allowed) = match result {
        Ok(answer) => (answer.status, answer.entity, Vec::new()),
        Err(error) => (error.code.status(), error.body(), error.allowed),
    };
    let mut response = if look.envelope {
        let envelope = json!({ "status": status.as_u16(), "content": entity });
        json_response(StatusCode::OK, &envelope, look.pretty)
    } else {
        json_response(status, &entity, look.pretty)
    };
    if !allowed.is_empty() {
        let names: Vec<&str> = allowed.iter().map(Method::as_str).collect();
        set(response.headers_mut(), ALLOW, names.join(", "));
    }
    response
}

fn json_response(status: StatusCode, body: &Value, pretty: bool) -> Response<Full<Bytes>> {
    let text = if pretty {
        format!("{body:#}")
    } else {
        body.to_string()
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A value that a header cannot hold is left out; the builder lets none in that would end up here.
fn set(headers: &mut HeaderMap, name: hyper::header::HeaderName, value: String) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}
