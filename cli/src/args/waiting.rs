//! Waiting, asking and trying out.
#![allow(
    clippy::doc_markdown,
    reason = "the comments are the help that a terminal shows"
)]

use std::time::Duration;

use clap::{ArgGroup, Args};

/// How long a wait takes at most, unless it is said: what the users of the Terraform provider settled on.
const TIMEOUT: &str = "1h";

/// How often something is looked at again, unless it is said.
const INTERVAL: &str = "5s";

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Timeout {
    /// How long to wait at most, like 90s, 30m or 2h
    #[arg(long, value_name = "DURATION", default_value = TIMEOUT, value_parser = duration)]
    pub(crate) timeout: Duration,
}

/// The options that make a command wait. Without one of them, a time-out would do nothing.
pub(crate) const WAITS: &str = "waits";

#[derive(Clone, Copy, Debug, Args)]
#[command(group(ArgGroup::new(WAITS).multiple(true)))]
pub(crate) struct Waiting {
    /// Wait until it is done
    #[arg(long, group = WAITS)]
    pub(crate) wait: bool,
    /// How long to wait at most, like 90s, 30m or 2h
    #[arg(long, value_name = "DURATION", default_value = TIMEOUT, value_parser = duration, requires = WAITS)]
    pub(crate) timeout: Duration,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Watching {
    /// Show it again whenever something has changed, until Control-C
    #[arg(long)]
    pub(crate) watch: bool,
    /// How long to wait before looking again, with --watch
    #[arg(long, value_name = "DURATION", default_value = INTERVAL, value_parser = duration, requires = "watch")]
    pub(crate) interval: Duration,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Trial {
    /// Show the requests, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Consent {
    /// Do not ask; needed where there is no terminal to ask on
    #[arg(long)]
    pub(crate) force: bool,
}

fn duration(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text)
        // Its M is a month, and whoever writes it means minutes.
        .ok()
        .filter(|_| !text.contains('M'))
        .ok_or_else(|| "write a number and a unit, like 90s, 30m or 2h".to_owned())?;
    if duration.is_zero() {
        return Err("it must be longer than nothing".to_owned());
    }
    Ok(duration)
}
