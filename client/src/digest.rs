//! HTTP digest authentication in one round trip per call.
//!
//! diqwest's own session answers a challenge once and then signs every request with it. Two things are
//! done around it here. One session serves one request at a time, so that the nonce count a server sees
//! rises in the order in which it was handed out: servers that insist on that refuse requests of a shared
//! session under load. And a session keeps the whole challenge, since diqwest's forgets the algorithm.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use digest_auth::{AuthContext, AuthorizationHeader, HttpMethod, WwwAuthenticateHeader};
use diqwest::error::{Error as DiqwestError, Result as DiqwestResult};
use diqwest::session::CachedContextGuard;
use diqwest::{DigestAuthCredentials, DigestAuthSession, WithDigestAuth};
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use reqwest::{RequestBuilder, Response, StatusCode};

use crate::rate::{TooLate, Turn, Turns};
use crate::{Credentials, exchange};

/// How long a nonce is used. Atlas' live for about 60 seconds; a nonce that dies on the way costs two
/// more requests.
const NONCE_AGE_LIMIT: Duration = Duration::from_secs(50);

/// What requests are signed with, for those who watch.
const SCHEME: &str = "an HTTP digest";

/// How many idle sessions are kept. One is needed for each request in flight.
const IDLE_LIMIT: usize = 128;

/// How many requests may have to be sent to get one through: with a nonce that turns out to be stale,
/// without any, and with a new one.
const MOST_REQUESTS: u32 = 3;

/// Why there is no answer.
pub(crate) enum SendError {
    /// The request failed, or its challenge cannot be answered.
    Digest(DiqwestError),
    /// The call's time would be over before the request may be sent.
    TooLate(TooLate),
}

impl From<DiqwestError> for SendError {
    fn from(error: DiqwestError) -> Self {
        Self::Digest(error)
    }
}

impl From<TooLate> for SendError {
    fn from(error: TooLate) -> Self {
        Self::TooLate(error)
    }
}

/// An answer, and how it was got.
pub(crate) struct Signed {
    pub(crate) response: Response,
    /// Whether the request began with a challenge that was known before.
    pub(crate) nonce_reused: bool,
}

/// The sessions that no request is using.
pub(crate) struct DigestPool {
    credentials: Credentials,
    idle: Mutex<Vec<Session>>,
}

impl DigestPool {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Signs and sends a request, and once more when the server says that the nonce was stale.
    ///
    /// A refusal that does not say so is the answer: a wrong key is not sent twice.
    ///
    /// # Errors
    ///
    /// diqwest's, of which `DigestAuth` means a challenge that cannot be answered; or that the turn of the
    /// requests would come too late.
    pub(crate) async fn send(
        &self,
        request: &RequestBuilder,
        turns: &mut Turns<'_>,
    ) -> Result<Signed, SendError> {
        let signed = self.send_once(request, turns).await?;
        if is_stale(&signed.response) {
            return self.send_once(request, turns).await;
        }
        Ok(signed)
    }

    /// A session that is dropped on the way, by an error or a cancelled call, does not come back: nobody
    /// knows which of its counts the server has seen.
    async fn send_once(
        &self,
        request: &RequestBuilder,
        turns: &mut Turns<'_>,
    ) -> Result<Signed, SendError> {
        let turn = turns.next(MOST_REQUESTS).await?;
        let session = self.lease(Instant::now());
        let nonce_reused = session.is_fresh(Instant::now());
        let signer = Signer::new(self, &session, &turn);
        let response = request.send_digest_auth(signer).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            self.give_back(session);
        }
        Ok(Signed {
            response,
            nonce_reused,
        })
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
    let text = headers.get(WWW_AUTHENTICATE)?.to_str().ok()?;
    parse(text).ok()
}

/// `digest_auth` panics on what is not ASCII.
fn parse(text: &str) -> Result<WwwAuthenticateHeader, digest_auth::Error> {
    if !text.is_ascii() {
        return Err(digest_auth::Error::InvalidHeaderSyntax(
            "it is not ASCII".to_owned(),
        ));
    }
    digest_auth::parse(text)
}

