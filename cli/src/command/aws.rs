//! The user's turn.

use crate::args::aws::Network;
use crate::args::connections::AwsCommand;
use crate::context::Context;
use crate::failure::{Failure, Reason};
use crate::output::Messages;
use crate::output::{NextStep, Output};
use atlas_private_endpoint::types::PrivateEndpointConnection;
use atlas_private_endpoint::types::PrivateEndpointConnectionStatus as Status;

use super::name;

/// The command that creates an interface endpoint in AWS for a connection.
///
/// # Errors
///
/// Also when the connection is not ready, since the command would fail.
pub(super) async fn command(context: &Context, command: &AwsCommand) -> Result<Output, Failure> {
    let AwsCommand {
        connection: asked,
        network,
    } = command;
    let what = name::connection(context, &asked.id);
    let connection = context
        .client
        .get_private_endpoint_connection(&context.project, &asked.id)
        .await;
    let connection = connection.map_err(context.failed(format!("describe {what}")))?;
    let usable = !matches!(connection.status, Status::Failed | Status::Deleting);
    match NextStep::of(&connection, network, &context.options) {
        Some(step) if usable => Ok(Output::NextStep(step)),
        _ => Err(not_ready(context, &connection, &what)),
    }
}

fn not_ready(context: &Context, connection: &PrivateEndpointConnection, what: &str) -> Failure {
    let status = &connection.status;
    let failure = Failure::new(Reason::State(format!(
        "{what} takes no interface endpoint: it is {status}"
    )));
    match status {
        Status::Initiating => failure.with_hint(format!(
            "atlas-pe wait {}{} waits until it is ready",
            connection.id, context.options
        )),
        _ => failure,
    }
}

/// Says whose turn it is and what to do, where people read, and never on standard output.
pub(super) fn say_next_step(
    context: &Context,
    connection: &PrivateEndpointConnection,
    network: &Network,
    messages: Messages,
) {
    let options = &context.options;
    match connection.status {
        Status::Initiating => messages.note(&format!(
            "Atlas is creating it. When that is done, it is your turn; this waits for it:\n  \
             atlas-pe wait {}{network}{options}",
            connection.id
        )),
        Status::WaitingForUser if connection.interface_endpoints.is_empty() => {
            if let Some(NextStep { aws, add }) = NextStep::of(connection, network, options) {
                messages.note(&format!(
                    "It is your turn: create an interface endpoint in AWS, then add it.\n  {aws}\n  {add}"
                ));
            }
        }
        _ => {}
    }
}
