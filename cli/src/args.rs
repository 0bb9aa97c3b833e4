//! Every command and option, with its help. Parsing does no I/O.
#![allow(
    clippy::doc_markdown,
    rustdoc::bare_urls,
    reason = "the comments are the help on a terminal"
)]
#![allow(clippy::struct_excessive_bools, reason = "each is a flag")]

mod atlas_cli;
pub(crate) mod help;
pub(crate) mod parse;
mod values;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use atlas_private_endpoint::types::Region;
use atlas_private_endpoint::{InterfaceEndpointId, ProjectId};
use clap::{ArgAction, ArgGroup, Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

pub(crate) use values::{ConnectionRef, similar_regions};
use values::{aws_id, duration, number, region};

/// Returns the help after a command that calls Atlas. A test compares the roles with the spec's.
macro_rules! needs_role {
    ($example:literal) => {
        concat!(
            "Needs the role Project Owner or Organization Owner.\n\nExample:\n  ",
            $example
        )
    };
}

const SETTINGS: &str = "\
Settings come from options, then the environment, then a profile of the Atlas CLI (config.toml in its \
directory). Keys that are in none of them are read from the keyring of the operating system, where the \
Atlas CLI stores those of its profiles. `atlas-pe config show` prints the resolved settings and their sources.";

/// Manage the AWS PrivateLink private endpoints of MongoDB Atlas
#[derive(Debug, Parser)]
#[command(name = "atlas-pe", version, after_help = help::after_help(SETTINGS), max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the private endpoint connections of one or more projects
    #[command(visible_alias = "ls", after_help = needs_role!("atlas-pe list -o json"))]
    List(List),
    /// Create a private endpoint connection in a region
    #[command(after_help = needs_role!("atlas-pe create --region us-east-1 --wait"))]
    Create(Create),
    /// Show one private endpoint connection
    #[command(
        visible_alias = "get",
        after_help = needs_role!("atlas-pe describe us-east-1")
    )]
    Describe(Describe),
    /// Delete a private endpoint connection; Atlas refuses while it has interface endpoints
    #[command(
        visible_alias = "rm",
        after_help = needs_role!("atlas-pe delete us-east-1 --cascade --wait --force")
    )]
    Delete(Delete),
    /// Wait until a private endpoint connection is ready, available or deleted
    #[command(
        after_help = needs_role!("atlas-pe wait us-east-1 --for available --timeout 30m")
    )]
    Wait(Wait),
    /// Print the aws command that creates an interface endpoint for a ready connection
    #[command(
        after_help = needs_role!("atlas-pe aws-command us-east-1 --vpc-id vpc-0a1b2c3d --subnet-id subnet-0a1b2c3d")
    )]
    AwsCommand(AwsCommand),
    /// Manage the interface endpoints of a private endpoint connection
    #[command(subcommand, visible_alias = "interface")]
    Interfaces(Interfaces),
    /// Show the resolved settings
    #[command(subcommand)]
    Config(Config),
    /// Print the completion script of a shell
    #[command(
        after_help = "Example:\n  atlas-pe completion bash > /etc/bash_completion.d/atlas-pe"
    )]
    Completion {
        /// Shell of the script
        shell: Shell,
    },
    /// Print the manual page, or write the pages of all commands into a directory
    #[command(after_help = "Example:\n  atlas-pe man --dir /usr/local/share/man/man1")]
    Man {
        /// Existing directory to write the pages of all commands into
        #[arg(long, value_name = "DIRECTORY", value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Show each setting and its source; secrets are masked
    #[command(after_help = "Example:\n  atlas-pe config show --profile staging")]
    Show,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Interfaces {
    /// List the interface endpoints of a private endpoint connection, with their statuses
    #[command(
        visible_alias = "ls",
        after_help = needs_role!("atlas-pe interfaces list us-east-1")
    )]
    List(InterfaceList),
    /// Add an interface endpoint, created in AWS, to a private endpoint connection
    #[command(
        visible_alias = "add",
        after_help = needs_role!("atlas-pe interfaces create us-east-1 vpce-0b9c5701325cb15dd --wait")
    )]
    Create(InterfaceCreate),
    /// Show one interface endpoint of a private endpoint connection
    #[command(
        visible_alias = "get",
        after_help = needs_role!("atlas-pe interfaces describe us-east-1 vpce-0b9c5701325cb15dd")
    )]
    Describe(InterfaceDescribe),
    /// Delete an interface endpoint from a private endpoint connection; it remains in AWS
    #[command(
        visible_alias = "rm",
        after_help = needs_role!("atlas-pe interfaces delete us-east-1 vpce-0b9c5701325cb15dd --force")
    )]
    Delete(InterfaceDelete),
    /// Wait until an interface endpoint is available or deleted
    #[command(
        after_help = needs_role!("atlas-pe interfaces wait us-east-1 vpce-0b9c5701325cb15dd --timeout 30m")
    )]
    Wait(InterfaceWait),
}

