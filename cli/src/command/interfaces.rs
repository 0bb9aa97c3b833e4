//! Interface endpoints.

use std::time::Instant;

use atlas_private_endpoint::types::{ErrorCode, InterfaceEndpoint, InterfaceEndpointStatus};
use atlas_private_endpoint::wait::InterfaceEndpointGoal;
use atlas_private_endpoint::{InterfaceEndpointId, PrivateLinkId};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::lookup::{self, Lookup};
use super::{dry_run, note_maybe_created, unusable, wait};
use crate::args::{
    InterfaceCreate, InterfaceDelete, InterfaceGoal, InterfaceList, InterfaceTarget, InterfaceWait,
};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Output, Progress, check_can_confirm, confirm_deletion};

/// The number of interface endpoints to read concurrently.
const CONCURRENCY: usize = 8;

/// Lists the interface endpoints that the connection has. Atlas returns the status of one at a time.
pub(super) async fn list(context: &Context, list: &InterfaceList) -> Result<Output, Failure> {
    let id = &lookup::resolve(context, &list.connection).await?;
    let action = || format!("list the interface endpoints of {}", context.connection(id));
    let (client, project) = (&context.client, &context.project);
    let connection = client.get_private_endpoint_connection(project, id).await;
    let connection = connection.map_err(context.failed_to(action()))?;
    let reads = connection.interface_endpoints.iter().map(async |vpce| {
        let endpoint = client.get_interface_endpoint(project, id, vpce).await;
        match endpoint.map_err(context.failed_to(action())) {
            Ok(endpoint) => Ok(Some(endpoint)),
            // It was deleted after the connection was read.
            Err(failure) if is_not_found(&failure) => Ok(None),
            Err(failure) => Err(failure),
        }
    });
    let endpoints: Vec<Option<InterfaceEndpoint>> = stream::iter(reads)
        .buffered(CONCURRENCY)
        .try_collect()
        .await?;
    Ok(Output::InterfaceEndpoints(
        endpoints.into_iter().flatten().collect(),
    ))
}

pub(super) async fn create(context: &Context, create: &InterfaceCreate) -> Result<Output, Failure> {
    let InterfaceTarget { connection, vpce } = &create.target;
    let id = &lookup::resolve(context, connection).await?;
    let request = vpce.clone().into();
    if create.dry_run {
        return dry_run::create_interface_endpoint(context, id, &request, create.if_not_exists);
    }
    let started = Instant::now();
    let endpoint = if create.if_not_exists {
        ensure(context, create, id).await?
    } else {
        let action = format!("add {}", context.interface_endpoint(id, vpce));
        let (client, project) = (&context.client, &context.project);
        let added = client.add_interface_endpoint(project, id, &request);
        context.change(&action, added).await?
    };
    if !create.waiting.wait {
        if endpoint.connection_status == InterfaceEndpointStatus::Rejected {
            let (status, message) = (
                endpoint.connection_status.as_str(),
                endpoint.error_message.as_deref(),
            );
            let what = context.interface_endpoint(id, vpce);
            let delete = format!("interfaces delete {id} {vpce}");
            return Err(unusable(context, &what, status, message, &delete));
        }
        return Ok(Output::InterfaceEndpoint(endpoint));
    }
    let remaining = create.waiting.timeout.saturating_sub(started.elapsed());
    let goal = InterfaceEndpointGoal::Available;
    let available = wait::for_interface_endpoint(context, id, vpce, goal, remaining).await;
    let available = available
        .map_err(|failure| failure.or_output(|| Output::InterfaceEndpoint(endpoint.clone())))?;
    Ok(Output::InterfaceEndpoint(available.unwrap_or(endpoint)))
}

