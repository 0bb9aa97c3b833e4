//! Reading bodies, up to a limit.

use std::fmt;

use reqwest::Response;

/// The most that is read of the body of a success.
pub(crate) const SUCCESS_LIMIT: usize = 16 * 1024 * 1024;

/// The most that is read of the body of an error.
pub(crate) const ERROR_LIMIT: usize = 64 * 1024;

/// How much of a body is kept to be shown.
const EXCERPT_CHARACTERS: usize = 512;

/// A body, as far as it could be read, and why it ends there.
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: End,
}

/// Why a body ends.
pub(crate) enum End {
    Complete,
    TooLong { limit: usize },
    Broken(reqwest::Error),
}

/// Reads the body to its end or to `limit` bytes, whichever comes first.
pub(crate) async fn read(mut response: Response, limit: usize) -> Body {
    let mut bytes = Vec::new();
    loop {
        let chunk = match response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => {
                return Body {
                    bytes,
                    end: End::Complete,
                };
            }
            Err(error) => {
                return Body {
                    bytes,
                    end: End::Broken(error),
                };
            }
        };
        let room = limit - bytes.len();
        if chunk.len() > room {
            bytes.extend_from_slice(&chunk[..room]);
            return Body {
                bytes,
                end: End::TooLong { limit },
            };
        }
        bytes.extend_from_slice(&chunk);
    }
}

/// The beginning of a body as one line of text.
///
/// White space is folded and control characters are dropped, so that an answer can neither break the
/// line of a log nor speak to a terminal.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    // A character has at most four bytes; the rest need not be looked at.
    let head = &bytes[..bytes.len().min(EXCERPT_CHARACTERS * 4)];
    let text = String::from_utf8_lossy(head);
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.chars().filter(|c| !c.is_control()).collect())
        .collect();
    words.join(" ").chars().take(EXCERPT_CHARACTERS).collect()
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_short_line_without_control_characters() {
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
