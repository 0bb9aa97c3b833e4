//! Reads keys from the keyring of the operating system, where the Atlas CLI stores them.
//!
//! The Atlas CLI uses the Go library go-keyring. The names of the items and the encodings are its own.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::output::note_at_terminal;

/// How long a keyring that asks nothing may take to respond.
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// How long a user at a terminal may take to answer a question of the keyring.
const PROMPT_TIME_LIMIT: Duration = Duration::from_secs(60);

/// The key, `None` if there is no such item, or why the keyring could not be read.
type Found = Result<Option<Zeroizing<String>>, String>;

/// Returns the service of the items of a profile.
pub(super) fn service(profile: &str) -> String {
    format!("atlascli_{}", profile.to_lowercase())
}

/// Reads a key of a profile from the keyring, which may ask its user for permission.
pub(super) fn read(profile: &str, key: &'static str) -> Found {
    let service = service(profile);
    let (sender, receiver) = mpsc::channel();
    // The libraries of keyrings have no time limit. A thread that still waits ends with the process.
    let find = move || drop(sender.send(store::find(&service, key)));
    let thread = thread::Builder::new().spawn(find);
    thread.map_err(|error| format!("could not start a thread: {error}"))?;
    let mut limit = TIME_LIMIT;
    let mut found = receiver.recv_timeout(limit);
    if found == Err(RecvTimeoutError::Timeout)
        && note_at_terminal("waiting for the keyring, which may ask for permission")
    {
        limit = PROMPT_TIME_LIMIT;
        found = receiver.recv_timeout(limit);
    }
    found.unwrap_or_else(|_| {
        let seconds = limit.as_secs();
        Err(format!(
            "it did not respond within {seconds} s; it may be locked, or wait for permission"
        ))
    })
}

#[cfg(not(feature = "keyring"))]
mod store {
    pub(super) fn find(_service: &str, _key: &str) -> super::Found {
        Err("this build of atlas-pe does not support keyrings".to_owned())
    }
}

#[cfg(feature = "keyring")]
mod store {
    use std::collections::HashMap;

    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    use keyring_core::{Entry, Error};
    use zeroize::Zeroizing;

    use super::Found;

    pub(super) fn find(service: &str, key: &str) -> Found {
        if let Err(error) = keyring::Entry::store_status() {
            return Err(reason(error));
        }
        match secret(service, key) {
            Ok(secret) => decode(&secret)
                .map(|key| Some(key).filter(|key| !key.is_empty()))
                .ok_or_else(|| format!("{key} of service {service} is not text")),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(reason(&error)),
        }
    }

    fn secret(service: &str, key: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        let target = format!("{service}:{key}");
        let mut modifiers = HashMap::new();
        if cfg!(windows) {
            modifiers.insert("target", target.as_str());
        }
        let secret = match Entry::new_with_modifiers(service, key, &modifiers)?.get_secret() {
            // As in go-keyring, the first of several items.
            Err(Error::Ambiguous(items)) => items.first().ok_or(Error::NoEntry)?.get_secret(),
            secret => secret,
        };
        secret.map(Zeroizing::new)
    }

    fn reason(error: &Error) -> String {
        match error {
            Error::NoStorageAccess(cause) => {
                format!("it is locked, or access was denied ({cause})")
            }
            Error::PlatformFailure(cause) => format!("it is not available ({cause})"),
            other => other.to_string(),
        }
    }

    /// Decodes a secret, which go-keyring encodes on macOS.
    fn decode(secret: &[u8]) -> Option<Zeroizing<String>> {
        let text = str::from_utf8(secret).ok()?.trim();
        let bytes = if let Some(base64) = text.strip_prefix("go-keyring-base64:") {
            BASE64_STANDARD.decode(base64).ok()?
        } else if let Some(hexadecimal) = text.strip_prefix("go-keyring-encoded:") {
            decode_hexadecimal(hexadecimal)?
        } else {
            return Some(Zeroizing::new(text.to_owned()));
        };
        String::from_utf8(bytes).ok().map(Zeroizing::new)
    }

    fn decode_hexadecimal(text: &str) -> Option<Vec<u8>> {
        let digits = (0..text.len()).step_by(2).map(|at| text.get(at..at + 2));
        digits
            .map(|digits| u8::from_str_radix(digits?, 16).ok())
            .collect()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn encodings_of_go_keyring_are_decoded() {
            for (secret, key) in [
                ("abcdefgh", Some("abcdefgh")),
                ("abcdefgh\n", Some("abcdefgh")),
                ("go-keyring-base64:YWJjZGVmZ2g=", Some("abcdefgh")),
                ("go-keyring-encoded:6162636465666768", Some("abcdefgh")),
                ("go-keyring-base64:%", None),
                ("go-keyring-encoded:616", None),
                ("go-keyring-encoded:ff", None),
                ("go-keyring-encoded:é", None),
            ] {
                let decoded = decode(secret.as_bytes());
                assert_eq!(decoded.as_ref().map(|key| key.as_str()), key, "{secret}");
            }
            assert_eq!(decode(b"\xff"), None);
        }
    }
}
