//! The commands about private endpoint connections.
#![allow(
    clippy::doc_markdown,
    reason = "the comments are the help that a terminal shows"
)]

use std::path::PathBuf;

use atlas_private_endpoint::PrivateLinkId;
use atlas_private_endpoint::types::Region;
use clap::{Args, ValueEnum, ValueHint};

use super::aws::Network;
use super::region::RegionParser;
use super::waiting::{Consent, Timeout, Trial, WAITS, Waiting, Watching};

#[derive(Debug, Args)]
pub(crate) struct List {
    /// List the projects of this file, too: one id on each line, - for standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) projects_file: Option<PathBuf>,
    /// How many projects are asked at once
    #[arg(long, value_name = "N", default_value_t = 16)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) concurrency: u16,
    #[command(flatten)]
    pub(crate) watching: Watching,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// AWS region, such as us-east-1; US_EAST_1 is understood too
    #[arg(long, value_name = "REGION", value_parser = RegionParser, hide_possible_values = true)]
    pub(crate) region: Region,
    /// Take the connection that the region has, if there is one
    #[arg(long, group = WAITS)]
    pub(crate) if_not_exists: bool,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
    #[command(flatten)]
    pub(crate) trial: Trial,
    #[command(flatten)]
    pub(crate) network: Network,
}

#[derive(Debug, Args)]
pub(crate) struct ConnectionId {
    /// Private endpoint connection, 24 hexadecimal digits
    #[arg(value_name = "ID")]
    pub(crate) id: PrivateLinkId,
}

#[derive(Debug, Args)]
pub(crate) struct Describe {
    #[command(flatten)]
    pub(crate) connection: ConnectionId,
    #[command(flatten)]
    pub(crate) watching: Watching,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    pub(crate) connection: ConnectionId,
    /// Delete its interface endpoints first, and wait until they are gone; in AWS they stay
    #[arg(long, group = WAITS)]
    pub(crate) cascade: bool,
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
    pub(crate) connection: ConnectionId,
    /// What to wait for
    #[arg(long = "for", value_enum, default_value_t, value_name = "STATE")]
    pub(crate) goal: Goal,
    #[command(flatten)]
    pub(crate) timeout: Timeout,
    #[command(flatten)]
    pub(crate) network: Network,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Goal {
    /// An interface endpoint can be added: WAITING_FOR_USER or AVAILABLE
    #[default]
    Ready,
    /// An interface endpoint is connected: AVAILABLE
    Available,
    /// It is gone
    Deleted,
}

#[derive(Debug, Args)]
pub(crate) struct AwsCommand {
    #[command(flatten)]
    pub(crate) connection: ConnectionId,
    #[command(flatten)]
    pub(crate) network: Network,
}
