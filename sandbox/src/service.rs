//! Handles requests: authentication, route, faults, checks and handler.

mod effects;

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::body::Bytes;
use hyper::http::request::Parts;
use hyper::{Method, Response};
use serde_json::{Map, Value};

use crate::auth::{Authenticator, Principal, TOKEN_PATH, has_token};
use crate::clock::{Clock, Moment};
use crate::console::Console;
use crate::error::{ApiError, Code, Result};
use crate::fault::{Effect, Fault, Hit, Script, Subject, TOKEN};
use crate::handlers::{self, Call};
use crate::log::{RequestLog, RequestRecord};
use crate::request::{self, RateLimit};
use crate::response::{self, RawResponse, Success};
use crate::routes::{Params, Routes};
use crate::seed::Seed;
use crate::spec::Operation;
use crate::state::{State, Target};

/// The maximum size of a request body. The largest that Atlas accepts here is far smaller.
pub(crate) const MAX_BODY: usize = 1 << 20;

/// The body of a request, or `None` when it exceeds [`MAX_BODY`].
pub(crate) type Body = Option<Bytes>;

/// The response to a request, or the bytes instead of one.
#[derive(Debug)]
pub(crate) enum Outcome {
    Response(Response<Bytes>),
    /// Ends the connection. The status is that of the response that begins, or 0.
    Raw(u16, RawResponse),
}

/// Everything that responses depend on, shared by all connections.
pub(crate) struct Service {
    routes: Routes,
    clock: Clock,
    console: Console,
    seed: Seed,
    inner: Mutex<Inner>,
}

/// The part of a service that changes.
pub(crate) struct Inner {
    pub(crate) state: State,
    pub(crate) log: RequestLog,
    pub(crate) faults: Script,
    pub(crate) authenticator: Authenticator,
    rate_limit: RateLimit,
    /// Replace those of the spec, if there are any.
    regions: Vec<String>,
}

impl Service {
    pub(crate) fn new(
        routes: Routes,
        clock: Clock,
        seed: Seed,
        state: State,
        authenticator: Authenticator,
        console: Console,
        faults: Script,
    ) -> Self {
        let inner = Inner {
            state,
            log: RequestLog::default(),
            faults,
            authenticator,
            rate_limit: RateLimit::new(seed.rate_limit, seed.rate_limit_counts_challenges),
            regions: seed.regions.clone(),
        };
        Self {
            routes,
            clock,
            console,
            seed,
            inner: Mutex::new(inner),
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Returns the target of an operation that happens now. What it is not about is empty.
    pub(crate) fn target<'a>(
        &self,
        project: &'a str,
        connection: &'a str,
        interface_endpoint: &'a str,
    ) -> Target<'a> {
        Target {
            project,
            connection,
            interface_endpoint,
            now: self.clock.moment(),
        }
    }

    pub(crate) fn console(&self) -> &Console {
        &self.console
    }

    pub(crate) fn routes(&self) -> &Routes {
        &self.routes
    }

    /// Returns to the seed. Nonces and tokens stay valid, and the time goes on.
    pub(crate) fn reset(&self) -> Result<()> {
        let now = self.clock.moment();
        let mut inner = self.lock();
        inner.state.reset(&self.seed, now)?;
        inner.log = RequestLog::default();
        inner.faults.reset(&self.seed.faults);
        let seed = &self.seed;
        inner.rate_limit = RateLimit::new(seed.rate_limit, seed.rate_limit_counts_challenges);
        Ok(())
    }

    /// Advances the clock, and saves it.
    pub(crate) fn advance(&self, by: Duration) {
        let mut inner = self.lock();
        self.clock.advance(by);
        inner.state.save_time(self.clock.moment());
    }

    /// Ignores a poisoned lock: no request leaves the state inconsistent when a test panics.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a fault and returns its number, or why it cannot have an effect.
    pub(crate) fn inject(&self, fault: Fault) -> Result<u64, String> {
        fault.check()?;
        Ok(self.lock().faults.inject(fault))
    }

    /// Returns true if a fault resets a new connection before a request is read.
    pub(crate) fn resets_connection(&self) -> bool {
        let mut inner = self.lock();
        let Some(effect) = inner.faults.connection() else {
            return false;
        };
        inner.log.push(RequestRecord {
            fault: Some(effect.to_string()),
            ..RequestRecord::default()
        });
        true
    }

