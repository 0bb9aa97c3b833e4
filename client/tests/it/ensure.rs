//! Operations that can be repeated.

use std::time::Duration;

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault};
use atlas_private_endpoint::types::{PrivateEndpointConnectionStatus, Region};
use atlas_private_endpoint::wait::ConnectionGoal;
use atlas_private_endpoint::{EnsureStep, Ensured, RegionLookup, RetryPolicy};

use crate::world::{LONG, World, client_of, vpce};

const LIST: &str = "listPrivateEndpointConnections";
const CREATE: &str = "createPrivateEndpointConnection";
const ADD: &str = "addInterfaceEndpoint";
const GET_ENDPOINT: &str = "getInterfaceEndpoint";

#[tokio::test]
async fn connection_is_found_by_its_region() {
    let world = World::with_steps_of(10);
    let here = world.ready("us-east-1").await;
    world.ready("eu-west-1").await;
    let find = |region: &str| world.client.connection_in_region(&world.project, region);
    assert_eq!(find("us-east-1").await.unwrap().unwrap().id, here.id);
    assert_eq!(find("sa-east-1").await.unwrap(), None);
    assert!(world.time.slept().is_empty(), "all regions are known");
}

#[tokio::test]
async fn search_waits_for_the_region_of_a_new_connection() {
    let world = World::with_steps_of(20);
    world.ready("us-east-1").await;
    let (west, north) = (
        world.create("eu-west-1").await,
        world.create("eu-north-1").await,
    );
    let find = |region: Region| world.client.connection_in_region(&world.project, region);
    let RegionLookup::Undecided(open) = find(Region::EuNorth1).poll().await.unwrap() else {
        panic!("the region is not known yet");
    };
    assert_eq!(
        open.iter().map(|it| &it.id).collect::<Vec<_>>(),
        [&west.id, &north.id]
    );
    // The search does not wait for a known region.
    assert!(find(Region::UsEast1).await.unwrap().is_some());
    assert!(world.time.slept().is_empty());
    let late = find(Region::EuNorth1)
        .timeout(Duration::from_secs(7))
        .await
        .unwrap_err();
    assert!(late.is_wait_timeout());
    assert_eq!(
        late.to_string(),
        format!(
            "waiting for the private endpoint connection of project {} in region eu-north-1: the region of \
             {}, {} was still unknown after 7 s",
            world.project, west.id, north.id
        )
    );
    assert_eq!(find(Region::EuNorth1).await.unwrap().unwrap().id, north.id);
    assert_eq!(find(Region::SaEast1).await.unwrap(), None);
}

#[tokio::test]
async fn transient_failure_does_not_end_a_search_that_waits() {
    let world = World::with_steps_of(10);
    world.create("eu-west-1").await;
    let client = client_of(&world.sandbox)
        .clock(world.time.clone())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let away = Fault::on(LIST).calls(2..=3);
    world
        .sandbox
        .inject(away.effect(CannedResponse::html_502()));
    let found = client
        .connection_in_region(&world.project, "eu-west-1")
        .await;
    assert!(found.unwrap().is_some());
    world.sandbox.clear_faults();
    world
        .sandbox
        .inject(Fault::on(LIST).effect(CannedResponse::html_502()));
    let error = client
        .connection_in_region(&world.project, "eu-west-1")
        .await;
    assert_eq!(error.unwrap_err().status().unwrap(), 502);
}

#[tokio::test]
async fn second_ensure_finds_the_connection_of_the_first() {
    let world = World::with_steps_of(100);
    let ensure = || world.ensure("us-east-1");
    let first = ensure().await.unwrap();
    assert!(first.is_created());
    let mut steps = Vec::new();
    let second = ensure()
        .on_step(|step| steps.push(step.clone()))
        .await
        .unwrap();
    let id = first.into_inner().id;
    assert_eq!(
        steps,
        [
            EnsureStep::Creating,
            EnsureStep::AlreadyExists,
            EnsureStep::WaitingForRegion(vec![id.clone()])
        ]
    );
    assert!(!second.is_created());
    assert_eq!(second.get().id, id);
    let before = world.count_requests(CREATE);
    assert_eq!(ensure().await.unwrap(), second);
    assert_eq!(
        world.count_requests(CREATE),
        before,
        "the connection is found first"
    );
    assert_eq!(world.count_connections(), 1);
}

