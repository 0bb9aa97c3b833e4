//! The log of all tests: every event of every crate, none of which may contain a secret.

use std::io::{self, Write};
use std::process;
use std::sync::{Mutex, OnceLock};

use atlas_pe_sandbox::{DEFAULT_CLIENT_SECRET, DEFAULT_PRIVATE_KEY};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// A private key that the server does not know.
pub(crate) const WRONG_KEY: &str = "5ec2e7-wrong-private-key";

/// The keys, a part of each digest signature, and the beginnings of the sandbox's access tokens and of the
/// service account in Base64.
pub(crate) const SECRETS: [&str; 7] = [
    DEFAULT_PRIVATE_KEY,
    DEFAULT_CLIENT_SECRET,
    WRONG_KEY,
    "Digest username",
    "response=\"",
    "Bearer sandbox-",
    "Basic bWRiX3Nh",
];

/// What was logged since the text was first read.
static TEXT: Mutex<Option<Vec<u8>>> = Mutex::new(None);

/// Starts logging for the process. An event with a secret ends it, since a panic of a background task would be
/// ignored.
pub(crate) fn start() {
    static STARTED: OnceLock<()> = OnceLock::new();
    STARTED.get_or_init(|| {
        tracing_subscriber::fmt()
            .with_writer(|| Writer)
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
            .with_ansi(false)
            .init();
    });
}

/// Returns what was logged since the first call.
pub(crate) fn text() -> String {
    start();
    let mut text = TEXT.lock().unwrap();
    String::from_utf8_lossy(text.get_or_insert_default()).into_owned()
}

struct Writer;

impl Write for Writer {
    /// Is called once for each event.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        if let Some(secret) = SECRETS.iter().find(|secret| text.contains(**secret)) {
            // Not a macro, whose output the test harness captures.
            let _ = writeln!(io::stderr(), "{secret:?} was logged: {text}");
            process::exit(1);
        }
        if let Some(text) = &mut *TEXT.lock().unwrap() {
            text.extend(event);
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
