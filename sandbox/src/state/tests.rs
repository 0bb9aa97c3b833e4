use std::time::Duration;

use super::*;
use crate::seed::{ConnectionSeed, InterfaceEndpointSeed, ProjectSeed};

const PROJECT: &str = "5a4db0c55a4db0c55a4db0c5";
const OTHER_PROJECT: &str = "000000000000000000000001";
const REGION: &str = "us-east-1";
const VPCE: &str = "vpce-0b9c5701325cb15dd";
const STEP: Duration = Duration::from_secs(10);
const NOW: Moment = Moment::from_epoch(Duration::from_secs(0x5f7c_b1a3));

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
            state: State::new(&seed(step), Ids::random(1), NOW),
            now: NOW,
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

    fn reset(&mut self, seed: &Seed) {
        let reset = self.state.reset(seed, self.now);
        reset.expect("nothing has to be saved");
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
        let pinned = self.state.pin(self.target(id, ""), status.into());
        pinned.expect("the connection exists");
    }

    fn pin_endpoint(&mut self, id: &str, status: impl Into<PinnedStatus>) {
        let target = self.target(id, VPCE);
        let pinned = self.state.pin(target, status.into());
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

/// Returns the history as pairs of seconds and what changed.
fn changes(bench: &mut Bench) -> Vec<(u64, String)> {
    let target = bench.target("", "");
    let history = bench.state.history(target).expect("the project exists");
    let changes = history.into_iter().map(|change| {
        let start = NOW.system_time();
        let time = change.time.duration_since(start).expect("time goes on");
        let resource = change.interface_endpoint.unwrap_or(change.region);
        let status = change.status.as_deref().unwrap_or("deleted");
        (time.as_secs(), format!("{resource} {status}"))
    });
    changes.collect()
}

#[test]
fn history_has_each_change_with_the_time_at_which_it_was_due() {
    let mut bench = Bench::new(STEP);
    let id = bench.create(REGION).expect("the region is free").id;
    bench.wait(STEP + STEP / 2);
    bench.add(&id, VPCE).expect("the connection is ready");
    bench.wait(STEP * 10);
    bench.pin_endpoint(&id, "REJECTED");
    bench.remove(&id, VPCE).expect("it exists");
    bench.wait(STEP * 10);
    bench.delete(&id).expect("it has no interface endpoints");
    bench.wait(STEP * 10);
    let endpoint = |status| format!("{VPCE} {status}");
    let connection = |status| format!("{REGION} {status}");
    let expected = [
        (0, connection(INITIATING)),
        (10, connection(WAITING_FOR_USER)),
        (15, endpoint(PENDING_ACCEPTANCE)),
        (25, endpoint(PENDING)),
        (35, endpoint(AVAILABLE)),
        (35, connection(AVAILABLE)),
        (115, endpoint("REJECTED")),
        (115, connection(WAITING_FOR_USER)),
        (115, endpoint(DELETING)),
        (125, endpoint("deleted")),
        (215, connection(DELETING)),
        (225, connection("deleted")),
    ];
    assert_eq!(changes(&mut bench), expected);
}

#[test]
fn history_is_bounded() {
    let (mut bench, id) = Bench::ready();
    for number in 0..1000 {
        bench.pin(&id, number.to_string());
    }
    let changes = changes(&mut bench);
    assert_eq!(changes.len(), 512);
    assert_eq!(changes.last(), Some(&(10, format!("{REGION} 999"))));
}

#[test]
fn each_change_takes_its_own_duration() {
    let seconds = Duration::from_secs;
    let mut seed = seed(STEP);
    seed.durations = Some(Durations {
        create_connection: seconds(1),
        accept_interface_endpoint: seconds(20),
        connect_interface_endpoint: seconds(300),
        delete_interface_endpoint: seconds(4000),
        delete_connection: seconds(50_000),
    });
    let mut bench = Bench::new(STEP);
    bench.reset(&seed);
    let id = bench.create(REGION).expect("the region is free").id;
    bench.wait(seconds(1));
    bench.add(&id, VPCE).expect("the connection is ready");
    bench.wait(seconds(320));
    bench.remove(&id, VPCE).expect("it exists");
    bench.wait(seconds(4000));
    bench.delete(&id).expect("it has no interface endpoints");
    bench.wait(seconds(50_000));
    let times: Vec<u64> = changes(&mut bench).into_iter().map(|it| it.0).collect();
    assert_eq!(
        times,
        [0, 1, 1, 21, 321, 321, 321, 4321, 4321, 4321, 54_321]
    );
}

#[test]
fn creation_can_end_with_another_status() {
    let mut bench = Bench::new(STEP);
    let id = bench.create(REGION).expect("the region is free").id;
    let failed = PinnedStatus::new("FAILED").with_error("No capacity.");
    let ended = bench.state.end_with(bench.target(&id, ""), failed);
    ended.expect("the connection exists");
    assert_eq!(bench.status(&id), INITIATING);
    bench.step();
    let failed = bench.get(&id).expect("the connection exists");
    assert_eq!(failed.status, "FAILED");
    assert_eq!(failed.error_message.as_deref(), Some("No capacity."));
    assert_eq!(failed.endpoint_service_name, None);
    bench.delete(&id).expect("it has no interface endpoints");
    bench.step();

    let (mut bench, id) = Bench::ready();
    bench.add(&id, VPCE).expect("the connection is ready");
    let ended = bench
        .state
        .end_with(bench.target(&id, VPCE), "REJECTED".into());
    ended.expect("the interface endpoint exists");
    assert_eq!(bench.endpoint_status(&id), PENDING_ACCEPTANCE);
    bench.wait(STEP * 100);
    assert_eq!(bench.endpoint_status(&id), "REJECTED");
    let last = changes(&mut bench).pop();
    assert_eq!(last, Some((20, format!("{VPCE} REJECTED"))));
}

#[test]
fn accepted_interface_endpoint_is_connected_after_its_duration() {
    let mut seed = seed(STEP);
    let never = Duration::MAX;
    seed.durations = Some(Durations {
        accept_interface_endpoint: never,
        ..Durations::all(STEP)
    });
    let mut bench = Bench::new(STEP);
    bench.reset(&seed);
    let id = bench.create(REGION).expect("the region is free").id;
    bench.step();
    bench.add(&id, VPCE).expect("the connection is ready");
    bench.wait(STEP * 100);
    assert_eq!(bench.endpoint_status(&id), PENDING_ACCEPTANCE);
    for status in [PENDING, AVAILABLE, AVAILABLE] {
        let accepted = bench
            .state
            .accept_interface_endpoint(bench.target(&id, VPCE));
        accepted.expect("the interface endpoint exists");
        assert_eq!(bench.endpoint_status(&id), status);
        bench.step();
    }
    bench.remove(&id, VPCE).expect("it exists");
    let accepted = bench
        .state
        .accept_interface_endpoint(bench.target(&id, VPCE));
    accepted.expect("the interface endpoint exists");
    assert_eq!(bench.endpoint_status(&id), DELETING);
}

fn connection(status: Option<&str>, endpoints: &[Option<&str>]) -> ConnectionSeed {
    let endpoints = endpoints.iter().zip(1..);
    ConnectionSeed {
        region: REGION.to_owned(),
        status: status.map(str::to_owned),
        interface_endpoints: endpoints
            .map(|(status, number)| InterfaceEndpointSeed {
                id: format!("vpce-{number}"),
                status: status.map(str::to_owned),
                ..InterfaceEndpointSeed::default()
            })
            .collect(),
        ..ConnectionSeed::default()
    }
}

#[test]
fn seeded_resources_begin_with_their_status_and_go_on_changing() {
    // The status of the connection and its interface endpoint now, after one step and after two.
    for (connection_status, endpoint_status, expected) in [
        (
            None,
            None,
            ["WAITING_FOR_USER", "WAITING_FOR_USER", "WAITING_FOR_USER"],
        ),
        (
            Some("INITIATING"),
            None,
            ["INITIATING", "WAITING_FOR_USER", "WAITING_FOR_USER"],
        ),
        (Some("AVAILABLE"), None, ["AVAILABLE"; 3]),
        (Some("FAILED"), None, ["FAILED"; 3]),
        (Some("DELETING"), None, ["DELETING", "", ""]),
        (Some("NEW"), None, ["NEW"; 3]),
        (
            None,
            Some("PENDING_ACCEPTANCE"),
            ["PENDING_ACCEPTANCE", "PENDING", "AVAILABLE"],
        ),
        (None, Some("PENDING"), ["PENDING", "AVAILABLE", "AVAILABLE"]),
        (None, Some("AVAILABLE"), ["AVAILABLE"; 3]),
        (None, Some("REJECTED"), ["REJECTED"; 3]),
        (None, Some("DELETING"), ["DELETING", "", ""]),
    ] {
        let mut seed = seed(STEP);
        let endpoints = [endpoint_status];
        let endpoints = if endpoint_status.is_some() {
            &endpoints[..]
        } else {
            &[]
        };
        seed.projects[0].connections = vec![connection(connection_status, endpoints)];
        let mut bench = Bench::new(STEP);
        bench.reset(&seed);
        let mut found = Vec::new();
        for _ in 0..3 {
            let connections = bench.list();
            let connection = connections.first();
            let status = connection.map(|it| it.status.clone());
            let endpoint = connection.and_then(|it| it.interface_endpoints.first());
            let endpoint = endpoint.map(|it| it.status.clone());
            found.push(
                if endpoint_status.is_some() {
                    endpoint
                } else {
                    status
                }
                .unwrap_or_default(),
            );
            bench.step();
        }
        assert_eq!(found, expected, "{connection_status:?} {endpoint_status:?}");
    }
}

#[test]
fn seeded_connection_with_a_connected_interface_endpoint_is_available() {
    let mut seed = seed(STEP);
    seed.projects[0].connections = vec![connection(None, &[None, Some("REJECTED")])];
    let mut bench = Bench::new(STEP);
    bench.reset(&seed);
    let all = bench.list();
    assert_eq!(all[0].status, AVAILABLE);
    assert!(all[0].endpoint_service_name.is_some());
    let statuses = all[0].interface_endpoints.iter().map(|it| &it.status);
    assert_eq!(statuses.collect::<Vec<_>>(), [AVAILABLE, "REJECTED"]);
}

#[test]
fn fixed_ids_depend_on_their_seed_and_order_alone() {
    let ids = |seed, now: Moment| {
        let mut state = State::new(&self::seed(STEP), Ids::fixed(seed), now);
        let mut created = || {
            let target = Target {
                project: PROJECT,
                connection: "",
                interface_endpoint: "",
                now,
            };
            let created = ["us-east-1", "us-east-2"].map(|region| {
                let created = state.create_connection(target, region);
                created.expect("the region is free").id
            });
            state
                .reset(&self::seed(STEP), now)
                .expect("nothing is saved");
            created
        };
        let first = created();
        assert_eq!(created(), first, "a reset starts over");
        first
    };
    let later = NOW.after(STEP);
    assert_eq!(ids(7, NOW), ids(7, later));
    assert_ne!(ids(7, NOW), ids(8, NOW));
    let [one, other] = ids(7, NOW);
    assert!(is_object_id(&one), "{one}");
    assert_ne!(one, other);
}

#[test]
fn random_ids_are_not_assigned_again_after_a_reset() {
    let mut bench = Bench::new(STEP);
    let id = bench.create(REGION).expect("the region is free").id;
    bench.reset(&seed(STEP));
    assert_eq!(bench.list(), []);
    assert_ne!(bench.create(REGION).expect("the region is free").id, id);
}

#[test]
fn seeded_connection_that_failed_has_a_service_only_if_it_was_used() {
    for (endpoints, has_service) in [(&[][..], false), (&[None][..], true)] {
        let mut seed = seed(STEP);
        seed.projects[0].connections = vec![connection(Some("FAILED"), endpoints)];
        let mut bench = Bench::new(STEP);
        bench.reset(&seed);
        let all = bench.list();
        assert_eq!(all[0].endpoint_service_name.is_some(), has_service);
    }
}
