//! The injected faults, and how often each has taken place.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde::Serialize;

use super::{Effect, Fault};

/// What a fault selects a request by. What a request does not have is empty.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Subject<'a> {
    pub(crate) operation: Option<&'a str>,
    pub(crate) is_authenticated: bool,
    pub(crate) has_token: bool,
    pub(crate) project: &'a str,
    pub(crate) region: &'a str,
    pub(crate) connection: &'a str,
    pub(crate) interface_endpoint: &'a str,
}

/// A fault in the script, with the numbers of requests so far.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InjectedFault {
    /// The number that [`Sandbox::inject`](crate::Sandbox::inject) returned.
    pub number: u64,
    /// The fault.
    pub fault: Fault,
    /// How many requests it has counted.
    pub calls: u64,
    /// How many of them it has affected.
    pub hits: u64,
}

/// The effects on one request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The sum of all delays.
    pub(crate) delay: Duration,
    /// The first effect that is not a delay.
    pub(crate) effect: Option<Effect>,
}

impl Hit {
    /// Returns the effects as they are recorded.
    pub(crate) fn record(&self) -> Option<String> {
        let delay = (!self.delay.is_zero()).then_some(Effect::Delay(self.delay));
        let effects = delay.iter().chain(&self.effect);
        let names: Vec<String> = effects.map(Effect::to_string).collect();
        (!names.is_empty()).then(|| names.join(" + "))
    }
}

/// The injected faults.
pub(crate) struct Script {
    faults: Vec<InjectedFault>,
    injected: u64,
    seed: u64,
    rng: StdRng,
}

impl Script {
    /// Makes a script with these faults, whose random choices depend on the seed number.
    pub(crate) fn new(seed: u64, faults: &[Fault]) -> Self {
        let mut script = Self {
            faults: Vec::new(),
            injected: 0,
            seed,
            rng: StdRng::seed_from_u64(seed),
        };
        for fault in faults {
            script.inject(fault.clone());
        }
        script
    }

    /// Starts over with these faults.
    pub(crate) fn reset(&mut self, faults: &[Fault]) {
        *self = Self::new(self.seed, faults);
    }

    /// Adds a fault, and returns its number.
    pub(crate) fn inject(&mut self, fault: Fault) -> u64 {
        self.injected += 1;
        self.faults.push(InjectedFault {
            number: self.injected,
            fault,
            calls: 0,
            hits: 0,
        });
        self.injected
    }

