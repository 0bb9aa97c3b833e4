//! HTTP digest authentication in one round trip per call.
//!
//! diqwest's session responds to a challenge once and then signs every request with it. This module adds two
//! rules. A session serves one request at a time, so that nonce counts reach the server in ascending order:
//! servers that require this refuse requests of a shared session under load. And a session keeps the whole
//! challenge, since diqwest's drops the algorithm.

use std::fmt;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use digest_auth::{AuthContext, AuthorizationHeader, HttpMethod, WwwAuthenticateHeader};
use diqwest::error::{Error as DiqwestError, Result as DiqwestResult};
use diqwest::session::CachedContextGuard;
use diqwest::{DigestAuthCredentials, DigestAuthSession, WithDigestAuth};
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use reqwest::{RequestBuilder, Response, StatusCode};

use super::rate_limit::{NoPermit, Permit, Permits, lock};
use super::trace;
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
    /// The request failed, or its challenge is not supported. The server may have acted on a request that was
    /// `signed`.
    Failed { cause: DiqwestError, signed: bool },
    /// The deadline passed. The server may have acted on a request that was `signed`.
    DeadlineElapsed { signed: bool },
}

/// The sessions that are not in use.
pub(super) struct DigestPool {
    credentials: Credentials,
    idle: Mutex<Vec<Session>>,
}

