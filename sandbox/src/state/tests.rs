use rand::SeedableRng as _;

use super::*;

mod model;

const PROJECT: &str = "5a4db0c55a4db0c55a4db0c5";
const REGION: &str = "us-east-1";
const VPCE: &str = "vpce-0b9c5701325cb15dd";
const STEP: Duration = Duration::from_secs(10);

/// A state and its time.
struct Bench {
    state: State,
    now: Moment,
}

impl Bench {
    fn new(step: Duration) -> Self {
        Self {
            state: State::new([PROJECT], step, StdRng::seed_from_u64(1)),
            now: Moment::from_epoch(Duration::from_secs(0x5f7c_b1a3)),
        }
    }

    fn ready() -> (Self, String) {
        let mut bench = Self::new(STEP);
        let id = bench.create(REGION).expect("the region is free").id;
        bench.step();
        (bench, id)
    }

    fn connected() -> (Self, String) {
        let (mut bench, id) = Self::ready();
        bench.add(&id, VPCE).expect("the connection is ready");
        bench.step();
        bench.step();
        (bench, id)
    }

    fn wait(&mut self, time: Duration) {
        self.now = self.now.after(time);
    }

    fn step(&mut self) {
        self.wait(STEP);
    }

    fn create(&mut self, region: &str) -> Result<ConnectionSnapshot, Refusal> {
        self.state.create(PROJECT, region, self.now)
    }

    fn get(&mut self, id: &str) -> Result<ConnectionSnapshot, Refusal> {
        self.state.connection(PROJECT, id, self.now)
    }

    fn status(&mut self, id: &str) -> String {
        self.get(id).expect("the connection is there").status
    }

    fn add(&mut self, id: &str, vpce: &str) -> Result<InterfaceEndpointSnapshot, Refusal> {
        self.state.add(PROJECT, id, vpce, self.now)
    }

    fn endpoint(&mut self, id: &str) -> Result<InterfaceEndpointSnapshot, Refusal> {
        self.state.interface_endpoint(PROJECT, id, VPCE, self.now)
    }

    fn endpoint_status(&mut self, id: &str) -> String {
        self.endpoint(id)
            .expect("the interface endpoint is there")
            .status
    }

    fn delete(&mut self, id: &str) -> Result<(), Refusal> {
        self.state.delete(PROJECT, id, self.now)
    }

    fn remove(&mut self, id: &str) -> Result<(), Refusal> {
        self.state.remove(PROJECT, id, VPCE, self.now)
    }

    fn pin(&mut self, id: &str, status: impl Into<PinnedStatus>) {
        self.state
            .pin_connection(PROJECT, id, status.into(), self.now)
            .expect("the connection is there");
    }

    fn pin_endpoint(&mut self, id: &str, status: impl Into<PinnedStatus>) {
        self.state
            .pin_interface_endpoint(PROJECT, id, VPCE, status.into(), self.now)
            .expect("the interface endpoint is there");
    }
}

#[test]
fn a_connection_is_initiating_and_then_waits_for_the_user() {
    let mut bench = Bench::new(STEP);
    let created = bench.create(REGION).expect("the region is free");
    assert_eq!(created.status, INITIATING);
    assert_eq!(created.endpoint_service_name, None);
    assert_eq!(created.error_message, None);
    assert_eq!(created.region, REGION);

    bench.wait(Duration::from_nanos(9_999_999_999));
    assert_eq!(bench.status(&created.id), INITIATING);
    bench.wait(Duration::from_nanos(1));
    let ready = bench.get(&created.id).expect("the connection is there");
    assert_eq!(ready.status, WAITING_FOR_USER);
    let name = ready.endpoint_service_name.expect("it has its service");
    let service = name
        .strip_prefix("com.amazonaws.vpce.us-east-1.vpce-svc-")
        .expect("the name has the form of AWS");
    assert_eq!(service.len(), 17);
    assert!(service.bytes().all(|digit| digit.is_ascii_hexdigit()));
}

#[test]
fn an_id_begins_with_the_time_of_creation() {
    let mut bench = Bench::new(STEP);
    let id = bench.create(REGION).expect("the region is free").id;
    assert!(crate::ids::is_object_id(&id), "{id}");
    assert!(id.starts_with("5f7cb1a3"), "{id}");
}

