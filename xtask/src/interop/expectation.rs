//! What the counts should be.

use super::load::{Key, Load, Outcome};
use super::server::Counts;

/// What a server lets be done with a nonce, which decides what a call costs at best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nonces {
    /// Used again for as long as a load takes: one request per call, and the challenges.
    Lasting,
    /// Good for one request. The client does not take the next nonce from an answer, so a call costs a
    /// refusal, a challenge and the request that counts.
    OneTime,
    /// Good for a hundred requests: a refusal and a challenge more for each hundred.
    Hundred,
}

/// How many requests a load may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    Exactly(usize),
    AtMost(usize),
    /// Hundredths of a request per call, compared after rounding to them.
    PerCall(usize),
}

/// A challenge and the request that answers it.
const CHALLENGED: usize = 2;

/// What calls that are made one after the other may take beyond one request each: the first challenge,
/// and one more for a nonce that came of age on the way.
const EXTRA: usize = 2;

/// Room for the first challenge of each request in flight, 64 in 5,000.
const LASTING_PER_CALL: usize = 102;

const ONE_TIME_PER_CALL: usize = 300;

/// Says what of a measurement is not as it should be.
pub(crate) fn diagnostics(
    load: &Load,
    nonces: Nonces,
    outcome: &Outcome,
    counts: Counts,
) -> Vec<String> {
    let checks = [
        check_calls(load, outcome),
        check_failures(load, outcome),
        check_requests(load, limit(load, nonces), counts),
        check_challenges(counts),
    ];
    checks.into_iter().flatten().collect()
}

/// Requests per call with two decimals, rounded.
pub(crate) fn per_call(requests: usize, calls: usize) -> String {
    let hundredths = hundredths(requests, calls);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn hundredths(requests: usize, calls: usize) -> usize {
    let calls = calls.max(1);
    (requests * 100 + calls / 2) / calls
}

fn limit(load: &Load, nonces: Nonces) -> Limit {
    match (load.key, nonces, load.at_once) {
        (Key::Wrong, _, _) => Limit::Exactly(CHALLENGED * load.calls),
        (Key::Right, Nonces::Lasting, 1) => Limit::AtMost(load.calls + EXTRA),
        (Key::Right, Nonces::Lasting | Nonces::Hundred, _) => Limit::PerCall(LASTING_PER_CALL),
        (Key::Right, Nonces::OneTime, _) => Limit::PerCall(ONE_TIME_PER_CALL),
    }
}

fn check_calls(load: &Load, outcome: &Outcome) -> Option<String> {
    let made = outcome.calls;
    (made != load.calls).then(|| format!("{made} calls were made instead of {}", load.calls))
}

/// Every call with the right key succeeds, and every call with a wrong one is answered with 401.
fn check_failures(load: &Load, outcome: &Outcome) -> Option<String> {
    let first = outcome.first_failure.as_deref().unwrap_or("none failed");
    match load.key {
        Key::Right => (outcome.failed > 0)
            .then(|| format!("{} calls failed, the first one so: {first}", outcome.failed)),
        Key::Wrong => (outcome.unauthorized != load.calls)
            .then(|| format!("a wrong key should be answered with 401: {first}")),
    }
}

fn check_requests(load: &Load, limit: Limit, counts: Counts) -> Option<String> {
    let requests = counts.requests;
    // A count that misses requests would pass for a good one.
    if requests < load.calls {
        return Some(format!(
            "the server counted {requests} requests for {} calls, which cannot be",
            load.calls
        ));
    }
    match limit {
        Limit::Exactly(exact) => {
            (requests != exact).then(|| format!("{requests} requests instead of {exact}"))
        }
        Limit::AtMost(most) => {
            (requests > most).then(|| format!("{requests} requests, and {most} are allowed"))
        }
        Limit::PerCall(most) => (hundredths(requests, load.calls) > most).then(|| {
            format!(
                "{} requests per call, and {} are allowed",
                per_call(requests, load.calls),
                per_call(most, 100)
            )
        }),
    }
}

/// Without a challenge nothing was authenticated, and nothing was measured.
fn check_challenges(counts: Counts) -> Option<String> {
    (counts.unsigned == 0 || counts.unsigned == counts.requests).then(|| {
        format!(
            "{} of {} requests were unsigned, which is no digest authentication",
            counts.unsigned, counts.requests
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::load::{AT_ONCE, ONE_BY_ONE, WRONG_KEY};
    use super::*;

    fn good(load: &Load) -> Outcome {
        Outcome {
            calls: load.calls,
            ..Outcome::default()
        }
    }

    fn refused(load: &Load) -> Outcome {
        Outcome {
            calls: load.calls,
            failed: load.calls,
            unauthorized: load.calls,
            first_failure: Some("401".to_owned()),
        }
    }

    fn is_fine(load: &Load, nonces: Nonces, outcome: &Outcome, requests: usize) -> bool {
        let unsigned = 1;
        let counts = Counts { requests, unsigned };
        diagnostics(load, nonces, outcome, counts).is_empty()
    }

    #[test]
    fn calls_one_by_one_may_take_two_requests_more() {
        let outcome = good(&ONE_BY_ONE);
        for (requests, fine) in [(499, false), (501, true), (502, true), (503, false)] {
            assert_eq!(
                is_fine(&ONE_BY_ONE, Nonces::Lasting, &outcome, requests),
                fine,
                "{requests}"
            );
        }
    }

    #[test]
    fn requests_per_call_are_compared_as_they_are_shown() {
        let outcome = good(&AT_ONCE);
        for (requests, shown, fine) in [
            (5064, "1.01", true),
            (5124, "1.02", true),
            (5125, "1.03", false),
            (10_000, "2.00", false),
        ] {
            assert_eq!(per_call(requests, AT_ONCE.calls), shown);
            assert_eq!(
                is_fine(&AT_ONCE, Nonces::Lasting, &outcome, requests),
                fine,
                "{requests}"
            );
        }
        assert!(is_fine(&AT_ONCE, Nonces::OneTime, &outcome, 14_936));
        assert!(!is_fine(&AT_ONCE, Nonces::OneTime, &outcome, 15_100));
    }

    #[test]
    fn one_failed_call_is_a_problem() {
        let outcome = Outcome {
            failed: 1,
            ..good(&AT_ONCE)
        };
        assert!(!is_fine(&AT_ONCE, Nonces::Lasting, &outcome, 5064));
    }

    #[test]
    fn a_wrong_key_is_signed_with_once_and_refused() {
        let outcome = refused(&WRONG_KEY);
        assert!(is_fine(&WRONG_KEY, Nonces::Lasting, &outcome, 2));
        assert!(!is_fine(&WRONG_KEY, Nonces::Lasting, &outcome, 3));
        assert!(!is_fine(&WRONG_KEY, Nonces::Lasting, &good(&WRONG_KEY), 2));
    }

    #[test]
    fn a_server_that_does_not_authenticate_is_a_problem() {
        for unsigned in [0, 500] {
            let counts = Counts {
                requests: 500,
                unsigned,
            };
            assert!(
                !diagnostics(&ONE_BY_ONE, Nonces::Lasting, &good(&ONE_BY_ONE), counts).is_empty()
            );
        }
    }
}
