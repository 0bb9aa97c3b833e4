//! Seeds, resets, ids, durations and clocks.

use std::sync::mpsc;
use std::time::Duration;

use atlas_pe_sandbox::testing::{LONG, REGION, STEP, UNKNOWN_ID, VPCE};
use atlas_pe_sandbox::{Clock, ConnectionSeed, Durations, ProjectSeed, Seed};
use reqwest::StatusCode;
use serde_json::json;
use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::support::Api;

/// A project with a connection and an interface endpoint.
fn seed() -> Seed {
    let json = r#"{
        "description": "one connection",
        "projects": [{
            "id": "0123456789abcdef01234567",
            "connections": [{
                "region": "eu-west-1",
                "interfaceEndpoints": [{ "id": "vpce-1", "status": "REJECTED", "errorMessage": "No." }]
            }]
        }],
        "durations": { "createConnection": "1m", "deleteConnection": "never" },
        "faults": [{ "operation": "listPrivateEndpointConnections", "first": 1, "effect": { "respond": { "status": 502 } } }]
    }"#;
    Seed::from_json(json).expect("the seed is valid")
}

#[test]
fn seed_is_read_and_written_as_json() {
    let seed = seed();
    let durations = seed.durations.expect("it has durations");
    assert_eq!(durations.create_connection, Duration::from_secs(60));
    assert_eq!(durations.delete_connection, Duration::MAX);
    let default = Durations::default();
    assert_eq!(
        durations.delete_interface_endpoint,
        default.delete_interface_endpoint
    );
    let json = serde_json::to_string(&seed).expect("it can be written");
    assert_eq!(Seed::from_json(&json), Ok(seed));
    assert_eq!(Seed::from_json("{}"), Ok(Seed::default()));
}

