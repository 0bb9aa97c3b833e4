//! Random sequences of operations and waiting times.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const REGIONS: [&str; 2] = ["us-east-1", "eu-west-1"];
const VPCES: [&str; 2] = ["vpce-1", "vpce-2"];

/// Connections are selected by a number, modulo the number of creations.
#[derive(Clone, Debug)]
enum Action {
    Create(usize),
    Delete(usize),
    Add(usize, usize),
    Remove(usize, usize),
    Wait(u64),
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        2 => (0..REGIONS.len()).prop_map(Action::Create),
        2 => (0..8_usize).prop_map(Action::Delete),
        3 => (0..8_usize, 0..VPCES.len()).prop_map(|(id, vpce)| Action::Add(id, vpce)),
        2 => (0..8_usize, 0..VPCES.len()).prop_map(|(id, vpce)| Action::Remove(id, vpce)),
        4 => (0..15_u64).prop_map(Action::Wait),
    ]
}

/// A state with every id that it has assigned.
struct Run {
    bench: Bench,
    ids: Vec<String>,
}

impl Run {
    fn after(actions: &[Action]) -> Result<Self, TestCaseError> {
        let mut run = Self {
            bench: Bench::new(STEP),
            ids: Vec::new(),
        };
        for action in actions {
            run.perform(action)?;
            run.check()?;
        }
        Ok(run)
    }

    fn id(&self, number: usize) -> Option<String> {
        self.ids.get(number.checked_rem(self.ids.len())?).cloned()
    }

    fn perform(&mut self, action: &Action) -> Result<(), TestCaseError> {
        match *action {
            Action::Create(region) => self.create(REGIONS[region])?,
            Action::Delete(number) => {
                if let Some(id) = self.id(number) {
                    self.delete(&id)?;
                }
            }
            Action::Add(number, vpce) => {
                if let Some(id) = self.id(number) {
                    self.add(&id, VPCES[vpce])?;
                }
            }
            Action::Remove(number, vpce) => {
                if let Some(id) = self.id(number) {
                    self.remove(&id, VPCES[vpce])?;
                }
            }
            Action::Wait(seconds) => self.bench.wait(Duration::from_secs(seconds)),
        }
        Ok(())
    }

    fn create(&mut self, region: &str) -> Result<(), TestCaseError> {
        let taken = self.bench.list().iter().any(|it| it.region == region);
        let created = self.bench.create(region);
        prop_assert_eq!(created.is_err(), taken);
        self.ids.extend(created.ok().map(|it| it.id));
        Ok(())
    }

    fn delete(&mut self, id: &str) -> Result<(), TestCaseError> {
        let before = self.bench.get(id);
        let result = self.bench.delete(id);
        let expected = match before {
            Err(code) => Err(code),
            Ok(it) if !it.interface_endpoints.is_empty() => Err(Code::CannotDeleteWithEndpoints),
            Ok(_) => Ok(()),
        };
        prop_assert_eq!(result, expected);
        Ok(())
    }

    fn add(&mut self, id: &str, vpce: &str) -> Result<(), TestCaseError> {
        let before = self.bench.get(id);
        let result = self.bench.add(id, vpce).map(|it| it.status);
        let expected = match before {
            Err(code) => Err(code),
            Ok(it) if it.status == INITIATING || it.status == DELETING => {
                Err(Code::CannotAcceptEndpoints)
            }
            Ok(it) if it.interface_endpoints.iter().any(|it| it.id == vpce) => {
                Err(Code::InterfaceEndpointAlreadyExists)
            }
            Ok(_) => Ok(PENDING_ACCEPTANCE.to_owned()),
        };
        prop_assert_eq!(result, expected);
        Ok(())
    }

    fn remove(&mut self, id: &str, vpce: &str) -> Result<(), TestCaseError> {
        let before = self.bench.endpoint(id, vpce);
        let result = self.bench.remove(id, vpce);
        prop_assert_eq!(result, before.map(|_| ()));
        let after = self.bench.endpoint(id, vpce);
        prop_assert!(after.is_err() || after.is_ok_and(|it| it.delete_requested));
        Ok(())
    }

    /// Checks the invariants.
    fn check(&mut self) -> Result<(), TestCaseError> {
        let all = self.bench.list();
        let regions: BTreeSet<_> = all.iter().map(|it| it.region.clone()).collect();
        prop_assert_eq!(regions.len(), all.len(), "one connection per region");
        let ids: BTreeSet<_> = self.ids.iter().collect();
        prop_assert_eq!(ids.len(), self.ids.len(), "no id twice");
        for connection in all {
            check_connection(&connection)?;
        }
        Ok(())
    }
}

fn check_connection(connection: &ConnectionSnapshot) -> Result<(), TestCaseError> {
    let endpoints = &connection.interface_endpoints;
    match connection.status.as_str() {
        INITIATING => {
            prop_assert!(connection.endpoint_service_name.is_none());
            prop_assert!(endpoints.is_empty());
        }
        DELETING => prop_assert!(endpoints.is_empty()),
        WAITING_FOR_USER => {
            prop_assert!(connection.endpoint_service_name.is_some());
            prop_assert!(endpoints.iter().all(|it| it.status != AVAILABLE));
        }
        AVAILABLE => {
            let usable = [AVAILABLE, DELETING];
            prop_assert!(
                endpoints
                    .iter()
                    .any(|it| usable.contains(&it.status.as_str()))
            );
        }
        other => prop_assert!(false, "unexpected status {other}"),
    }
    for endpoint in endpoints {
        prop_assert_eq!(endpoint.delete_requested, endpoint.status == DELETING);
    }
    Ok(())
}

proptest! {
    #[test]
    fn invariants_hold_after_every_action(actions in vec(action(), 0..60)) {
        Run::after(&actions)?;
    }

    #[test]
    fn deletions_and_creations_complete_in_the_end(
        actions in vec(action(), 0..60),
    ) {
        let mut run = Run::after(&actions)?;
        let deleting: BTreeSet<String> = run
            .bench
            .list()
            .into_iter()
            .filter(|it| it.status == DELETING)
            .map(|it| it.id)
            .collect();
        run.bench.wait(STEP * 2);
        for connection in run.bench.list() {
            prop_assert!(!deleting.contains(&connection.id));
            let endpoints = &connection.interface_endpoints;
            prop_assert!(endpoints.iter().all(|it| it.status == AVAILABLE));
            let expected = if endpoints.is_empty() { WAITING_FOR_USER } else { AVAILABLE };
            prop_assert_eq!(connection.status, expected);
        }
    }
}