    /// Handles and records a request from the address, and returns when the response is due. Requests to the
    /// console are not recorded.
    pub(crate) fn respond(&self, parts: &Parts, body: Body, address: IpAddr) -> (Outcome, Moment) {
        let now = self.clock.moment();
        if let Some(response) = self.console.respond(self, parts, &body) {
            return (Outcome::Response(response), now);
        }
        let record = |operation: Option<&str>, principal: Option<&Principal>| RequestRecord {
            operation: operation.map(str::to_owned),
            principal: principal.map(|it| it.name().to_owned()),
            ..RequestRecord::new(parts, body.as_ref())
        };
        let mut inner = self.lock();
        if parts.method == Method::POST && parts.uri.path() == TOKEN_PATH {
            let account = inner.authenticator.service_account(parts);
            let record = record(Some(TOKEN), account.as_deref());
            let subject = Subject {
                operation: Some(TOKEN),
                is_authenticated: record.principal.is_some(),
                ..Subject::default()
            };
            let hit = inner.faults.request(&subject);
            let render = |result| response::render(result, "", None);
            return inner.exchange(record, &hit, now, &render, |inner| {
                let authenticator = &mut inner.authenticator;
                authenticator.token(account.as_ref(), parts, body.as_ref(), now)
            });
        }
        let authenticated = inner.authenticator.check(parts, now);
        let route = self.routes.find(&parts.method, parts.uri.path());
        let operation = route.as_ref().ok().map(|(operation, _)| *operation);
        let id = operation.map(|it| it.id);
        let record = record(id, authenticated.as_deref().ok());
        let params = route.as_ref().ok().map(|(_, params)| params);
        let hit = inner.hit(params, has_token(parts), &record, now);
        let query = parts.uri.query().unwrap_or_default();
        let render = |result| response::render(result, query, operation);
        inner.exchange(record, &hit, now, &render, |inner| {
            let effect = hit.effect.as_ref();
            let authenticated = match effect {
                Some(Effect::RevokeTokens) => {
                    inner.authenticator.revoke_tokens();
                    inner.authenticator.check(parts, now)
                }
                _ => authenticated,
            };
            let mut result = match authenticated {
                Ok(principal) => {
                    let route = principal.check_address(address).and(route);
                    route.and_then(|(operation, params)| {
                        let request = (parts, body);
                        inner.handle(&principal, operation, &params, request, effect, now)
                    })
                }
                Err(challenge) => {
                    let params = route.as_ref().ok().map(|(_, params)| params);
                    inner.count_challenge(params, now).and(Err(challenge))
                }
            };
            if let (Ok(success), Some(effect)) = (&mut result, effect) {
                effect.alter(success.entity_mut());
            }
            render(result)
        })
    }
}

impl Inner {
    /// Counts a request to the API for the faults, and returns their effects on it.
    fn hit(
        &mut self,
        params: Option<&Params>,
        has_token: bool,
        record: &RequestRecord,
        now: Moment,
    ) -> Hit {
        if self.faults.is_empty() {
            return Hit::default();
        }
        let body: Value = serde_json::from_str(&record.body).unwrap_or_default();
        let field = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let target = target(params, now);
        let connection = self.state.get_connection(target).ok();
        let interface_endpoint = match target.interface_endpoint {
            "" => field("interfaceEndpointId"),
            id => id,
        };
        self.faults.request(&Subject {
            operation: record.operation.as_deref(),
            is_authenticated: record.principal.is_some(),
            has_token,
            project: target.project,
            region: connection
                .as_ref()
                .map_or_else(|| field("region"), |it| &it.region),
            connection: target.connection,
            interface_endpoint,
        })
    }

    /// Handles a request under the effects of faults, completes and stores its record, and returns when the
    /// response is due.
    fn exchange(
        &mut self,
        mut record: RequestRecord,
        hit: &Hit,
        now: Moment,
        render: &dyn Fn(Result<Success>) -> Response<Bytes>,
        handle: impl FnOnce(&mut Self) -> Response<Bytes>,
    ) -> (Outcome, Moment) {
        let outcome = self.apply(hit.effect.as_ref(), now, render, handle);
        record.status = match &outcome {
            Outcome::Response(response) => response.status().as_u16(),
            Outcome::Raw(status, _) => *status,
        };
        record.fault = hit.record();
        self.log.push(record);
        (outcome, now.after(hit.delay))
    }

    /// Returns an error when the rate limit counts requests without valid credentials, and is exceeded.
    fn count_challenge(&mut self, params: Option<&Params>, now: Moment) -> Result<()> {
        match params.and_then(|it| it.get("groupId")) {
            Some(project) if self.state.check_project(project).is_ok() => {
                self.rate_limit.acquire_challenge(project, now)
            }
            _ => Ok(()),
        }
    }

    fn handle(
        &mut self,
        principal: &Principal,
        operation: &Operation,
        params: &Params,
        (parts, body): (&Parts, Body),
        effect: Option<&Effect>,
        now: Moment,
    ) -> Result<Success> {
        let id = operation.id;
        let handler = handlers::find(id).ok_or_else(|| {
            let detail = format!("The sandbox does not implement the operation {id}.");
            ApiError::new(Code::NotImplemented, detail).about(id)
        })?;
        request::check_query(parts.uri.query().unwrap_or_default(), operation.query)?;
        if let Some(project) = params.get("groupId") {
            self.state.check_project(project)?;
            self.authenticator.check_role(principal, project, now)?;
            self.rate_limit.acquire(project, now)?;
        }
        let fields = fields(operation, parts, body, &self.regions)?;
        let call = Call {
            target: target(Some(params), now),
            fields: &fields,
            effect,
        };
        handler(&mut self.state, &call)
    }
}