#[test]
fn mistakes_in_a_seed_are_reported_with_their_place() {
    const ID: &str = "0123456789abcdef01234567";
    let project = |connections: &str| {
        format!(r#"{{"projects": [{{"id": "{ID}", "connections": [{connections}]}}]}}"#)
    };
    for (json, message) in [
        (
            "{\n  \"project\": []}",
            "project: unknown field `project`, expected one of `$schema`",
        ),
        ("{} {}", "trailing characters at line 1 column 4"),
        (
            r#"{"projects": [{"id": "abc"}]}"#,
            "projects[0].id: expected 24 hexadecimal digits but found \"abc\"",
        ),
        (
            r#"{"durations": {"createConnection": "soon"}}"#,
            "durations.createConnection: expected a duration such as 500ms or 2s, or never",
        ),
        (
            &project(r#"{"status": "FAILED"}"#),
            "projects[0].connections[0]: missing field `region`",
        ),
        (
            &project(r#"{"region": "a", "id": "1"}"#),
            "projects[0].connections[0].id: expected 24 hexadecimal digits but found \"1\"",
        ),
        (
            &project(r#"{"region": "us-east-1"}, {"region": "us-east-1"}"#),
            "projects[0].connections[1].region: \"us-east-1\" is repeated",
        ),
        (
            &project(r#"{"region": "us-east-11"}"#),
            "projects[0].connections[0].region: expected one of us-east-1, us-east-2, us-west-1",
        ),
        (
            &project(r#"{"region": "us-east-1", "errorMessage": "No."}"#),
            "projects[0].connections[0].errorMessage: a status is required",
        ),
        (
            &project(r#"{"region": "us-east-1", "interfaceEndpoints": [{"id": "a"}]}"#),
            "connections[0].interfaceEndpoints[0].id: expected vpce- with letters and digits",
        ),
        (
            &project(
                r#"{"region": "us-east-1", "interfaceEndpoints": [{"id": "vpce-1"}, {"id": "vpce-1"}]}"#,
            ),
            "connections[0].interfaceEndpoints[1].id: \"vpce-1\" is repeated",
        ),
        (
            &format!(
                r#"{{"projects": [{{"id": "{ID}"}}, {{"id": "{}"}}]}}"#,
                ID.to_uppercase()
            ),
            "projects[1].id: \"0123456789ABCDEF01234567\" is repeated",
        ),
    ] {
        let error = Seed::from_json(json)
            .expect_err("the seed is invalid")
            .to_string();
        assert!(error.contains(message), "{error}");
    }
}

#[tokio::test]
async fn sandbox_begins_with_the_resources_of_its_seed() {
    let api = Api::with(|builder| builder.seed(seed()));
    assert_eq!(api.sandbox.project_id(), UNKNOWN_ID);
    assert_eq!(api.get("").await.status, StatusCode::BAD_GATEWAY);
    let listed = api.get("").await.json();
    let id = listed[0]["id"].as_str().expect("there is a connection");
    assert_eq!(listed[0]["status"], "WAITING_FOR_USER");
    let endpoint = api
        .get(&format!("/{id}/interfaceEndpoints/vpce-1"))
        .await
        .json();
    assert_eq!(endpoint["connectionStatus"], "REJECTED");
    assert_eq!(endpoint["errorMessage"], "No.");
}

#[tokio::test]
async fn regions_of_the_seed_replace_those_of_the_spec() {
    let seed = Seed {
        regions: vec!["mars-north-1".to_owned()],
        ..Seed::default()
    };
    let api = Api::with(|builder| builder.seed(seed));
    let body = |region| json!({ "providerName": "AWS", "region": region });
    let refused = api.post("", &body(REGION)).await;
    refused.assert_error(400, "INVALID_REGION");
    let created = api.post("", &body("mars-north-1")).await;
    assert_eq!(created.status, StatusCode::CREATED);
    let connections = api.sandbox.connections(api.sandbox.project_id());
    assert_eq!(connections[0].region, "mars-north-1");
}

#[tokio::test]
async fn reset_returns_to_the_seed() {
    let api = Api::with(|builder| builder.seed(seed()).id_seed(1));
    let before = api.sandbox.connections(UNKNOWN_ID);
    let id = &before[0].id;
    let pinned = api.sandbox.set_connection_status(UNKNOWN_ID, id, "FAILED");
    pinned.expect("the connection exists");
    api.create().await;
    api.sandbox.advance(LONG);
    assert_ne!(api.sandbox.connections(UNKNOWN_ID), before);
    api.sandbox.clear_faults();

    api.sandbox.reset().expect("nothing has to be saved");
    assert_eq!(api.sandbox.connections(UNKNOWN_ID), before);
    assert_eq!(api.sandbox.requests(), []);
    assert_eq!(api.sandbox.request_count(), 0);
    assert_eq!(api.sandbox.history(UNKNOWN_ID).len(), 2);
    let list = || api.get("");
    assert_eq!(
        list().await.status,
        StatusCode::BAD_GATEWAY,
        "the fault is back"
    );
    assert_eq!(list().await.status, StatusCode::OK, "keys still work");
}

#[tokio::test]
async fn same_number_gives_the_same_ids() {
    let start = |seed| Api::with(|builder| builder.id_seed(seed));
    let mut created = Vec::new();
    for seed in [1, 1, 2] {
        let api = start(seed);
        api.create_ready().await;
        created.push(api.sandbox.connections(api.sandbox.project_id()));
    }
    assert_eq!(created[0], created[1]);
    assert_ne!(created[0], created[2]);
}

#[tokio::test]
async fn history_shows_what_happened_between_requests() {
    let api = Api::start();
    let id = api.create_ready().await;
    api.add(&id, VPCE).await;
    api.sandbox.advance(LONG);
    let history = api.sandbox.history(api.sandbox.project_id());
    let changes: Vec<_> = history
        .iter()
        .map(|it| (it.interface_endpoint.as_deref(), it.status.as_deref()))
        .collect();
    let expected = [
        (None, Some("INITIATING")),
        (None, Some("WAITING_FOR_USER")),
        (Some(VPCE), Some("PENDING_ACCEPTANCE")),
        (Some(VPCE), Some("PENDING")),
        (Some(VPCE), Some("AVAILABLE")),
        (None, Some("AVAILABLE")),
    ];
    assert_eq!(changes, expected);
    assert!(
        history
            .iter()
            .all(|it| it.connection == id && it.region == REGION)
    );
    let took = history[5].time.duration_since(history[0].time);
    assert_eq!(took.ok(), Some(STEP * 3));
    assert_eq!(api.sandbox.history(UNKNOWN_ID), []);
    let json = serde_json::to_value(&history[0]).expect("it can be written");
    assert_eq!(json["time"], "2021-01-01T00:00:00Z");
}

#[tokio::test]
async fn person_accepts_an_interface_endpoint() {
    let never = Durations {
        accept_interface_endpoint: Duration::MAX,
        ..Durations::all(STEP)
    };
    let api = Api::with(|builder| builder.durations(never));
    let id = api.create_ready().await;
    api.add(&id, VPCE).await;
    api.sandbox.advance(LONG);
    let project = api.sandbox.project_id();
    let status = || {
        api.sandbox.connections(project)[0].interface_endpoints[0]
            .status
            .clone()
    };
    assert_eq!(status(), "PENDING_ACCEPTANCE");
    let accepted = api.sandbox.accept_interface_endpoint(project, &id, VPCE);
    accepted.expect("the interface endpoint exists");
    assert_eq!(status(), "PENDING");
    api.sandbox.advance(STEP);
    assert_eq!(status(), "AVAILABLE");
}

#[tokio::test]
async fn sandbox_has_the_default_project_without_one_in_the_seed() {
    let api = Api::with(|builder| builder.seed(Seed::default()));
    assert_eq!(api.get("").await.status, StatusCode::OK);
    let more = Api::with(|builder| builder.seed(seed()).project("fedcba9876543210fedcba98"));
    assert_eq!(
        more.sandbox.project_ids(),
        [UNKNOWN_ID, "fedcba9876543210fedcba98"]
    );
}

#[test]
fn seed_is_checked_at_the_start() {
    let connection = ConnectionSeed {
        region: REGION.to_owned(),
        ..ConnectionSeed::default()
    };
    let seed = Seed {
        projects: vec![ProjectSeed {
            id: UNKNOWN_ID.to_owned(),
            connections: vec![connection.clone(), connection],
        }],
        ..Seed::default()
    };
    let error = atlas_pe_sandbox::Sandbox::builder().seed(seed).start();
    assert_eq!(
        error
            .expect_err("two connections are in one region")
            .to_string(),
        "the seed is invalid: projects[0].connections[1].region: \"us-east-1\" is repeated"
    );
}

/// Returns a clock that follows the clock of the current runtime.
fn tokio_clock() -> Clock {
    let (runtime, start) = (Handle::current(), Instant::now());
    Clock::from_fn(move || {
        // In the thread of the sandbox, tokio would return the time of that thread's runtime.
        let _inside = runtime.enter();
        start.elapsed()
    })
}

/// Waits for a request. Tokio does not advance a paused clock while a blocking task runs.
async fn in_flight<T>(request: impl Future<Output = T>) -> T {
    let (done, is_done) = mpsc::channel::<()>();
    let blocking = tokio::task::spawn_blocking(move || is_done.recv());
    let response = request.await;
    drop(done);
    assert!(blocking.await.is_ok_and(|it| it.is_err()));
    response
}

#[tokio::test(start_paused = true)]
async fn clock_follows_the_paused_time_of_tokio() {
    let api = Api::with(|builder| builder.clock(tokio_clock()).step(STEP));
    let id = in_flight(api.create()).await;
    let status = || {
        api.sandbox.connections(api.sandbox.project_id())[0]
            .status
            .clone()
    };
    assert_eq!(status(), "INITIATING");
    // A sleep of the program under test takes no time, and the sandbox's resources change meanwhile.
    tokio::time::sleep(STEP / 2).await;
    assert_eq!(status(), "INITIATING");
    tokio::time::sleep(STEP / 2).await;
    assert_eq!(status(), "WAITING_FOR_USER");
    let added = in_flight(api.add(&id, VPCE)).await;
    assert_eq!(added.status, StatusCode::CREATED);
}
