//! The file that keeps the data across restarts.

use std::fs;
use std::path::Path;

use atlas_pe_sandbox::testing::{LONG, REGION, STEP, UNKNOWN_ID, VPCE};
use atlas_pe_sandbox::{ConnectionSeed, ConnectionSnapshot, ProjectSeed, Sandbox, Seed, testing};
use reqwest::StatusCode;
use tempfile::TempDir;

use crate::support::Api;

const OTHER_PROJECT: &str = "fedcba9876543210fedcba98";

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory can be made")
}

fn start(path: &Path) -> Api {
    Api::with(|builder| builder.data(path))
}

/// Returns a seed with projects that have a connection in the region.
fn seed(projects: &[&str], region: &str) -> Seed {
    let projects = projects.iter().map(|id| ProjectSeed {
        id: (*id).to_owned(),
        connections: vec![ConnectionSeed {
            region: region.to_owned(),
            ..ConnectionSeed::default()
        }],
    });
    Seed {
        projects: projects.collect(),
        ..Seed::default()
    }
}

fn regions(connections: &[ConnectionSnapshot]) -> Vec<&str> {
    connections.iter().map(|it| it.region.as_str()).collect()
}

#[tokio::test]
async fn resources_and_time_survive_a_restart() {
    let directory = directory();
    let path = directory.path().join("data");
    let api = start(&path);
    let project = api.sandbox.project_id().to_owned();
    let id = api.create_ready().await;
    api.add(&id, VPCE).await;
    api.sandbox.advance(STEP);
    api.add(&id, "vpce-2").await;
    let pinned = api
        .sandbox
        .set_interface_endpoint_status(&project, &id, VPCE, "REJECTED");
    pinned.expect("it exists");
    let deleted = api
        .delete(&format!("/{id}/interfaceEndpoints/vpce-2"))
        .await;
    assert_eq!(deleted.status, StatusCode::OK);
    let before = api.sandbox.connections(&project);
    assert_eq!(before[0].interface_endpoints[1].status, "DELETING");
    drop(api);

    let api = start(&path);
    assert_eq!(api.sandbox.connections(&project), before);
    assert_eq!(api.sandbox.history(&project), []);
    api.sandbox.advance(STEP);
    assert_eq!(
        api.sandbox.connections(&project)[0]
            .interface_endpoints
            .len(),
        1
    );
    let history = api.sandbox.history(&project);
    assert_eq!(history.len(), 1, "{history:?}");
    drop(api);

    // The deletion has ended although no write followed it.
    let api = start(&path);
    assert_eq!(
        api.sandbox.connections(&project)[0]
            .interface_endpoints
            .len(),
        1
    );
}

#[tokio::test]
async fn fixed_ids_continue_after_a_restart() {
    let directory = directory();
    let path = directory.path().join("data");
    let start = || Api::with(|builder| builder.data(&path).id_seed(1).step(STEP));
    let api = start();
    let first = api.create_ready().await;
    assert_eq!(
        api.delete(&format!("/{first}")).await.status,
        StatusCode::OK
    );
    api.sandbox.advance(STEP);
    drop(api);
    let api = start();
    assert_ne!(api.create().await, first);
    api.sandbox.reset().expect("the file can be written");
    assert_eq!(api.create().await, first);
}

#[test]
fn file_has_precedence_over_the_seed_and_gets_its_new_projects() {
    let directory = directory();
    let path = directory.path().join("data");
    let start = |seed| {
        let builder = testing::builder().seed(seed).data(&path);
        builder.start().expect("the file can be used")
    };
    let mut sandbox = start(seed(&[UNKNOWN_ID], "us-east-1"));
    for _ in 0..2 {
        drop(sandbox);
        sandbox = start(seed(&[UNKNOWN_ID, OTHER_PROJECT], "eu-west-1"));
        let connections = sandbox.connections(UNKNOWN_ID);
        assert_eq!(regions(&connections), ["us-east-1"]);
        let connections = sandbox.connections(OTHER_PROJECT);
        assert_eq!(regions(&connections), ["eu-west-1"]);
    }
    drop(sandbox);
    let sandbox = start(Seed::default());
    assert_eq!(sandbox.project_ids().len(), 3, "the default project is new");
}

#[tokio::test]
async fn reset_returns_the_file_to_the_seed() {
    let directory = directory();
    let path = directory.path().join("data");
    let with_seed =
        || Api::with(|builder| builder.seed(seed(&[UNKNOWN_ID], "eu-west-1")).data(&path));
    let api = with_seed();
    api.create().await;
    api.sandbox.advance(LONG);
    api.sandbox.reset().expect("the file can be written");
    let before = api.sandbox.connections(UNKNOWN_ID);
    assert_eq!(regions(&before), ["eu-west-1"]);
    drop(api);
    let api = with_seed();
    assert_eq!(api.sandbox.connections(UNKNOWN_ID), before);
}

/// Returns why a sandbox cannot use a file, without the path.
fn refusal(path: &Path) -> String {
    let error = Sandbox::builder().data(path).start();
    let message = error.expect_err("the file cannot be used").to_string();
    let reason = message.strip_prefix(&format!("could not use {}: ", path.display()));
    reason.expect("the message has the path").to_owned()
}

#[test]
fn file_in_use_is_refused() {
    let directory = directory();
    let path = directory.path().join("data");
    let _sandbox = Sandbox::builder().data(&path).start();
    assert_eq!(
        refusal(&path),
        "another process uses it; stop that one or name another file"
    );
}

#[test]
fn file_of_another_program_is_refused_and_left_alone() {
    let directory = directory();
    let path = directory.path().join("notes.txt");
    let text = "buy milk\n".repeat(1000);
    fs::write(&path, &text).expect("the file can be written");
    let reason = refusal(&path);
    assert!(
        reason.starts_with("it is not a file of the sandbox or is damaged ("),
        "{reason}"
    );
    assert!(reason.ends_with("; name another file"), "{reason}");
    let after = fs::read_to_string(&path).expect("the file can be read");
    assert_eq!(after, text);
}

#[test]
fn damaged_file_is_refused() {
    let directory = directory();
    let path = directory.path().join("data");
    drop(start(&path));
    let whole = fs::read(&path).expect("the file can be read");
    fs::write(&path, &whole[..whole.len() / 3]).expect("the file can be written");
    let reason = refusal(&path);
    assert!(reason.contains("damaged"), "{reason}");
}

#[test]
fn file_that_cannot_be_opened_is_refused() {
    let directory = directory();
    let missing = directory.path().join("missing").join("data");
    assert!(
        refusal(&missing).contains("No such file"),
        "{}",
        refusal(&missing)
    );
    let reason = refusal(directory.path());
    assert!(reason.contains("Is a directory"), "{reason}");
    // Even root cannot write this one.
    #[cfg(target_os = "linux")]
    {
        let reason = refusal(Path::new("/proc/sys/kernel/osrelease"));
        assert!(reason.contains("ermission"), "{reason}");
    }
}

#[tokio::test]
async fn creation_in_the_file_is_visible_after_a_restart() {
    let directory = directory();
    let path = directory.path().join("data");
    let id = start(&path).create().await;
    let listed = start(&path).get("").await.json();
    assert_eq!(listed[0]["id"], id);
    assert_eq!(listed[0]["status"], "INITIATING");
    let again = start(&path);
    let connections = again.sandbox.connections(again.sandbox.project_id());
    assert_eq!(regions(&connections), [REGION]);
}
