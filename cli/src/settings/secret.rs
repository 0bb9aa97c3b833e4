//! Values that must not be shown.

use std::fmt;
use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::origin::{Found, Origin};
use super::{BYTE_ORDER_MARK, warn_if_readable};
use crate::failure::Failure;

/// What is printed in the place of a secret, however long it is.
pub(crate) const MASK: &str = "********";

/// The name of a file that means standard input.
const STANDARD_INPUT: &str = "-";

/// A key is shorter than this; a file that is longer is another file than was meant.
const LONGEST_KEY: u64 = 4096;

/// A private key or a client secret. It is zeroed when it goes, and `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself, for the client alone.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Reads a key from a file, or from standard input when the file is called `-`.
///
/// # Errors
///
/// [`Failure::usage`] when there is nothing to read, or something other than one line, or when standard input
/// is a terminal, which would show it.
pub(crate) fn read(file: &Path) -> Result<Found<Secret>, Failure> {
    let (text, origin, name) = if file == Path::new(STANDARD_INPUT) {
        if io::stdin().is_terminal() {
            return Err(Failure::usage(
                "the private API key would be seen while it is typed: standard input is a terminal",
            )
            .with_hint("give it from a pipe, such as one that a password manager writes to"));
        }
        let text = read_all(io::stdin().lock());
        (text, Origin::StandardInput, "standard input".to_owned())
    } else {
        warn_if_readable(file, "the private API key");
        let text = fs::File::open(file).and_then(read_all);
        let origin = Origin::File(file.to_owned());
        (text, origin, file.display().to_string())
    };
    let text = text.map_err(|error| {
        Failure::usage(format!(
            "the private API key cannot be read from {name}: {error}"
        ))
    })?;
    let key = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
    let key = key.trim_end_matches(['\r', '\n']);
    if key.is_empty() || key.contains(['\r', '\n']) || text.len() as u64 >= LONGEST_KEY {
        return Err(Failure::usage(format!(
            "{name} should hold the private API key and nothing else"
        )));
    }
    Ok(Found::new(Secret::new(key.to_owned()), origin))
}

fn read_all(source: impl Read) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    source.take(LONGEST_KEY).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_it() {
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(format!("{secret:?}"), MASK);
    }
}