/// The options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// Project, 24 hexadecimal digits; repeatable for list [default: MONGODB_ATLAS_PROJECT_ID]
    #[arg(
        long = "project-id",
        alias = "projectId",
        global = true,
        value_name = "ID"
    )]
    pub(crate) project_ids: Vec<ProjectId>,
    /// Profile of the Atlas CLI's config.toml [default: MONGODB_ATLAS_PROFILE, else default or the only one]
    #[arg(short = 'P', long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Public API key [default: MONGODB_ATLAS_PUBLIC_API_KEY]
    #[arg(long, global = true, value_name = "KEY")]
    pub(crate) public_api_key: Option<String>,
    /// File with the private API key, or - for standard input [default: MONGODB_ATLAS_PRIVATE_API_KEY]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) private_key_file: Option<PathBuf>,
    /// Scheme and host of Atlas [default: MONGODB_ATLAS_BASE_URL, else https://cloud.mongodb.com]
    #[arg(long, global = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) base_url: Option<String>,
    /// PEM file with certificate authorities to trust in addition to the system's
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) ca_file: Option<PathBuf>,
    /// Maximum attempts per call when the network or Atlas fails temporarily [default: 4]
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = |text: &str| number(text, 1_u32..=100))]
    pub(crate) max_attempts: Option<u32>,
    /// Output format [default: MONGODB_ATLAS_OUTPUT, else table]
    #[arg(short, long, global = true, value_enum, value_name = "FORMAT")]
    pub(crate) output: Option<Format>,
    /// JMESPath expression to apply to the JSON output
    #[arg(long, global = true, value_name = "EXPRESSION")]
    pub(crate) query: Option<String>,
    /// When to color tables
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Log requests to standard error; twice: with headers, but without keys and signatures
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people; one record per row if a table is too wide for the terminal
    #[default]
    Table,
    /// The table with the endpoint service of each connection
    Wide,
    /// The response of the API, with the region; errors are JSON on standard error
    Json,
    /// The same as YAML
    Yaml,
    /// JSON, one connection per line, with list --watch one event; errors as with json
    Jsonl,
    /// Values without quotes, as the AWS CLI prints them: a list is a line, with tabs in between
    Text,
    /// The ids only, one per line
    Ids,
}

impl Format {
    /// Returns the format with this name. The Atlas CLI calls a table `plaintext`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        if name == "plaintext" {
            return Some(Self::Table);
        }
        Self::from_str(name, false).ok()
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Wide => "wide",
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Jsonl => "jsonl",
            Self::Text => "text",
            Self::Ids => "ids",
        }
    }

    /// Returns true for the formats that are for people.
    pub(crate) fn is_table(self) -> bool {
        matches!(self, Self::Table | Self::Wide)
    }

    /// Returns true for the formats with which failures are JSON too.
    pub(crate) fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// File with further projects to list, one id per line, or - for standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) projects_file: Option<PathBuf>,
    /// Number of projects to list concurrently
    #[arg(
        long,
        value_name = "N",
        default_value_t = 16,
        allow_negative_numbers = true
    )]
    #[arg(value_parser = |text: &str| number(text, 1_u16..=256))]
    pub(crate) concurrency: u16,
    #[command(flatten)]
    pub(crate) watching: Watching,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// AWS region, such as us-east-1 or US_EAST_1
    #[arg(long, value_name = "REGION", value_parser = region)]
    pub(crate) region: Region,
    /// Let Atlas decide about a region that this version does not know
    #[arg(long)]
    pub(crate) allow_unknown_region: bool,
    /// Reuse the connection of the region if there is one
    #[arg(long, group = WAITS)]
    pub(crate) if_not_exists: bool,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
    /// Print the requests without sending them
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) network: Network,
}