/// Returns the interface endpoint, which exists or is added.
async fn ensure(
    context: &Context,
    create: &InterfaceCreate,
    id: &PrivateLinkId,
) -> Result<InterfaceEndpoint, Failure> {
    let vpce = &create.target.vpce;
    let what = context.interface_endpoint(id, vpce);
    let progress = Progress::start(&format!("interface endpoint {vpce}"));
    let ensure = context
        .client
        .ensure_interface_endpoint(&context.project, id, vpce)
        .timeout(create.waiting.timeout)
        .on_step(|step| progress.set_state(&step.to_string()));
    let action = format!("add {what}");
    let again = format!("atlas-pe interfaces create {id} {vpce} --if-not-exists");
    let ensured = context.wait(&action, &what, &again, ensure).await?;
    progress.suspend(|| note_maybe_created(context, &what, &ensured));
    Ok(ensured.into_inner())
}

pub(super) async fn describe(
    context: &Context,
    id: &PrivateLinkId,
    vpce: &InterfaceEndpointId,
) -> Result<Output, Failure> {
    let action = format!("describe {}", context.interface_endpoint(id, vpce));
    let endpoint = context
        .client
        .get_interface_endpoint(&context.project, id, vpce)
        .await;
    endpoint
        .map(Output::InterfaceEndpoint)
        .map_err(context.failed_to(action))
}

pub(super) async fn delete(context: &Context, delete: &InterfaceDelete) -> Result<Output, Failure> {
    let InterfaceTarget { connection, vpce } = &delete.target;
    let what = format!(
        "interface endpoint {vpce} of {}",
        lookup::name(context, connection)
    );
    if !delete.dry_run {
        check_can_confirm(delete.force, &what)?;
    }
    let id = &match lookup::find(context, connection).await? {
        Lookup::Found(id) => id,
        Lookup::NotFound(_) if delete.if_exists => return Ok(Output::NothingToDelete { what }),
        Lookup::NotFound(failure) | Lookup::Undecided(failure) => return Err(failure),
    };
    if delete.dry_run {
        return dry_run::delete_interface_endpoint(context, id, vpce);
    }
    let what = context.interface_endpoint(id, vpce);
    confirm_deletion(delete.force, &what)?;
    match delete_one(context, delete, id, &what).await {
        Err(failure) if delete.if_exists && is_not_found(&failure) => {
            Ok(Output::NothingToDelete { what })
        }
        Err(failure) => Err(failure),
        Ok(completed) => Ok(Output::Deletion {
            what,
            id: vpce.to_string(),
            completed,
        }),
    }
}

/// Deletes an interface endpoint. Returns true if the deletion was waited for and is complete.
async fn delete_one(
    context: &Context,
    delete: &InterfaceDelete,
    id: &PrivateLinkId,
    what: &str,
) -> Result<bool, Failure> {
    let vpce = &delete.target.vpce;
    let (client, project) = (&context.client, &context.project);
    let deleted = client.delete_interface_endpoint(project, id, vpce);
    context.change(&format!("delete {what}"), deleted).await?;
    if delete.waiting.wait {
        let (goal, timeout) = (InterfaceEndpointGoal::Deleted, delete.waiting.timeout);
        wait::for_interface_endpoint(context, id, vpce, goal, timeout).await?;
    }
    Ok(delete.waiting.wait)
}

/// Returns true if the interface endpoint or its connection does not exist.
fn is_not_found(failure: &Failure) -> bool {
    failure.has_code(&ErrorCode::PrivatelinkInterfaceEndpointNotFound)
        || failure.has_code(&ErrorCode::PrivatelinkNotFound)
}

pub(super) async fn wait(context: &Context, wait: &InterfaceWait) -> Result<Output, Failure> {
    let InterfaceTarget { connection, vpce } = &wait.target;
    let id = &lookup::resolve(context, connection).await?;
    let goal = match wait.goal {
        InterfaceGoal::Available => InterfaceEndpointGoal::Available,
        InterfaceGoal::Deleted => InterfaceEndpointGoal::Deleted,
    };
    let found = wait::for_interface_endpoint(context, id, vpce, goal, wait.timeout).await?;
    Ok(match found {
        Some(endpoint) => Output::InterfaceEndpoint(endpoint),
        None => Output::NotFound {
            what: context.interface_endpoint(id, vpce),
            id: vpce.to_string(),
        },
    })
}
