//! What the generated open enums share.

use std::fmt;

/// A value that Atlas sent and this version of the crate has no name for.
///
/// It can only come from text that is no known value, so that `Unknown("AVAILABLE")` cannot be built
/// beside `Available`. Its text survives a round trip through JSON.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(String);

impl UnknownValue {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The value as Atlas sent it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<UnknownValue> for String {
    fn from(value: UnknownValue) -> Self {
        value.0
    }
}
