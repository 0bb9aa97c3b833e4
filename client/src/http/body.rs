//! Reads response bodies, up to a limit, and what is in those of errors.

use serde_json::{Map, Value};

use crate::types::ApiError;

/// The maximum size of the body of a success.
pub(super) const SUCCESS_LIMIT: usize = 16 * 1024 * 1024;

/// The maximum size of the body of an error.
pub(super) const ERROR_LIMIT: usize = 64 * 1024;

/// The length of an excerpt.
const EXCERPT_CHARACTERS: usize = 512;

/// The bytes of a body that were read, and the reason why reading ended.
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    pub(super) end: End,
}

/// The reason why reading a body ended.
pub(super) enum End {
    Complete,
    TooLong { limit: usize },
    Broken(reqwest::Error),
}

/// Reads a body to its end or to `limit` bytes, whichever comes first.
pub(super) async fn read(mut response: reqwest::Response, limit: usize) -> Body {
    let mut bytes = Vec::new();
    let end = loop {
        let chunk = match response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break End::Complete,
            Err(error) => break End::Broken(error),
        };
        let room = limit - bytes.len();
        if chunk.len() > room {
            bytes.extend_from_slice(&chunk[..room]);
            break End::TooLong { limit };
        }
        bytes.extend_from_slice(&chunk);
    };
    Body { bytes, end }
}

/// Returns the beginning of a body as one line of text.
///
/// White space is folded and control characters are removed, so that a response can neither break a
/// line of a log nor control a terminal.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    // A character has at most four bytes, so this is enough.
    let head = &bytes[..bytes.len().min(EXCERPT_CHARACTERS * 4)];
    let text = String::from_utf8_lossy(head);
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.chars().filter(|c| !c.is_control()).collect())
        .collect();
    words.join(" ").chars().take(EXCERPT_CHARACTERS).collect()
}

/// Reads the body of an error of Atlas. `None` for any other body, from a proxy for instance.
///
/// Each field is read alone, so that an unexpected type in one does not lose the others. Text is read as a number
/// where that is expected.
pub(super) fn api_error(bytes: &[u8]) -> Option<ApiError> {
    let read = |fields| serde_json::from_value::<ApiError>(Value::Object(fields)).ok();
    let fields: Map<String, Value> = serde_json::from_slice(bytes).ok()?;
    let mut readable = Map::new();
    for (name, value) in fields {
        let number = value.as_str().and_then(|text| text.parse::<i64>().ok());
        let number = number.map(Value::from);
        let mut values = [Some(value), number].into_iter().flatten();
        let is_readable =
            |value: &Value| read(Map::from_iter([(name.clone(), value.clone())])).is_some();
        if let Some(value) = values.find(is_readable) {
            readable.insert(name, value);
        }
    }
    read(readable).filter(|error| error != &ApiError::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpt_is_one_short_line_without_control_characters() {
        assert_eq!(
            excerpt(b"<html>\r\n <b>Bad\x1b[31m\tGateway</b>"),
            "<html> <b>Bad[31m Gateway</b>"
        );
        assert_eq!(excerpt(b""), "");
        assert_eq!(excerpt(&vec![b'x'; 100_000]).len(), EXCERPT_CHARACTERS);
        assert_eq!(
            excerpt("é".repeat(1000).as_bytes()).chars().count(),
            EXCERPT_CHARACTERS
        );
        assert_eq!(excerpt(&[0xff, b'a']), "\u{fffd}a");
    }
}
