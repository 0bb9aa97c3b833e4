//! Waiting for what Atlas goes on doing after it has answered.

use std::future::Future;
use std::time::Duration;

use atlas_private_endpoint::types::{InterfaceEndpoint, PrivateEndpointConnection};
use atlas_private_endpoint::wait::{ConnectionGoal, InterfaceEndpointGoal, WaitStep};
use atlas_private_endpoint::{InterfaceEndpointId, PrivateLinkId};

use super::name;
use crate::context::Context;
use crate::failure::Failure;
use crate::interrupt::or_interrupted;
use crate::output::Progress;

/// Waits for a connection; `None` when it was to be deleted, and is.
///
/// `on_users_turn` is called once, when what is waited for does not come before the user has done something.
///
/// # Errors
///
/// The waiter's, and [`Reason::Interrupted`](crate::failure::Reason::Interrupted).
pub(super) async fn for_connection(
    context: &Context,
    id: &PrivateLinkId,
    goal: ConnectionGoal,
    timeout: Duration,
    mut on_users_turn: impl FnMut(&PrivateEndpointConnection) + Send,
) -> Result<Option<PrivateEndpointConnection>, Failure> {
    let what = name::connection(context, id);
    let progress = Progress::start(&format!("private endpoint connection {id}"));
    let mut told = goal != ConnectionGoal::Available;
    let waiter = context
        .client
        .wait_for_connection(&context.project, id, goal)
        .timeout(timeout)
        .on_step(|step: &WaitStep<'_, PrivateEndpointConnection>| {
            progress.set_state(step.observation.state());
            if let (false, true, Some(connection)) = (
                told,
                step.observation.is_waiting_for_user(),
                step.observation.resource(),
            ) {
                told = true;
                progress.suspend(|| on_users_turn(connection));
            }
        });
    let (end, wanted) = match goal {
        ConnectionGoal::Deleted => ("to be gone", "deleted"),
        ConnectionGoal::Available => ("to be available", "available"),
        _ => ("to be ready", "ready"),
    };
    let waiting = async {
        waiter
            .await
            .map_err(context.failed(format!("wait for {what} {end}")))
    };
    let again = format!("atlas-pe wait {id} --for {wanted}{}", context.options);
    interruptible(waiting, &what, &again).await
}

/// Waits for an interface endpoint; `None` when it was to be deleted, and is.
///
/// # Errors
///
/// As [`for_connection`].
pub(super) async fn for_interface_endpoint(
    context: &Context,
    id: &PrivateLinkId,
    vpce: &InterfaceEndpointId,
    goal: InterfaceEndpointGoal,
    timeout: Duration,
) -> Result<Option<InterfaceEndpoint>, Failure> {
    let what = name::interface_endpoint(context, id, vpce);
    let progress = Progress::start(&format!("interface endpoint {vpce}"));
    let waiter = context
        .client
        .wait_for_interface_endpoint(&context.project, id, vpce, goal)
        .timeout(timeout)
        .on_step(|step: &WaitStep<'_, InterfaceEndpoint>| {
            progress.set_state(step.observation.state());
        });
    let (end, wanted) = match goal {
        InterfaceEndpointGoal::Deleted => ("to be gone", "deleted"),
        _ => ("to be available", "available"),
    };
    let waiting = async {
        waiter
            .await
            .map_err(context.failed(format!("wait for {what} {end}")))
    };
    let again = format!(
        "atlas-pe interfaces wait {id} {vpce} --for {wanted}{}",
        context.options
    );
    interruptible(waiting, &what, &again).await
}

/// Nothing is undone when a person ends a wait: Atlas goes on.
pub(super) async fn interruptible<T>(
    waiting: impl Future<Output = Result<T, Failure>>,
    what: &str,
    again: &str,
) -> Result<T, Failure> {
    let goes_on = || format!("Atlas goes on with {what}");
    let hint = format!("{again} goes on waiting");
    or_interrupted(waiting, goes_on)
        .await
        .map_err(|failure| failure.with_hint_if_interrupted(hint))
}
