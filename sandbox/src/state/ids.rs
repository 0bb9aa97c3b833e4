//! Ids of connections and names of their endpoint services.

use sha2::{Digest as _, Sha256};

use crate::clock::Moment;

/// A generator of ids. Each depends on the seed and on the number of ids before it.
#[derive(Clone)]
pub(crate) struct Ids {
    seed: u64,
    /// True if the ids depend on nothing else.
    is_fixed: bool,
    pub(super) count: u64,
}

impl Ids {
    /// Makes a generator whose ids begin with the time, as those of Atlas do.
    pub(crate) fn random(seed: u64) -> Self {
        Self {
            seed,
            is_fixed: false,
            count: 0,
        }
    }

    /// Makes a generator that assigns the same ids each time.
    pub(crate) fn fixed(seed: u64) -> Self {
        Self {
            is_fixed: true,
            ..Self::random(seed)
        }
    }

    /// Continues after this number of ids.
    #[cfg(feature = "data")]
    pub(crate) fn skip(&mut self, count: u64) {
        self.count = count;
    }

    /// Starts over, if the ids are fixed. Otherwise no id is assigned again.
    pub(super) fn reset(&mut self) {
        if self.is_fixed {
            self.count = 0;
        }
    }

    /// Returns the id of a new connection and the name of its endpoint service.
    pub(super) fn next(&mut self, region: &str, now: Moment) -> (String, String) {
        self.count += 1;
        let hash = Sha256::new()
            .chain_update(self.seed.to_be_bytes())
            .chain_update(self.count.to_be_bytes())
            .finalize();
        let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let (time, rest) = digits.split_at(8);
        // A client that compares the time of a fixed id with the current one must not take a new connection
        // for an old one. So a fixed time is after 2038.
        let time = if self.is_fixed {
            let seconds = u32::from_str_radix(time, 16).unwrap_or_default();
            seconds | 1 << 31
        } else {
            u32::try_from(now.unix_seconds()).unwrap_or(u32::MAX)
        };
        let id = format!("{time:08x}{}", &rest[..16]);
        let service = &rest[16..33];
        let service_name = format!("com.amazonaws.vpce.{region}.vpce-svc-{service}");
        (id, service_name)
    }
}
