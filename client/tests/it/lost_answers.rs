//! Changes whose answer was lost: what the client finds out, and what it tells when it cannot.

use std::time::Duration;

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault};
use atlas_private_endpoint::types::{CreatePrivateEndpointConnection, Region};
use atlas_private_endpoint::{Client, Credentials, PrivateLinkId, ProjectId};

use crate::impatient::ImpatientWorld;
use crate::world::{LONG, vpce};

const LIST: &str = "listPrivateEndpointConnections";
const CREATE: &str = "createPrivateEndpointConnection";
const ADD: &str = "addInterfaceEndpoint";
const DELETE: &str = "deletePrivateEndpointConnection";

#[tokio::test]
async fn a_create_that_cannot_be_found_out_about_has_an_unknown_outcome() {
    let world = ImpatientWorld::new().await;
    world
        .sandbox
        .inject(Fault::on(CREATE).effect(Effect::ResetAfterHandling));
    world
        .sandbox
        .inject(Fault::on(LIST).effect(Effect::Respond(CannedResponse::html_502())));
    let error = world.create(Region::UsEast1).await.unwrap_err();
    assert!(error.is_outcome_unknown() && !error.is_retryable());
    assert!(
        error.to_string().contains("looking for it failed too"),
        "{error}"
    );
    assert_eq!(error.candidates(), []);
    assert_eq!(error.attempts(), 1);
    assert_eq!(world.resources(), 1);
}

/// What does not tell its region yet may be another region's, made a moment ago.
#[tokio::test]
async fn another_regions_new_connection_is_not_taken_for_ones_own() {
    for effect in [
        Effect::Respond(CannedResponse::html_502()),
        Effect::ResetBeforeHandling,
        Effect::ResetAfterHandling,
    ] {
        let world = ImpatientWorld::new().await;
        let other = world.create(Region::EuWest1).await.unwrap();
        world
            .sandbox
            .inject(Fault::on(CREATE).first(1).effect(effect.clone()));
        match world.create(Region::UsEast1).await {
            // It was not made at first, so it is sent again.
            Ok(created) => assert_ne!(created, other, "{effect:?}"),
            // It was made, and two do not tell their regions: nobody knows which it is.
            Err(error) => {
                assert_eq!(effect, Effect::ResetAfterHandling);
                assert!(error.is_outcome_unknown(), "{error}");
                assert_eq!(error.candidates().len(), 2, "{error}");
            }
        }
        assert_eq!(world.resources(), 2, "{effect:?}");
    }
}

/// Only the last attempt is left to find out: then what may be it is named.
#[tokio::test]
async fn what_may_be_it_is_named_when_no_attempt_is_left() {
    let world = ImpatientWorld::new().await;
    let effect = Effect::Respond(CannedResponse::html_502());
    let other = world.create(Region::EuWest1).await.unwrap();
    world.sandbox.inject(Fault::on(CREATE).effect(effect));
    let error = world.create(Region::UsEast1).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    let candidates: Vec<&str> = error
        .candidates()
        .iter()
        .map(PrivateLinkId::as_str)
        .collect();
    assert_eq!(candidates, [other.as_str()]);
    assert_eq!(world.resources(), 1);
}

#[tokio::test]
async fn two_new_connections_are_named_and_not_told_apart() {
    let world = ImpatientWorld::new().await;
    let other = world.create(Region::EuWest1).await.unwrap();
    world
        .sandbox
        .inject(Fault::on(CREATE).effect(Effect::ResetAfterHandling));
    let error = world.create(Region::UsEast1).await.unwrap_err();
    assert!(error.is_outcome_unknown());
    assert_eq!(error.candidates().len(), 2);
    assert!(error.candidates().iter().any(|id| id.as_str() == other));
    assert!(error.to_string().contains(&other), "{error}");
    assert_eq!(world.resources(), 2);
}

#[tokio::test]
async fn somebody_elses_older_connection_is_not_taken_for_ones_own() {
    let world = ImpatientWorld::new().await;
    let older = world.create(Region::UsEast1).await.unwrap();
    world.sandbox.advance(LONG);
    world.sandbox.inject(
        Fault::on(CREATE)
            .first(1)
            .effect(Effect::Respond(CannedResponse::html_502())),
    );
    let error = world.create(Region::UsEast1).await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
    assert!(!error.is_outcome_unknown());
    assert_eq!(
        world.sandbox.connections(world.project.as_str())[0].id,
        older
    );
    assert_eq!(world.resources(), 1);
}

#[tokio::test]
async fn an_addition_is_looked_up_by_its_id() {
    for (effect, requests) in [
        (Effect::ResetAfterHandling, 3),
        (Effect::ResetBeforeHandling, 4),
    ] {
        let world = ImpatientWorld::new().await;
        let id = world
            .create(Region::UsEast1)
            .await
            .unwrap()
            .parse()
            .unwrap();
        world.sandbox.advance(LONG);
        let before = world.sandbox.request_count();
        // The nonce of a lost connection is not used again, so a challenge is fetched, too.
        world.sandbox.inject(Fault::on(ADD).first(1).effect(effect));
        let added = world
            .client
            .add_interface_endpoint(&world.project, &id, &vpce().into())
            .await
            .unwrap();
        assert_eq!(added.interface_endpoint_id, vpce());
        assert_eq!(world.sandbox.request_count() - before, requests);
    }
}

#[tokio::test]
async fn a_deletion_whose_answer_was_lost_is_done_when_nothing_is_left() {
    let world = ImpatientWorld::with_steps_of(Duration::ZERO).await;
    let id = world
        .create(Region::UsEast1)
        .await
        .unwrap()
        .parse()
        .unwrap();
    world.sandbox.inject(
        Fault::on(DELETE)
            .first(1)
            .effect(Effect::ResetAfterHandling),
    );
    world
        .client
        .delete_private_endpoint_connection(&world.project, &id)
        .await
        .unwrap();
    assert_eq!(world.resources(), 0);
    // Without a lost answer, deleting what is not there is an error.
    let again = world
        .client
        .delete_private_endpoint_connection(&world.project, &id)
        .await;
    assert!(again.unwrap_err().is_not_found());
}

/// Nobody acts on the request that only fetches a challenge.
#[tokio::test]
async fn a_create_that_was_never_signed_was_not_carried_out() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", silent.local_addr().unwrap());
    let key = Credentials::api_key("public", "private");
    let client = Client::builder(key)
        .base_url(origin)
        .deadline(Duration::from_millis(100))
        .build()
        .unwrap();
    let project = ProjectId::new("5356823b3004dee37132bb7b").unwrap();
    let request = CreatePrivateEndpointConnection::aws(Region::UsEast1);
    let error = client
        .create_private_endpoint_connection(&project, &request)
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(!error.is_outcome_unknown(), "{error}");
    assert!(error.is_retryable());
}
