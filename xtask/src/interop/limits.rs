//! The limits of what a load may cost.

use super::Counts;
use super::load::{Load, Outcome};

/// How often a server accepts a nonce, which determines what a call costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NonceUse {
    /// For the whole load: one request per call, and the challenges.
    Unlimited,
    /// The client does not use the next nonce that a response announces, so that a call costs a refusal, a
    /// challenge and the request that succeeds.
    Once,
    /// A refusal and a challenge for each hundred requests.
    Hundred,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    Exactly(usize),
    AtMost(usize),
    /// Hundredths of a request per call, compared after rounding to them.
    PerCall(usize),
}

/// The requests that a call needs without a nonce: one for a challenge, and one with its answer.
const CHALLENGED: usize = 2;

/// What sequential calls may cost beyond one request each: the first challenge, and one for a nonce that
/// expires.
const EXTRA: usize = 2;

/// Includes the first challenge of each concurrent request, 64 in 5,000.
const UNLIMITED_PER_CALL: usize = 102;
const ONCE_PER_CALL: usize = 300;

/// Returns what is unexpected in a measurement.
pub(super) fn check(
    load: &Load,
    nonces: NonceUse,
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

/// Formats requests per call with two decimals.
pub(super) fn per_call(requests: usize, calls: usize) -> String {
    let hundredths = hundredths(requests, calls);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn hundredths(requests: usize, calls: usize) -> usize {
    let calls = calls.max(1);
    (requests * 100 + calls / 2) / calls
}

fn limit(load: &Load, nonces: NonceUse) -> Limit {
    if !load.has_right_key {
        return Limit::Exactly(CHALLENGED * load.calls);
    }
    match nonces {
        NonceUse::Unlimited if load.concurrency == 1 => Limit::AtMost(load.calls + EXTRA),
        NonceUse::Unlimited | NonceUse::Hundred => Limit::PerCall(UNLIMITED_PER_CALL),
        NonceUse::Once => Limit::PerCall(ONCE_PER_CALL),
    }
}

fn check_calls(load: &Load, outcome: &Outcome) -> Option<String> {
    let calls = outcome.calls;
    (calls != load.calls).then(|| format!("expected {} calls but found {calls}", load.calls))
}

/// Every call with the right key must succeed, and every call with a wrong one must be answered with 401.
fn check_failures(load: &Load, outcome: &Outcome) -> Option<String> {
    let first = outcome.first_failure.as_deref().unwrap_or("none failed");
    if load.has_right_key {
        let failed = outcome.failed;
        return (failed > 0).then(|| format!("{failed} calls failed, the first with: {first}"));
    }
    (outcome.unauthorized != load.calls)
        .then(|| format!("expected 401 for a wrong key but found: {first}"))
}

fn check_requests(load: &Load, limit: Limit, counts: Counts) -> Option<String> {
    let requests = counts.requests;
    // Requests that the server did not count would make the result look better than it is.
    if requests < load.calls {
        let calls = load.calls;
        return Some(format!(
            "the server counted only {requests} requests for {calls} calls"
        ));
    }
    match limit {
        Limit::Exactly(expected) => (requests != expected)
            .then(|| format!("expected {expected} requests but found {requests}")),
        Limit::AtMost(most) => (requests > most)
            .then(|| format!("expected at most {most} requests but found {requests}")),
        Limit::PerCall(most) => (hundredths(requests, load.calls) > most).then(|| {
            format!(
                "expected at most {} requests per call but found {}",
                per_call(most, 100),
                per_call(requests, load.calls)
            )
        }),
    }
}

/// Without a challenge nothing was authenticated; with nothing but challenges, too.
fn check_challenges(counts: Counts) -> Option<String> {
    let Counts { requests, unsigned } = counts;
    (unsigned == 0 || unsigned == requests).then(|| {
        format!("{unsigned} of {requests} requests were unsigned: no digest authentication")
    })
}

#[cfg(test)]
mod tests {
    use super::super::load::{CONCURRENT, SEQUENTIAL, WRONG_KEY};
    use super::*;

    fn successful(load: &Load) -> Outcome {
        Outcome {
            calls: load.calls,
            ..Outcome::default()
        }
    }

    fn is_accepted(load: &Load, nonces: NonceUse, outcome: &Outcome, requests: usize) -> bool {
        let unsigned = 1;
        let counts = Counts { requests, unsigned };
        check(load, nonces, outcome, counts).is_empty()
    }

    #[test]
    fn sequential_calls_may_cost_two_more_requests() {
        let outcome = successful(&SEQUENTIAL);
        for (requests, expected) in [(499, false), (501, true), (502, true), (503, false)] {
            let accepted = is_accepted(&SEQUENTIAL, NonceUse::Unlimited, &outcome, requests);
            assert_eq!(accepted, expected, "{requests}");
        }
    }

    #[test]
    fn requests_per_call_are_compared_as_printed() {
        let outcome = successful(&CONCURRENT);
        for (requests, printed, expected) in [
            (5064, "1.01", true),
            (5124, "1.02", true),
            (5125, "1.03", false),
            (10_000, "2.00", false),
        ] {
            assert_eq!(per_call(requests, CONCURRENT.calls), printed);
            let accepted = is_accepted(&CONCURRENT, NonceUse::Unlimited, &outcome, requests);
            assert_eq!(accepted, expected, "{requests}");
        }
        let is_accepted = |requests| is_accepted(&CONCURRENT, NonceUse::Once, &outcome, requests);
        assert!(is_accepted(14_936));
        assert!(!is_accepted(15_100));
    }

    #[test]
    fn one_failed_call_is_reported() {
        let outcome = Outcome {
            failed: 1,
            ..successful(&CONCURRENT)
        };
        assert!(!is_accepted(
            &CONCURRENT,
            NonceUse::Unlimited,
            &outcome,
            5064
        ));
    }

    #[test]
    fn wrong_key_costs_one_signed_request() {
        let outcome = Outcome {
            failed: 1,
            unauthorized: 1,
            first_failure: Some("401".to_owned()),
            ..successful(&WRONG_KEY)
        };
        let is_accepted =
            |outcome, requests| is_accepted(&WRONG_KEY, NonceUse::Unlimited, outcome, requests);
        assert!(is_accepted(&outcome, 2));
        assert!(!is_accepted(&outcome, 3));
        assert!(!is_accepted(&successful(&WRONG_KEY), 2));
    }

    #[test]
    fn server_without_authentication_is_reported() {
        for unsigned in [0, 500] {
            let counts = Counts {
                requests: 500,
                unsigned,
            };
            let outcome = successful(&SEQUENTIAL);
            assert!(!check(&SEQUENTIAL, NonceUse::Unlimited, &outcome, counts).is_empty());
        }
    }
}
