//! Faults that are limited to a resource, or affect what is known of one.

use std::time::Duration;

use atlas_pe_sandbox::fault::{Effect, ErrorCode, Fault};
use atlas_pe_sandbox::testing::{REGION, STEP};
use atlas_pe_sandbox::{PinnedStatus, Sandbox, Seed};
use reqwest::StatusCode;
use serde_json::json;

use crate::support::Api;

const CREATE: &str = "createPrivateEndpointConnection";
const LIST: &str = "listPrivateEndpointConnections";

#[tokio::test]
async fn fault_can_be_limited_to_a_project_a_region_or_an_id() {
    let api = Api::start();
    let id = api.create_ready().await;
    let one = format!("/{id}");
    let project = api.sandbox.project_id();
    let error = Effect::Error(ErrorCode::UnexpectedError);
    for (selection, list, describe) in [
        (Fault::on_any().project(project), 500, 500),
        (Fault::on_any().project("0".repeat(24)), 200, 200),
        (Fault::on_any().region(REGION), 200, 500),
        (Fault::on_any().region("eu-west-1"), 200, 200),
        (Fault::on_any().id(&id), 200, 500),
        (Fault::on_any().id("vpce-1"), 200, 200),
    ] {
        api.sandbox.inject(selection.effect(error.clone()));
        let statuses = [api.get("").await, api.get(&one).await].map(|it| it.status.as_u16());
        assert_eq!(statuses, [list, describe]);
        api.sandbox.clear_faults();
    }
    // Region and interface endpoint of the body.
    api.sandbox
        .inject(Fault::on_any().region("eu-west-1").effect(error.clone()));
    api.sandbox
        .inject(Fault::on_any().id("vpce-1").effect(error));
    let body = json!({ "providerName": "AWS", "region": "eu-west-1" });
    api.post("", &body)
        .await
        .assert_error(500, "UNEXPECTED_ERROR");
    api.add(&id, "vpce-1")
        .await
        .assert_error(500, "UNEXPECTED_ERROR");
    assert_eq!(api.add(&id, "vpce-2").await.status, StatusCode::CREATED);
    let counts: Vec<_> = api
        .sandbox
        .faults()
        .iter()
        .map(|it| (it.calls, it.hits))
        .collect();
    assert_eq!(counts, [(1, 1), (1, 1)]);
}

#[tokio::test]
async fn fields_of_a_response_can_differ_from_the_spec() {
    let api = Api::start();
    let id = api.create().await;
    let one = format!("/{id}");
    api.sandbox
        .inject(Fault::on_any().effect(Effect::Status("UPGRADING".to_owned())));
    assert_eq!(api.get(&one).await.json()["status"], "UPGRADING");
    assert_eq!(api.get("").await.json()[0]["status"], "UPGRADING");
    api.sandbox.clear_faults();

    api.sandbox
        .inject(Fault::on_any().effect(Effect::OmitNulls));
    assert_eq!(
        api.get(&one).await.json(),
        json!({ "id": id, "status": "INITIATING" })
    );
    // An empty list of resources is no field.
    api.delete(&one).await;
    api.sandbox.advance(STEP);
    assert_eq!(api.get("").await.json(), json!([]));
    api.sandbox.clear_faults();

    api.sandbox
        .inject(Fault::on_any().effect(Effect::ExtraFields));
    let body = json!({ "providerName": "AWS", "region": REGION });
    let created = api.post("", &body).await.json();
    assert_eq!(
        (&created["status"], &created["extraText"]),
        (&json!("INITIATING"), &json!("extra"))
    );
    // An error is not a resource.
    let reply = api.post("", &body).await;
    reply.assert_error(
        409,
        "PRIVATELINK_ENDPOINT_SERVICE_ALREADY_EXISTS_FOR_REGION",
    );
    assert_eq!(reply.headers.get("extraText"), None);
}

