//! HTTP digest authentication in one round trip per call.
//!
//! diqwest signs and sends a request when a challenge is known. This module adds three rules. A session serves
//! one request at a time, so that nonce counts reach the server in ascending order: servers that require this
//! refuse requests of a shared session under load. A session keeps the whole challenge, since diqwest's drops the
//! algorithm. And all challenges of a 401 are considered, of which diqwest reads the first: so the request that
//! fetches a challenge, and the first answer to it, are sent from here.

use std::fmt;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use digest_auth::{AuthContext, AuthorizationHeader, HttpMethod, WwwAuthenticateHeader};
use diqwest::error::{Error as DiqwestError, Result as DiqwestResult};
use diqwest::session::CachedContextGuard;
use diqwest::{DigestAuthCredentials, DigestAuthSession, WithDigestAuth};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use reqwest::{Body, Request, RequestBuilder, Response, StatusCode};

use super::rate_limit::{NoPermit, Permit, Permits, lock};
use super::{body, challenge, trace};
use crate::Credentials;

/// The time for which a nonce is used. Atlas' nonces live for about 60 seconds; one that expires in flight
/// costs two more requests.
const NONCE_AGE_LIMIT: Duration = Duration::from_secs(50);

/// The name of the scheme in traces.
const SCHEME: &str = "an HTTP digest";

/// The maximum number of idle sessions. Each request in flight needs a session.
const IDLE_LIMIT: usize = 128;

/// The maximum number of requests of an attempt: with a stale nonce, without a nonce, and with a new one.
const MAX_REQUESTS: u32 = 3;

/// A response, and how its request was authenticated.
pub(super) struct Sent {
    pub(super) response: Response,
    /// False when the server responded to a request without a signature.
    pub(super) signed: bool,
    /// True if an earlier challenge was reused; `None` for another scheme.
    pub(super) nonce_reused: Option<bool>,
}

/// The reason for a missing response.
pub(super) enum SendError {
    /// No permit was free before the deadline.
    NoPermit(NoPermit),
    /// The server requires an authentication that is not supported.
    Unsupported,
    /// The request failed. The server may have acted on a request that was `signed`.
    Failed { cause: DiqwestError, signed: bool },
    /// The deadline passed. The server may have acted on a request that was `signed`.
    DeadlineElapsed { signed: bool },
}

/// The sessions that are not in use.
pub(super) struct DigestPool {
    credentials: Credentials,
    idle: Mutex<Vec<Session>>,
    /// Reports to diqwest that there is a challenge. It holds neither a key nor a challenge.
    cache: DigestAuthSession,
}

impl DigestPool {
    /// Returns a pool without sessions for the server `host`.
    pub(super) fn new(credentials: Credentials, host: &str) -> Self {
        let cache = DigestAuthSession::new("", "");
        // Without it, diqwest fetches a challenge for each request.
        let _ = (&cache).store_context(host, "Digest realm=\"\", nonce=\"\"");
        Self {
            credentials,
            idle: Mutex::new(Vec::new()),
            cache,
        }
    }

    /// Signs and sends a request, and once more when the server reports that the nonce was stale.
    ///
    /// Any other 401 is returned: a wrong key is not sent twice.
    pub(super) async fn send(
        &self,
        request: &RequestBuilder,
        permits: &Permits<'_>,
    ) -> Result<Sent, SendError> {
        let sent = self.send_once(request, permits).await?;
        if !is_challenge(&sent.response) {
            return Ok(sent);
        }
        match challenge::choose(sent.response.headers()) {
            Some(challenge) if challenge.stale => self.send_once(request, permits).await,
            None if !sent.signed => Err(SendError::Unsupported),
            _ => Ok(sent),
        }
    }

    async fn send_once(
        &self,
        request: &RequestBuilder,
        permits: &Permits<'_>,
    ) -> Result<Sent, SendError> {
        let permit = permits.acquire(MAX_REQUESTS).await;
        let permit = permit.map_err(SendError::NoPermit)?;
        let session = self.lease(Instant::now());
        let nonce_reused = session.is_some();
        // Its state is large, and the futures around it are moved several times.
        let sent = Box::pin(self.exchange(request, session, &permit));
        let sent = permits.deadline.limit(sent).await;
        let signed = permit.is_signed();
        match sent {
            Ok(Ok(response)) => Ok(Sent {
                response,
                signed,
                nonce_reused: Some(nonce_reused),
            }),
            Ok(Err(cause)) => Err(SendError::Failed { cause, signed }),
            Err(_) => Err(SendError::DeadlineElapsed { signed }),
        }
    }

