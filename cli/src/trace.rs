//! `-v` and `-vv`: what the client says of its requests, on standard error.

use std::fmt::{self, Write as _};
use std::time::Instant;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber, subscriber};

use crate::output::write_err;
use crate::render::escaped_line;

/// Where the client tells of requests. It tells no keys and no signatures.
const TARGET: &str = "atlas_private_endpoint::http";

/// Shows requests from now on; with `verbosity` 2 their headers, too.
pub(crate) fn start(verbosity: u8) {
    let level = match verbosity {
        0 => return,
        1 => Level::DEBUG,
        _ => Level::TRACE,
    };
    let began = Instant::now();
    // It fails when there is one already, and there is none before this.
    let _ = subscriber::set_global_default(Requests { level, began });
}

struct Requests {
    level: Level,
    began: Instant,
}

impl Subscriber for Requests {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        !metadata.is_span() && metadata.target() == TARGET && *metadata.level() <= self.level
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        let seconds = self.began.elapsed().as_secs_f64();
        write_err(&format!("[{seconds:.3}] {}", line.0));
    }

    // There are no spans, since none is enabled.
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The message, and then each field.
struct Line(String);

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string cannot fail. A server's header must not speak to the terminal.
        let mut text = String::new();
        let _ = write!(text, "{value:?}");
        let text = escaped_line(&text);
        let _ = match field.name() {
            "message" => write!(self.0, "{text}"),
            "name" => write!(self.0, " {text}:"),
            "value" | "method" | "url" | "status" => write!(self.0, " {text}"),
            name => write!(self.0, " {name}={text}"),
        };
    }
}
