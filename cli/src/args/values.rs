//! Values of options that need a parser of their own.

use std::convert::Infallible;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use atlas_private_endpoint::PrivateLinkId;
use atlas_private_endpoint::types::{PrivateEndpointConnection, Region};

/// Accepts a region in the spelling of AWS or of Atlas, also an unlisted one.
#[allow(clippy::unnecessary_wraps, reason = "the type of a parser of clap")]
pub(super) fn region(text: &str) -> Result<Region, Infallible> {
    Ok(by_aws_name(text))
}

fn by_aws_name(text: &str) -> Region {
    Region::from(text.to_ascii_lowercase().replace('_', "-"))
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
        let region = by_aws_name(text);
        if region.has_aws_name() {
            return Ok(Self::Region(region));
        }
        let similar = similar_regions(region.as_str());
        if !similar.is_empty() {
            let similar = similar.join(" or ");
            return Err(format!("unknown region (did you mean {similar}?)"));
        }
        Err(
            "expected the id of a private endpoint connection (24 hexadecimal digits), its region or the name of \
             its endpoint service"
                .to_owned(),
        )
    }
}

/// Returns true for a name like com.amazonaws.vpce.us-east-1.vpce-svc-0705499aae25ebf2f.
fn is_service_name(text: &str) -> bool {
    let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    text.contains(".vpce-svc-") && text.bytes().all(is_name_byte)
}

/// Returns the names of the known regions that are the most similar to `name`, if any are.
pub(crate) fn similar_regions(name: &str) -> Vec<&'static str> {
    /// The number of edits up to which a name is similar.
    const MAX_DISTANCE: usize = 3;

    let distance = |known: &Region| strsim::damerau_levenshtein(name, known.as_str());
    let nearest = Region::KNOWN.iter().map(distance).min();
    let nearest = nearest.filter(|distance| *distance <= MAX_DISTANCE);
    let similar = Region::KNOWN
        .iter()
        .filter(|known| Some(distance(known)) == nearest);
    similar.map(Region::as_str).collect()
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
            assert_eq!(region(text), Ok(Region::UsEast1));
        }
        assert_eq!(region("mars-north-1").unwrap().as_str(), "mars-north-1");
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
            "us-eat-1",
            "us east 1",
            "us-east-1/..",
            "us-east-1\n",
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