/// Returns the resource of a path. What is not in the path is empty, which no resource's id is.
fn target(params: Option<&Params>, now: Moment) -> Target<'_> {
    let param = |name| {
        params
            .and_then(|it| it.get(name))
            .map_or("", String::as_str)
    };
    Target {
        project: param("groupId"),
        connection: param("privateLinkId"),
        interface_endpoint: param("interfaceEndpointId"),
        now,
    }
}

/// Returns the fields of the body. A body that the operation does not take is ignored, since HTTP defines
/// no meaning for it.
fn fields(
    operation: &Operation,
    parts: &Parts,
    body: Body,
    regions: &[String],
) -> Result<Map<String, Value>> {
    let Some(known) = &operation.body else {
        return Ok(Map::new());
    };
    request::check_media_type(&parts.headers, known)?;
    let body = body.ok_or_else(|| {
        let detail = format!("The request body exceeds {MAX_BODY} bytes.");
        ApiError::new(Code::RequestTooLarge, detail)
    })?;
    request::fields(&body, known.fields, regions)
}

#[cfg(test)]
mod tests {
    use hyper::Request;
    use hyper::header::CONTENT_TYPE;
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;
    use serde_json::json;

    use super::*;
    use crate::auth::{self, ApiKey};
    use crate::operations::OPERATIONS;
    use crate::seed::ProjectSeed;
    use crate::spec::Body;
    use crate::spec::JSON;
    use crate::state::Ids;

    const PROJECT: &str = "5a4db0c55a4db0c55a4db0c5";

    /// Returns a service whose table of operations is altered.
    fn service(alter: impl FnOnce(&mut [Operation])) -> Service {
        let mut operations = OPERATIONS.to_vec();
        alter(&mut operations);
        let rng = StdRng::seed_from_u64(1);
        let seed = Seed {
            projects: vec![ProjectSeed {
                id: PROJECT.to_owned(),
                ..ProjectSeed::default()
            }],
            ..Seed::default()
        };
        let clock = Clock::manual();
        let state = State::new(&seed, Ids::fixed(1), clock.moment());
        Service::new(
            Routes::new(operations.leak()),
            clock,
            seed,
            state,
            Authenticator::new(auth::Settings::default(), Vec::new(), Vec::new(), rng),
            Console::default(),
            Script::new(0, &[]),
        )
    }

    /// Handles an authenticated request, and returns status, media type and body.
    fn respond(
        service: &Service,
        method: Method,
        end: &str,
        (media_type, body): (&str, &'static str),
    ) -> (u16, String, Value) {
        let uri = format!("/api/atlas/v1.0/groups/{PROJECT}/{end}");
        let request = Request::builder().method(method).uri(uri);
        let request = request.header(CONTENT_TYPE, media_type).body(());
        let (parts, ()) = request.expect("the request is valid").into_parts();
        let found = service.routes.find(&parts.method, parts.uri.path());
        let (operation, params) = found.expect("the path has an operation");
        let now = service.clock.moment();
        let body = Some(Bytes::from_static(body.as_bytes()));
        let mut inner = service.lock();
        let owner = ApiKey::default().principal().expect("the key is valid");
        let result = inner.handle(&owner, operation, &params, (&parts, body), None, now);
        let response = response::render(result, "", Some(operation));
        let body = serde_json::from_slice(response.body()).expect("the body is JSON");
        let media_type = request::media_type(response.headers()).to_owned();
        (response.status().as_u16(), media_type, body)
    }

    #[test]
    fn operation_without_a_handler_gets_a_501() {
        let service = service(|operations| operations[0].id = "listSomethingElse");
        let reply = respond(&service, Method::GET, "privateEndpoint?unknown=1", ("", ""));
        let body = json!({
            "detail": "The sandbox does not implement the operation listSomethingElse.",
            "error": 501,
            "errorCode": "NOT_IMPLEMENTED",
            "parameters": ["listSomethingElse"],
            "reason": "Not Implemented",
        });
        assert_eq!(reply, (501, JSON.to_owned(), body));
        let other = respond(&service, Method::GET, "privateEndpoint/1", ("", ""));
        assert_eq!(other.0, 404);
    }

    #[test]
    fn media_types_are_those_of_the_spec() {
        const VENDOR: &str = "application/vnd.atlas.2023-01-01+json";
        const BODY: &str = r#"{"providerName": "AWS", "region": "us-east-1"}"#;

        let service = service(|operations| {
            let create = &mut operations[1];
            create.responses = &[("2XX", VENDOR), ("409", VENDOR)];
            create.body = create.body.clone().map(|body| Body {
                media_types: &[VENDOR],
                ..body
            });
        });
        // The spec declares no response with status 415.
        for (sent, status, received) in [
            (JSON, 415, JSON),
            (
                "Application/vnd.atlas.2023-01-01+JSON; charset=utf-8",
                201,
                VENDOR,
            ),
            (VENDOR, 409, VENDOR),
        ] {
            let reply = respond(&service, Method::POST, "privateEndpoint", (sent, BODY));
            assert_eq!((reply.0, reply.1.as_str()), (status, received), "{sent}");
        }
    }
}
