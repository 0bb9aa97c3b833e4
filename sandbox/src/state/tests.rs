use rand::SeedableRng as _;

use super::*;
use crate::seed::{Durations, ProjectSeed};

mod model;

const PROJECT: &str = "5a4db0c55a4db0c55a4db0c5";
const OTHER_PROJECT: &str = "000000000000000000000001";
const REGION: &str = "us-east-1";
const VPCE: &str = "vpce-0b9c5701325cb15dd";
const STEP: Duration = Duration::from_secs(10);

fn seed(step: Duration) -> Seed {
    Seed {
        projects: [PROJECT, OTHER_PROJECT].map(project).into(),
        durations: Some(Durations::all(step)),
        ..Seed::default()
    }
}

fn project(id: &str) -> ProjectSeed {
    ProjectSeed {
        id: id.to_owned(),
        ..ProjectSeed::default()
    }
}

/// A state with its time.
struct Bench {
    state: State,
    now: Moment,
}

impl Bench {
    fn new(step: Duration) -> Self {
        Self {
            state: State::new(&seed(step), StdRng::seed_from_u64(1)),
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

    fn target<'a>(&self, connection: &'a str, interface_endpoint: &'a str) -> Target<'a> {
        Target {
            project: PROJECT,
            connection,
            interface_endpoint,
            now: self.now,
        }
    }

    fn create(&mut self, region: &str) -> Result<ConnectionSnapshot, Code> {
        code(self.state.create_connection(self.target("", ""), region))
    }

    fn get(&mut self, id: &str) -> Result<ConnectionSnapshot, Code> {
        code(self.state.get_connection(self.target(id, "")))
    }

    fn list(&mut self) -> Vec<ConnectionSnapshot> {
        let listed = self.state.list_connections(self.target("", ""));
        listed.expect("the project exists")
    }

    fn status(&mut self, id: &str) -> String {
        self.get(id).expect("the connection exists").status
    }

    fn add(&mut self, id: &str, vpce: &str) -> Result<InterfaceEndpointSnapshot, Code> {
        code(self.state.add_interface_endpoint(self.target(id, vpce)))
    }

    fn endpoint(&mut self, id: &str, vpce: &str) -> Result<InterfaceEndpointSnapshot, Code> {
        code(self.state.get_interface_endpoint(self.target(id, vpce)))
    }

    fn endpoint_status(&mut self, id: &str) -> String {
        let endpoint = self.endpoint(id, VPCE);
        endpoint.expect("the interface endpoint exists").status
    }

    fn delete(&mut self, id: &str) -> Result<(), Code> {
        code(self.state.delete_connection(self.target(id, "")))
    }

    fn remove(&mut self, id: &str, vpce: &str) -> Result<(), Code> {
        code(self.state.delete_interface_endpoint(self.target(id, vpce)))
    }

    fn pin(&mut self, id: &str, status: impl Into<PinnedStatus>) {
        let pinned = self
            .state
            .pin_connection(self.target(id, ""), status.into());
        pinned.expect("the connection exists");
    }

    fn pin_endpoint(&mut self, id: &str, status: impl Into<PinnedStatus>) {
        let target = self.target(id, VPCE);
        let pinned = self.state.pin_interface_endpoint(target, status.into());
        pinned.expect("the interface endpoint exists");
    }
}

fn code<T>(result: Result<T>) -> Result<T, Code> {
    result.map_err(|error| error.code)
}

#[test]
fn connection_is_initiating_and_then_waits_for_the_user() {
    let mut bench = Bench::new(STEP);
    let created = bench.create(REGION).expect("the region is free");
    assert_eq!(created.status, INITIATING);
    assert_eq!(created.endpoint_service_name, None);
    assert_eq!(created.error_message, None);
    assert_eq!(created.region, REGION);

    bench.wait(Duration::from_nanos(9_999_999_999));
    assert_eq!(bench.status(&created.id), INITIATING);
    bench.wait(Duration::from_nanos(1));
    let ready = bench.get(&created.id).expect("the connection exists");
    assert_eq!(ready.status, WAITING_FOR_USER);
    let name = ready.endpoint_service_name.expect("it has a service");
    let service = name
        .strip_prefix("com.amazonaws.vpce.us-east-1.vpce-svc-")
        .expect("the name has the form of AWS");
    assert_eq!(service.len(), 17);
    assert!(service.bytes().all(|digit| digit.is_ascii_hexdigit()));
}

#[test]
fn connection_id_begins_with_the_time_of_creation() {
    let mut bench = Bench::new(STEP);
    let id = bench.create(REGION).expect("the region is free").id;
    assert!(is_object_id(&id), "{id}");
    assert!(id.starts_with("5f7cb1a3"), "{id}");
}

#[test]
fn unconnected_interface_endpoint_does_not_make_its_connection_available() {
    let (mut bench, id) = Bench::ready();
    bench.add(&id, VPCE).expect("the connection is ready");
    bench
        .remove(&id, VPCE)
        .expect("the interface endpoint exists");
    assert_eq!(bench.status(&id), WAITING_FOR_USER);
}

#[test]
fn connection_occupies_its_region_until_its_deletion_ends() {
    let (mut bench, id) = Bench::ready();
    bench.delete(&id).expect("it has no interface endpoints");
    let deleting = bench.get(&id).expect("it exists until its deletion ends");
    assert_eq!(deleting.status, DELETING);
    assert!(deleting.endpoint_service_name.is_some());
    assert_eq!(bench.create(REGION), Err(Code::AlreadyExistsForRegion));
    bench.create("us-east-2").expect("another region is free");
    bench.step();
    assert_eq!(bench.get(&id), Err(Code::PrivatelinkNotFound));
    bench.create(REGION).expect("the region is free again");
}

#[test]
fn second_deletion_does_not_prolong_the_first() {
    let (mut bench, id) = Bench::connected();
    bench
        .remove(&id, VPCE)
        .expect("the interface endpoint exists");
    bench.wait(STEP / 2);
    bench.remove(&id, VPCE).expect("asking again is no error");
    bench.wait(STEP / 2);
    assert_eq!(
        bench.remove(&id, VPCE),
        Err(Code::InterfaceEndpointNotFound)
    );

    bench.delete(&id).expect("it has no interface endpoints");
    bench.wait(STEP / 2);
    bench.delete(&id).expect("asking again is no error");
    bench.wait(STEP / 2);
    assert_eq!(bench.delete(&id), Err(Code::PrivatelinkNotFound));
}

#[test]
fn connection_deleted_during_creation_never_gets_a_service() {
    let mut bench = Bench::new(STEP);
    let id = bench.create(REGION).expect("the region is free").id;
    bench.wait(STEP / 2);
    bench.delete(&id).expect("it has no interface endpoints");
    bench.wait(STEP * 3 / 4);
    let deleting = bench.get(&id).expect("it exists until its deletion ends");
    assert_eq!(deleting.status, DELETING);
    assert_eq!(deleting.endpoint_service_name, None);
}

#[test]
fn only_a_ready_connection_accepts_interface_endpoints() {
    let mut bench = Bench::new(STEP);
    let id = bench.create(REGION).expect("the region is free").id;
    assert_eq!(bench.add(&id, VPCE), Err(Code::CannotAcceptEndpoints));
    bench.step();
    bench.add(&id, VPCE).expect("the connection waits");
    assert_eq!(
        bench.add(&id, VPCE),
        Err(Code::InterfaceEndpointAlreadyExists)
    );
    bench.step();
    bench.step();
    assert_eq!(bench.status(&id), AVAILABLE);
    bench
        .add(&id, "vpce-2")
        .expect("the connection is available");
    for status in ["FAILED", "DELETING", "FROM_THE_FUTURE"] {
        bench.pin(&id, status);
        assert_eq!(
            bench.add(&id, "vpce-3"),
            Err(Code::CannotAcceptEndpoints),
            "{status}"
        );
    }
}

#[test]
fn pinned_status_holds_until_the_deletion() {
    let (mut bench, id) = Bench::connected();
    bench.pin(&id, PinnedStatus::new("FAILED").with_error("No capacity."));
    bench.pin_endpoint(&id, PinnedStatus::new("REJECTED").with_error("Refused."));
    bench.wait(STEP * 100);
    let failed = bench.get(&id).expect("the connection exists");
    assert_eq!(failed.status, "FAILED");
    assert_eq!(failed.error_message.as_deref(), Some("No capacity."));
    let rejected = bench
        .endpoint(&id, VPCE)
        .expect("the interface endpoint exists");
    assert_eq!(rejected.status, "REJECTED");
    assert_eq!(rejected.error_message.as_deref(), Some("Refused."));

    bench
        .remove(&id, VPCE)
        .expect("the interface endpoint exists");
    assert_eq!(bench.endpoint_status(&id), DELETING);
    bench.step();
    bench.delete(&id).expect("it has no interface endpoints");
    let deleting = bench.get(&id).expect("it exists until its deletion ends");
    assert_eq!(
        (deleting.status.as_str(), deleting.error_message),
        (DELETING, None)
    );
    bench.step();
    assert_eq!(bench.get(&id), Err(Code::PrivatelinkNotFound));
}

#[test]
fn pinned_interface_endpoint_affects_its_connection() {
    let (mut bench, id) = Bench::connected();
    bench.pin_endpoint(&id, "REJECTED");
    assert_eq!(bench.status(&id), WAITING_FOR_USER);
    bench.pin_endpoint(&id, AVAILABLE);
    assert_eq!(bench.status(&id), AVAILABLE);
}

#[test]
fn pinning_stops_a_deletion() {
    let (mut bench, id) = Bench::connected();
    bench
        .remove(&id, VPCE)
        .expect("the interface endpoint exists");
    bench.pin_endpoint(&id, DELETING);
    bench.wait(STEP * 100);
    assert_eq!(bench.endpoint_status(&id), DELETING);
}

#[test]
fn pinned_status_determines_whether_a_service_exists() {
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
            .expect("the connection exists")
            .endpoint_service_name;
        assert_eq!(name.is_some(), has_service, "{status}");
    }
}

#[test]
fn every_change_is_immediate_with_a_step_of_zero() {
    let mut bench = Bench::new(Duration::ZERO);
    let id = bench.create(REGION).expect("the region is free").id;
    assert_eq!(bench.status(&id), WAITING_FOR_USER);
    assert_eq!(bench.add(&id, VPCE).expect("it is ready").status, AVAILABLE);
    bench
        .remove(&id, VPCE)
        .expect("the interface endpoint exists");
    bench.delete(&id).expect("it has no interface endpoints");
    assert_eq!(bench.get(&id), Err(Code::PrivatelinkNotFound));
}

#[test]
fn no_change_completes_with_an_endless_step() {
    let mut bench = Bench::new(Duration::MAX);
    let id = bench.create(REGION).expect("the region is free").id;
    bench.wait(Duration::from_secs(u64::MAX / 2));
    assert_eq!(bench.status(&id), INITIATING);
}

#[test]
fn ids_of_projects_and_connections_ignore_case() {
    let (mut bench, id) = Bench::ready();
    let (project, connection) = (PROJECT.to_ascii_uppercase(), id.to_ascii_uppercase());
    let target = Target {
        project: &project,
        ..bench.target(&connection, "")
    };
    let found = bench.state.get_connection(target);
    assert_eq!(found.expect("the connection exists").id, id);
}

#[test]
fn projects_are_separate() {
    let (mut bench, id) = Bench::ready();
    let other = Target {
        project: OTHER_PROJECT,
        ..bench.target(&id, "")
    };
    assert_eq!(bench.state.list_connections(other), Ok(Vec::new()));
    let found = code(bench.state.get_connection(other));
    assert_eq!(found, Err(Code::PrivatelinkNotFound));
    let created = bench.state.create_connection(other, REGION);
    created.expect("the region is free in the other project");

    let unknown = "000000000000000000000002";
    for (project, expected) in [
        (PROJECT, Ok(())),
        (unknown, Err(Code::GroupNotFound)),
        ("1", Err(Code::InvalidGroupId)),
    ] {
        let checked = code(bench.state.check_project(project));
        assert_eq!(checked, expected, "{project}");
    }
    let project = unknown;
    let listed = code(bench.state.list_connections(Target { project, ..other }));
    assert_eq!(listed, Err(Code::GroupNotFound));
}

#[test]
fn object_id_is_24_hexadecimal_digits() {
    for (text, expected) in [
        ("5f7cb1a3e3b4aa3b8ba3FB44", true),
        ("", false),
        ("5f7cb1a3e3b4aa3b8ba3fb4", false),
        ("5f7cb1a3e3b4aa3b8ba3fb444", false),
        ("5f7cb1a3e3b4aa3b8ba3fb4g", false),
    ] {
        assert_eq!(is_object_id(text), expected, "{text}");
    }
}

#[test]
fn interface_endpoint_id_is_vpce_with_letters_and_digits() {
    for id in ["vpce-0b9c5701325cb15dd", "vpce-Z"] {
        assert_eq!(check_interface_endpoint_id(id), Ok(()), "{id}");
    }
    let malformed = [
        "",
        "vpce-",
        "vpc-0b9c",
        "VPCE-0b9c",
        "vpce-0b_9",
        "vpce-0b9c ",
        "vpce-ä",
    ];
    for id in malformed {
        let checked = code(check_interface_endpoint_id(id));
        assert_eq!(checked, Err(Code::InterfaceEndpointIdMalformed), "{id}");
    }
}
