//! The faults that were injected, each with how far it has counted.

use super::{Effect, Fault};

/// What is still to go wrong.
#[derive(Default)]
pub(crate) struct Script {
    faults: Vec<Counted>,
}

struct Counted {
    fault: Fault,
    calls: u64,
}

impl Script {
    pub(crate) fn inject(&mut self, fault: Fault) {
        self.faults.push(Counted { fault, calls: 0 });
    }

    pub(crate) fn clear(&mut self) {
        self.faults.clear();
    }

    /// Counts a new connection, and says what becomes of it.
    pub(crate) fn connection(&mut self) -> Option<Effect> {
        self.count(|fault| fault.effect == Effect::ResetBeforeReading)
    }

    /// Counts a request, and says what becomes of it.
    pub(crate) fn request(
        &mut self,
        operation: Option<&str>,
        authenticated: bool,
    ) -> Option<Effect> {
        self.count(|fault| {
            fault.effect != Effect::ResetBeforeReading
                && fault.selection.is_for(operation, authenticated)
        })
    }

    /// Goes on counting after the first hit, so that one fault does not shift the calls of another.
    fn count(&mut self, concerned: impl Fn(&Fault) -> bool) -> Option<Effect> {
        let mut hit = None;
        for counted in &mut self.faults {
            if !concerned(&counted.fault) {
                continue;
            }
            counted.calls += 1;
            if hit.is_none() && counted.fault.selection.has_call(counted.calls) {
                hit = Some(counted.fault.effect.clone());
            }
        }
        hit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_counted_by_every_fault_that_it_concerns() {
        let mut script = Script::default();
        script.inject(Fault::on("a").first(1).effect(Effect::HalfHead));
        script.inject(Fault::on_any().calls(2..=3).effect(Effect::HalfBody));
        let effects: Vec<_> = ["a", "b", "a", "a"]
            .map(|operation| script.request(Some(operation), true))
            .into();
        let half_body = Some(Effect::HalfBody);
        assert_eq!(
            effects,
            [Some(Effect::HalfHead), half_body.clone(), half_body, None]
        );
    }

    #[test]
    fn the_first_of_several_has_its_effect() {
        let mut script = Script::default();
        script.inject(Fault::on_any().effect(Effect::HalfHead));
        script.inject(Fault::on_any().effect(Effect::HalfBody));
        assert_eq!(script.request(None, true), Some(Effect::HalfHead));
        script.clear();
        assert_eq!(script.request(None, true), None);
    }

    #[test]
    fn requests_that_failed_authentication_count_only_if_asked_for() {
        let mut script = Script::default();
        script.inject(Fault::on("a").effect(Effect::HalfHead));
        assert_eq!(script.request(Some("a"), false), None);
        let every = Fault::on("a").counting_unauthenticated();
        script.inject(every.effect(Effect::HalfBody));
        assert_eq!(script.request(Some("a"), false), Some(Effect::HalfBody));
    }

    #[test]
    fn connections_and_requests_are_counted_apart() {
        let mut script = Script::default();
        let fault = Fault::on_any().first(1);
        script.inject(fault.clone().effect(Effect::ResetBeforeReading));
        script.inject(fault.effect(Effect::HalfHead));
        assert_eq!(script.request(None, true), Some(Effect::HalfHead));
        assert_eq!(script.connection(), Some(Effect::ResetBeforeReading));
        assert_eq!(script.connection(), None);
    }

    #[test]
    fn any_does_not_mean_the_token_endpoint() {
        let mut script = Script::default();
        script.inject(Fault::on_any().effect(Effect::HalfHead));
        assert_eq!(script.request(Some("token"), true), None);
        script.inject(Fault::on("token").effect(Effect::HalfBody));
        assert_eq!(script.request(Some("token"), true), Some(Effect::HalfBody));
    }
}
