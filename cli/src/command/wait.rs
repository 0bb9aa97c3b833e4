//! Waits for a connection or an interface endpoint, with progress on a terminal.

use std::time::Duration;

use atlas_private_endpoint::types::{InterfaceEndpoint, PrivateEndpointConnection};
use atlas_private_endpoint::wait::{
    ConnectionGoal, InterfaceEndpointGoal, Observation, Resource, WaitStep,
};
use atlas_private_endpoint::{InterfaceEndpointId, PrivateLinkId};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, Progress};

/// Waits for a connection. Returns `None` once it is deleted.
///
/// `on_waiting_for_user` is called once, if the goal requires an action of the user first.
pub(super) async fn for_connection(
    context: &Context,
    id: &PrivateLinkId,
    goal: ConnectionGoal,
    timeout: Duration,
    mut on_waiting_for_user: impl FnMut(&PrivateEndpointConnection) + Send,
) -> Result<Option<PrivateEndpointConnection>, Failure> {
    let what = context.connection(id);
    let state = match goal {
        ConnectionGoal::Deleted => "deleted",
        ConnectionGoal::Available => "available",
        _ => "ready",
    };
    let progress = Progress::start(&format!("connection {id}"));
    let mut is_pending = goal == ConnectionGoal::Available;
    let mut last = None;
    let wait = context
        .client
        .wait_for_connection(&context.project, id, goal)
        .timeout(timeout)
        .on_step(|step: &WaitStep<'_, PrivateEndpointConnection>| {
            let observation = step.observation;
            show(&progress, observation);
            last = observation.resource().cloned().or(last.take());
            if is_pending
                && observation.is_waiting_for_user()
                && let Some(connection) = observation.resource()
            {
                is_pending = false;
                progress.suspend(|| on_waiting_for_user(connection));
            }
        });
    let action = format!("wait for {what} to be {state}");
    let again = format!("atlas-pe wait {id} --for {state}");
    let result = context.wait(&action, &what, &again, wait).await;
    result.map_err(|failure| match last {
        Some(connection) => failure.or_output(|| connection.into()),
        None => failure,
    })
}

/// Waits for an interface endpoint. Returns `None` once it is deleted.
pub(super) async fn for_interface_endpoint(
    context: &Context,
    id: &PrivateLinkId,
    vpce: &InterfaceEndpointId,
    goal: InterfaceEndpointGoal,
    timeout: Duration,
) -> Result<Option<InterfaceEndpoint>, Failure> {
    let what = context.interface_endpoint(id, vpce);
    let state = match goal {
        InterfaceEndpointGoal::Deleted => "deleted",
        _ => "available",
    };
    let progress = Progress::start(&format!("interface endpoint {vpce}"));
    let mut last = None;
    let wait = context
        .client
        .wait_for_interface_endpoint(&context.project, id, vpce, goal)
        .timeout(timeout)
        .on_step(|step: &WaitStep<'_, InterfaceEndpoint>| {
            show(&progress, step.observation);
            last = step.observation.resource().cloned().or(last.take());
        });
    let action = format!("wait for {what} to be {state}");
    let again = format!("atlas-pe interfaces wait {id} {vpce} --for {state}");
    let result = context.wait(&action, &what, &again, wait).await;
    result.map_err(|failure| match last {
        Some(endpoint) => failure.or_output(|| Output::InterfaceEndpoint(endpoint)),
        None => failure,
    })
}

fn show<R: Resource>(progress: &Progress, observation: &Observation<R>) {
    match observation {
        Observation::Unknown(error) => progress.set_retrying(&error.reason()),
        observation => progress.set_state(observation.state()),
    }
}
