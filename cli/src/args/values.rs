//! Values of options that need a parser of their own.

use std::ffi::OsStr;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use atlas_private_endpoint::types::Region;
use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Accepts a region in the spelling of AWS or of Atlas. Atlas decides whether an unlisted one exists; shells
/// complete the listed ones.
#[derive(Clone, Debug)]
pub(super) struct RegionParser;

impl TypedValueParser for RegionParser {
    type Value = Region;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Region, clap::Error> {
        let text = value.to_string_lossy();
        region(&text).ok_or_else(|| {
            let mut error = clap::Error::new(ErrorKind::ValueValidation).with_cmd(command);
            if let Some(argument) = argument {
                let argument = ContextValue::String(argument.to_string());
                error.insert(ContextKind::InvalidArg, argument);
            }
            let value = ContextValue::String(text.into_owned());
            error.insert(ContextKind::InvalidValue, value);
            let hint = "write a region like us-east-1".into();
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![hint]));
            error
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let regions = Region::KNOWN.iter();
        Some(Box::new(
            regions.map(|region| PossibleValue::new(region.as_str())),
        ))
    }
}

fn region(text: &str) -> Option<Region> {
    let name = text.to_ascii_lowercase().replace('_', "-");
    let is_name_byte =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (name.contains('-') && name.bytes().all(is_name_byte)).then(|| Region::from(name))
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text)
        .ok()
        // humantime reads M as months, where minutes are meant.
        .filter(|_| !text.contains('M'))
        .ok_or_else(|| "expected a number and a unit, such as 90s, 30m or 2h".to_owned())?;
    if duration.is_zero() {
        return Err("expected a duration longer than zero".to_owned());
    }
    Ok(duration)
}

/// Accepts a whole number of a range.
pub(super) fn number<T: FromStr + PartialOrd + fmt::Display>(
    text: &str,
    range: RangeInclusive<T>,
) -> Result<T, String> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    let (start, end) = range.into_inner();
    number.ok_or_else(|| format!("expected a whole number from {start} to {end}"))
}

/// Accepts an id of AWS, so that an id in the wrong option is an error here.
pub(super) fn aws_id(text: &str, prefix: &str) -> Result<String, String> {
    match text.strip_prefix(prefix) {
        Some(rest) if !rest.is_empty() && rest.bytes().all(|it| it.is_ascii_alphanumeric()) => {
            Ok(text.to_owned())
        }
        _ => Err(format!(
            "expected `{prefix}` followed by letters and digits"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn region_has_either_spelling() {
        for text in ["us-east-1", "US_EAST_1", "us_east_1"] {
            assert_eq!(region(text), Some(Region::UsEast1));
        }
        assert_eq!(region("mars-north-1").unwrap().as_str(), "mars-north-1");
        for bad in ["", "us east 1", "useast1", "us-east-1/..", "us-east-1\n"] {
            assert_eq!(region(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn aws_id_has_the_prefix_of_its_kind() {
        assert_eq!(aws_id("vpc-0a1b", "vpc-").unwrap(), "vpc-0a1b");
        for bad in ["subnet-1", "vpc-", "vpc-1;ls", ""] {
            assert!(aws_id(bad, "vpc-").is_err(), "{bad:?}");
        }
    }
}