/// Takes a lock whose data every holder leaves whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A challenge, and how often it was answered.
struct Session {
    /// diqwest asks a session of its own whether there is a challenge. It is given neither key.
    known: DigestAuthSession,
    challenge: Mutex<Option<Challenge>>,
}

struct Challenge {
    header: WwwAuthenticateHeader,
    received: Instant,
}

impl Session {
    fn new() -> Self {
        Self {
            known: DigestAuthSession::new("", ""),
            challenge: Mutex::new(None),
        }
    }

    fn is_fresh(&self, now: Instant) -> bool {
        lock(&self.challenge)
            .as_ref()
            .is_some_and(|challenge| now.duration_since(challenge.received) < NONCE_AGE_LIMIT)
    }
}

/// A session on loan to one request.
struct Signer<'a> {
    credentials: &'a Credentials,
    turn: &'a Turn<'a>,
    known: &'a DigestAuthSession,
    challenge: &'a Mutex<Option<Challenge>>,
}

impl<'a> Signer<'a> {
    fn new(pool: &'a DigestPool, session: &'a Session, turn: &'a Turn<'a>) -> Self {
        Self {
            credentials: &pool.credentials,
            turn,
            known: &session.known,
            challenge: &session.challenge,
        }
    }
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
        let context = self.known.cached_context(host)?;
        if context.is_none() {
            // The unsigned request that fetches a challenge.
            self.turn.unsigned_request();
            exchange::asking_for_a_challenge();
        }
        Ok(context)
    }

    fn store_context(&self, host: &str, www_authenticate: &str) -> DiqwestResult<()> {
        let Ok(mut header) = parse(www_authenticate) else {
            return Ok(());
        };
        // diqwest answers the challenge itself, with the first count, right after it has stored it.
        header.nc = 1;
        self.turn.signed_request();
        exchange::signed(SCHEME);
        *lock(self.challenge) = Some(Challenge {
            header,
            received: Instant::now(),
        });
        self.known.store_context(host, www_authenticate)
    }

    fn clear_context(&self, host: &str) -> DiqwestResult<()> {
        *lock(self.challenge) = None;
        // The challenge was refused; an unsigned request fetches another.
        self.turn.unsigned_request();
        exchange::asking_for_a_challenge();
        self.known.clear_context(host)
    }

    fn calculate_authorization(
        &self,
        _host: &str,
        path: &str,
        method: HttpMethod<'_>,
        body: Option<&[u8]>,
        _response_headers: &HeaderMap,
    ) -> DiqwestResult<AuthorizationHeader> {
        let mut challenge = lock(self.challenge);
        let challenge = challenge.as_mut().ok_or(DiqwestError::AuthHeaderMissing)?;
        self.turn.signed_request();
        exchange::signed(SCHEME);
        let context =
            AuthContext::new_with_method(self.username(), self.password(), path, body, method);
        Ok(challenge.header.respond(&context)?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::counters::AtomicCounters;
    use reqwest::header::HeaderValue;

    const CHALLENGE: &str = "Digest realm=\"MMS Public API\", domain=\"\", nonce=\"abc\", \
                             algorithm=MD5, qop=\"auth\", stale=false";

    fn pool() -> DigestPool {
        DigestPool::new(Credentials::api_key("public", "private"))
    }

    fn challenged(pool: &DigestPool) -> Session {
        let session = pool.lease(Instant::now());
        let counters = AtomicCounters::default();
        let flag = AtomicBool::default();
        let turn = Turn::unlimited(&counters, &flag);
        let signer = Signer::new(pool, &session, &turn);
        signer.store_context("localhost", CHALLENGE).unwrap();
        session
    }

    fn count(pool: &DigestPool, session: &Session) -> u32 {
        let counters = AtomicCounters::default();
        let flag = AtomicBool::default();
        let turn = Turn::unlimited(&counters, &flag);
        let signer = Signer::new(pool, session, &turn);
        signer
            .calculate_authorization("localhost", "/", HttpMethod::GET, None, &HeaderMap::new())
            .unwrap()
            .nc
    }

    #[test]
    fn a_session_comes_back_with_its_count() {
        let pool = pool();
        let session = challenged(&pool);
        assert_eq!(count(&pool, &session), 2);
        pool.give_back(session);
        let session = pool.lease(Instant::now());
        assert_eq!(count(&pool, &session), 3);
    }

    #[test]
    fn two_requests_in_flight_never_share_a_session() {
        let pool = pool();
        pool.give_back(challenged(&pool));
        let first = pool.lease(Instant::now());
        let second = pool.lease(Instant::now());
        assert!(first.is_fresh(Instant::now()));
        assert!(!second.is_fresh(Instant::now()), "it has no challenge yet");
    }

    #[test]
    fn an_old_nonce_is_not_used_again() {
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

    /// Answers a challenge as the client does, with the client nonce of a worked example.
    fn answered(challenge: &str, password: &str, client_nonce: &str) -> String {
        let mut header = digest_auth::parse(challenge).unwrap();
        let mut context = AuthContext::new("Mufasa", password, "/dir/index.html");
        context.set_custom_cnonce(client_nonce);
        header.respond(&context).unwrap().response
    }

    #[test]
    fn the_worked_example_of_rfc_2617() {
        let challenge = "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", \
                         nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", \
                         opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
        // digest_auth prefers auth-int where both are offered; the example takes auth.
        let challenge = challenge.replace("auth,auth-int", "auth");
        assert_eq!(
            answered(&challenge, "Circle Of Life", "0a4f113b"),
            "6629fae49393a05397450978507c4ef1"
        );
    }

    #[test]
    fn the_worked_examples_of_rfc_7616() {
        let challenge = "Digest realm=\"http-auth@example.org\", qop=\"auth\", algorithm=MD5, \
                         nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
                         opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        let client_nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        let password = "Circle of Life";
        assert_eq!(
            answered(challenge, password, client_nonce),
            "8ca523f5e9506fed4657c9700eebdbec"
        );
        assert_eq!(
            answered(&challenge.replace("MD5", "SHA-256"), password, client_nonce),
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_header_makes_it_panic(bytes: Vec<u8>) {
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                headers.insert(WWW_AUTHENTICATE, value);
            }
            let _ = challenge(&headers);
        }

        #[test]
        fn no_challenge_makes_it_panic(text: String) {
            let pool = pool();
            let session = pool.lease(Instant::now());
            let counters = AtomicCounters::default();
            let flag = AtomicBool::default();
            let turn = Turn::unlimited(&counters, &flag);
            let signer = Signer::new(&pool, &session, &turn);
            signer.store_context("localhost", &text).unwrap();
            signer.store_context("localhost", &format!("Digest {text}")).unwrap();
            let _ = signer.calculate_authorization(
                "localhost", "/", HttpMethod::GET, None, &HeaderMap::new(),
            );
        }

        #[test]
        fn nearly_right_challenges_do_not_make_it_panic(
            nonce in "[^\u{0}-\u{1f}]{0,8}", algorithm in "[A-Z0-9-]{0,8}", qop in "[a-z, -]{0,12}",
        ) {
            let text = format!(
                "Digest realm=\"r\", nonce=\"{nonce}\", algorithm={algorithm}, qop=\"{qop}\""
            );
            let pool = pool();
            let session = pool.lease(Instant::now());
            let counters = AtomicCounters::default();
            let flag = AtomicBool::default();
            let turn = Turn::unlimited(&counters, &flag);
            let signer = Signer::new(&pool, &session, &turn);
            signer.store_context("localhost", &text).unwrap();
            let _ = signer.calculate_authorization(
                "localhost", "/", HttpMethod::GET, None, &HeaderMap::new(),
            );
        }
    }

    #[test]
    fn the_whole_challenge_is_kept() {
        let pool = pool();
        let session = pool.lease(Instant::now());
        let counters = AtomicCounters::default();
        let flag = AtomicBool::default();
        let turn = Turn::unlimited(&counters, &flag);
        let signer = Signer::new(&pool, &session, &turn);
        let sha = CHALLENGE.replace("MD5", "SHA-256");
        signer.store_context("localhost", &sha).unwrap();
        let answer = signer
            .calculate_authorization("localhost", "/", HttpMethod::GET, None, &HeaderMap::new())
            .unwrap();
        assert_eq!(answer.algorithm.to_string(), "SHA-256");
        assert_eq!(answer.response.len(), 64);
    }
}
