//! Reconciling changes whose response was lost.

use std::time::Duration;

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault};
use atlas_private_endpoint::types::{CreatePrivateEndpointConnection, Region};
use atlas_private_endpoint::{Client, Credentials, PrivateLinkId, ProjectId};

use crate::world::{LONG, World, vpce};

const LIST: &str = "listPrivateEndpointConnections";
const CREATE: &str = "createPrivateEndpointConnection";
const ADD: &str = "addInterfaceEndpoint";
const DELETE: &str = "deletePrivateEndpointConnection";

#[tokio::test]
async fn create_without_a_lookup_has_an_unknown_outcome() {
    let world = World::with_nonce().await;
    world
        .sandbox
        .inject(Fault::on(CREATE).effect(Effect::ResetAfterHandling));
    world
        .sandbox
        .inject(Fault::on(LIST).effect(Effect::Respond(CannedResponse::html_502())));
    let error = world.try_create(Region::UsEast1).await.unwrap_err();
    assert!(error.is_outcome_unknown() && !error.is_retryable());
    assert!(
        error.to_string().contains("reconciling it failed, too"),
        "{error}"
    );
    assert_eq!(error.candidates(), []);
    assert_eq!(error.attempts(), 1);
    assert_eq!(world.count_connections(), 1);
}

/// A connection without a region may be another region's, created a moment ago.
#[tokio::test]
async fn new_connection_of_another_region_is_not_returned() {
    for effect in [
        Effect::Respond(CannedResponse::html_502()),
        Effect::ResetBeforeHandling,
        Effect::ResetAfterHandling,
    ] {
        let world = World::with_nonce().await;
        let other = world.create(Region::EuWest1).await.id;
        world
            .sandbox
            .inject(Fault::on(CREATE).first(1).effect(effect.clone()));
        match world.try_create(Region::UsEast1).await {
            // The first attempt was not applied, so that it is repeated.
            Ok(created) => assert_ne!(created.id, other, "{effect:?}"),
            // The first attempt was applied, and two connections have no region: it is ambiguous.
            Err(error) => {
                assert_eq!(effect, Effect::ResetAfterHandling);
                assert!(error.is_outcome_unknown(), "{error}");
                assert_eq!(error.candidates().len(), 2, "{error}");
            }
        }
        assert_eq!(world.count_connections(), 2, "{effect:?}");
    }
}

/// Every attempt fails, so that the candidate remains.
#[tokio::test]
async fn candidate_is_reported_when_no_attempt_is_left() {
    let world = World::with_nonce().await;
    let effect = Effect::Respond(CannedResponse::html_502());
    let other = world.create(Region::EuWest1).await.id;
    world.sandbox.inject(Fault::on(CREATE).effect(effect));
    let error = world.try_create(Region::UsEast1).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(error.candidates(), [other]);
    assert_eq!(world.count_connections(), 1);
}

#[tokio::test]
async fn two_new_connections_are_both_candidates() {
    let world = World::with_nonce().await;
    let other = world.create(Region::EuWest1).await.id;
    world
        .sandbox
        .inject(Fault::on(CREATE).effect(Effect::ResetAfterHandling));
    let error = world.try_create(Region::UsEast1).await.unwrap_err();
    assert!(error.is_outcome_unknown());
    assert_eq!(error.candidates().len(), 2);
    assert!(error.candidates().contains(&other));
    assert!(error.to_string().contains(other.as_str()), "{error}");
    assert_eq!(world.count_connections(), 2);
}

#[tokio::test]
async fn older_connection_in_the_region_is_a_conflict() {
    let world = World::with_nonce().await;
    let older = world.create(Region::UsEast1).await.id;
    world.sandbox.advance(LONG);
    world.sandbox.inject(
        Fault::on(CREATE)
            .first(1)
            .effect(Effect::Respond(CannedResponse::html_502())),
    );
    let error = world.try_create(Region::UsEast1).await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
    assert!(!error.is_outcome_unknown());
    let remaining = world.sandbox.connections(world.project.as_str());
    assert_eq!(remaining[0].id, older.as_str());
    assert_eq!(world.count_connections(), 1);
}

