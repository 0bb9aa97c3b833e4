//! The limit on the number of requests.

use std::collections::BTreeMap;

use crate::clock::Moment;

const MINUTE: u64 = 60;

/// Counts the requests of each project. The count starts anew with each minute of the clock, as Atlas'
/// does.
pub(crate) struct RateLimit {
    /// `None` stands for no limit.
    per_minute: Option<u32>,
    /// By project id in lower case: the minute, and the requests in it.
    counts: BTreeMap<String, (u64, u32)>,
}

impl RateLimit {
    pub(crate) fn new(per_minute: Option<u32>) -> Self {
        Self {
            per_minute,
            counts: BTreeMap::new(),
        }
    }

    /// Counts a request. Fails with the seconds until the next minute if it is one too many.
    pub(crate) fn count(&mut self, project: &str, now: Moment) -> Result<(), u64> {
        let Some(limit) = self.per_minute else {
            return Ok(());
        };
        let seconds = now.unix_seconds();
        let minute = seconds / MINUTE;
        let entry = self.counts.entry(project.to_ascii_lowercase());
        let (counted, requests) = entry.or_default();
        if *counted != minute {
            (*counted, *requests) = (minute, 0);
        }
        if *requests >= limit {
            return Err(MINUTE - seconds % MINUTE);
        }
        *requests += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::from_epoch(Duration::from_secs(6000 + seconds))
    }

    #[test]
    fn each_minute_has_its_own_count() {
        let mut limit = RateLimit::new(Some(2));
        let counted = [0, 10, 20, 59, 60, 61, 62].map(|seconds| limit.count("p", at(seconds)));
        let expected = [Ok(()), Ok(()), Err(40), Err(1), Ok(()), Ok(()), Err(58)];
        assert_eq!(counted, expected);
    }

    #[test]
    fn each_project_has_its_own_count() {
        let mut limit = RateLimit::new(Some(1));
        assert_eq!(limit.count("a", at(0)), Ok(()));
        assert_eq!(limit.count("b", at(0)), Ok(()));
        assert_eq!(limit.count("A", at(0)), Err(60));
    }

    #[test]
    fn without_a_limit_there_is_none_and_with_0_nothing_goes() {
        let mut none = RateLimit::new(None);
        assert!((0..1000).all(|_| none.count("p", at(0)).is_ok()));
        assert_eq!(RateLimit::new(Some(0)).count("p", at(15)), Err(45));
    }
}
