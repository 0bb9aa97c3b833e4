//! Private endpoint connections.

use std::time::Instant;

use atlas_private_endpoint::types::{
    CreatePrivateEndpointConnection, ErrorCode, PrivateEndpointConnection,
    PrivateEndpointConnectionStatus as Status, Region,
};
use atlas_private_endpoint::wait::ConnectionGoal;
use atlas_private_endpoint::{PrivateLinkId, RegionLookup};

use super::aws::say_next_step;
use super::{cascade, dry_run, name, waiting};
use crate::args::connections::{Create, Delete, Goal, Wait};
use crate::args::waiting::Waiting;
use crate::context::Context;
use crate::failure::{Failure, Reason};
use crate::interrupt::or_unknown;
use crate::output::Messages;
use crate::output::Progress;
use crate::output::confirm_deletion;
use crate::output::{ConnectionRow, Output};

pub(super) async fn list(context: &Context) -> Result<Output, Failure> {
    let Context {
        client, project, ..
    } = context;
    let action = format!("list the private endpoint connections of project {project}");
    let connections = client.list_private_endpoint_connections(project).await;
    let connections = connections.map_err(context.failed(action))?;
    let row = |connection| ConnectionRow::new(None, connection);
    Ok(Output::Connections(
        connections.into_iter().map(row).collect(),
    ))
}

pub(super) async fn describe(context: &Context, id: &PrivateLinkId) -> Result<Output, Failure> {
    let action = format!("describe {}", name::connection(context, id));
    let connection = context
        .client
        .get_private_endpoint_connection(&context.project, id)
        .await;
    connection.map(Output::from).map_err(context.failed(action))
}

pub(super) async fn create(
    context: &Context,
    create: &Create,
    messages: Messages,
) -> Result<Output, Failure> {
    let request = CreatePrivateEndpointConnection::aws(create.region.clone());
    if create.trial.dry_run {
        return dry_run::create(context, &request, create.if_not_exists);
    }
    let began = Instant::now();
    let connection = if create.if_not_exists {
        ensure(context, create).await?
    } else {
        let action = creation(context, &request);
        or_unknown(create_new(context, &request), &action, context).await?
    };
    let connection = if create.waiting.wait {
        let left = create.waiting.timeout.saturating_sub(began.elapsed());
        let (id, goal) = (&connection.id, ConnectionGoal::Ready);
        let ready = waiting::for_connection(context, id, goal, left, |_| {}).await?;
        ready.unwrap_or(connection)
    } else {
        must_not_have_failed(context, &connection)?;
        connection
    };
    say_next_step(context, &connection, &create.network, messages);
    Ok(connection.into())
}

/// One that was there before and has failed is not what was asked for.
fn must_not_have_failed(
    context: &Context,
    connection: &PrivateEndpointConnection,
) -> Result<(), Failure> {
    if connection.status != Status::Failed {
        return Ok(());
    }
    let id = &connection.id;
    let what = name::connection(context, id);
    let said = name::message(connection.error_message.as_deref());
    let failure = Failure::new(Reason::Failed(format!(
        "{what} is there and is FAILED{said}"
    )));
    let options = &context.options;
    Err(failure.with_hint(format!(
        "atlas-pe delete {id} --cascade --wait{options} makes room for another"
    )))
}

async fn create_new(
    context: &Context,
    request: &CreatePrivateEndpointConnection,
) -> Result<PrivateEndpointConnection, Failure> {
    let Context {
        client, project, ..
    } = context;
    let region = &request.region;
    let created = client
        .create_private_endpoint_connection(project, request)
        .await;
    let Err(error) = created else {
        return created.map_err(context.failed(""));
    };
    let is_taken =
        error.code() == Some(&ErrorCode::PrivatelinkEndpointServiceAlreadyExistsForRegion);
    let failure = context.failed(creation(context, request))(error);
    if !is_taken {
        return Err(failure);
    }
    // The id helps; when it cannot be had, the failure says enough without it.
    match in_the_way(context, region).await {
        Some(hint) => Err(failure.with_hint(hint)),
        None => Err(failure),
    }
}