#[tokio::test]
async fn concurrent_ensures_create_one_connection() {
    let world = World::with_steps_of(10);
    let other = client_of(&world.sandbox)
        .clock(world.time.clone())
        .build()
        .unwrap();
    let (one, two) = tokio::join!(
        world.ensure("us-east-1").into_future(),
        other
            .ensure_connection(&world.project, "us-east-1")
            .into_future(),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_ne!(one.is_created(), two.is_created());
    assert_eq!(one.get().id, two.get().id);
    assert_eq!(world.count_connections(), 1);
}

#[tokio::test]
async fn one_of_two_ensures_that_lose_a_response_has_created_the_connection() {
    let world = World::with_steps_of(10);
    let lost = Fault::on(CREATE).first(2);
    world
        .sandbox
        .inject(lost.effect(CannedResponse::service_unavailable()));
    let other = world.another_client();
    let (one, two) = tokio::join!(
        world.ensure("us-east-1").into_future(),
        other
            .ensure_connection(&world.project, "us-east-1")
            .into_future(),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_ne!(one.is_created(), two.is_created(), "{one:?} {two:?}");
    assert_eq!(one.get().id, two.get().id);
    assert_eq!(world.count_connections(), 1);
}

#[tokio::test]
async fn ensure_that_loses_a_response_may_have_created_the_connection() {
    for lookup_fails in [false, true] {
        let world = World::with_steps_of(10);
        let lost = Fault::on(CREATE).first(1);
        world
            .sandbox
            .inject(lost.effect(Effect::ResetAfterHandling));
        if lookup_fails {
            // The lookups of the call and of the ensure.
            let fail = Fault::on(LIST).calls(2..=9);
            world
                .sandbox
                .inject(fail.effect(CannedResponse::html_502()));
        }
        let mut steps = Vec::new();
        let ensured = world
            .ensure("us-east-1")
            .on_step(|step| steps.push(step.clone()))
            .await;
        let Ensured::MaybeCreated(found) = ensured.unwrap() else {
            panic!("it is unknown who created it");
        };
        assert_eq!(steps[..2], [EnsureStep::Creating, EnsureStep::ResponseLost]);
        assert_eq!(
            found.id.as_str(),
            world.sandbox.connections(world.project.as_str())[0].id
        );
        assert_eq!(world.count_connections(), 1);
    }
}

#[tokio::test]
async fn connection_listed_before_the_lost_create_existed() {
    let world = World::with_steps_of(10);
    let other = world.create("us-east-1").await;
    world.time.advance(Duration::from_secs(1));
    let lost = Fault::on(CREATE).first(1);
    world
        .sandbox
        .inject(lost.effect(CannedResponse::service_unavailable()));
    let ensured = world.ensure("us-east-1").await.unwrap();
    let Ensured::Existing(found) = ensured else {
        panic!("it was listed before: {ensured:?}");
    };
    assert_eq!(found.id, other.id);
}

#[tokio::test]
async fn error_after_a_lost_create_has_an_unknown_outcome() {
    let world = World::with_steps_of(10);
    let lost = Fault::on(CREATE).first(1);
    world
        .sandbox
        .inject(lost.effect(Effect::ResetAfterHandling));
    let refuse = Fault::on(LIST).calls(3..);
    world
        .sandbox
        .inject(refuse.effect(CannedResponse::empty_401()));
    let error = world.ensure("us-east-1").await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert!(error.is_outcome_unknown(), "{error}");

    // The region of the connection stays unknown until the timeout.
    let world = World::with_steps_of(1000);
    let lost = Fault::on(CREATE).first(1);
    world
        .sandbox
        .inject(lost.effect(Effect::ResetAfterHandling));
    let ensure = world.ensure("us-east-1").timeout(Duration::from_secs(60));
    let error = ensure.await.unwrap_err();
    assert!(error.is_wait_timeout(), "{error}");
    assert!(error.is_outcome_unknown(), "{error}");
}

/// Its region is unknown, and Atlas has not reported that the region has a connection.
#[tokio::test]
async fn failed_connection_is_not_returned_after_a_lost_create() {
    let world = World::with_steps_of(1000);
    let failed = world.create("eu-west-1").await;
    world.pin(&failed, "FAILED");
    world.time.advance(LONG);
    let lost = Fault::on(CREATE).first(1);
    world
        .sandbox
        .inject(lost.effect(CannedResponse::truncated_json()));
    let ensured = world.ensure("us-east-1").await.unwrap();
    assert!(ensured.is_created(), "{ensured:?}");
    assert_ne!(ensured.get().id, failed.id);
}

#[tokio::test]
async fn ensure_that_loses_a_race_finds_the_connection() {
    let world = World::with_steps_of(10);
    let existing = world.ready("us-east-1").await;
    // The list from before the other run created it.
    let before = Fault::on(LIST)
        .first(1)
        .effect(CannedResponse::json(200, "[]"));
    world.sandbox.inject(before);
    let ensured = world.ensure("us-east-1");
    let Ensured::Existing(found) = ensured.await.unwrap() else {
        panic!("two connections were created");
    };
    assert_eq!(found.id, existing.id);
}

#[tokio::test]
async fn connection_being_deleted_is_replaced() {
    let world = World::with_steps_of(10);
    let old = world.ready("us-east-1").await;
    let client = &world.client;
    client
        .delete_private_endpoint_connection(&world.project, &old.id)
        .await
        .unwrap();
    let mut steps = Vec::new();
    let new = client
        .ensure_connection(&world.project, "us-east-1")
        .on_step(|step| steps.push(step.clone()))
        .await
        .unwrap();
    assert!(new.is_created());
    assert_ne!(new.get().id, old.id);
    assert_eq!(
        steps,
        [EnsureStep::WaitingForDeletion, EnsureStep::Creating]
    );

    let late = client
        .delete_private_endpoint_connection(&world.project, &new.get().id)
        .await;
    late.unwrap();
    world
        .sandbox
        .set_connection_status(world.project.as_str(), new.get().id.as_str(), "DELETING")
        .unwrap();
    // The region of a connection that is deleted before it has a name stays unknown.
    let late = client
        .ensure_connection(&world.project, "us-east-1")
        .timeout(Duration::from_secs(30))
        .await
        .unwrap_err();
    assert!(late.is_wait_timeout(), "{late}");
}

#[tokio::test]
async fn failed_connection_is_returned() {
    let world = World::with_steps_of(10);
    let failed = world.ready("us-east-1").await;
    world
        .sandbox
        .set_connection_status(world.project.as_str(), failed.id.as_str(), "FAILED")
        .unwrap();
    let ensured = world.ensure("us-east-1").await;
    let Ensured::Existing(found) = ensured.unwrap() else {
        panic!("another connection was created");
    };
    assert_eq!(found.status, PrivateEndpointConnectionStatus::Failed);
    let ready = world.wait(&found, ConnectionGoal::Ready);
    assert!(ready.await.unwrap_err().is_wait_failed());
}

#[tokio::test]
async fn failed_connection_without_a_region_is_returned_if_unambiguous() {
    let world = World::with_steps_of(1000);
    let failed = world.create("us-east-1").await;
    world.pin(&failed, "FAILED");
    let ensured = world.ensure("us-east-1").await;
    assert_eq!(ensured.unwrap().into_inner().id, failed.id);

    // With two of them it is ambiguous: the refusal of Atlas is the error.
    let other = world.create("eu-west-1").await;
    world.pin(&other, "FAILED");
    let error = world.ensure("us-east-1").await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
    assert_eq!(world.time.slept(), [1, 2]);
}

#[tokio::test]
async fn refused_create_is_not_repeated() {
    let world = World::with_steps_of(10);
    let error = world.ensure("moon-1").await.unwrap_err();
    assert_eq!(error.code().unwrap().as_str(), "INVALID_REGION");
    assert_eq!(world.count_requests(CREATE), 1);
    world
        .sandbox
        .inject(Fault::on(LIST).effect(CannedResponse::empty_401()));
    let error = world.ensure("us-east-1").await;
    assert!(error.unwrap_err().is_unauthorized());
    assert_eq!(
        world.count_requests(CREATE),
        1,
        "nothing is created when the list fails"
    );
}

#[tokio::test]
async fn interface_endpoint_is_added_once() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    let ensure = || {
        world
            .client
            .ensure_interface_endpoint(&world.project, &connection.id, &vpce())
    };
    assert!(ensure().await.unwrap().is_created());
    world.time.advance(LONG);
    let second = ensure().await.unwrap();
    assert!(!second.is_created());
    assert_eq!(second.get().connection_status.as_str(), "AVAILABLE");
    assert_eq!(world.count_requests(ADD), 1);

    // Another run adds it between the poll and the POST.
    let not_found = "{\"errorCode\": \"PRIVATELINK_INTERFACE_ENDPOINT_NOT_FOUND\"}";
    let before = Fault::on(GET_ENDPOINT).first(1);
    world
        .sandbox
        .inject(before.effect(CannedResponse::json(404, not_found)));
    let mut steps = Vec::new();
    let third = ensure()
        .on_step(|step| steps.push(step.clone()))
        .await
        .unwrap();
    assert_eq!(third, second);
    assert_eq!(steps, [EnsureStep::Creating, EnsureStep::AlreadyExists]);

    // Atlas reports that it exists, and it cannot be found.
    world.sandbox.clear_faults();
    world
        .sandbox
        .inject(Fault::on(GET_ENDPOINT).effect(CannedResponse::json(404, not_found)));
    assert!(ensure().await.unwrap_err().is_conflict());
    assert_eq!(world.count_requests(ADD), 5);
}

#[tokio::test]
async fn interface_endpoint_being_deleted_is_added_again() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    let client = &world.client;
    let ensure = || client.ensure_interface_endpoint(&world.project, &connection.id, &vpce());
    ensure().await.unwrap();
    client
        .delete_interface_endpoint(&world.project, &connection.id, &vpce())
        .await
        .unwrap();
    let mut steps = Vec::new();
    let again = ensure()
        .on_step(|step| steps.push(step.clone()))
        .await
        .unwrap();
    assert!(again.is_created());
    assert_eq!(
        steps,
        [EnsureStep::WaitingForDeletion, EnsureStep::Creating]
    );
}

