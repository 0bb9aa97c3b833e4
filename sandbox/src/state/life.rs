//! What was asked of a resource after it was created.

use std::time::Duration;

use super::PinnedStatus;
use crate::clock::Moment;

/// A connection and an interface endpoint live the same way, with other names for the steps.
pub(super) enum Life {
    Running,
    Deleting { since: Moment, was_ready: bool },
    Pinned { since: Moment, status: PinnedStatus },
}

impl Life {
    /// Ends a pin, but does not start a deletion anew that is under way.
    pub(super) fn delete(&mut self, now: Moment, was_ready: bool) {
        if matches!(self, Self::Deleting { .. }) {
            return;
        }
        *self = Self::Deleting {
            since: now,
            was_ready,
        };
    }

    /// Stops whatever was going on, a deletion too.
    pub(super) fn pin(&mut self, status: PinnedStatus, now: Moment) {
        let since = self.stopped().unwrap_or(now);
        *self = Self::Pinned { since, status };
    }

    pub(super) fn is_over(&self, step: Duration, now: Moment) -> bool {
        matches!(self, Self::Deleting { since, .. } if since.after(step) <= now)
    }

    /// When it stopped to come further by itself, if it did.
    pub(super) fn stopped(&self) -> Option<Moment> {
        match self {
            Self::Running => None,
            Self::Deleting { since, .. } | Self::Pinned { since, .. } => Some(*since),
        }
    }

    pub(super) fn error_message(&self) -> Option<String> {
        match self {
            Self::Pinned { status, .. } => status.error_message.clone(),
            Self::Running | Self::Deleting { .. } => None,
        }
    }
}
