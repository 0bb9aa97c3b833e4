//! The identifiers that occur in paths, each a type that holds good values only.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

/// Why a text is not an identifier.
///
/// The message says what was given and what was expected, so that it can be shown as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidId {
    what: &'static str,
    expected: &'static str,
    given: String,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not the id of {}: it must be {}",
            self.given, self.what, self.expected
        )
    }
}

impl std::error::Error for InvalidId {}

/// What is shown of a value that was refused: enough to recognise it.
const SHOWN_CHARACTERS: usize = 64;

fn shown(given: &str) -> String {
    given.chars().take(SHOWN_CHARACTERS).collect()
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $what:literal, $expected:literal, $accepts:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text when it has the right form.
            ///
            /// # Errors
            ///
            /// [`InvalidId`] when it has not. Nothing is sent to find that out.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                if $accepts(&text) {
                    return Ok(Self(text));
                }
                Err(InvalidId {
                    what: $what,
                    expected: $expected,
                    given: shown(&text),
                })
            }

            /// The id as Atlas writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidId;

            fn try_from(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }
    };
}

identifier!(
    /// The id of an Atlas project: 24 hexadecimal digits. Atlas' paths call a project a group.
    ///
    /// ```
    /// use atlas_private_endpoint::ProjectId;
    ///
    /// let project: ProjectId = "5356823b3004dee37132bb7b".parse()?;
    /// assert_eq!(project.as_str(), "5356823b3004dee37132bb7b");
    /// assert!(ProjectId::new("..").is_err());
    /// # Ok::<(), atlas_private_endpoint::InvalidId>(())
    /// ```
    ProjectId,
    "a project",
    "24 hexadecimal digits",
    is_object_id
);

identifier!(
    /// The id of a private endpoint connection: 24 hexadecimal digits, the `privateLinkId` of the
    /// paths.
    PrivateLinkId,
    "a private endpoint connection",
    "24 hexadecimal digits",
    is_object_id
);

identifier!(
    /// The id that AWS gave to an interface endpoint: `vpce-` and then letters and digits.
    InterfaceEndpointId,
    "an interface endpoint",
    "`vpce-` and then letters and digits",
    is_interface_endpoint_id
);

fn is_object_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_interface_endpoint_id(text: &str) -> bool {
    text.strip_prefix("vpce-").is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_ids_are_24_hexadecimal_digits() {
        assert!(ProjectId::new("5356823b3004dee37132bb7b").is_ok());
        assert!(PrivateLinkId::new("5F7CB1A3E3B4AA3B8BA3FB44").is_ok());
        for bad in [
            "",
            ".",
            "..",
            "5356823b3004dee37132bb7",
            "5356823b3004dee37132bb7b0",
            "5356823b3004dee37132bb7g",
            "5356823b3004dee37132bb7b/",
            " 5356823b3004dee37132bb7b",
        ] {
            assert!(ProjectId::new(bad).is_err(), "{bad:?} was taken");
            assert!(PrivateLinkId::new(bad).is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn interface_endpoint_ids_are_vpce_and_alphanumerics() {
        assert!(InterfaceEndpointId::new("vpce-0b9c5701325cb15dd").is_ok());
        for bad in [
            "",
            "..",
            "vpce-",
            "vpce",
            "vpc-0b9c",
            "vpce-0b/..",
            "vpce-0b9c\n",
            "vpce-é",
        ] {
            assert!(InterfaceEndpointId::new(bad).is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn a_refused_value_is_named_with_what_was_expected() {
        let error = PrivateLinkId::new("..").unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"..\" is not the id of a private endpoint connection: it must be 24 hexadecimal digits"
        );
    }

    #[test]
    fn json_with_a_malformed_id_is_refused() {
        assert!(serde_json::from_str::<InterfaceEndpointId>("\"vpce-1a\"").is_ok());
        assert!(serde_json::from_str::<InterfaceEndpointId>("\"eni-1a\"").is_err());
    }
}