impl DigestPool {
    pub(super) fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            idle: Mutex::new(Vec::new()),
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
        if is_stale(&sent.response) {
            return self.send_once(request, permits).await;
        }
        Ok(sent)
    }

    /// After an error or when the call is cancelled, the session is dropped, since it is unknown which of its
    /// nonce counts the server has seen.
    async fn send_once(
        &self,
        request: &RequestBuilder,
        permits: &Permits<'_>,
    ) -> Result<Sent, SendError> {
        let permit = permits.acquire(MAX_REQUESTS).await;
        let permit = permit.map_err(SendError::NoPermit)?;
        let session = self.lease(Instant::now());
        let nonce_reused = session.is_fresh(Instant::now());
        let credentials = self.signer(&session, &permit);
        let sent = permits
            .deadline
            .limit(request.send_digest_auth(credentials));
        let sent = sent.await;
        let signed = permit.is_signed();
        let response = match sent {
            Ok(Ok(response)) => response,
            Ok(Err(cause)) => return Err(SendError::Failed { cause, signed }),
            Err(_) => return Err(SendError::DeadlineElapsed { signed }),
        };
        if response.status() != StatusCode::UNAUTHORIZED {
            self.give_back(session);
        }
        Ok(Sent {
            response,
            signed,
            nonce_reused: Some(nonce_reused),
        })
    }

    fn signer<'a>(&'a self, session: &'a Session, permit: &'a Permit<'a>) -> Signer<'a> {
        Signer {
            credentials: &self.credentials,
            session,
            cache: &session.cache,
            permit,
        }
    }

    fn lease(&self, now: Instant) -> Session {
        let mut idle = lock(&self.idle);
        while let Some(session) = idle.pop() {
            if session.is_fresh(now) {
                return session;
            }
        }
        Session::new()
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

fn is_stale(response: &Response) -> bool {
    response.status() == StatusCode::UNAUTHORIZED
        && challenge(response.headers()).is_some_and(|challenge| challenge.stale)
}

fn challenge(headers: &HeaderMap) -> Option<WwwAuthenticateHeader> {
    parse(headers.get(WWW_AUTHENTICATE)?.to_str().ok()?)
}

/// Parses a challenge, unless it is not ASCII, on which `digest_auth` panics.
fn parse(text: &str) -> Option<WwwAuthenticateHeader> {
    digest_auth::parse(Some(text).filter(|text| text.is_ascii())?).ok()
}

/// A challenge, with the count of its uses.
struct Session {
    /// Records for diqwest that there is a challenge. It holds neither key.
    cache: DigestAuthSession,
    challenge: Mutex<Option<Challenge>>,
}

struct Challenge {
    header: WwwAuthenticateHeader,
    received: Instant,
}

impl Session {
    fn new() -> Self {
        Self {
            cache: DigestAuthSession::new("", ""),
            challenge: Mutex::new(None),
        }
    }

    fn is_fresh(&self, now: Instant) -> bool {
        lock(&self.challenge)
            .as_ref()
            .is_some_and(|challenge| now.duration_since(challenge.received) < NONCE_AGE_LIMIT)
    }
}

/// A session leased to one request.
struct Signer<'a> {
    credentials: &'a Credentials,
    session: &'a Session,
    /// That of the session: diqwest implements its trait for references.
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
        let context = self.cache.cached_context(host)?;
        if context.is_none() {
            // An unsigned request fetches a challenge.
            self.permit.count_unsigned();
            trace::requesting_challenge();
        }
        Ok(context)
    }

    fn store_context(&self, host: &str, www_authenticate: &str) -> DiqwestResult<()> {
        let Some(mut header) = parse(www_authenticate) else {
            return Ok(());
        };
        // diqwest responds to the challenge itself, with the first count, right after storing it.
        header.nc = 1;
        self.permit.count_signed();
        trace::signed(SCHEME);
        *lock(&self.session.challenge) = Some(Challenge {
            header,
            received: Instant::now(),
        });
        self.cache.store_context(host, www_authenticate)
    }

    fn clear_context(&self, host: &str) -> DiqwestResult<()> {
        *lock(&self.session.challenge) = None;
        // The challenge was refused; an unsigned request fetches another.
        self.permit.count_unsigned();
        trace::requesting_challenge();
        self.cache.clear_context(host)
    }

    fn calculate_authorization(
        &self,
        _host: &str,
        path: &str,
        method: HttpMethod<'_>,
        body: Option<&[u8]>,
        _response_headers: &HeaderMap,
    ) -> DiqwestResult<AuthorizationHeader> {
        let mut challenge = lock(&self.session.challenge);
        let challenge = challenge.as_mut().ok_or(DiqwestError::AuthHeaderMissing)?;
        self.permit.count_signed();
        trace::signed(SCHEME);
        let context =
            AuthContext::new_with_method(self.username(), self.password(), path, body, method);
        Ok(challenge.header.respond(&context)?)
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
        DigestPool::new(Credentials::api_key("public", "private"))
    }

    fn store(pool: &DigestPool, session: &Session, challenge: &str) {
        let counters = AtomicCounters::default();
        let permit = Permit::unlimited(&counters);
        let signer = pool.signer(session, &permit);
        signer.store_context("localhost", challenge).unwrap();
    }

    fn authorize(pool: &DigestPool, session: &Session) -> DiqwestResult<AuthorizationHeader> {
        let counters = AtomicCounters::default();
        let permit = Permit::unlimited(&counters);
        let signer = pool.signer(session, &permit);
        signer.calculate_authorization("localhost", "/", HttpMethod::GET, None, &HeaderMap::new())
    }

    fn challenged(pool: &DigestPool) -> Session {
        let session = pool.lease(Instant::now());
        store(pool, &session, CHALLENGE);
        session
    }

    #[test]
    fn returned_session_keeps_its_count() {
        let pool = pool();
        let session = challenged(&pool);
        assert_eq!(authorize(&pool, &session).unwrap().nc, 2);
        pool.give_back(session);
        let session = pool.lease(Instant::now());
        assert_eq!(authorize(&pool, &session).unwrap().nc, 3);
    }

    #[test]
    fn requests_in_flight_do_not_share_a_session() {
        let pool = pool();
        pool.give_back(challenged(&pool));
        let first = pool.lease(Instant::now());
        let second = pool.lease(Instant::now());
        assert!(first.is_fresh(Instant::now()));
        assert!(!second.is_fresh(Instant::now()), "it has no challenge yet");
    }

    #[test]
    fn old_nonce_is_not_reused() {
        let pool = pool();
        pool.give_back(challenged(&pool));
        let later = Instant::now() + NONCE_AGE_LIMIT;
        assert!(!pool.lease(later).is_fresh(later));
        assert!(lock(&pool.idle).is_empty());
    }

    #[test]
    fn idle_sessions_are_capped() {
        let pool = pool();
        for _ in 0..IDLE_LIMIT + 5 {
            pool.give_back(Session::new());
        }
        assert_eq!(lock(&pool.idle).len(), IDLE_LIMIT);
    }

    /// Signs as the client does, with the client nonce of an example.
    fn sign(challenge: &str, password: &str, client_nonce: &str) -> String {
        let mut header = digest_auth::parse(challenge).unwrap();
        let mut context = AuthContext::new("Mufasa", password, "/dir/index.html");
        context.set_custom_cnonce(client_nonce);
        header.respond(&context).unwrap().response
    }

    #[test]
    fn examples_of_rfc_2617_and_rfc_7616_are_signed() {
        // digest_auth prefers auth-int where both are offered; the example of RFC 2617 uses auth.
        let rfc_2617 = "Digest realm=\"testrealm@host.com\", qop=\"auth\", \
                        nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", \
                        opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
        assert_eq!(
            sign(rfc_2617, "Circle Of Life", "0a4f113b"),
            "6629fae49393a05397450978507c4ef1"
        );
        let rfc_7616 = "Digest realm=\"http-auth@example.org\", qop=\"auth\", algorithm=MD5, \
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

    proptest::proptest! {
        #[test]
        fn any_header_is_parsed_without_a_panic(bytes: Vec<u8>) {
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                headers.insert(WWW_AUTHENTICATE, value);
            }
            let _ = challenge(&headers);
        }

        #[test]
        fn any_challenge_is_handled_without_a_panic(
            text: String,
            nonce in "[^\u{0}-\u{1f}]{0,8}", algorithm in "[A-Z0-9-]{0,8}", qop in "[a-z, -]{0,12}",
        ) {
            let malformed = format!(
                "Digest realm=\"r\", nonce=\"{nonce}\", algorithm={algorithm}, qop=\"{qop}\""
            );
            for challenge in [&text, &format!("Digest {text}"), &malformed] {
                let pool = pool();
                let session = pool.lease(Instant::now());
                store(&pool, &session, challenge);
                let _ = authorize(&pool, &session);
            }
        }
    }

    #[test]
    fn challenge_keeps_its_algorithm() {
        let pool = pool();
        let session = pool.lease(Instant::now());
        store(&pool, &session, &CHALLENGE.replace("MD5", "SHA-256"));
        let header = authorize(&pool, &session).unwrap();
        assert_eq!(header.algorithm.to_string(), "SHA-256");
        assert_eq!(header.response.len(), 64);
    }
}