#[derive(Debug, Args)]
pub(crate) struct Describe {
    /// Private endpoint connection: its id, its region or its endpoint service name
    #[arg(value_name = "CONNECTION")]
    pub(crate) connection: ConnectionRef,
    #[command(flatten)]
    pub(crate) watching: Watching,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// Private endpoint connection: its id, its region or its endpoint service name
    #[arg(value_name = "CONNECTION")]
    pub(crate) connection: ConnectionRef,
    /// Delete its interface endpoints first and wait until they are deleted; they remain in AWS
    #[arg(long, group = WAITS)]
    pub(crate) cascade: bool,
    /// Succeed if it does not exist
    #[arg(long)]
    pub(crate) if_exists: bool,
    /// Do not ask for confirmation; required without a terminal
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
    /// Print the requests without sending them; with --cascade, the interface endpoints are read
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Wait {
    /// Private endpoint connection: its id, its region or its endpoint service name
    #[arg(value_name = "CONNECTION")]
    pub(crate) connection: ConnectionRef,
    /// State to wait for
    #[arg(long = "for", value_enum, default_value_t, value_name = "STATE")]
    pub(crate) goal: Goal,
    /// Maximum time to wait, such as 90s, 30m or 2h
    #[arg(long, value_name = "DURATION", default_value = TIMEOUT, value_parser = duration)]
    pub(crate) timeout: Duration,
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
    /// It does not exist any more
    Deleted,
}

#[derive(Debug, Args)]
pub(crate) struct AwsCommand {
    /// Private endpoint connection: its id, its region or its endpoint service name
    #[arg(value_name = "CONNECTION")]
    pub(crate) connection: ConnectionRef,
    #[command(flatten)]
    pub(crate) network: Network,
}

#[derive(Debug, Args)]
pub(crate) struct InterfaceList {
    /// Private endpoint connection: its id, its region or its endpoint service name
    #[arg(value_name = "CONNECTION")]
    pub(crate) connection: ConnectionRef,
}

#[derive(Debug, Args)]
pub(crate) struct InterfaceTarget {
    /// Private endpoint connection: its id, its region or its endpoint service name
    #[arg(value_name = "CONNECTION")]
    pub(crate) connection: ConnectionRef,
    /// Interface endpoint, `vpce-` followed by letters and digits
    #[arg(value_name = "VPCE")]
    pub(crate) vpce: InterfaceEndpointId,
}

#[derive(Debug, Args)]
pub(crate) struct InterfaceCreate {
    #[command(flatten)]
    pub(crate) target: InterfaceTarget,
    /// Reuse the interface endpoint if the connection has it
    #[arg(long, group = WAITS)]
    pub(crate) if_not_exists: bool,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
    /// Print the requests without sending them
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct InterfaceDescribe {
    #[command(flatten)]
    pub(crate) target: InterfaceTarget,
    #[command(flatten)]
    pub(crate) watching: Watching,
}

#[derive(Debug, Args)]
pub(crate) struct InterfaceDelete {
    #[command(flatten)]
    pub(crate) target: InterfaceTarget,
    /// Succeed if it does not exist
    #[arg(long)]
    pub(crate) if_exists: bool,
    /// Do not ask for confirmation; required without a terminal
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
    /// Print the requests without sending them
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct InterfaceWait {
    #[command(flatten)]
    pub(crate) target: InterfaceTarget,
    /// State to wait for
    #[arg(long = "for", value_enum, default_value_t, value_name = "STATE")]
    pub(crate) goal: InterfaceGoal,
    /// Maximum time to wait, such as 90s, 30m or 2h
    #[arg(long, value_name = "DURATION", default_value = TIMEOUT, value_parser = duration)]
    pub(crate) timeout: Duration,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum InterfaceGoal {
    /// It is connected: AVAILABLE
    #[default]
    Available,
    /// It does not exist any more
    Deleted,
}

/// The default of `--timeout`, as in the Terraform provider.
const TIMEOUT: &str = "1h";

/// The group of the options that make a command wait. `--timeout` requires one of them.
const WAITS: &str = "waits";

#[derive(Clone, Copy, Debug, Args)]
#[command(group(ArgGroup::new(WAITS).multiple(true)))]
pub(crate) struct Waiting {
    /// Wait until the operation is complete
    #[arg(long, group = WAITS)]
    pub(crate) wait: bool,
    /// Maximum time to wait, such as 90s, 30m or 2h
    #[arg(long, value_name = "DURATION", default_value = TIMEOUT, value_parser = duration, requires = WAITS)]
    pub(crate) timeout: Duration,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Watching {
    /// Print it again after each change, until Control-C
    #[arg(long)]
    pub(crate) watch: bool,
    /// Time between two polls of --watch
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration, requires = "watch")]
    pub(crate) interval: Duration,
}

/// The user's network in AWS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(crate) struct Network {
    /// VPC of the interface endpoint, for the aws command
    #[arg(long, value_name = "VPC", value_parser = |text: &str| aws_id(text, "vpc-"))]
    pub(crate) vpc_id: Option<String>,
    /// Subnet of the interface endpoint, for the aws command; repeatable
    #[arg(long = "subnet-id", value_name = "SUBNET", value_parser = |text: &str| aws_id(text, "subnet-"))]
    pub(crate) subnet_ids: Vec<String>,
    /// Security group of the interface endpoint, for the aws command; repeatable
    #[arg(long = "security-group-id", value_name = "GROUP", value_parser = |text: &str| aws_id(text, "sg-"))]
    pub(crate) security_group_ids: Vec<String>,
}

/// Writes the options, each after a space.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = [
            ("--vpc-id", self.vpc_id.as_slice()),
            ("--subnet-id", &self.subnet_ids),
            ("--security-group-id", &self.security_group_ids),
        ];
        for (name, ids) in options {
            for id in ids {
                write!(f, " {name} {id}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use atlas_private_endpoint::operations;
    use clap::CommandFactory;

    fn for_each_command(command: &clap::Command, check: &mut impl FnMut(&clap::Command)) {
        check(command);
        for command in command.get_subcommands() {
            for_each_command(command, check);
        }
    }

    #[test]
    fn definition_passes_the_checks_of_clap() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_has_help() {
        for_each_command(&Arguments::command(), &mut |command| {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name} has no help");
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{name} {argument}");
            }
        });
    }

    #[test]
    fn every_command_names_its_roles_and_an_example_that_parses() {
        const LOCAL: &[&str] = &["show", "completion", "man"];
        let names_roles = |help: &str| {
            let mut operations = operations::ALL.iter().filter(|it| !it.roles.is_empty());
            operations.any(|operation| operation.roles.iter().all(|role| help.contains(role)))
        };
        for_each_command(&Arguments::command(), &mut |command| {
            let name = command.get_name();
            if command.has_subcommands() {
                return;
            }
            let help = command.get_after_help().unwrap_or_else(|| panic!("{name}"));
            let help = help.to_string();
            assert_eq!(names_roles(&help), !LOCAL.contains(&name), "{name}: {help}");
            let (_, example) = help.split_once("Example:\n  ").unwrap();
            let words = example.split(" > ").next().unwrap_or_default();
            Arguments::try_parse_from(words.split_whitespace())
                .unwrap_or_else(|error| panic!("{example}: {error}"));
        });
    }
}