/// Nothing proves whether it was created by this call or by another client at the same time.
#[tokio::test]
async fn create_that_was_applied_has_an_unknown_outcome() {
    for (steps, requests) in [
        // The region is not known, so that the POST is sent again, and refused.
        (100, 5),
        // The region is known.
        (0, 3),
    ] {
        let world = World::with_nonce_and_steps_of(steps).await;
        let before = world.sandbox.request_count();
        let lost = Fault::on(CREATE)
            .first(1)
            .effect(Effect::ResetAfterHandling);
        world.sandbox.inject(lost);
        let error = world.try_create(Region::UsEast1).await.unwrap_err();
        assert!(error.is_outcome_unknown() && !error.is_retryable());
        let id = &world.sandbox.connections(world.project.as_str())[0].id;
        let candidates: Vec<_> = error
            .candidates()
            .iter()
            .map(PrivateLinkId::as_str)
            .collect();
        assert_eq!(candidates, [id]);
        assert!(error.to_string().contains(id), "{error}");
        assert_eq!(world.count_connections(), 1);
        assert_eq!(world.sandbox.request_count() - before, requests);
    }
}

/// A proxy can lose a response in more ways than those that are retried: 524 is its timeout.
#[tokio::test]
async fn create_is_looked_up_after_a_status_that_is_not_retried() {
    let world = World::with_nonce().await;
    let before = world.sandbox.request_count();
    let timeout = CannedResponse::new(524);
    let lost = Fault::on(CREATE).first(1);
    world.sandbox.inject(lost.effect(timeout.clone()));
    let error = world.try_create(Region::UsEast1).await.unwrap_err();
    assert!(!error.is_outcome_unknown(), "{error}");
    assert_eq!(world.sandbox.request_count() - before, 2);

    // A request that only fetches a challenge creates nothing.
    world.sandbox.clear_faults();
    let unsigned = Fault::on(CREATE).first(1).counting_unauthenticated();
    world.sandbox.inject(unsigned.effect(timeout.clone()));
    let another = world.another_client();
    let before = world.sandbox.request_count();
    let request = CreatePrivateEndpointConnection::aws(Region::UsEast1);
    let call = another.create_private_endpoint_connection(&world.project, &request);
    assert!(!call.await.unwrap_err().is_outcome_unknown());
    assert_eq!(world.sandbox.request_count() - before, 1);

    world.sandbox.clear_faults();
    let lost = Fault::on(CREATE).first(1);
    world
        .sandbox
        .inject(lost.effect(Effect::RespondAfterHandling(timeout)));
    let error = world.try_create(Region::UsEast1).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 524);
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(error.candidates().len(), 1);
}

#[tokio::test]
async fn connection_of_another_client_is_not_returned() {
    for steps in [100, 0] {
        let world = World::with_nonce_and_steps_of(steps).await;
        let other = world.create(Region::UsEast1).await.id;
        world.sandbox.advance(Duration::from_secs(1));
        let lost = Fault::on(CREATE).first(1);
        world
            .sandbox
            .inject(lost.effect(CannedResponse::service_unavailable()));
        let error = world.try_create(Region::UsEast1).await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{error}");
        assert_eq!(error.candidates(), [other]);
    }
}

#[tokio::test]
async fn conflict_after_a_create_that_was_not_applied_is_plain() {
    let world = World::with_nonce().await;
    world.create(Region::UsEast1).await;
    let lost = Fault::on(CREATE).first(1);
    world
        .sandbox
        .inject(lost.effect(CannedResponse::service_unavailable()));
    // The lookup is from before another client created it.
    let lookup = Fault::on(LIST).first(1);
    world
        .sandbox
        .inject(lookup.effect(CannedResponse::json(200, "[]")));
    let error = world.try_create(Region::UsEast1).await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
    assert!(!error.is_outcome_unknown(), "{error}");
}

