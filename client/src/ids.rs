//! The identifiers in paths. Their types hold valid values, and whatever Atlas returned.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::lenient::Received;

/// The error for a malformed identifier.
///
/// Its message contains the text and the expected form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidId {
    owner: &'static str,
    expected: &'static str,
    given: String,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not the id of {}: it must be {}",
            self.given, self.owner, self.expected
        )
    }
}

impl std::error::Error for InvalidId {}

/// The length of the text in messages: enough to recognize it.
const EXCERPT_CHARACTERS: usize = 64;

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $owner:literal, $expected:literal, $accepts:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses an id.
            ///
            /// # Errors
            ///
            /// [`InvalidId`] when the text is malformed.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                if $accepts(&text) {
                    return Ok(Self(text));
                }
                Err(InvalidId {
                    owner: $owner,
                    expected: $expected,
                    given: text.chars().take(EXCERPT_CHARACTERS).collect(),
                })
            }

            /// Returns the id as Atlas writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Received for $name {
            fn received(text: String) -> Self {
                Self(text)
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
    ///
    /// An id of another form in a response of Atlas is kept as it is, and can be used in further calls.
    PrivateLinkId,
    "a private endpoint connection",
    "24 hexadecimal digits",
    is_object_id
);

identifier!(
    /// The id that AWS gave to an interface endpoint: `vpce-` and then letters and digits.
    ///
    /// An id of another form in a response of Atlas is kept as it is, and can be used in further calls.
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
