//! Waits that succeed or time out.

use std::error::Error as _;
use std::future::{Future, pending};
use std::pin::Pin;
use std::time::Duration;

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault, Stage};
use atlas_private_endpoint::types::{InterfaceEndpointStatus, PrivateEndpointConnectionStatus};
use atlas_private_endpoint::wait::{ConnectionGoal, InterfaceEndpointGoal, Observation, Progress};
use atlas_private_endpoint::{Clock, RetryPolicy};

use crate::world::{LONG, World, client_of};

const GET: &str = "getPrivateEndpointConnection";

#[tokio::test]
async fn wait_for_ready_ends_when_waiting_for_the_user() {
    let world = World::with_steps_of(100);
    let created = world.create("us-east-1").await;
    let mut steps = Vec::new();
    let ready = world
        .wait(&created, ConnectionGoal::Ready)
        .on_step(|step| steps.push((step.elapsed.as_secs(), step.observation.to_string())))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        ready.status,
        PrivateEndpointConnectionStatus::WaitingForUser
    );
    assert!(ready.endpoint_service_name.is_some());
    assert_eq!(
        steps,
        [
            (0, "INITIATING".to_owned()),
            (105, "WAITING_FOR_USER".to_owned())
        ]
    );
    // The intervals grow up to 15 seconds, without jitter.
    assert_eq!(world.time.slept(), [1, 2, 4, 8, 15, 15, 15, 15, 15, 15]);
}

#[tokio::test]
async fn reached_goal_needs_one_poll() {
    let world = World::with_steps_of(100);
    let connection = world.ready("us-east-1").await;
    let before = world.sandbox.request_count();
    let wait = world.wait(&connection, ConnectionGoal::Ready);
    assert_eq!(wait.await.unwrap().unwrap().id, connection.id);
    assert_eq!(world.sandbox.request_count(), before + 1);
    assert!(world.time.slept().is_empty());
}

#[tokio::test]
async fn changes_of_an_interface_endpoint_are_reported_in_order() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.add(&connection).await;
    let mut steps = Vec::new();
    let endpoint = world
        .wait_for_endpoint(&connection, InterfaceEndpointGoal::Available)
        .on_step(|step| steps.push(step.observation.state().to_owned()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        endpoint.connection_status,
        InterfaceEndpointStatus::Available
    );
    assert_eq!(steps, ["PENDING_ACCEPTANCE", "PENDING", "AVAILABLE"]);

    world.delete_endpoint(&connection).await;
    let mut steps = Vec::new();
    world
        .wait_for_endpoint(&connection, InterfaceEndpointGoal::Deleted)
        .on_step(|step| steps.push(step.observation.to_string()))
        .await
        .unwrap();
    assert_eq!(steps, ["DELETING", "gone"]);
    let again = world.wait_for_endpoint(&connection, InterfaceEndpointGoal::Deleted);
    assert_eq!(again.await.unwrap(), None, "it stays deleted");
}