    /// Sends a request with the session, or fetches a challenge when there is none or when it is refused.
    ///
    /// After an error or when the call is cancelled, the session is dropped, since it is unknown which of its
    /// nonce counts the server has seen.
    async fn exchange(
        &self,
        request: &RequestBuilder,
        session: Option<Session>,
        permit: &Permit<'_>,
    ) -> DiqwestResult<Response> {
        if let Some(session) = session {
            let signer = self.signer(&session, permit);
            match request.send_digest_auth(signer).await {
                // The session was refused.
                Err(DiqwestError::AuthHeaderMissing) => {}
                sent => {
                    let response = sent?;
                    self.give_back(session);
                    return Ok(response);
                }
            }
        }
        permit.count_unsigned();
        trace::requesting_challenge();
        let unsigned = request.try_clone();
        let unsigned = unsigned.ok_or(DiqwestError::RequestBuilderNotCloneable)?;
        let response = unsigned.send().await?;
        let challenge = Some(&response).filter(|response| is_challenge(response));
        let challenge = challenge.and_then(|response| challenge::choose(response.headers()));
        let Some(challenge) = challenge else {
            return Ok(response);
        };
        // A connection can be used again only when the response has been read.
        body::read(response, body::ERROR_LIMIT).await;
        let session = Session::new(challenge);
        let response = self.answer(request, &session, permit).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            self.give_back(session);
        }
        Ok(response)
    }

    /// Sends the request with the first answer to a challenge. diqwest would drop the response when it is a 401.
    async fn answer(
        &self,
        request: &RequestBuilder,
        session: &Session,
        permit: &Permit<'_>,
    ) -> DiqwestResult<Response> {
        let request = request.try_clone();
        let request = request.ok_or(DiqwestError::RequestBuilderNotCloneable)?;
        let (http, request) = request.build_split();
        let mut request = request?;
        let authorization = self.signer(session, permit).calculate_authorization(
            "",
            &target(&request),
            request.method().as_str().into(),
            request.body().and_then(Body::as_bytes),
            &HeaderMap::new(),
        )?;
        let mut value = HeaderValue::from_str(&authorization.to_string())?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
        Ok(http.execute(request).await?)
    }

    fn signer<'a>(&'a self, session: &'a Session, permit: &'a Permit<'a>) -> Signer<'a> {
        Signer {
            credentials: &self.credentials,
            session,
            cache: &self.cache,
            permit,
        }
    }

    fn lease(&self, now: Instant) -> Option<Session> {
        let mut idle = lock(&self.idle);
        loop {
            let session = idle.pop()?;
            if session.is_fresh(now) {
                return Some(session);
            }
        }
    }

    fn give_back(&self, session: Session) {
        let mut idle = lock(&self.idle);
        if idle.len() < IDLE_LIMIT {
            idle.push(session);
        }
    }
}

impl fmt::Debug for DigestPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DigestPool")
            .field("credentials", &self.credentials)
            .field("idle", &lock(&self.idle).len())
            .finish_non_exhaustive()
    }
}

fn is_challenge(response: &Response) -> bool {
    response.status() == StatusCode::UNAUTHORIZED
        && response.headers().contains_key(WWW_AUTHENTICATE)
}

/// Returns the path and query of a request, which its signature covers.
fn target(request: &Request) -> String {
    let url = request.url();
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// A challenge, with the count of its uses.
struct Session {
    challenge: Mutex<WwwAuthenticateHeader>,
    received: Instant,
}

impl Session {
    fn new(challenge: WwwAuthenticateHeader) -> Self {
        Self {
            challenge: Mutex::new(challenge),
            received: Instant::now(),
        }
    }

    fn is_fresh(&self, now: Instant) -> bool {
        now.duration_since(self.received) < NONCE_AGE_LIMIT
    }
}

/// A session leased to one request.
struct Signer<'a> {
    credentials: &'a Credentials,
    session: &'a Session,
    /// That of the pool: diqwest implements its trait for references.
    cache: &'a DigestAuthSession,
    permit: &'a Permit<'a>,
}

