//! What is told of a wait while it lasts: on standard error, and only where a terminal shows it.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::visible::on_one_line;

/// How often the line moves.
const TICK: Duration = Duration::from_millis(120);

/// A line that says what is waited for, what was seen last, and for how long this has gone on.
///
/// It disappears with this value, so that nothing of it is left on the terminal, whatever ends the wait.
#[derive(Debug)]
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    pub(crate) fn start(what: &str) -> Self {
        if !io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.set_prefix(what.to_owned());
        bar.enable_steady_tick(TICK);
        Self(Some(bar))
    }

    /// Does something that writes to the terminal, without the line in its way.
    pub(crate) fn aside(&self, write: impl FnOnce()) {
        match &self.0 {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Says what was seen last.
    pub(crate) fn saw(&self, state: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(on_one_line(state));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
