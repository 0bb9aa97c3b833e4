//! Regions, as AWS writes them and as Atlas' other tools do.

use atlas_private_endpoint::types::Region;
use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Takes a region. One that this version does not know is for Atlas to judge; what can be no region is
/// refused. The known ones are offered by shells.
#[derive(Clone, Debug)]
pub(crate) struct RegionParser;

impl TypedValueParser for RegionParser {
    type Value = Region;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<Region, clap::Error> {
        let text = value.to_string_lossy();
        parse(&text).ok_or_else(|| {
            let mut error = clap::Error::new(ErrorKind::ValueValidation).with_cmd(command);
            if let Some(argument) = argument {
                let argument = ContextValue::String(argument.to_string());
                error.insert(ContextKind::InvalidArg, argument);
            }
            let value = ContextValue::String(text.into_owned());
            error.insert(ContextKind::InvalidValue, value);
            let hint = "a region looks like us-east-1".into();
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![hint]));
            error
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let known = Region::KNOWN.iter();
        Some(Box::new(
            known.map(|region| PossibleValue::new(region.as_str())),
        ))
    }
}

fn parse(text: &str) -> Option<Region> {
    let name = text.to_ascii_lowercase().replace('_', "-");
    let plausible = name.contains('-')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    plausible.then(|| Region::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_understood_in_both_spellings() {
        for text in ["us-east-1", "US_EAST_1", "us_east_1"] {
            assert_eq!(parse(text), Some(Region::UsEast1));
        }
        assert_eq!(parse("mars-north-1").unwrap().as_str(), "mars-north-1");
        for bad in ["", "us east 1", "useast1", "us-east-1/..", "us-east-1\n"] {
            assert_eq!(parse(bad), None, "{bad:?} was taken");
        }
    }
}
