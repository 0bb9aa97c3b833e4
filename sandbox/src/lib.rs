//! A local, stateful simulation of the private endpoints of the MongoDB Atlas v1.0 API.
//!
//! [`Sandbox`] serves the operations of this repository's OpenAPI fragment on a port of the loopback
//! interface, with HTTP digest authentication and the tokens of service accounts, with resources that take
//! time to be created and deleted, and with Atlas' error codes. It does not use the client crate: the two
//! share only the fragment, so that each reveals the other's mistakes.
//!
//! With [`fault`] or a named [`Scenario`] it misbehaves, for tests of a client's error handling.
//!
//! Where MongoDB's reference is silent, the sandbox behaves as follows:
//!
//! * Creations return 201, and deletions return 200 with an empty object.
//! * Deleting a resource again while its deletion is in progress succeeds and changes nothing.
//! * A connection that is being deleted still occupies its region. In the same way, an interface endpoint
//!   that is being deleted still occupies its connection, which cannot be deleted, and to which the same
//!   interface endpoint cannot be added.
//! * A connection can be deleted while it is being created.
//! * A connection is `AVAILABLE` while it has an interface endpoint that is or was connected.
//! * The checks run in this order: credentials, access list, path and method, query, project, role, rate
//!   limit, media type and body, resources. A malformed interface endpoint id is refused before its connection
//!   is looked up.
//! * A key or service account with the role Project Read Only gets a 401 `USER_UNAUTHORIZED` for every
//!   operation, and one without a role in the project a 401 `NOT_IN_GROUP`. Both have a challenge with
//!   `stale=false`, as HTTP requires a challenge in every 401.
//! * An address that is not on the access list of the key or service account gets a 403
//!   `IP_ADDRESS_NOT_ON_WHITELIST`. Tokens are issued to every address.
//! * A request that repeats a nonce with the same count is a replay, and gets a 401 with `stale=true`; see
//!   [`NoncePolicy`].
//! * A connection id that is not 24 hexadecimal digits is an id that does not exist.
//! * A field that is null counts as missing. Regions must be spelled as in AWS.
//! * A method that a path does not have, a body that is too large, another media type and an operation without
//!   a handler get a 405, 413, 415 and 501 with codes of the sandbox's own (`x-sandbox-responses` of the
//!   fragment), since Atlas' table has none for them.
//! * A 401 has no envelope: a client needs its status and its challenge to continue.
//! * The list accepts `pageNum`, `itemsPerPage` and `includeCount`, checks their values and ignores them.
//! * Atlas' limit of 100 requests per minute and project is off by default; see
//!   [`SandboxBuilder::rate_limit`]. Requests without valid credentials do not count; see
//!   [`SandboxBuilder::rate_limit_counts_challenges`].

mod auth;
mod builder;
mod clock;
mod console;
mod duration;
mod error;
pub mod fault;
mod handlers;
mod log;
#[rustfmt::skip]
mod operations;
mod request;
mod response;
mod routes;
mod sandbox;
mod scenario;
mod seed;
mod server;
mod service;
mod spec;
mod state;
#[cfg(feature = "data")]
mod store;
pub mod testing;

pub use auth::{
    Algorithm, ApiKey, Challenge, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_NONCE_LIFETIME,
    DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY, DEFAULT_TOKEN_LIFETIME, NoncePolicy, Role,
    ServiceAccount,
};
pub use builder::{DEFAULT_PROJECT_ID, DEFAULT_STEP, SandboxBuilder, StartError};
pub use clock::Clock;
pub use log::RequestRecord;
pub use sandbox::{ChangeError, Sandbox};
pub use scenario::{Scenario, UnknownScenario};
pub use seed::{ConnectionSeed, Durations, InterfaceEndpointSeed, ProjectSeed, Seed, SeedError};
pub use state::{ConnectionSnapshot, InterfaceEndpointSnapshot, PinnedStatus, StatusChange};

/// Tests the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