#[tokio::test]
async fn wait_for_available_reports_waiting_for_the_user() {
    let world = World::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let mut steps = Vec::new();
    let mut waiter = world
        .wait(&connection, ConnectionGoal::Available)
        .on_step(|step| {
            steps.push((
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
    let steps: Vec<_> = steps
        .iter()
        .map(|(state, waiting)| (state.as_str(), *waiting))
        .collect();
    assert_eq!(
        steps,
        [
            ("INITIATING", false),
            ("WAITING_FOR_USER", true),
            // The interface endpoint is listed.
            ("WAITING_FOR_USER", false),
            ("AVAILABLE", false)
        ]
    );
}

#[tokio::test]
async fn poll_sends_one_request() {
    let world = World::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let before = world.sandbox.request_count();
    let mut waiter = world.wait(&connection, ConnectionGoal::Ready);
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
async fn unknown_state_is_pending() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    world.pin(&connection, "HIBERNATING");
    for goal in [
        ConnectionGoal::Ready,
        ConnectionGoal::Available,
        ConnectionGoal::Deleted,
    ] {
        let mut waiter = world.wait(&connection, goal);
        let Progress::Pending { state, .. } = waiter.poll().await.unwrap() else {
            panic!("{goal:?} is done");
        };
        assert_eq!(state, "HIBERNATING");
    }
}

#[tokio::test]
async fn wait_polls_once_more_at_the_timeout() {
    let world = World::with_steps_of(3600);
    let connection = world.create("us-east-1").await;
    let before = world.sandbox.request_count();
    let error = world
        .wait(&connection, ConnectionGoal::Ready)
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
             after 20 s; try waiting longer",
            connection.id, world.project
        )
    );
    let values: Vec<_> = error.path_values().collect();
    assert_eq!(values[0], ("groupId", world.project.as_str()));
}

#[tokio::test]
async fn default_timeout_is_an_hour() {
    let world = World::with_steps_of(u64::MAX);
    let connection = world.create("us-east-1").await;
    let wait = world.wait(&connection, ConnectionGoal::Ready);
    assert!(wait.await.unwrap_err().is_wait_timeout());
    assert_eq!(world.time.slept().iter().sum::<u64>(), 3600);
}

#[tokio::test]
async fn timeout_of_zero_polls_once() {
    let world = World::with_steps_of(10);
    let connection = world.ready("us-east-1").await;
    let wait = |goal| {
        let wait = world.wait(&connection, goal);
        wait.timeout(Duration::ZERO)
    };
    wait(ConnectionGoal::Ready).await.unwrap();
    let error = wait(ConnectionGoal::Available).await.unwrap_err();
    assert_eq!(error.last_state(), Some("WAITING_FOR_USER"));
    assert!(world.time.slept().is_empty());
}

#[tokio::test]
async fn transient_failure_does_not_end_a_wait() {
    let world = World::with_steps_of(10);
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
    let mut steps = Vec::new();
    client
        .wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready)
        .on_step(|step| steps.push(step.observation.to_string()))
        .await
        .unwrap();
    assert_eq!(steps.len(), 3, "{steps:?}");
    assert_eq!(
        (steps[0].as_str(), steps[2].as_str()),
        ("INITIATING", "WAITING_FOR_USER")
    );
    assert!(
        steps[1].starts_with("unknown: getPrivateEndpointConnection for project"),
        "{steps:?}"
    );
}

/// A read may lag behind the creation.
#[tokio::test]
async fn first_not_found_does_not_end_a_wait() {
    let world = World::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let not_found = "{\"errorCode\": \"PRIVATELINK_NOT_FOUND\"}";
    let lagging = |calls| {
        let fault = Fault::on(GET).calls(calls);
        fault.effect(CannedResponse::json(404, not_found))
    };
    world.sandbox.inject(lagging(1..=1));
    let mut steps = Vec::new();
    world
        .wait(&connection, ConnectionGoal::Ready)
        .on_step(|step| steps.push(step.observation.state().to_owned()))
        .await
        .unwrap();
    assert_eq!(steps, ["unknown", "INITIATING", "WAITING_FOR_USER"]);

    // A connection that was found and then is not was deleted.
    world.sandbox.clear_faults();
    world.pin(&connection, "INITIATING");
    world.sandbox.inject(lagging(2..=2));
    let error = world.wait(&connection, ConnectionGoal::Ready).await;
    assert!(error.unwrap_err().is_not_found());
}

#[tokio::test]
async fn timeout_error_has_the_last_known_state() {
    let world = World::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let client = client_of(&world.sandbox)
        .clock(world.time.clone())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    for (calls, state, reason) in [
        (1, None, "could not determine its state within 60 s"),
        (
            2,
            Some("INITIATING"),
            "its state is unknown after 60 s; it was INITIATING before",
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
        assert!(error.to_string().contains(reason), "{error}");
        assert!(error.source().unwrap().to_string().contains("503"));
        world.sandbox.clear_faults();
        world.pin(&connection, "INITIATING");
    }
}

/// A clock whose sleeps never return.
#[derive(Debug)]
struct Asleep;

impl Clock for Asleep {
    fn sleep(&self, _time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(pending())
    }
}

/// Drops a wait once the sandbox has received that many requests.
async fn drop_after<T>(world: &World, requests: usize, wait: impl Future<Output = T>) {
    let enough = async {
        while world.sandbox.request_count() < requests {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        _ = wait => panic!("the wait has ended"),
        () = enough => {}
    }
}

#[tokio::test]
async fn dropped_wait_leaves_nothing_behind() {
    let world = World::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let client = client_of(&world.sandbox).clock(Asleep).build().unwrap();
    let wait = || {
        let wait =
            client.wait_for_connection(&world.project, &connection.id, ConnectionGoal::Ready);
        wait.into_future()
    };
    // Dropped once in a pause, after a challenge and a poll, and once in a poll that stalls.
    let before = world.sandbox.request_count();
    drop_after(&world, before + 2, wait()).await;
    world
        .sandbox
        .inject(Fault::on(GET).effect(Effect::Stall(Stage::BeforeHandling)));
    drop_after(&world, before + 3, wait()).await;
    world.sandbox.clear_faults();

    world.time.advance(LONG);
    let requests = client.counters().requests;
    assert_eq!(world.sandbox.request_count(), before + 3);
    wait().await.unwrap();
    // The connection of the stalled request is closed, and its nonce is not reused.
    assert_eq!(client.counters().requests, requests + 2);
    assert_eq!(world.sandbox.request_count(), before + 5);
}

#[tokio::test]
async fn wait_can_move_to_another_task() {
    let world = World::with_steps_of(10);
    let connection = world.create("us-east-1").await;
    let wait = world
        .wait(&connection, ConnectionGoal::Ready)
        .on_step(|step| assert!(!matches!(step.observation, Observation::NotFound)));
    tokio::spawn(wait.into_future()).await.unwrap().unwrap();
}