#[test]
fn an_interface_endpoint_is_accepted_and_connected() {
    let (mut bench, id) = Bench::ready();
    let added = bench.add(&id, VPCE).expect("the connection is ready");
    assert_eq!(added.status, PENDING_ACCEPTANCE);
    assert!(!added.delete_requested);
    assert_eq!(bench.status(&id), WAITING_FOR_USER);
    bench.step();
    assert_eq!(bench.endpoint_status(&id), PENDING);
    assert_eq!(bench.status(&id), WAITING_FOR_USER);
    bench.step();
    assert_eq!(bench.endpoint_status(&id), AVAILABLE);
    assert_eq!(bench.status(&id), AVAILABLE);
}

#[test]
fn the_connection_waits_again_when_its_last_interface_endpoint_is_gone() {
    let (mut bench, id) = Bench::connected();
    bench.remove(&id).expect("the interface endpoint is there");
    let removed = bench
        .endpoint(&id)
        .expect("it is there while it is deleted");
    assert_eq!(removed.status, DELETING);
    assert!(removed.delete_requested);
    assert_eq!(bench.status(&id), AVAILABLE);
    bench.step();
    assert_eq!(bench.endpoint(&id), Err(Refusal::NoSuchInterfaceEndpoint));
    assert_eq!(bench.status(&id), WAITING_FOR_USER);
}

#[test]
fn an_interface_endpoint_that_never_connected_does_not_make_its_connection_available() {
    let (mut bench, id) = Bench::ready();
    bench.add(&id, VPCE).expect("the connection is ready");
    bench.remove(&id).expect("the interface endpoint is there");
    assert_eq!(bench.status(&id), WAITING_FOR_USER);
}

#[test]
fn a_deleted_connection_keeps_its_region_until_it_is_gone() {
    let (mut bench, id) = Bench::ready();
    bench.delete(&id).expect("it has no interface endpoints");
    let deleting = bench.get(&id).expect("it is there while it is deleted");
    assert_eq!(deleting.status, DELETING);
    assert!(deleting.endpoint_service_name.is_some());
    assert_eq!(bench.create(REGION), Err(Refusal::RegionTaken));
    bench.create("us-east-2").expect("another region is free");
    bench.step();
    assert_eq!(bench.get(&id), Err(Refusal::NoSuchConnection));
    bench.create(REGION).expect("the region is free again");
}

#[test]
fn asking_twice_for_a_deletion_does_not_prolong_it() {
    let (mut bench, id) = Bench::connected();
    bench.remove(&id).expect("the interface endpoint is there");
    bench.wait(STEP / 2);
    bench.remove(&id).expect("asking again is no error");
    bench.wait(STEP / 2);
    assert_eq!(bench.remove(&id), Err(Refusal::NoSuchInterfaceEndpoint));

    bench.delete(&id).expect("it has no interface endpoints");
    bench.wait(STEP / 2);
    bench.delete(&id).expect("asking again is no error");
    bench.wait(STEP / 2);
    assert_eq!(bench.delete(&id), Err(Refusal::NoSuchConnection));
}

#[test]
fn a_connection_with_interface_endpoints_cannot_be_deleted_until_they_are_gone() {
    let (mut bench, id) = Bench::connected();
    assert_eq!(bench.delete(&id), Err(Refusal::HasInterfaceEndpoints));
    bench.remove(&id).expect("the interface endpoint is there");
    assert_eq!(bench.delete(&id), Err(Refusal::HasInterfaceEndpoints));
    bench.step();
    assert_eq!(bench.delete(&id), Ok(()));
}

#[test]
fn a_connection_that_was_deleted_while_it_was_created_never_gets_a_service() {
    let mut bench = Bench::new(STEP);
    let id = bench.create(REGION).expect("the region is free").id;
    bench.wait(STEP / 2);
    bench.delete(&id).expect("it has no interface endpoints");
    bench.wait(STEP * 3 / 4);
    let deleting = bench.get(&id).expect("it is there while it is deleted");
    assert_eq!(deleting.status, DELETING);
    assert_eq!(deleting.endpoint_service_name, None);
}

#[test]
fn only_a_ready_connection_takes_interface_endpoints() {
    let mut bench = Bench::new(STEP);
    let id = bench.create(REGION).expect("the region is free").id;
    assert_eq!(bench.add(&id, VPCE), Err(Refusal::NotReady));
    bench.step();
    bench.add(&id, VPCE).expect("the connection waits");
    assert_eq!(bench.add(&id, VPCE), Err(Refusal::AlreadyAdded));
    bench.step();
    bench.step();
    assert_eq!(bench.status(&id), AVAILABLE);
    bench
        .add(&id, "vpce-2")
        .expect("the connection is available");
    for status in ["FAILED", "DELETING", "FROM_THE_FUTURE"] {
        bench.pin(&id, status);
        assert_eq!(bench.add(&id, "vpce-3"), Err(Refusal::NotReady), "{status}");
    }
}

