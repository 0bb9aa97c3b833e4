//! `-v` and `-vv`: writes the client's events about requests to standard error. Without them, a terminal shows why
//! the client repeats or delays a request.

use std::fmt;
use std::io::{self, IsTerminal};
use std::time::Instant;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber, subscriber};

use crate::output::{end_retry, show_retry, write_err};
use crate::render::escaped_line;

/// The target of the client's events about requests. They contain no keys and no signatures.
const TARGET: &str = "atlas_private_endpoint::http";

/// The target of the client's events about calls, which have the cause of a retry.
const CALLS: &str = "atlas_private_endpoint";

/// Writes requests from now on; with `verbosity` 2 their headers, too.
pub(crate) fn start(verbosity: u8) {
    let level = match verbosity {
        0 if io::stderr().is_terminal() => {
            let _ = subscriber::set_global_default(Events { log: None });
            return;
        }
        0 => return,
        1 => Level::DEBUG,
        _ => Level::TRACE,
    };
    let started = Instant::now();
    // This fails only if there is a subscriber already.
    let log = Some(Log { level, started });
    let _ = subscriber::set_global_default(Events { log });
}

/// Writes events to the log, or shows retries without one.
struct Events {
    log: Option<Log>,
}

struct Log {
    level: Level,
    started: Instant,
}

impl Subscriber for Events {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let is_call = self.log.is_none() && metadata.target() == CALLS;
        let level = match &self.log {
            _ if is_call => Level::INFO,
            Some(log) => log.level,
            None => Level::DEBUG,
        };
        let is_known = is_call || metadata.target() == TARGET;
        !metadata.is_span() && is_known && *metadata.level() <= level
    }

    fn event(&self, event: &Event<'_>) {
        let Some(log) = &self.log else {
            return event.record(&mut Retry);
        };
        let mut line = Line(String::new());
        event.record(&mut line);
        let seconds = log.started.elapsed().as_secs_f64();
        write_err(&format!("[{seconds:.3}] {}", line.0));
    }

    // No span is enabled.
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Shows the cause of a retry, until a request succeeds.
struct Retry;

impl Visit for Retry {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        match field.name() {
            "status" if text.starts_with('2') => end_retry(),
            _ => {}
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "cause" {
            show_retry(value);
        }
    }
}

/// The message of an event, then its fields.
struct Line(String);

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = escaped_line(&format!("{value:?}"));
        self.0 += &match field.name() {
            "message" => text,
            "name" => format!(" {text}:"),
            "value" | "method" | "url" | "status" => format!(" {text}"),
            name => format!(" {name}={text}"),
        };
    }
}
