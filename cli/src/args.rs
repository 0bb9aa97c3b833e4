//! Every command and option, with its help. Nothing is read or resolved here.
#![allow(
    clippy::doc_markdown,
    reason = "the comments are the help that a terminal shows"
)]

pub(crate) mod aws;
pub(crate) mod connections;
pub(crate) mod globals;
pub(crate) mod interfaces;
pub(crate) mod names;
mod region;
pub(crate) mod waiting;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueHint};
use clap_complete::Shell;

use connections::{AwsCommand, Create, Delete, Describe, List, Wait};
use globals::Globals;
use interfaces::Interfaces;

/// The role that every operation of the API needs, which a test compares with the description's.
macro_rules! needs_role {
    ($example:literal) => {
        concat!(
            "Needs the role Project Owner or Organization Owner.\n\nExample:\n  ",
            $example
        )
    };
}
pub(crate) use needs_role;

const AFTER_HELP: &str = "\
Settings come from options, then the environment, then a profile of the Atlas CLI (config.toml in its \
folder). `atlas-pe config show` says what is in force, and where it is from.

Environment:
  MONGODB_ATLAS_PUBLIC_API_KEY   public API key (or MONGODB_ATLAS_PUBLIC_KEY)
  MONGODB_ATLAS_PRIVATE_API_KEY  private API key (or MONGODB_ATLAS_PRIVATE_KEY); no option takes
                                 it, since everyone on the machine can see those
  MONGODB_ATLAS_CLIENT_ID        client id of a service account, instead of an API key
  MONGODB_ATLAS_CLIENT_SECRET    client secret of the service account
  MONGODB_ATLAS_PROJECT_ID       project
  MONGODB_ATLAS_BASE_URL         where Atlas is (or MONGODB_ATLAS_OPS_MANAGER_URL)
  MONGODB_ATLAS_SERVICE          cloud or cloudgov, where there is no base URL
  MONGODB_ATLAS_PROFILE          profile
  MONGODB_ATLAS_OUTPUT           what to print
  NO_COLOR                       no colours, when it is set

Exit codes:
  0    done
  1    failed in another way than those below
  2    the command line or the settings are not right; nothing was sent
  3    authentication or permission
  4    not found
  5    conflict with the state of the resource
  6    rate limited, or Atlas cannot be reached or does not work, after retries
  7    what was waited for did not happen in time
  8    what was waited for cannot happen any more: the resource failed or was rejected
  130  interrupted";

/// Manage the AWS PrivateLink private endpoints of MongoDB Atlas
#[derive(Debug, Parser)]
#[command(name = "atlas-pe", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the private endpoint connections of the project, or of many
    #[command(visible_alias = "ls", after_help = needs_role!("atlas-pe list -o json"))]
    List(List),
    /// Create a private endpoint connection in a region
    #[command(after_help = needs_role!("atlas-pe create --region us-east-1 --wait"))]
    Create(Create),
    /// Show one private endpoint connection
    #[command(
        visible_alias = "get",
        after_help = needs_role!("atlas-pe describe 5f7cb1a3e3b4aa3b8ba3fb44")
    )]
    Describe(Describe),
    /// Delete a private endpoint connection; Atlas refuses while it has interface endpoints
    #[command(
        visible_alias = "rm",
        after_help = needs_role!("atlas-pe delete 5f7cb1a3e3b4aa3b8ba3fb44 --cascade --wait --force")
    )]
    Delete(Delete),
    /// Wait until a private endpoint connection is ready, in use, or gone
    #[command(
        after_help = needs_role!("atlas-pe wait 5f7cb1a3e3b4aa3b8ba3fb44 --for available --timeout 30m")
    )]
    Wait(Wait),
    /// Print the aws command that creates an interface endpoint for a connection that is ready
    #[command(
        after_help = needs_role!("atlas-pe aws-command 5f7cb1a3e3b4aa3b8ba3fb44 --vpc-id vpc-0a1b2c3d --subnet-id subnet-0a1b2c3d")
    )]
    AwsCommand(AwsCommand),
    /// Manage the interface endpoints of a private endpoint connection
    #[command(subcommand, visible_alias = "interface")]
    Interfaces(Interfaces),
    /// Show the settings that are in force
    #[command(subcommand)]
    Config(Config),
    /// Print the completion script of a shell
    #[command(
        after_help = "Example:\n  atlas-pe completion bash > /etc/bash_completion.d/atlas-pe"
    )]
    Completion {
        /// Shell that reads the script
        shell: Shell,
    },
    /// Print the manual page, or write those of all commands into a folder
    #[command(after_help = "Example:\n  atlas-pe man --dir /usr/local/share/man/man1")]
    Man {
        /// Folder to write the pages of all commands into; it must exist
        #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Show each setting and where it is from; secrets are masked
    #[command(after_help = "Example:\n  atlas-pe config show --profile staging")]
    Show,
}

#[cfg(test)]
mod tests {
    use super::*;
    use atlas_private_endpoint::operations;
    use clap::CommandFactory;

    fn walk(command: &clap::Command, look: &mut impl FnMut(&clap::Command)) {
        look(command);
        for command in command.get_subcommands() {
            walk(command, look);
        }
    }

    #[test]
    fn clap_finds_no_fault_with_the_definition() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_has_help() {
        walk(&Arguments::command(), &mut |command| {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name} has no help");
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{name} {argument}");
            }
        });
    }

    #[test]
    fn every_command_has_an_example_and_those_that_call_atlas_the_role() {
        const LOCAL: &[&str] = &["show", "completion", "man"];
        let roles = operations::ALL[0].roles;
        assert!(
            operations::ALL
                .iter()
                .all(|operation| operation.roles == roles)
        );
        walk(&Arguments::command(), &mut |command| {
            let name = command.get_name();
            if command.has_subcommands() {
                return;
            }
            let help = command.get_after_help().unwrap_or_else(|| panic!("{name}"));
            let help = help.to_string();
            assert!(help.contains("Example:\n  atlas-pe "), "{name}: {help}");
            let tells_roles = roles.iter().all(|role| help.contains(role));
            assert_eq!(tells_roles, !LOCAL.contains(&name), "{name}: {help}");
        });
    }

    #[test]
    fn examples_can_be_parsed() {
        walk(&Arguments::command(), &mut |command| {
            let help = command.get_after_help().map(ToString::to_string);
            let help = help.unwrap_or_default();
            let Some((_, example)) = help.split_once("Example:\n  ") else {
                return;
            };
            let words = example.split(" > ").next().unwrap_or_default();
            Arguments::try_parse_from(words.split_whitespace())
                .unwrap_or_else(|error| panic!("{example}: {error}"));
        });
    }
}
