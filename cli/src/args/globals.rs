//! The options that every command takes.
#![allow(
    clippy::doc_markdown,
    rustdoc::bare_urls,
    reason = "the comments are the help that a terminal shows"
)]

use std::path::PathBuf;

use atlas_private_endpoint::ProjectId;
use clap::{ArgAction, Args, ValueEnum, ValueHint};

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// Project, 24 hexadecimal digits; list takes more than one [default: MONGODB_ATLAS_PROJECT_ID]
    #[arg(
        long = "project-id",
        alias = "projectId",
        global = true,
        value_name = "ID"
    )]
    pub(crate) project_ids: Vec<ProjectId>,
    /// Profile of the Atlas CLI's config.toml [default: MONGODB_ATLAS_PROFILE, else default]
    #[arg(short = 'P', long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Public API key [default: MONGODB_ATLAS_PUBLIC_API_KEY]
    #[arg(long, global = true, value_name = "KEY")]
    pub(crate) public_api_key: Option<String>,
    /// File with the private API key, - for standard input [default: MONGODB_ATLAS_PRIVATE_API_KEY]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) private_key_file: Option<PathBuf>,
    /// Scheme and host of Atlas [default: MONGODB_ATLAS_BASE_URL, else https://cloud.mongodb.com]
    #[arg(long, global = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) base_url: Option<String>,
    /// Trust the certificate authorities in this PEM file, too
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) ca_file: Option<PathBuf>,
    /// How often a call is attempted when the network or Atlas fails for a while [default: 4]
    #[arg(long, global = true, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) max_attempts: Option<u32>,
    /// What to print [default: MONGODB_ATLAS_OUTPUT, else table]
    #[arg(short, long, global = true, value_enum, value_name = "FORMAT")]
    pub(crate) output: Option<Format>,
    /// Print what this JMESPath expression makes of the JSON
    #[arg(long, global = true, value_name = "EXPRESSION")]
    pub(crate) query: Option<String>,
    /// When to colour tables
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Show the requests on standard error; twice: headers too, without keys and signatures
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people; records below each other where a table is too wide for the terminal
    #[default]
    Table,
    /// What the API answers, and the region; errors are JSON on standard error
    Json,
    /// The same as YAML
    Yaml,
    /// JSON, each connection on a line of its own; errors as with json
    Jsonl,
    /// The ids alone, one on each line
    Ids,
}

impl Format {
    /// The format of this name, as a profile or a variable has it. The Atlas CLI calls a table `plaintext`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        if name == "plaintext" {
            return Some(Self::Table);
        }
        Self::from_str(name, false).ok()
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Jsonl => "jsonl",
            Self::Ids => "ids",
        }
    }

    /// Whether errors are JSON, too.
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