#[test]
fn a_pinned_status_holds_until_the_deletion() {
    let (mut bench, id) = Bench::connected();
    bench.pin(&id, PinnedStatus::new("FAILED").with_error("No capacity."));
    bench.pin_endpoint(&id, PinnedStatus::new("REJECTED").with_error("Refused."));
    bench.wait(STEP * 100);
    let failed = bench.get(&id).expect("the connection is there");
    assert_eq!(failed.status, "FAILED");
    assert_eq!(failed.error_message.as_deref(), Some("No capacity."));
    let rejected = bench
        .endpoint(&id)
        .expect("the interface endpoint is there");
    assert_eq!(rejected.status, "REJECTED");
    assert_eq!(rejected.error_message.as_deref(), Some("Refused."));

    bench.remove(&id).expect("the interface endpoint is there");
    assert_eq!(bench.endpoint_status(&id), DELETING);
    bench.step();
    bench.delete(&id).expect("its interface endpoint is gone");
    let deleting = bench.get(&id).expect("it is there while it is deleted");
    assert_eq!(
        (deleting.status.as_str(), deleting.error_message),
        (DELETING, None)
    );
    bench.step();
    assert_eq!(bench.get(&id), Err(Refusal::NoSuchConnection));
}

#[test]
fn the_status_of_an_interface_endpoint_counts_for_its_connection_when_it_is_pinned() {
    let (mut bench, id) = Bench::connected();
    bench.pin_endpoint(&id, "REJECTED");
    assert_eq!(bench.status(&id), WAITING_FOR_USER);
    bench.pin_endpoint(&id, AVAILABLE);
    assert_eq!(bench.status(&id), AVAILABLE);
}

#[test]
fn pinning_stops_a_deletion() {
    let (mut bench, id) = Bench::connected();
    bench.remove(&id).expect("the interface endpoint is there");
    bench.pin_endpoint(&id, DELETING);
    bench.wait(STEP * 100);
    assert_eq!(bench.endpoint_status(&id), DELETING);
}

#[test]
fn the_service_goes_with_the_pinned_status() {
    let mut bench = Bench::new(STEP);
    let id = bench.create(REGION).expect("the region is free").id;
    for (status, has_service) in [
        (INITIATING, false),
        ("FAILED", false),
        (WAITING_FOR_USER, true),
        (AVAILABLE, true),
    ] {
        bench.pin(&id, status);
        bench.wait(STEP * 2);
        let name = bench
            .get(&id)
            .expect("the connection is there")
            .endpoint_service_name;
        assert_eq!(name.is_some(), has_service, "{status}");
    }
}

#[test]
fn without_steps_everything_is_done_at_once() {
    let mut bench = Bench::new(Duration::ZERO);
    let id = bench.create(REGION).expect("the region is free").id;
    assert_eq!(bench.status(&id), WAITING_FOR_USER);
    assert_eq!(bench.add(&id, VPCE).expect("it is ready").status, AVAILABLE);
    bench.remove(&id).expect("the interface endpoint is there");
    bench.delete(&id).expect("its interface endpoint is gone");
    assert_eq!(bench.get(&id), Err(Refusal::NoSuchConnection));
}

#[test]
fn with_endless_steps_nothing_is_ever_done() {
    let mut bench = Bench::new(Duration::MAX);
    let id = bench.create(REGION).expect("the region is free").id;
    bench.wait(Duration::from_secs(u64::MAX / 2));
    assert_eq!(bench.status(&id), INITIATING);
}

#[test]
fn ids_of_projects_and_connections_have_no_case() {
    let (mut bench, id) = Bench::ready();
    let project = PROJECT.to_ascii_uppercase();
    let listed = bench
        .state
        .connection(&project, &id.to_ascii_uppercase(), bench.now);
    assert_eq!(listed.expect("the connection is there").id, id);
}

#[test]
fn projects_do_not_see_each_other() {
    let other = "000000000000000000000001";
    let mut state = State::new([PROJECT, other], STEP, StdRng::seed_from_u64(1));
    let now = Moment::from_epoch(STEP);
    let id = state
        .create(PROJECT, REGION, now)
        .expect("the region is free")
        .id;
    assert_eq!(state.list(other, now), Ok(Vec::new()));
    assert_eq!(
        state.connection(other, &id, now),
        Err(Refusal::NoSuchConnection)
    );
    state
        .create(other, REGION, now)
        .expect("the region is free there");
    let nowhere = "000000000000000000000002";
    assert!(!state.has_project(nowhere));
    assert_eq!(state.list(nowhere, now), Err(Refusal::NoSuchProject));
}