#[tokio::test]
async fn connection_that_is_not_ready_refuses_interface_endpoints() {
    let world = World::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let ensured = world
        .client
        .ensure_interface_endpoint(&world.project, &connection.id, &vpce());
    let error = ensured.await.unwrap_err();
    assert_eq!(
        error.code().unwrap().as_str(),
        "PRIVATELINK_CANNOT_ACCEPT_ENDPOINTS"
    );
}

#[tokio::test]
async fn ensure_that_loses_a_response_may_have_added_the_interface_endpoint() {
    let effects: [(Effect, bool); 3] = [
        (CannedResponse::html_502().into(), false),
        (Effect::ResetAfterHandling, true),
        (
            Effect::RespondAfterHandling(CannedResponse::truncated_json()),
            true,
        ),
    ];
    for (effect, applied) in effects {
        for lookup_fails in [false, true] {
            let world = World::with_steps_of(10);
            let connection = world.ready("us-east-1").await;
            world
                .sandbox
                .inject(Fault::on(ADD).first(1).effect(effect.clone()));
            if lookup_fails {
                // The lookups of the call and of the ensure.
                let fail = Fault::on(GET_ENDPOINT).calls(2..=9);
                world
                    .sandbox
                    .inject(fail.effect(CannedResponse::html_502()));
            }
            let ensured = world
                .client
                .ensure_interface_endpoint(&world.project, &connection.id, &vpce())
                .await
                .unwrap();
            match ensured {
                Ensured::Created(_) => assert!(!applied, "{effect}"),
                Ensured::MaybeCreated(_) => assert!(applied, "{effect}"),
                other => panic!("{effect}: {other:?}"),
            }
        }
    }
}
