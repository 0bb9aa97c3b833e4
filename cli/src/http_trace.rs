//! `-v` and `-vv`: writes the client's events about requests to standard error.

use std::fmt;
use std::time::Instant;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber, subscriber};

use crate::output::write_err;
use crate::render::escaped_line;

/// The target of the client's events about requests. They contain no keys and no signatures.
const TARGET: &str = "atlas_private_endpoint::http";

/// Writes requests from now on; with `verbosity` 2 their headers, too.
pub(crate) fn start(verbosity: u8) {
    let level = match verbosity {
        0 => return,
        1 => Level::DEBUG,
        _ => Level::TRACE,
    };
    let started = Instant::now();
    // This fails only if there is a subscriber already.
    let _ = subscriber::set_global_default(Requests { level, started });
}

struct Requests {
    level: Level,
    started: Instant,
}

impl Subscriber for Requests {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        !metadata.is_span() && metadata.target() == TARGET && *metadata.level() <= self.level
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        let seconds = self.started.elapsed().as_secs_f64();
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
