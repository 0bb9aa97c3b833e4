//! A local, stateful simulation of the private endpoints of the MongoDB Atlas v1.0 API.
//!
//! [`Sandbox`] serves the operations of this repository's OpenAPI document on a port of the loopback
//! interface: with HTTP digest authentication and the tokens of service accounts, with resources that take their time to come and go, and
//! with Atlas' error codes. It does not use the client crate, and the two meet in the document only, so
//! that one shows the other's mistakes.
//!
//! With [`fault`] it misbehaves on a script, for clients that shall survive it.
//!
//! Where MongoDB's reference is silent, the sandbox does the following:
//!
//! * Creations answer 201, and deletions answer 200 with an empty object.
//! * Deleting what is being deleted already succeeds and changes nothing.
//! * A connection that is being deleted still occupies its region. So does an interface endpoint its
//!   connection, which cannot be deleted, and to which the same interface endpoint cannot be added.
//! * A connection can be deleted while it is being created.
//! * A connection is `AVAILABLE` as long as it has an interface endpoint that is or was connected, until
//!   that one is gone.
//! * The order of the checks: authentication, path and method, query, project, media type and body, and then the
//!   resources. A malformed interface endpoint id is found out before its connection is looked for.
//! * An id of a connection that is not 24 hexadecimal digits is an id that does not exist.
//! * A field that is null counts as missing. Regions have to be spelled as AWS does.
//! * 405, 413 and 415 come with codes that are not in Atlas' table, which has none for them.
//! * Atlas' limit of 100 requests per minute and project is off unless
//!   [asked for](SandboxBuilder::rate_limit). It counts what passed the checks before the media type.

mod clock;
mod digest;
mod error;
pub mod fault;
mod gate;
mod handlers;
mod ids;
mod oauth;
mod outcome;
mod rate;
mod raw;
mod record;
mod request;
mod response;
mod routes;
mod sandbox;
mod server;
mod service;
mod spec;
mod start_error;
mod state;

pub use clock::Clock;
pub use digest::{Algorithm, Challenge, NoncePolicy};
pub use record::RequestRecord;
pub use sandbox::{
    DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_NONCE_LIFETIME, DEFAULT_PRIVATE_KEY,
    DEFAULT_PROJECT_ID, DEFAULT_PUBLIC_KEY, DEFAULT_STEP, DEFAULT_TOKEN_LIFETIME, Sandbox,
    SandboxBuilder, UnknownResource,
};
pub use start_error::StartError;
pub use state::{ConnectionSnapshot, InterfaceEndpointSnapshot, PinnedStatus};
