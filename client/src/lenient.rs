//! Lenient reading of responses.

use serde::{Deserialize, Deserializer};

/// An identifier whose form Atlas decides on. Requests are checked, and responses are not, so that a new form
/// does not make the whole response unreadable.
pub(crate) trait Received {
    /// Returns the identifier of a response, which may have any form.
    fn received(text: String) -> Self;
}

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

/// Reads a list without its elements that are `null`, and `null` as an empty list.
///
/// # Errors
///
/// Those of `T`, for an element that is not null.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let items: Vec<Option<T>> = or_default(deserializer)?;
    Ok(items.into_iter().flatten().collect())
}

/// Reads an identifier of any form.
///
/// # Errors
///
/// When the value is not a string.
pub(crate) fn id<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Received,
{
    String::deserialize(deserializer).map(T::received)
}

/// Reads a list of identifiers of any form, in the way of [`list`].
///
/// # Errors
///
/// When an element is neither a string nor null.
pub(crate) fn ids<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Received,
{
    let texts: Vec<String> = list(deserializer)?;
    Ok(texts.into_iter().map(T::received).collect())
}
