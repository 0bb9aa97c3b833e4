//! A client for the AWS PrivateLink private endpoints of the MongoDB Atlas v1.0 API.
//!
//! An Atlas project has at most one *private endpoint connection* per region: a network load balancer
//! with a VPC endpoint service. You create an *interface endpoint* for that service in your own AWS account,
//! and add its id to the connection. Seven operations manage both; each is a method of [`Client`].
//!
//! MongoDB has deprecated version 1.0 of the API and points to the Atlas Administration API v2. This crate
//! is not MongoDB's.
//!
//! ```no_run
//! use atlas_private_endpoint::types::{CreatePrivateEndpointConnection, Region};
//! use atlas_private_endpoint::{Client, Credentials, InterfaceEndpointId, ProjectId};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::with_credentials(Credentials::api_key("abcdefgh", "11111111-2222-3333-4444-555555555555"))?;
//! let project = ProjectId::new("5356823b3004dee37132bb7b")?;
//! let vpce = InterfaceEndpointId::new("vpce-0b9c5701325cb15dd")?;
//!
//! let request = CreatePrivateEndpointConnection::aws(Region::UsEast1);
//! let connection = client.create_private_endpoint_connection(&project, &request).await?;
//! // … once the connection's status is WAITING_FOR_USER:
//! client.add_interface_endpoint(&project, &connection.id, &vpce.clone().into()).await?;
//! let connections = client.list_private_endpoint_connections(&project).await?;
//! let connection = client.get_private_endpoint_connection(&project, &connections[0].id).await?;
//! let endpoint = client.get_interface_endpoint(&project, &connection.id, &vpce).await?;
//! client.delete_interface_endpoint(&project, &connection.id, &vpce).await?;
//! // … once the interface endpoint is gone:
//! client.delete_private_endpoint_connection(&project, &connection.id).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What to rely on
//!
//! - Identifiers are types that hold good values only, so that no request goes to another path than was
//!   meant.
//! - A status, region or error code that this version does not know survives as the `Unknown` variant of
//!   its type, with its text.
//! - [`Error`] keeps the HTTP status and an excerpt of the raw body, also when a proxy answered.
//! - The private key is in no error, no `Debug` output and no request other than to the base URL.
//! - No redirect is followed, and plain `http://` is refused except to this machine.
//!
//! # Waiting
//!
//! Atlas answers a creation or a deletion at once, and goes on working for minutes. With
//! [`Client::wait_for_connection`] and [`Client::wait_for_interface_endpoint`] a program waits until that
//! is done, with a deadline, and sees each change as it happens; [`wait`] says what each state means.
//!
//! # Running it twice
//!
//! [`Client::ensure_connection`] and [`Client::ensure_interface_endpoint`] create what is not there yet, and
//! return it otherwise. [`Client::connection_in_region`] finds the connection of a region.
//! [`Client::delete_connection_cascade`] deletes a connection with its interface endpoints, and goes on
//! where an earlier run was interrupted.
//!
//! # Many projects
//!
//! [`Client::list_in_projects`] lists many projects at once. Atlas takes 100 requests per minute for a
//! project; a client counts its own and waits before there would be more, see
//! [`ClientBuilder::rate_limit`]. That waiting is told as an event of [`tracing`].
//!
//! # Watching it
//!
//! With a subscriber of the `tracing` crate, each call is a span `atlas_call` and each attempt a span
//! `atlas_attempt`, at the level DEBUG; they hold no ids. Events with the target
//! `atlas_private_endpoint::http` tell of requests: at DEBUG the method, the URL and the status, at TRACE
//! the headers. Keys, tokens and signatures are in none of them.
//!
//! # What becomes of calls when networks and gateways fail
//!
//! Each row is what happens to the first attempt at a call, and what the caller gets. The number of
//! requests includes those that fetch a new digest challenge, since a nonce is not used again after its
//! connection was lost, and those that look for what a POST has made. The number of resources is that of
//! the private endpoint connections that exist afterwards: one create never makes two. A test of this
//! crate compares the table with what really happens, against the sandbox.
//!
#![doc = include_str!("faults.md")]
//!
//! "Outcome unknown" is [`Error::is_outcome_unknown`]: look at the project before you send it again.

mod cascade;
mod client;
mod clock;
mod config;
mod credentials;
mod ensure;
mod error;
// One module for each description, written by `cargo xtask generate` and formatted by prettyplease. It
// unwraps the default of a request's field, which the generator has checked.
#[rustfmt::skip]
#[allow(clippy::all, clippy::pedantic, clippy::unwrap_used, unused_qualifications)]
mod generated;
mod http;
mod ids;
mod null;
mod open_enum;
mod operation;
mod reconcile;
mod region_lookup;
mod types_ext;
pub mod wait;

pub use cascade::{CascadeDeletion, Deletion, DeletionStep};
pub use client::{Client, DEFAULT_CONCURRENCY};
pub use clock::Clock;
pub use config::ClientBuilder;
pub use credentials::Credentials;
pub use ensure::{EnsureConnection, EnsureInterfaceEndpoint, EnsureStep, Ensured};
pub use error::{Error, ErrorKind};
pub use generated::private_endpoint_v1_0::{operations, types};
#[allow(
    unreachable_pub,
    unused_imports,
    reason = "there may be no description but the one whose types are at the root"
)]
pub use generated::*;
pub use http::{Counters, RetryPolicy};
pub use ids::{InterfaceEndpointId, InvalidId, PrivateLinkId, ProjectId};
pub use open_enum::UnknownValue;
pub use operation::Operation;
pub use region_lookup::{RegionLookup, RegionSearch};
pub use reqwest::{Method, StatusCode};

/// The README's program, compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
