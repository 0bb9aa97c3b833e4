//! Fields without a value.

use serde::{Deserialize, Deserializer};

/// Reads `null` as the default.
///
/// Atlas returns a field that has no current value with a default, or as null, or leaves it out. serde's
/// own `default` covers only the last.
///
/// # Errors
///
/// Those of `T`, for a value that is not null.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
