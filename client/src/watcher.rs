//! Who wants to see the steps of something that takes several.

use tracing::debug;

type OnStep<'a, S> = Box<dyn FnMut(&S) + Send + 'a>;

/// A function to call with each step, if somebody wants to see them.
pub(crate) struct Watcher<'a, S> {
    on_step: Option<OnStep<'a, S>>,
    last: Option<S>,
}

impl<'a, S: PartialEq + std::fmt::Display> Watcher<'a, S> {
    pub(crate) fn nobody() -> Self {
        Self {
            on_step: None,
            last: None,
        }
    }

    pub(crate) fn set(&mut self, on_step: impl FnMut(&S) + Send + 'a) {
        self.on_step = Some(Box::new(on_step));
    }

    /// Shows a step, unless it is the same as the one before.
    pub(crate) fn tell(&mut self, step: S) {
        if self.last.as_ref() == Some(&step) {
            return;
        }
        debug!(%step, "step");
        if let Some(on_step) = &mut self.on_step {
            on_step(&step);
        }
        self.last = Some(step);
    }
}