#[tokio::test]
async fn faults_of_the_seed_are_there_at_the_start() {
    let seed = r#"{"faults": [{"every": 2, "effect": {"error": "ACCESS_FORBIDDEN"}}]}"#;
    let api = Api::with(|builder| builder.seed(Seed::from_json(seed).expect("the seed is valid")));
    let statuses = [api.get("").await, api.get("").await].map(|it| it.status.as_u16());
    assert_eq!(statuses, [200, 403]);

    let seed = Seed {
        faults: vec![Fault::on("list").effect(Effect::HalfHead)],
        ..Seed::default()
    };
    let error = Sandbox::builder().seed(seed).start();
    let text = error.expect_err("the operation is unknown").to_string();
    assert!(
        text.starts_with(
            "the seed is invalid: faults[0]: unknown operation \"list\"; expected one of "
        ),
        "{text}"
    );
    let error = Seed::from_json(r#"{"faults": [{"operation": "list", "effect": "halfHead"}]}"#);
    let text = error.expect_err("the operation is unknown").to_string();
    assert!(
        text.starts_with("faults[0]: unknown operation \"list\""),
        "{text}"
    );
}

#[tokio::test]
async fn creation_can_end_with_another_status() {
    let api = Api::start();
    let failed = PinnedStatus::new("FAILED").with_error("No capacity.");
    let rejected = PinnedStatus::new("REJECTED").with_error("Not ours.");
    let create = Fault::on(CREATE).region("eu-west-1");
    api.sandbox.inject(create.effect(Effect::End(failed)));
    // It affects creations only.
    api.sandbox
        .inject(Fault::on_any().id("vpce-1").effect(Effect::End(rejected)));

    let body = json!({ "providerName": "AWS", "region": "eu-west-1" });
    let created = api.post("", &body).await.json();
    assert_eq!(created["status"], "INITIATING");
    api.sandbox.advance(STEP);
    let one = format!("/{}", created["id"].as_str().expect("an id"));
    let ended = api.get(&one).await.json();
    assert_eq!(
        (&ended["status"], &ended["errorMessage"]),
        (&json!("FAILED"), &json!("No capacity."))
    );
    assert_eq!(ended["endpointServiceName"], json!(null));

    let id = api.create_ready().await;
    let added = api.add(&id, "vpce-1").await.json();
    assert_eq!(added["connectionStatus"], "PENDING_ACCEPTANCE");
    api.sandbox.advance(STEP);
    let endpoint = format!("/{id}/interfaceEndpoints/vpce-1");
    let ended = api.get(&endpoint).await.json();
    assert_eq!(
        (&ended["connectionStatus"], &ended["errorMessage"]),
        (&json!("REJECTED"), &json!("Not ours."))
    );
    let hits: Vec<_> = api
        .sandbox
        .faults()
        .iter()
        .map(|it| (it.calls, it.hits))
        .collect();
    assert_eq!(hits, [(1, 1), (1, 1)]);
}

#[tokio::test]
async fn creation_without_duration_ends_at_once() {
    let api = Api::with(|builder| builder.step(Duration::ZERO));
    api.sandbox
        .inject(Fault::on(CREATE).effect(Effect::End("NEW_STATUS".into())));
    let body = json!({ "providerName": "AWS", "region": REGION });
    assert_eq!(api.post("", &body).await.json()["status"], "NEW_STATUS");
}

#[tokio::test]
async fn list_can_lag_behind() {
    let api = Api::start();
    let id = api.create_ready().await;
    let lag = Effect::Lag(STEP);
    let lagging = || Fault::on(LIST).first(1).effect(lag.clone());
    api.sandbox.inject(lagging());
    assert_eq!(api.get("").await.json()[0]["status"], "INITIATING");
    assert_eq!(api.get("").await.json()[0]["status"], "WAITING_FOR_USER");

    api.sandbox.advance(STEP);
    api.add(&id, "vpce-1").await;
    let body = json!({ "providerName": "AWS", "region": "eu-west-1" });
    api.post("", &body).await;
    api.sandbox.inject(lagging());
    let lagged = api.get("").await.json();
    assert_eq!(lagged.as_array().map(Vec::len), Some(1));
    assert_eq!(lagged[0]["interfaceEndpoints"], json!([]));
    let current = api.get("").await.json();
    assert_eq!(current.as_array().map(Vec::len), Some(2));
    assert_eq!(current[0]["interfaceEndpoints"], json!(["vpce-1"]));

    let second = current[1]["id"].as_str().expect("an id");
    api.sandbox.advance(STEP);
    api.delete(&format!("/{second}")).await;
    api.sandbox.advance(STEP / 2);
    assert_eq!(api.get("").await.json()[1]["status"], "DELETING");
    api.sandbox.inject(lagging());
    assert_eq!(api.get("").await.json()[1]["status"], "INITIATING");
}
