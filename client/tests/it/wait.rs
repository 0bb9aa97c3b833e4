//! Waiting, by the sandbox's clock.

use std::error::Error as _;
use std::future::{Future, pending};
use std::pin::Pin;
use std::time::Duration;

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault, Stage};
use atlas_private_endpoint::types::{InterfaceEndpointStatus, PrivateEndpointConnectionStatus};
use atlas_private_endpoint::wait::{ConnectionGoal, InterfaceEndpointGoal, Observation, Progress};
use atlas_private_endpoint::{Clock, RetryPolicy};

use crate::time::{TimedWorld, client_of};
use crate::world::vpce;

const GET: &str = "getPrivateEndpointConnection";

#[tokio::test]
async fn after_a_create_it_waits_until_it_is_the_users_turn() {
    let world = TimedWorld::with_steps_of(100);
    let created = world.create("us-east-1").await;
    let mut seen = Vec::new();
    let ready = world
        .client
        .wait_for_connection(&world.project, &created.id, ConnectionGoal::Ready)
        .on_step(|step| seen.push((step.elapsed.as_secs(), step.observation.to_string())))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        ready.status,
        PrivateEndpointConnectionStatus::WaitingForUser
    );
    assert!(ready.endpoint_service_name.is_some());
    assert_eq!(
        seen,
        [
            (0, "INITIATING".to_owned()),
            (105, "WAITING_FOR_USER".to_owned())
        ]
    );
    // The pauses grow up to 15 seconds, and are the same each time.
    assert_eq!(world.time.slept(), [1, 2, 4, 8, 15, 15, 15, 15, 15, 15]);
}

#[tokio::test]
async fn what_is_there_already_is_not_waited_for() {
    let world = TimedWorld::with_steps_of(100);
    let connection = world.ready("us-east-1").await;
    let before = world.sandbox.request_count();
    let wait =
        world
            .client
            .wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready);
    assert_eq!(wait.await.unwrap().unwrap().id, connection.id);
    assert_eq!(world.sandbox.request_count(), before + 1);
    assert!(world.time.slept().is_empty());
}

#[tokio::test]
async fn each_change_of_an_interface_endpoint_is_seen_in_its_order() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.add(&connection).await;
    let mut seen = Vec::new();
    let endpoint = world
        .client
        .wait_for_interface_endpoint(
            &world.project,
            &connection.id,
            &vpce(),
            InterfaceEndpointGoal::Available,
        )
        .on_step(|step| seen.push(step.observation.state().to_owned()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        endpoint.connection_status,
        InterfaceEndpointStatus::Available
    );
    assert_eq!(seen, ["PENDING_ACCEPTANCE", "PENDING", "AVAILABLE"]);

    world
        .client
        .delete_interface_endpoint(&world.project, &connection.id, &vpce())
        .await
        .unwrap();
    let mut seen = Vec::new();
    world
        .client
        .wait_for_interface_endpoint(
            &world.project,
            &connection.id,
            &vpce(),
            InterfaceEndpointGoal::Deleted,
        )
        .on_step(|step| seen.push(step.observation.to_string()))
        .await
        .unwrap();
    assert_eq!(seen, ["DELETING", "gone"]);
    let again = world.client.wait_for_interface_endpoint(
        &world.project,
        &connection.id,
        &vpce(),
        InterfaceEndpointGoal::Deleted,
    );
    assert_eq!(again.await.unwrap(), None, "what is gone is gone");
}

#[tokio::test]
async fn waiting_for_it_to_be_available_says_when_it_is_the_users_turn() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let mut turns = Vec::new();
    let mut waiter = world
        .client
        .wait_for_connection(&world.project, &connection.id, ConnectionGoal::Available)
        .on_step(|step| {
            turns.push((
                step.observation.state().to_owned(),
                step.observation.is_waiting_for_user(),
            ));
        });
    let available = loop {
        match waiter.poll().await.unwrap() {
            Progress::Done(connection) => break connection.unwrap(),
            Progress::Pending { changed: true, .. }
                if waiter.last_observation().unwrap().is_waiting_for_user() =>
            {
                world.add(&connection).await;
            }
            _ => {}
        }
        waiter.pause().await.unwrap();
    };
    drop(waiter);
    assert_eq!(available.status, PrivateEndpointConnectionStatus::Available);
    let turns: Vec<_> = turns
        .iter()
        .map(|(state, turn)| (state.as_str(), *turn))
        .collect();
    assert_eq!(
        turns,
        [
            ("INITIATING", false),
            ("WAITING_FOR_USER", true),
            // The interface endpoint appears in its list.
            ("WAITING_FOR_USER", false),
            ("AVAILABLE", false)
        ]
    );
}

#[tokio::test]
async fn one_step_is_one_look() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let before = world.sandbox.request_count();
    let mut waiter =
        world
            .client
            .wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready);
    let pending = |changed| Progress::Pending {
        state: "INITIATING".to_owned(),
        changed,
    };
    assert_eq!(waiter.poll().await.unwrap(), pending(true));
    assert_eq!(waiter.poll().await.unwrap(), pending(false));
    assert_eq!(world.sandbox.request_count(), before + 2);
    assert!(world.time.slept().is_empty());
}

#[tokio::test]
async fn an_unknown_state_is_pending() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.pin(&connection, "HIBERNATING");
    for goal in [
        ConnectionGoal::Ready,
        ConnectionGoal::Available,
        ConnectionGoal::Deleted,
    ] {
        let mut waiter = world
            .client
            .wait_for_connection(&world.project, &connection.id, goal);
        let Progress::Pending { state, .. } = waiter.poll().await.unwrap() else {
            panic!("{goal:?} is said to be done");
        };
        assert_eq!(state, "HIBERNATING");
    }
}

