#![doc = include_str!("../README.md")]
//!
//! ## When networks and gateways fail
//!
//! Each row is a failure of the first attempt at a GET or POST, and its result for the caller. The number of
//! requests, in parentheses, includes those that fetch a new digest challenge, since a nonce is not reused after
//! its connection was lost, and those that look up whether a POST was applied. The number of private endpoint
//! connections is that after the create: one create never makes two. A test compares the table with the behaviour
//! against the sandbox.
//!
#![doc = include_str!("faults.md")]
//!
//! "Outcome unknown" is [`Error::is_outcome_unknown`]: the resource may exist, and nothing proves who created it.
//! Check the project before you send the POST again, or call
//! [`ensure_connection`](Client::ensure_connection), which returns the connection in any case. Only what is
//! [`Ensured::Created`] was certainly created by the call.

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
compile_error!("TLS is required: enable the feature ring, aws-lc-rs, rustls or native-tls");

mod cascade;
mod client;
mod clock;
mod config;
mod credentials;
mod ensure;
mod error;
// One module for each fragment, written by `cargo xtask generate` and formatted by prettyplease. It
// unwraps the default of a request's field, which the generator has checked.
#[rustfmt::skip]
#[allow(clippy::all, clippy::pedantic, clippy::unwrap_used, unused_qualifications)]
mod generated;
mod http;
mod ids;
mod lenient;
mod open_enum;
mod operation;
mod reconcile;
mod region_lookup;
#[cfg(feature = "test-util")]
pub mod testing;
mod types_ext;
pub mod wait;

pub use cascade::{CascadeDeletion, Deletion, DeletionStep};
pub use client::{Client, DEFAULT_CONCURRENCY};
pub use clock::Clock;
pub use config::{ClientBuilder, system_proxy};
pub use credentials::Credentials;
pub use ensure::{EnsureConnection, EnsureInterfaceEndpoint, EnsureStep, Ensured};
pub use error::{Error, ErrorKind};
pub use generated::private_endpoint_v1_0::{operations, types};
#[allow(
    unreachable_pub,
    unused_imports,
    reason = "the fragment whose types are at the root can be the only one"
)]
pub use generated::*;
pub use http::{Counters, RetryPolicy};
pub use ids::{InterfaceEndpointId, InvalidId, PrivateLinkId, ProjectId};
pub use open_enum::UnknownValue;
pub(crate) use open_enum::open_enum;
pub use operation::Operation;
pub use region_lookup::{RegionLookup, RegionSearch};
pub use reqwest::{self, Method, StatusCode};
