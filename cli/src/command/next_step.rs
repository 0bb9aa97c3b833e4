//! The next step of the user in AWS, as commands to paste into a shell.

use atlas_private_endpoint::types::{
    PrivateEndpointConnection, PrivateEndpointConnectionStatus as Status,
};

use super::lookup;
use crate::args::{AwsCommand, Network};
use crate::context::{Context, shell_word};
use crate::failure::{Failure, exit_code};
use crate::output::{NextStep, Output};

/// Placeholders for ids of the user, as plain words that no shell expands.
const VPC: &str = "VPC_ID";
const SUBNET: &str = "SUBNET_ID";
const INTERFACE_ENDPOINT: &str = "INTERFACE_ENDPOINT_ID";

/// Returns the command that creates an interface endpoint in AWS. Fails for a connection that is not ready,
/// because that command would fail.
pub(super) async fn aws_command(
    context: &Context,
    command: &AwsCommand,
) -> Result<Output, Failure> {
    let id = lookup::resolve(context, &command.connection).await?;
    let what = context.connection(&id);
    let connection = context
        .client
        .get_private_endpoint_connection(&context.project, &id)
        .await
        .map_err(context.failed_to(format!("describe {what}")))?;
    let is_usable = !matches!(connection.status, Status::Failed | Status::Deleting);
    if let Some(step) = next_step(context, &connection, &command.network)
        && is_usable
    {
        return Ok(Output::NextStep(step));
    }
    let status = &connection.status;
    let message = format!("{what} does not accept interface endpoints: it is {status}");
    let failure = Failure::new(exit_code::CONFLICT, message);
    if *status != Status::Initiating {
        return Err(failure);
    }
    let (id, options) = (&connection.id, &context.origins.options);
    Err(failure.with_hint(format!(
        "atlas-pe wait {id}{options} waits until it is ready"
    )))
}

/// Writes a note with the next step and its commands.
pub(super) fn note(context: &Context, connection: &PrivateEndpointConnection, network: &Network) {
    let (id, options) = (&connection.id, &context.origins.options);
    match connection.status {
        Status::Initiating => context.messages.note(&format!(
            "Atlas is creating it. This command waits until it is ready:\n  \
             atlas-pe wait {id}{network}{options}"
        )),
        Status::WaitingForUser if connection.interface_endpoints.is_empty() => {
            if let Some(NextStep { aws, add }) = next_step(context, connection, network) {
                context.messages.note(&format!(
                    "Waiting for you: create an interface endpoint in AWS, then add it.\n  {aws}\n  {add}"
                ));
            }
        }
        _ => {}
    }
}

/// Returns the commands, or `None` while the connection has no endpoint service.
fn next_step(
    context: &Context,
    connection: &PrivateEndpointConnection,
    network: &Network,
) -> Option<NextStep> {
    let service = shell_word(connection.endpoint_service_name.as_deref()?);
    let region = shell_word(connection.region()?.as_str());
    let vpc = network.vpc_id.as_deref().unwrap_or(VPC);
    let subnets = match &network.subnet_ids[..] {
        [] => SUBNET.to_owned(),
        subnets => subnets.join(" "),
    };
    let mut aws = format!(
        "aws ec2 create-vpc-endpoint --vpc-endpoint-type Interface --region {region} \
         --service-name {service} --vpc-id {vpc} --subnet-ids {subnets}"
    );
    if !network.security_group_ids.is_empty() {
        let groups = network.security_group_ids.join(" ");
        aws.push_str(&format!(" --security-group-ids {groups}"));
    }
    let (id, options) = (&connection.id, &context.origins.options);
    let add = format!("atlas-pe interfaces create {id} {INTERFACE_ENDPOINT} --wait{options}");
    Some(NextStep { aws, add })
}