#[tokio::test]
async fn there_is_a_deadline_with_a_look_at_its_end() {
    let world = TimedWorld::with_steps_of(3600);
    let connection = world.create("us-east-1").await;
    let before = world.sandbox.request_count();
    let error = world
        .client
        .wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready)
        .timeout(Duration::from_secs(20))
        .await
        .unwrap_err();
    assert_eq!(world.time.slept(), [1, 2, 4, 8, 5]);
    assert_eq!(world.sandbox.request_count(), before + 6);
    assert!(error.is_wait_timeout() && !error.is_wait_failed());
    assert_eq!(error.elapsed(), Duration::from_secs(20));
    assert_eq!(error.last_state(), Some("INITIATING"));
    assert_eq!(
        error.to_string(),
        format!(
            "waiting for private endpoint connection {} of project {} to be ready: it was still INITIATING \
             after 20 s; it may come there yet",
            connection.id, world.project
        )
    );
    let values: Vec<_> = error.path_values().collect();
    assert_eq!(values[0], ("groupId", world.project.as_str()));
}

#[tokio::test]
async fn the_deadline_is_an_hour_unless_told_otherwise() {
    let world = TimedWorld::with_steps_of(u64::MAX);
    let connection = world.create("us-east-1").await;
    let wait =
        world
            .client
            .wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready);
    assert!(wait.await.unwrap_err().is_wait_timeout());
    assert_eq!(world.time.slept().iter().sum::<u64>(), 3600);
}

#[tokio::test]
async fn without_time_there_is_one_look() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    let wait = |goal| {
        let wait = world
            .client
            .wait_for_connection(&world.project, &connection.id, goal);
        wait.timeout(Duration::ZERO)
    };
    wait(ConnectionGoal::Ready).await.unwrap();
    let error = wait(ConnectionGoal::Available).await.unwrap_err();
    assert_eq!(error.last_state(), Some("WAITING_FOR_USER"));
    assert!(world.time.slept().is_empty());
}

#[tokio::test]
async fn a_look_that_fails_for_a_while_does_not_end_it() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let client = client_of(&world.sandbox)
        .clock(world.time.clone())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let fault = |calls, effect| Fault::on(GET).calls(calls).effect(effect);
    world.sandbox.inject(fault(
        2..=3,
        Effect::Respond(CannedResponse::service_unavailable()),
    ));
    world
        .sandbox
        .inject(fault(4..=4, Effect::ResetBeforeHandling));
    let mut seen = Vec::new();
    client
        .wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready)
        .on_step(|step| seen.push(step.observation.to_string()))
        .await
        .unwrap();
    assert_eq!(seen.len(), 3, "{seen:?}");
    assert_eq!(
        (seen[0].as_str(), seen[2].as_str()),
        ("INITIATING", "WAITING_FOR_USER")
    );
    assert!(
        seen[1].starts_with("unknown: getPrivateEndpointConnection for project"),
        "{seen:?}"
    );
}

#[tokio::test]
async fn when_atlas_is_away_until_the_end_the_error_says_so() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let client = client_of(&world.sandbox)
        .clock(world.time.clone())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    for (calls, state, said) in [
        (
            1,
            None,
            "its state could not be found out before 60 s had passed",
        ),
        (
            2,
            Some("INITIATING"),
            "it was INITIATING when it was last seen, and",
        ),
    ] {
        let away = Fault::on(GET).calls(calls..);
        world
            .sandbox
            .inject(away.effect(CannedResponse::service_unavailable()));
        let error = client
            .wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready)
            .timeout(Duration::from_secs(60))
            .await
            .unwrap_err();
        assert!(error.is_wait_timeout());
        assert_eq!(error.last_state(), state);
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.source().unwrap().to_string().contains("503"));
        world.sandbox.clear_faults();
        world.pin(&connection, "INITIATING");
    }
}

/// Sleeps for ever.
#[derive(Debug)]
struct Asleep;

impl Clock for Asleep {
    fn sleep(&self, _time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(pending())
    }
}

/// Lets a wait go on until the sandbox has that many requests, and drops it.
async fn drop_after<T>(world: &TimedWorld, requests: usize, wait: impl Future<Output = T>) {
    let enough = async {
        while world.sandbox.request_count() < requests {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        _ = wait => panic!("it ended"),
        () = enough => {}
    }
}

#[tokio::test]
async fn a_wait_that_is_dropped_leaves_nothing_behind() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let client = client_of(&world.sandbox).clock(Asleep).build().unwrap();
    let wait = || {
        let wait =
            client.wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready);
        wait.into_future()
    };
    // Once in a pause, after a challenge and a look, and once in a look that gets no answer.
    let before = world.sandbox.request_count();
    drop_after(&world, before + 2, wait()).await;
    world
        .sandbox
        .inject(Fault::on(GET).effect(Effect::Stall(Stage::BeforeHandling)));
    drop_after(&world, before + 3, wait()).await;
    world.sandbox.clear_faults();

    world.time.advance(crate::world::LONG);
    let requests = client.counters().requests;
    assert_eq!(world.sandbox.request_count(), before + 3);
    wait().await.unwrap();
    // The connection of the stalled request is gone, and with it the nonce.
    assert_eq!(client.counters().requests, requests + 2);
    assert_eq!(world.sandbox.request_count(), before + 5);
}

#[tokio::test]
async fn a_wait_can_go_to_another_task() {
    let world = TimedWorld::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let wait = world
        .client
        .wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready)
        .on_step(|step| assert!(!matches!(step.observation, Observation::NotFound)));
    tokio::spawn(wait.into_future()).await.unwrap().unwrap();
}
