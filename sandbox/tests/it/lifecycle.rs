use atlas_pe_sandbox::PinnedStatus;
use atlas_pe_sandbox::testing::{REGION, STEP, VPCE};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, DATE};
use serde_json::json;

use crate::support::Api;

#[tokio::test]
async fn connection_lives_from_creation_to_deletion() {
    let api = Api::start();
    assert_eq!(api.get("").await.json(), json!([]));

    let body = json!({ "providerName": "AWS", "region": REGION });
    let created = api.post("", &body).await;
    assert_eq!(created.status, StatusCode::CREATED);
    assert_eq!(created.header(CONTENT_TYPE), "application/json");
    let connection = created.json();
    let id = connection["id"]
        .as_str()
        .expect("the connection has an id")
        .to_owned();
    assert!(id.starts_with("5fee6600"), "2021-01-01, but {id}");
    let initiating = json!({
        "id": id,
        "endpointServiceName": null,
        "errorMessage": null,
        "interfaceEndpoints": [],
        "status": "INITIATING",
    });
    assert_eq!(connection, initiating);
    assert_eq!(api.get("").await.json(), json!([initiating]));
    let one = format!("/{id}");
    assert_eq!(api.get(&one).await.json(), initiating);

    api.sandbox.advance(STEP);
    let waiting = api.get(&one).await.json();
    assert_eq!(waiting["status"], "WAITING_FOR_USER");
    let service = waiting["endpointServiceName"]
        .as_str()
        .expect("the connection has a service");
    assert!(
        service.starts_with("com.amazonaws.vpce.us-east-1.vpce-svc-"),
        "{service}"
    );

    let added = api.add(&id, VPCE).await;
    assert_eq!(added.status, StatusCode::CREATED);
    let pending = json!({
        "interfaceEndpointId": VPCE,
        "connectionStatus": "PENDING_ACCEPTANCE",
        "deleteRequested": false,
        "errorMessage": null,
    });
    assert_eq!(added.json(), pending);
    assert_eq!(
        api.get(&one).await.json()["interfaceEndpoints"],
        json!([VPCE])
    );

    let endpoint = format!("/{id}/interfaceEndpoints/{VPCE}");
    assert_eq!(api.get(&endpoint).await.json(), pending);
    assert_eq!(api.get(&one).await.json()["status"], "WAITING_FOR_USER");
    api.sandbox.advance(STEP);
    assert_eq!(
        api.get(&endpoint).await.json()["connectionStatus"],
        "PENDING"
    );
    assert_eq!(api.get(&one).await.json()["status"], "WAITING_FOR_USER");
    api.sandbox.advance(STEP);
    assert_eq!(
        api.get(&endpoint).await.json()["connectionStatus"],
        "AVAILABLE"
    );
    assert_eq!(api.get(&one).await.json()["status"], "AVAILABLE");

    let deleted = api.delete(&endpoint).await;
    assert_eq!(
        (deleted.status, deleted.text.as_str()),
        (StatusCode::OK, "{}")
    );
    let deleting = api.get(&endpoint).await.json();
    assert_eq!(deleting["connectionStatus"], "DELETING");
    assert_eq!(deleting["deleteRequested"], true);
    assert_eq!(api.get(&one).await.json()["status"], "AVAILABLE");
    api.sandbox.advance(STEP);
    api.get(&endpoint)
        .await
        .assert_error(404, "PRIVATELINK_INTERFACE_ENDPOINT_NOT_FOUND");
    assert_eq!(api.get(&one).await.json()["status"], "WAITING_FOR_USER");

    let deleted = api.delete(&one).await;
    assert_eq!(
        (deleted.status, deleted.text.as_str()),
        (StatusCode::OK, "{}")
    );
    assert_eq!(api.get(&one).await.json()["status"], "DELETING");
    api.sandbox.advance(STEP);
    api.get(&one)
        .await
        .assert_error(404, "PRIVATELINK_NOT_FOUND");
    assert_eq!(api.get("").await.json(), json!([]));
}

#[tokio::test]
async fn second_deletion_succeeds_while_the_first_is_in_progress() {
    let api = Api::start();
    let id = api.create_ready().await;
    api.add(&id, VPCE).await;
    for end in [format!("/{id}/interfaceEndpoints/{VPCE}"), format!("/{id}")] {
        for _ in 0..2 {
            let deleted = api.delete(&end).await;
            assert_eq!(
                (deleted.status, deleted.text.as_str()),
                (StatusCode::OK, "{}")
            );
        }
        api.sandbox.advance(STEP);
        assert_eq!(api.delete(&end).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn date_header_is_that_of_the_clock() {
    let api = Api::start();
    assert_eq!(
        api.get("").await.header(DATE),
        "Fri, 01 Jan 2021 00:00:00 GMT"
    );
    api.sandbox.advance(STEP);
    let error = api.get("/none").await;
    assert_eq!(error.header(DATE), "Fri, 01 Jan 2021 00:00:02 GMT");
}

#[tokio::test]
async fn clients_see_the_pinned_status() {
    let api = Api::start();
    let id = api.create_ready().await;
    api.add(&id, VPCE).await;
    let project = api.sandbox.project_id();

    let failed = PinnedStatus::new("FAILED").with_error("No capacity.");
    let pinned = api.sandbox.set_connection_status(project, &id, failed);
    pinned.expect("the connection exists");
    let connection = api.get(&format!("/{id}")).await.json();
    assert_eq!(connection["status"], "FAILED");
    assert_eq!(connection["errorMessage"], "No capacity.");

    let pinned = api
        .sandbox
        .set_interface_endpoint_status(project, &id, VPCE, "FROM_THE_FUTURE");
    pinned.expect("the interface endpoint exists");
    let endpoint = api.get(&format!("/{id}/interfaceEndpoints/{VPCE}")).await;
    assert_eq!(endpoint.json()["connectionStatus"], "FROM_THE_FUTURE");
}