#[tokio::test]
async fn age_is_measured_from_the_attempt_whose_response_was_lost() {
    let world = World::with_nonce().await;
    world.create(Region::UsEast1).await;
    let limited = CannedResponse::rate_limited(Some("30"));
    world
        .sandbox
        .inject(Fault::on(CREATE).first(1).effect(limited));
    let lost = CannedResponse::service_unavailable();
    world
        .sandbox
        .inject(Fault::on(CREATE).calls(2..=2).effect(lost));
    let error = world.try_create(Region::UsEast1).await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
    assert!(!error.is_outcome_unknown(), "{error}");
    assert_eq!(error.attempts(), 3);
}

#[tokio::test]
async fn retry_after_delays_the_lookup() {
    // The region is known after the delay, so that the lookup is final.
    let world = World::with_nonce_and_steps_of(5).await;
    let before = world.sandbox.request_count();
    let unavailable = |delay| CannedResponse::service_unavailable().header("retry-after", delay);
    let lost = Fault::on(CREATE).first(1);
    world
        .sandbox
        .inject(lost.effect(Effect::RespondAfterHandling(unavailable("7"))));
    let error = world.try_create(Region::UsEast1).await.unwrap_err();
    assert_eq!(error.candidates().len(), 1, "{error}");
    assert_eq!(world.time.slept(), [7]);
    assert_eq!(world.sandbox.request_count() - before, 2);

    // A delay that exceeds the limit of the policy ends the call without a lookup.
    world.sandbox.clear_faults();
    let lost = Fault::on(CREATE).effect(unavailable("3600"));
    world.sandbox.inject(lost);
    let error = world.try_create(Region::EuWest1).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(world.sandbox.request_count() - before, 3);

    // The POST is repeated right after the lookup.
    world.sandbox.clear_faults();
    let lost = Fault::on(CREATE).first(1).effect(unavailable("8"));
    world.sandbox.inject(lost);
    world.create(Region::EuWest1).await;
    assert_eq!(world.time.slept(), [7, 8]);
}

#[tokio::test]
async fn lost_add_is_looked_up_by_id() {
    let world = World::with_nonce().await;
    let id = world.create(Region::UsEast1).await.id;
    world.sandbox.advance(LONG);
    let add = || async {
        let before = world.sandbox.request_count();
        let added = world
            .client
            .add_interface_endpoint(&world.project, &id, &vpce().into())
            .await;
        // The nonce of a lost connection is not reused, so that a challenge is fetched, too.
        (added, world.sandbox.request_count() - before)
    };
    let lose = |effect: Effect| {
        world.sandbox.clear_faults();
        world.sandbox.inject(Fault::on(ADD).first(1).effect(effect));
    };
    lose(Effect::ResetBeforeHandling);
    let (added, requests) = add().await;
    assert_eq!(added.unwrap().interface_endpoint_id, vpce());
    assert_eq!(requests, 4);

    // It was added days ago.
    world.sandbox.advance(LONG);
    lose(CannedResponse::html_502().into());
    let (error, requests) = add().await;
    let error = error.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert!(error.to_string().contains(vpce().as_str()), "{error}");
    assert_eq!(error.candidates(), []);
    assert_eq!(requests, 2);

    // It is added by the lost request.
    world
        .client
        .delete_interface_endpoint(&world.project, &id, &vpce())
        .await
        .unwrap();
    world.sandbox.advance(LONG);
    lose(Effect::ResetAfterHandling);
    let (error, requests) = add().await;
    assert!(error.unwrap_err().is_outcome_unknown());
    assert_eq!(requests, 3);
}

#[tokio::test]
async fn lost_delete_of_a_missing_connection_succeeds() {
    let world = World::with_nonce_and_steps_of(0).await;
    let id = world.create(Region::UsEast1).await.id;
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
    assert_eq!(world.count_connections(), 0);
    // Without a lost response, deleting a missing connection is an error.
    let again = world
        .client
        .delete_private_endpoint_connection(&world.project, &id)
        .await;
    assert!(again.unwrap_err().is_not_found());
}

/// The server does not act on a request that only fetches a challenge.
#[tokio::test]
async fn unsigned_create_was_not_applied() {
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
