//! Values of options that need a parser of their own.

use std::ffi::OsStr;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use atlas_private_endpoint::PrivateLinkId;
use atlas_private_endpoint::types::{PrivateEndpointConnection, Region};
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

/// A private endpoint connection, as the user names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ConnectionRef {
    Id(PrivateLinkId),
    Region(Region),
    /// The name of the endpoint service in AWS.
    Service(String),
}

impl ConnectionRef {
    /// Returns true for the connection that this names.
    pub(crate) fn is(&self, connection: &PrivateEndpointConnection) -> bool {
        match self {
            Self::Id(id) => connection.id == *id,
            Self::Region(region) => connection.region().as_ref() == Some(region),
            Self::Service(name) => connection.endpoint_service_name.as_ref() == Some(name),
        }
    }
}

impl FromStr for ConnectionRef {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(id) = PrivateLinkId::new(text) {
            return Ok(Self::Id(id));
        }
        if is_service_name(text) {
            return Ok(Self::Service(text.to_owned()));
        }
        match region(text) {
            // The id of an interface endpoint is no region.
            Some(region) if ends_with_number(region.as_str()) => Ok(Self::Region(region)),
            _ => Err(
                "expected the id of a private endpoint connection (24 hexadecimal digits), its region or the \
                 name of its endpoint service"
                    .to_owned(),
            ),
        }
    }
}

/// Returns true for a name like com.amazonaws.vpce.us-east-1.vpce-svc-0705499aae25ebf2f.
fn is_service_name(text: &str) -> bool {
    let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    text.contains(".vpce-svc-") && text.bytes().all(is_name_byte)
}

/// Returns true for a name of three parts or more, of which the last is a number.
fn ends_with_number(region: &str) -> bool {
    region
        .rsplit_once('-')
        .is_some_and(|(rest, number)| rest.contains('-') && number.parse::<u8>().is_ok())
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
    fn connection_is_named_by_id_region_or_service() {
        let parse = |text: &str| text.parse::<ConnectionRef>();
        let id = "5f7cb1a3e3b4aa3b8ba3fb44";
        assert!(matches!(parse(id), Ok(ConnectionRef::Id(_))));
        let region = ConnectionRef::Region(Region::UsEast1);
        assert_eq!(parse("US_EAST_1"), Ok(region));
        let service = "com.amazonaws.vpce.us-east-1.vpce-svc-0705499aae25ebf2f";
        assert_eq!(parse(service), Ok(ConnectionRef::Service(service.into())));
        for bad in [
            "",
            "..",
            "vpce-0b9c5701325cb15dd",
            "vpce-1",
            "us-east",
            "../x.vpce-svc-1",
        ] {
            assert!(parse(bad).is_err(), "{bad:?}");
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
