//! Every command and option, with its help. Nothing is read or resolved here.
#![allow(
    clippy::doc_markdown,
    rustdoc::bare_urls,
    reason = "the comments are the help that a terminal shows"
)]

use std::path::PathBuf;

use atlas_private_endpoint::types::Region;
use atlas_private_endpoint::{InterfaceEndpointId, PrivateLinkId, ProjectId};
use clap::{Args, Parser, Subcommand, ValueEnum};

/// The environment variables that are read, and what each is for.
pub(crate) mod variable {
    pub(crate) const PUBLIC_KEY: &str = "MONGODB_ATLAS_PUBLIC_API_KEY";
    pub(crate) const PRIVATE_KEY: &str = "MONGODB_ATLAS_PRIVATE_API_KEY";
    pub(crate) const CLIENT_ID: &str = "MONGODB_ATLAS_CLIENT_ID";
    pub(crate) const CLIENT_SECRET: &str = "MONGODB_ATLAS_CLIENT_SECRET";
    pub(crate) const PROJECT_ID: &str = "MONGODB_ATLAS_PROJECT_ID";
    pub(crate) const BASE_URL: &str = "MONGODB_ATLAS_BASE_URL";
}

const ENVIRONMENT_AND_EXIT_CODES: &str = "\
Environment:
  MONGODB_ATLAS_PUBLIC_API_KEY   public API key
  MONGODB_ATLAS_PRIVATE_API_KEY  private API key; no option, since everyone on the machine can see those
  MONGODB_ATLAS_CLIENT_ID        client id of a service account, instead of an API key
  MONGODB_ATLAS_CLIENT_SECRET    client secret of the service account
  MONGODB_ATLAS_PROJECT_ID       project, unless --project-id is given
  MONGODB_ATLAS_BASE_URL         where Atlas is, unless --base-url is given

The API key or service account needs the role Project Owner or Organization Owner.

Exit codes:
  0  done
  1  failed in another way than those below
  2  the command line or the environment is not right; nothing was sent
  3  authentication or permission
  4  not found
  5  conflict with the state of the resource
  6  rate limited, or Atlas cannot be reached or does not work
  130  interrupted";

/// Manage the AWS PrivateLink private endpoints of MongoDB Atlas
#[derive(Debug, Parser)]
#[command(name = "atlas-pe", version, after_help = ENVIRONMENT_AND_EXIT_CODES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// Project, 24 hexadecimal digits [default: MONGODB_ATLAS_PROJECT_ID]
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) project_id: Option<ProjectId>,
    /// Public API key [default: MONGODB_ATLAS_PUBLIC_API_KEY]
    #[arg(long, global = true, value_name = "KEY")]
    pub(crate) public_api_key: Option<String>,
    /// Scheme and host of Atlas [default: MONGODB_ATLAS_BASE_URL, else https://cloud.mongodb.com]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Trust the certificate authorities in this PEM file, too
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// How often a call is attempted when the network or Atlas fails for a while
    #[arg(long, global = true, value_name = "N", default_value_t = 4)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) max_attempts: u32,
    /// What to print
    #[arg(
        short,
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    pub(crate) output: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people; records below each other where a table is too wide for the terminal
    #[default]
    Table,
    /// What the API answers
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the private endpoint connections of the project
    #[command(visible_alias = "ls", after_help = "Example:\n  atlas-pe list -o json")]
    List,
    /// Create a private endpoint connection in a region
    #[command(after_help = "Example:\n  atlas-pe create --region us-east-1")]
    Create(Create),
    /// Show one private endpoint connection
    #[command(
        visible_alias = "get",
        after_help = "Example:\n  atlas-pe describe 5f7cb1a3e3b4aa3b8ba3fb44"
    )]
    Describe(ConnectionId),
    /// Delete a private endpoint connection, which must have no interface endpoints
    #[command(
        visible_alias = "rm",
        after_help = "Example:\n  atlas-pe delete 5f7cb1a3e3b4aa3b8ba3fb44 --force"
    )]
    Delete(Delete),
    /// Manage the interface endpoints of a private endpoint connection
    #[command(subcommand, visible_alias = "interface")]
    Interfaces(Interfaces),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Interfaces {
    /// Add an interface endpoint, which you created in AWS, to a private endpoint connection
    #[command(
        visible_alias = "add",
        after_help = "Example:\n  atlas-pe interfaces create 5f7cb1a3e3b4aa3b8ba3fb44 vpce-0b9c5701325cb15dd"
    )]
    Create(InterfaceEndpoint),
    /// Show one interface endpoint of a private endpoint connection
    #[command(
        visible_alias = "get",
        after_help = "Example:\n  atlas-pe interfaces describe 5f7cb1a3e3b4aa3b8ba3fb44 vpce-0b9c5701325cb15dd"
    )]
    Describe(InterfaceEndpoint),
    /// Delete an interface endpoint from a private endpoint connection; in AWS it stays
    #[command(
        visible_alias = "rm",
        after_help = "Example:\n  atlas-pe interfaces delete 5f7cb1a3e3b4aa3b8ba3fb44 vpce-0b9c5701325cb15dd --force"
    )]
    Delete(DeleteInterface),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// AWS region, such as us-east-1; US_EAST_1 is understood too
    #[arg(long, value_name = "REGION", value_parser = parse_region)]
    pub(crate) region: Region,
}

#[derive(Debug, Args)]
pub(crate) struct ConnectionId {
    /// Private endpoint connection, 24 hexadecimal digits
    #[arg(value_name = "ID")]
    pub(crate) id: PrivateLinkId,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    pub(crate) connection: ConnectionId,
    #[command(flatten)]
    pub(crate) consent: Consent,
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
pub(crate) struct DeleteInterface {
    #[command(flatten)]
    pub(crate) endpoint: InterfaceEndpoint,
    #[command(flatten)]
    pub(crate) consent: Consent,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Consent {
    /// Do not ask; needed where there is no terminal to ask on
    #[arg(long)]
    pub(crate) force: bool,
}

/// Takes a region as AWS writes it, and as Atlas' other tools do.
///
/// A region that this version does not know is for Atlas to judge; what can be no region is refused.
fn parse_region(text: &str) -> Result<Region, String> {
    let name = text.to_ascii_lowercase().replace('_', "-");
    let plausible = name.contains('-')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !plausible {
        return Err("a region looks like us-east-1".to_owned());
    }
    Ok(Region::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn clap_finds_no_fault_with_the_definition() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_has_help() {
        fn walk(command: &clap::Command) {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name} has no help");
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{name} {argument} has no help"
                );
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Arguments::command());
    }

    #[test]
    fn regions_are_understood_in_both_spellings() {
        for text in ["us-east-1", "US_EAST_1", "us_east_1"] {
            assert_eq!(parse_region(text).unwrap(), Region::UsEast1);
        }
        assert_eq!(
            parse_region("mars-north-1").unwrap().as_str(),
            "mars-north-1"
        );
        for bad in ["", "us east 1", "useast1", "us-east-1/..", "us-east-1\n"] {
            assert!(parse_region(bad).is_err(), "{bad:?} was taken");
        }
    }
}