impl DigestAuthCredentials for Signer<'_> {
    fn username(&self) -> &str {
        self.credentials.name()
    }

    fn password(&self) -> &str {
        self.credentials.secret()
    }

    fn cached_context<'h>(
        &self,
        host: &'h str,
    ) -> DiqwestResult<Option<CachedContextGuard<'_, 'h>>> {
        self.cache.cached_context(host)
    }

    /// Is not called: diqwest calls it for a challenge that it fetched itself.
    fn store_context(&self, _host: &str, _www_authenticate: &str) -> DiqwestResult<()> {
        Ok(())
    }

    /// Fails when the server refused the request, since diqwest would then fetch a challenge itself.
    fn clear_context(&self, _host: &str) -> DiqwestResult<()> {
        Err(DiqwestError::AuthHeaderMissing)
    }

    fn calculate_authorization(
        &self,
        _host: &str,
        path: &str,
        method: HttpMethod<'_>,
        body: Option<&[u8]>,
        _response_headers: &HeaderMap,
    ) -> DiqwestResult<AuthorizationHeader> {
        self.permit.count_signed();
        trace::signed(SCHEME);
        // With `auth-int`, a missing body is signed as an empty one.
        let body = Some(body.unwrap_or_default());
        let context =
            AuthContext::new_with_method(self.username(), self.password(), path, body, method);
        Ok(lock(&self.session.challenge).respond(&context)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::trace::AtomicCounters;
    use reqwest::header::HeaderValue;

    const CHALLENGE: &str = "Digest realm=\"MMS Public API\", domain=\"\", nonce=\"abc\", \
                             algorithm=MD5, qop=\"auth\", stale=false";

    fn pool() -> DigestPool {
        let key = Credentials::api_key("public", "private");
        DigestPool::new(key, "localhost")
    }

    /// Parses a challenge as a response with it.
    fn parse(challenge: &str) -> Option<WwwAuthenticateHeader> {
        let mut headers = HeaderMap::new();
        headers.insert(
            WWW_AUTHENTICATE,
            HeaderValue::from_bytes(challenge.as_bytes()).ok()?,
        );
        challenge::choose(&headers)
    }

    fn session() -> Session {
        Session::new(parse(CHALLENGE).unwrap())
    }

    fn authorize(pool: &DigestPool, session: &Session) -> DiqwestResult<AuthorizationHeader> {
        let counters = AtomicCounters::default();
        let permit = Permit::unlimited(&counters);
        let signer = pool.signer(session, &permit);
        signer.calculate_authorization("localhost", "/", HttpMethod::GET, None, &HeaderMap::new())
    }

    #[test]
    fn returned_session_keeps_its_count() {
        let pool = pool();
        let session = session();
        assert_eq!(authorize(&pool, &session).unwrap().nc, 1);
        pool.give_back(session);
        let session = pool.lease(Instant::now()).unwrap();
        assert_eq!(authorize(&pool, &session).unwrap().nc, 2);
    }

    #[test]
    fn requests_in_flight_do_not_share_a_session() {
        let pool = pool();
        pool.give_back(session());
        let first = pool.lease(Instant::now());
        let second = pool.lease(Instant::now());
        assert!(first.is_some());
        assert!(second.is_none(), "it has no challenge yet");
    }

    #[test]
    fn old_nonce_is_not_reused() {
        let pool = pool();
        pool.give_back(session());
        let later = Instant::now() + NONCE_AGE_LIMIT;
        assert!(pool.lease(later).is_none());
        assert!(lock(&pool.idle).is_empty());
    }

    #[test]
    fn idle_sessions_are_capped() {
        let pool = pool();
        for _ in 0..IDLE_LIMIT + 5 {
            pool.give_back(session());
        }
        assert_eq!(lock(&pool.idle).len(), IDLE_LIMIT);
    }

    /// Signs as the client does, with the client nonce of an example.
    fn sign(challenge: &str, password: &str, client_nonce: &str) -> String {
        let mut header = parse(challenge).unwrap();
        let mut context = AuthContext::new("Mufasa", password, "/dir/index.html");
        context.set_custom_cnonce(client_nonce);
        header.respond(&context).unwrap().response
    }

    #[test]
    fn examples_of_rfc_2617_and_rfc_7616_are_signed() {
        let rfc_2617 = "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", \
                        nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", \
                        opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
        assert_eq!(
            sign(rfc_2617, "Circle Of Life", "0a4f113b"),
            "6629fae49393a05397450978507c4ef1"
        );
        let rfc_7616 = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, \
                        nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
                        opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        let sha_256 = rfc_7616.replace("MD5", "SHA-256");
        let client_nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        for (challenge, response) in [
            (rfc_7616, "8ca523f5e9506fed4657c9700eebdbec"),
            (
                &*sha_256,
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            ),
        ] {
            assert_eq!(sign(challenge, "Circle of Life", client_nonce), response);
        }
    }

    #[test]
    fn missing_body_is_signed_as_an_empty_one() {
        let pool = pool();
        let challenge = CHALLENGE.replace("qop=\"auth\"", "qop=\"auth-int\"");
        let session = Session::new(parse(&challenge).unwrap());
        let header = authorize(&pool, &session).unwrap();
        assert_eq!(header.qop, Some(digest_auth::Qop::AUTH_INT));
    }

    proptest::proptest! {
        #[test]
        fn any_challenge_is_handled_without_a_panic(
            text: String,
            nonce in "[^\u{0}-\u{1f}]{0,8}", algorithm in "[A-Z0-9-]{0,8}", qop in "[a-z, -]{0,12}",
        ) {
            let malformed = format!(
                "Digest realm=\"r\", nonce=\"{nonce}\", algorithm={algorithm}, qop=\"{qop}\""
            );
            for challenge in [&text, &format!("Digest {text}"), &malformed] {
                if let Some(challenge) = parse(challenge) {
                    let header = authorize(&pool(), &Session::new(challenge)).unwrap();
                    HeaderValue::from_str(&header.to_string()).unwrap();
                }
            }
        }
    }

    #[test]
    fn challenge_keeps_its_algorithm() {
        let pool = pool();
        let challenge = CHALLENGE.replace("MD5", "SHA-256");
        let session = Session::new(parse(&challenge).unwrap());
        let header = authorize(&pool, &session).unwrap();
        assert_eq!(header.algorithm.to_string(), "SHA-256");
        assert_eq!(header.response.len(), 64);
    }
}