/// What to do about the connection that a region has.
async fn in_the_way(context: &Context, region: &Region) -> Option<String> {
    let Context {
        client, project, ..
    } = context;
    let options = &context.options;
    let search = client.connection_in_region(project, region.clone());
    match search.poll().await.ok()? {
        RegionLookup::Found(PrivateEndpointConnection { id, status, .. }) => Some(match status {
            Status::Failed => format!(
                "private endpoint connection {id} is there and is FAILED; atlas-pe delete {id} --cascade \
                 --wait{options} makes room for another"
            ),
            Status::Deleting => format!(
                "private endpoint connection {id} is there and is being deleted; --if-not-exists waits until \
                 it is gone, and creates another"
            ),
            status => format!(
                "private endpoint connection {id} is there and is {status}; --if-not-exists takes it"
            ),
        }),
        RegionLookup::Undecided(open) => Some(format!(
            "it is {}, of which Atlas does not tell the region yet; --if-not-exists waits for it",
            either(&open)
        )),
        _ => {
            let list = client.list_private_endpoint_connections(project).await;
            let mut list = list.ok()?;
            list.retain(|it| it.status == Status::Failed && it.region().is_none());
            let failed = Some(either(&list)).filter(|ids| !ids.is_empty())?;
            Some(format!(
                "it is {failed}, which failed before Atlas told the region; atlas-pe delete ID{options} makes \
                 room for another"
            ))
        }
    }
}

fn creation(context: &Context, request: &CreatePrivateEndpointConnection) -> String {
    let (region, project) = (&request.region, &context.project);
    format!("create a private endpoint connection in {region} for project {project}")
}

fn either(connections: &[PrivateEndpointConnection]) -> String {
    let ids: Vec<&str> = connections
        .iter()
        .map(|connection| connection.id.as_str())
        .collect();
    ids.join(" or ")
}

/// The region's connection, the one that is there or a new one.
async fn ensure(context: &Context, create: &Create) -> Result<PrivateEndpointConnection, Failure> {
    let Context {
        client, project, ..
    } = context;
    let region = &create.region;
    let what = format!("private endpoint connection in {region} for project {project}");
    let progress = Progress::start(&format!("private endpoint connection in {region}"));
    let ensuring = client
        .ensure_connection(project, region.clone())
        .timeout(create.waiting.timeout)
        .on_step(|step| progress.set_state(&step.to_string()));
    let action = format!("have a {what}");
    let ensuring = async { ensuring.await.map_err(context.failed(action)) };
    let again = format!(
        "atlas-pe create --region {region} --if-not-exists{}",
        context.options
    );
    let ensured = waiting::interruptible(ensuring, &format!("the {what}"), &again).await?;
    Ok(ensured.into_inner())
}

pub(super) async fn delete(
    context: &Context,
    delete: &Delete,
    messages: Messages,
) -> Result<Output, Failure> {
    let id = &delete.connection.id;
    let what = name::connection(context, id);
    if delete.trial.dry_run {
        return dry_run::delete(context, id, delete.cascade);
    }
    let deleted = if delete.cascade {
        cascade::delete(context, delete, messages).await
    } else {
        delete_it(context, delete, &what).await
    };
    match deleted {
        Err(failure) if delete.if_exists && failure.says_gone(&ErrorCode::PrivatelinkNotFound) => {
            Ok(Output::NothingToDelete { what })
        }
        Err(failure) => Err(failure),
        Ok(gone) => Ok(Output::Deletion {
            what,
            id: id.to_string(),
            completed: gone,
        }),
    }
}

/// Deletes it, and says whether it is gone.
async fn delete_it(context: &Context, delete: &Delete, what: &str) -> Result<bool, Failure> {
    let Context {
        client, project, ..
    } = context;
    let id = &delete.connection.id;
    let Waiting { wait, timeout } = delete.waiting;
    confirm_deletion(delete.consent.force, what)?;
    let action = format!("delete {what}");
    let deleting = async {
        let deleted = client.delete_private_endpoint_connection(project, id).await;
        deleted.map_err(context.failed(&action))
    };
    or_unknown(deleting, &action, context).await?;
    if wait {
        let goal = ConnectionGoal::Deleted;
        waiting::for_connection(context, id, goal, timeout, |_| {}).await?;
    }
    Ok(wait)
}

pub(super) async fn wait(
    context: &Context,
    wait: &Wait,
    messages: Messages,
) -> Result<Output, Failure> {
    let id = &wait.connection.id;
    let goal = match wait.goal {
        Goal::Ready => ConnectionGoal::Ready,
        Goal::Available => ConnectionGoal::Available,
        Goal::Deleted => ConnectionGoal::Deleted,
    };
    let timeout = wait.timeout.timeout;
    let on_users_turn = |connection: &PrivateEndpointConnection| {
        say_next_step(context, connection, &wait.network, messages);
    };
    let found = waiting::for_connection(context, id, goal, timeout, on_users_turn).await?;
    let Some(connection) = found else {
        return Ok(Output::NotFound {
            what: name::connection(context, id),
            id: id.to_string(),
        });
    };
    say_next_step(context, &connection, &wait.network, messages);
    Ok(connection.into())
}
