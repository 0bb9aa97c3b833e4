//! A line on a terminal's standard error, with the state of a wait or with the cause of a repeated attempt.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use super::printer::warnings_are_silent;
use crate::render::escaped_line;

/// The line that is shown. A command has one at a time.
static LINE: Mutex<Option<Line>> = Mutex::new(None);

struct Line {
    bar: ProgressBar,
    /// The state of a wait; `None` for a line that disappears when its command prints or succeeds.
    state: Option<String>,
}

fn lock() -> MutexGuard<'static, Option<Line>> {
    LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The width of the text before the message, within the first hour.
const SPINNER_AND_TIME: usize = 6;

/// The maximum width of a line, whatever the terminal's: only one row is removed, so that a line that is wrapped
/// when the terminal becomes narrower would leave another.
const MAX_WIDTH: u16 = 60;

const REDRAWS_PER_SECOND: u8 = 20;

/// The terminal of standard error, as if it were not wider than [`MAX_WIDTH`].
#[derive(Debug)]
struct Terminal;

impl Terminal {
    fn write(text: &str) -> io::Result<()> {
        io::stderr().write_all(text.as_bytes())
    }

    fn move_cursor(count: usize, direction: char) -> io::Result<()> {
        if count == 0 {
            return Ok(());
        }
        Self::write(&format!("\u{1b}[{count}{direction}"))
    }
}

impl TermLike for Terminal {
    fn width(&self) -> u16 {
        let size = terminal_size::terminal_size_of(io::stderr());
        size.map_or(MAX_WIDTH, |(width, _)| width.0.min(MAX_WIDTH))
    }

    fn move_cursor_up(&self, count: usize) -> io::Result<()> {
        Self::move_cursor(count, 'A')
    }

    fn move_cursor_down(&self, count: usize) -> io::Result<()> {
        Self::move_cursor(count, 'B')
    }

    fn move_cursor_right(&self, count: usize) -> io::Result<()> {
        Self::move_cursor(count, 'C')
    }

    fn move_cursor_left(&self, count: usize) -> io::Result<()> {
        Self::move_cursor(count, 'D')
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        Self::write(&format!("{text}\n"))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        Self::write(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        Self::write("\r\u{1b}[2K")
    }

    fn flush(&self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Starts a line. Its message is truncated.
fn spinner() -> ProgressBar {
    let terminal = Box::new(Terminal);
    let target = ProgressDrawTarget::term_like_with_hz(terminal, REDRAWS_PER_SECOND);
    let bar = ProgressBar::with_draw_target(None, target);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// The line of a wait. It disappears when this is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    what: String,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(crate) fn start(what: &str) -> Self {
        let what = what.to_owned();
        clear_retry();
        if !io::stderr().is_terminal() {
            return Self { what, bar: None };
        }
        let bar = spinner();
        bar.set_message(what.clone());
        *lock() = Some(Line {
            bar: bar.clone(),
            state: Some(what.clone()),
        });
        Self {
            what,
            bar: Some(bar),
        }
    }

    /// Hides the line while `write` writes to the terminal.
    pub(crate) fn suspend(&self, write: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    pub(crate) fn set_state(&self, state: &str) {
        if let Some(bar) = &self.bar {
            let message = self.message(state);
            bar.set_message(message.clone());
            if let Some(line) = &mut *lock() {
                line.state = Some(message);
            }
        }
    }

    /// Returns the message for a state, which stands alone where both do not fit.
    fn message(&self, state: &str) -> String {
        let message = escaped_line(&format!("{}: {state}", self.what));
        if message.chars().count() + SPINNER_AND_TIME <= Terminal.width().into() {
            return message;
        }
        escaped_line(state)
    }

    /// Shows the failure of a poll, which is repeated.
    pub(crate) fn set_retrying(&self, cause: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(retrying(cause));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            lock().take();
            bar.finish_and_clear();
        }
    }
}

/// Shows why a request is repeated or delayed, on a line of its own unless there is one.
pub(crate) fn show_retry(cause: &str) {
    if !io::stderr().is_terminal() || warnings_are_silent() {
        return;
    }
    let mut line = lock();
    let line = line.get_or_insert_with(|| Line {
        bar: spinner(),
        state: None,
    });
    line.bar.set_message(retrying(cause));
}

/// Shows the state again, after a request has succeeded.
pub(crate) fn end_retry() {
    if let Some(line) = &*lock()
        && let Some(state) = &line.state
    {
        line.bar.set_message(state.clone());
        return;
    }
    clear_retry();
}

/// Removes a line that does not belong to a wait.
pub(super) fn clear_retry() {
    if let Some(line) = lock().take_if(|line| line.state.is_none()) {
        line.bar.finish_and_clear();
    }
}

/// Returns the message for the cause of a retry, without the body of a response.
fn retrying(cause: &str) -> String {
    let summary = cause.split(": ").next().unwrap_or_default();
    escaped_line(&format!("{summary}; trying again"))
}