    /// Removes the fault with this number, and returns false if there is none.
    pub(crate) fn remove(&mut self, number: u64) -> bool {
        let before = self.faults.len();
        self.faults.retain(|it| it.number != number);
        self.faults.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.faults.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    pub(crate) fn faults(&self) -> &[InjectedFault] {
        &self.faults
    }

    /// Counts a new connection and returns the effect on it.
    pub(crate) fn connection(&mut self) -> Option<Effect> {
        let is_counted = |fault: &Fault| fault.effect == Effect::ResetBeforeReading;
        self.count(is_counted).effect
    }

    /// Counts a request and returns the effects on it.
    pub(crate) fn request(&mut self, subject: &Subject<'_>) -> Hit {
        self.count(|fault| fault.effect.affects(subject) && fault.selection.includes(subject))
    }

    /// Counts for every fault even after the first hit, so that faults do not shift each other's calls.
    fn count(&mut self, is_counted: impl Fn(&Fault) -> bool) -> Hit {
        let mut hit = Hit::default();
        for injected in &mut self.faults {
            let Fault { selection, effect } = &injected.fault;
            if !is_counted(&injected.fault) {
                continue;
            }
            injected.calls += 1;
            if !selection.includes_call(injected.calls)
                || !self.rng.random_bool(selection.probability)
            {
                continue;
            }
            match effect {
                Effect::Delay(delay) => hit.delay = hit.delay.saturating_add(*delay),
                _ if hit.effect.is_none() => hit.effect = Some(effect.clone()),
                _ => continue,
            }
            injected.hits += 1;
        }
        hit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::{CannedResponse, Selection, Stage};

    fn request(
        script: &mut Script,
        operation: Option<&str>,
        is_authenticated: bool,
    ) -> Option<Effect> {
        let subject = Subject {
            operation,
            is_authenticated,
            ..Subject::default()
        };
        script.request(&subject).effect
    }

    fn selected(selection: &Selection) -> Vec<u64> {
        (1..=6)
            .filter(|number| selection.includes_call(*number))
            .collect()
    }

    #[test]
    fn calls_are_selected_by_their_numbers() {
        assert_eq!(selected(&Fault::on_any()), [1, 2, 3, 4, 5, 6]);
        assert_eq!(selected(&Fault::on_any().first(2)), [1, 2]);
        assert_eq!(selected(&Fault::on_any().calls(2..4)), [2, 3]);
        assert_eq!(selected(&Fault::on_any().calls(5..)), [5, 6]);
        assert_eq!(selected(&Fault::on_any().calls(..=1)), [1]);
        assert_eq!(selected(&Fault::on_any().every(3)), [3, 6]);
        assert_eq!(selected(&Fault::on_any().every(2).calls(3..)), [4, 6]);
        assert!(selected(&Fault::on_any().every(0)).is_empty());
        assert!(selected(&Fault::on_any().first(0)).is_empty());
    }

    #[test]
    fn effect_is_displayed_by_its_name() {
        assert_eq!(Effect::HalfBody.to_string(), "HalfBody");
        assert_eq!(Effect::Stall(Stage::InHead).to_string(), "Stall(InHead)");
        assert_eq!(
            Effect::from(CannedResponse::html_502()).to_string(),
            "Respond(502)"
        );
        let after = Effect::RespondAfterHandling(CannedResponse::empty_401());
        assert_eq!(after.to_string(), "RespondAfterHandling(401)");
    }

    #[test]
    fn request_is_counted_by_every_fault_that_selects_it() {
        let mut script = Script::new(0, &[]);
        script.inject(Fault::on("a").first(1).effect(Effect::HalfHead));
        script.inject(Fault::on_any().calls(2..=3).effect(Effect::HalfBody));
        let effects: Vec<_> = ["a", "b", "a", "a"]
            .map(|operation| request(&mut script, Some(operation), true))
            .into();
        let half_body = Some(Effect::HalfBody);
        assert_eq!(
            effects,
            [Some(Effect::HalfHead), half_body.clone(), half_body, None]
        );
    }

    #[test]
    fn first_injected_fault_has_its_effect() {
        let mut script = Script::new(0, &[]);
        script.inject(Fault::on_any().effect(Effect::HalfHead));
        script.inject(Fault::on_any().effect(Effect::HalfBody));
        assert_eq!(request(&mut script, None, true), Some(Effect::HalfHead));
        script.clear();
        assert_eq!(request(&mut script, None, true), None);
    }

    #[test]
    fn unauthenticated_requests_count_only_if_selected() {
        let mut script = Script::new(0, &[]);
        script.inject(Fault::on("a").effect(Effect::HalfHead));
        assert_eq!(request(&mut script, Some("a"), false), None);
        let every = Fault::on("a").counting_unauthenticated();
        script.inject(every.effect(Effect::HalfBody));
        assert_eq!(
            request(&mut script, Some("a"), false),
            Some(Effect::HalfBody)
        );
    }

    #[test]
    fn connections_and_requests_are_counted_separately() {
        let mut script = Script::new(0, &[]);
        let fault = Fault::on_any().first(1);
        script.inject(fault.clone().effect(Effect::ResetBeforeReading));
        script.inject(fault.effect(Effect::HalfHead));
        assert_eq!(request(&mut script, None, true), Some(Effect::HalfHead));
        assert_eq!(script.connection(), Some(Effect::ResetBeforeReading));
        assert_eq!(script.connection(), None);
    }

    #[test]
    fn any_operation_excludes_the_token_endpoint() {
        let mut script = Script::new(0, &[]);
        script.inject(Fault::on_any().effect(Effect::HalfHead));
        assert_eq!(request(&mut script, Some("token"), true), None);
        script.inject(Fault::on("token").effect(Effect::HalfBody));
        assert_eq!(
            request(&mut script, Some("token"), true),
            Some(Effect::HalfBody)
        );
    }

    #[test]
    fn selection_includes_only_requests_about_its_resource() {
        let subject = Subject {
            operation: Some("a"),
            is_authenticated: true,
            has_token: false,
            project: "AB",
            region: "us-east-1",
            connection: "CD",
            interface_endpoint: "vpce-1",
        };
        for (selection, expected) in [
            (Fault::on_any().project("ab"), true),
            (Fault::on_any().project("b"), false),
            (Fault::on_any().region("us-east-1"), true),
            (Fault::on_any().region("us-east-2"), false),
            (Fault::on_any().id("cd"), true),
            (Fault::on_any().id("vpce-1"), true),
            (Fault::on_any().id("vpce-2"), false),
            (
                Fault::on("a").project("ab").region("us-east-1").id("cd"),
                true,
            ),
            (
                Fault::on("b").project("ab").region("us-east-1").id("cd"),
                false,
            ),
        ] {
            assert_eq!(selection.includes(&subject), expected, "{selection:?}");
        }
    }

    #[test]
    fn random_choices_are_the_same_for_the_same_seed() {
        let hits = |seed| {
            let fault = Fault::on_any().probability(0.25);
            let fault = fault.effect(Effect::HalfHead);
            let mut script = Script::new(seed, &[fault]);
            let hits = (0..400).map(|_| request(&mut script, None, true).is_some());
            hits.collect::<Vec<_>>()
        };
        assert_eq!(hits(1), hits(1));
        assert_ne!(hits(1), hits(2));
        let count = hits(1).into_iter().filter(|it| *it).count();
        assert!((60..140).contains(&count), "{count}");
    }

    #[test]
    fn delays_add_up_and_combine_with_one_other_effect() {
        let mut script = Script::new(0, &[]);
        for effect in [
            Effect::Delay(Duration::from_millis(100)),
            Effect::HalfHead,
            Effect::Delay(Duration::from_millis(50)),
            Effect::HalfBody,
        ] {
            script.inject(Fault::on_any().effect(effect));
        }
        let hit = script.request(&Subject {
            is_authenticated: true,
            ..Subject::default()
        });
        assert_eq!(hit.record().as_deref(), Some("Delay(150ms) + HalfHead"));
        let hits: Vec<u64> = script.faults().iter().map(|it| it.hits).collect();
        assert_eq!(hits, [1, 1, 1, 0]);
    }

    #[test]
    fn removed_fault_has_no_effect() {
        let mut script = Script::new(0, &[Fault::on_any().effect(Effect::HalfHead)]);
        let number = script.inject(Fault::on_any().effect(Effect::HalfBody));
        assert!(script.remove(1));
        assert!(!script.remove(1));
        assert_eq!(request(&mut script, None, true), Some(Effect::HalfBody));
        assert!(script.remove(number));
        assert_eq!(request(&mut script, None, true), None);
    }
}
