//! The commands about interface endpoints.
#![allow(
    clippy::doc_markdown,
    reason = "the comments are the help that a terminal shows"
)]

use atlas_private_endpoint::InterfaceEndpointId;
use clap::{Args, Subcommand, ValueEnum};

use super::connections::ConnectionId;
use super::needs_role;
use super::waiting::{Consent, Timeout, Trial, WAITS, Waiting, Watching};

#[derive(Debug, Subcommand)]
pub(crate) enum Interfaces {
    /// Add an interface endpoint, which you created in AWS, to a private endpoint connection
    #[command(
        visible_alias = "add",
        after_help = needs_role!("atlas-pe interfaces create 5f7cb1a3e3b4aa3b8ba3fb44 vpce-0b9c5701325cb15dd --wait")
    )]
    Create(Add),
    /// Show one interface endpoint of a private endpoint connection
    #[command(
        visible_alias = "get",
        after_help = needs_role!("atlas-pe interfaces describe 5f7cb1a3e3b4aa3b8ba3fb44 vpce-0b9c5701325cb15dd")
    )]
    Describe(Describe),
    /// Delete an interface endpoint from a private endpoint connection; in AWS it stays
    #[command(
        visible_alias = "rm",
        after_help = needs_role!("atlas-pe interfaces delete 5f7cb1a3e3b4aa3b8ba3fb44 vpce-0b9c5701325cb15dd --force")
    )]
    Delete(Delete),
    /// Wait until an interface endpoint is connected, or gone
    #[command(
        after_help = needs_role!("atlas-pe interfaces wait 5f7cb1a3e3b4aa3b8ba3fb44 vpce-0b9c5701325cb15dd --timeout 30m")
    )]
    Wait(Wait),
}

#[derive(Debug, Args)]
pub(crate) struct InterfaceEndpoint {
    #[command(flatten)]
    pub(crate) connection: ConnectionId,
    /// Interface endpoint, `vpce-` and then letters and digits
    #[arg(value_name = "VPCE")]
    pub(crate) vpce: InterfaceEndpointId,
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    #[command(flatten)]
    pub(crate) endpoint: InterfaceEndpoint,
    /// Take the interface endpoint as it is, if the connection has it
    #[arg(long, group = WAITS)]
    pub(crate) if_not_exists: bool,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
    #[command(flatten)]
    pub(crate) trial: Trial,
}

#[derive(Debug, Args)]
pub(crate) struct Describe {
    #[command(flatten)]
    pub(crate) endpoint: InterfaceEndpoint,
    #[command(flatten)]
    pub(crate) watching: Watching,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    pub(crate) endpoint: InterfaceEndpoint,
    /// Do nothing when it does not exist
    #[arg(long)]
    pub(crate) if_exists: bool,
    #[command(flatten)]
    pub(crate) consent: Consent,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
    #[command(flatten)]
    pub(crate) trial: Trial,
}

#[derive(Debug, Args)]
pub(crate) struct Wait {
    #[command(flatten)]
    pub(crate) endpoint: InterfaceEndpoint,
    /// What to wait for
    #[arg(long = "for", value_enum, default_value_t, value_name = "STATE")]
    pub(crate) goal: Goal,
    #[command(flatten)]
    pub(crate) timeout: Timeout,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Goal {
    /// It is connected: AVAILABLE
    #[default]
    Available,
    /// It is gone
    Deleted,
}
