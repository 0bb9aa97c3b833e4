//! Durations as texts such as `500ms`, `2s` or `never`, in JSON and on the command line.

use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer, Serializer};

/// The text for a duration that never passes.
const NEVER: &str = "never";

/// Parses a text such as `500ms`, `1h 30m` or `never`, which is [`Duration::MAX`].
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    if text == NEVER {
        return Ok(Duration::MAX);
    }
    humantime::parse_duration(text).map_err(|error| {
        format!("expected a duration such as 500ms or 2s, or never, but found {text:?}: {error}")
    })
}

pub(crate) fn format(duration: Duration) -> String {
    if duration == Duration::MAX {
        return NEVER.to_owned();
    }
    humantime::format_duration(duration).to_string()
}

pub(crate) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format(*duration))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    parse(&String::deserialize(from)?).map_err(D::Error::custom)
}
