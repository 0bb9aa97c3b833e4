//! Private endpoint connections.

use std::time::Instant;

use atlas_private_endpoint::types::{
    CreatePrivateEndpointConnection, ErrorCode, PrivateEndpointConnection,
    PrivateEndpointConnectionStatus as Status, Region,
};
use atlas_private_endpoint::wait::ConnectionGoal;
use atlas_private_endpoint::{PrivateLinkId, RegionLookup};

use super::lookup::{self, Lookup};
use super::{cascade, dry_run, next_step, note_maybe_created, unusable, wait};
use crate::args::{Create, Delete, Goal, Wait, similar_regions};
use crate::context::{Context, shell_word};
use crate::failure::{Failure, exit_code};
use crate::hint;
use crate::output::{ConnectionRow, Output, Progress, check_can_confirm, confirm_deletion};

pub(super) async fn list(context: &Context) -> Result<Output, Failure> {
    let (client, project) = (&context.client, &context.project);
    let action = format!("list the private endpoint connections of project {project}");
    let connections = client
        .list_private_endpoint_connections(project)
        .await
        .map_err(context.failed_to(action))?;
    let rows = connections.into_iter();
    let rows = rows.map(|connection| ConnectionRow::new(None, connection));
    Ok(Output::Connections(rows.collect()))
}

pub(super) async fn describe(context: &Context, id: &PrivateLinkId) -> Result<Output, Failure> {
    let action = format!("describe {}", context.connection(id));
    let connection = context
        .client
        .get_private_endpoint_connection(&context.project, id)
        .await;
    connection
        .map(Output::from)
        .map_err(context.failed_to(action))
}

pub(super) async fn create(context: &Context, create: &Create) -> Result<Output, Failure> {
    check_region(create)?;
    let request = CreatePrivateEndpointConnection::aws(create.region.clone());
    if create.dry_run {
        return dry_run::create(context, &request, create.if_not_exists);
    }
    let started = Instant::now();
    let mut connection = if create.if_not_exists {
        ensure(context, create).await?
    } else {
        create_new(context, &request).await?
    };
    if create.waiting.wait {
        let remaining = create.waiting.timeout.saturating_sub(started.elapsed());
        let (id, goal) = (&connection.id, ConnectionGoal::Ready);
        let ready = wait::for_connection(context, id, goal, remaining, |_| {}).await;
        let ready = ready.map_err(|failure| {
            let failure = failure.or_output(|| connection.clone().into());
            failure.map_output(|output| output.in_region(&create.region))
        })?;
        connection = ready.unwrap_or(connection);
    } else if connection.status == Status::Failed {
        let (id, status) = (&connection.id, connection.status.as_str());
        let message = connection.error_message.as_deref();
        let (what, delete) = (context.connection(id), format!("delete {id} --cascade"));
        return Err(unusable(context, &what, status, message, &delete));
    }
    next_step::note(context, &connection, &create.network);
    Ok(Output::from(connection).in_region(&create.region))
}

/// Refuses a region that this version does not know, which is misspelt rather than new.
fn check_region(create: &Create) -> Result<(), Failure> {
    let region = create.region.as_str();
    if create.allow_unknown_region || Region::KNOWN.contains(&create.region) {
        return Ok(());
    }
    let similar = similar_regions(region);
    let message = format!("unknown region {region:?}");
    let mean_it = "--allow-unknown-region sends it to Atlas as it is";
    if similar.is_empty() {
        let regions = hint::known_regions();
        return Err(Failure::usage(message).with_hint(format!("{regions}; {mean_it}")));
    }
    let message = format!("{message} (did you mean {}?)", similar.join(" or "));
    Err(Failure::usage(message).with_hint(mean_it))
}

async fn create_new(
    context: &Context,
    request: &CreatePrivateEndpointConnection,
) -> Result<PrivateEndpointConnection, Failure> {
    let (client, project, region) = (&context.client, &context.project, &request.region);
    let action = format!("create a private endpoint connection in {region} for project {project}");
    let created = client.create_private_endpoint_connection(project, request);
    let failure = match context.change(&action, created).await {
        Err(failure)
            if failure.has_code(&ErrorCode::PrivatelinkEndpointServiceAlreadyExistsForRegion) =>
        {
            failure
        }
        result => return result,
    };
    match conflict_hint(context, region).await {
        Some(hint) => Err(failure.with_hint(hint)),
        None => Err(failure),
    }
}

/// Returns what to do about the connection that a region already has, if it can be found.
async fn conflict_hint(context: &Context, region: &Region) -> Option<String> {
    let (client, project, options) = (&context.client, &context.project, &context.origins.options);
    let search = client.connection_in_region(project, region.clone());
    match search.poll().await.ok()? {
        RegionLookup::Found(PrivateEndpointConnection { id, status, .. }) => Some(match status {
            Status::Failed => format!(
                "private endpoint connection {id} exists and is FAILED; run atlas-pe delete {id} --cascade \
                 --wait{options} to make room for another"
            ),
            Status::Deleting => format!(
                "private endpoint connection {id} exists and is being deleted; use --if-not-exists to \
                 wait until it is deleted and create another"
            ),
            status => format!(
                "private endpoint connection {id} exists and is {status}; use --if-not-exists to reuse it"
            ),
        }),
        RegionLookup::Undecided(candidates) => Some(format!(
            "it is {}, whose region is not known yet; use --if-not-exists to wait for it",
            ids(&candidates)
        )),
        _ => {
            let mut failed = client
                .list_private_endpoint_connections(project)
                .await
                .ok()?;
            failed.retain(|it| it.status == Status::Failed && it.region().is_none());
            (!failed.is_empty()).then(|| {
                format!(
                    "it is {}, which failed before its region was known; run atlas-pe delete ID{options} to \
                     make room for another",
                    ids(&failed)
                )
            })
        }
    }
}

fn ids(connections: &[PrivateEndpointConnection]) -> String {
    let ids: Vec<&str> = connections.iter().map(|it| it.id.as_str()).collect();
    ids.join(" or ")
}

/// Returns the connection of the region, which exists or is created.
async fn ensure(context: &Context, create: &Create) -> Result<PrivateEndpointConnection, Failure> {
    let (region, project) = (&create.region, &context.project);
    let what = format!("private endpoint connection in {region} for project {project}");
    let progress = Progress::start(&format!("connection in {region}"));
    let ensure = context
        .client
        .ensure_connection(project, region.clone())
        .timeout(create.waiting.timeout)
        .on_step(|step| progress.set_state(&step.to_string()));
    let action = format!("ensure a {what}");
    let allow = if create.allow_unknown_region {
        " --allow-unknown-region"
    } else {
        ""
    };
    let again = format!(
        "atlas-pe create --region {}{allow} --if-not-exists",
        shell_word(region.as_str())
    );
    let what = format!("the {what}");
    let ensured = context.wait(&action, &what, &again, ensure).await?;
    let what = context.connection(&ensured.get().id);
    progress.suspend(|| note_maybe_created(context, &what, &ensured));
    Ok(ensured.into_inner())
}

pub(super) async fn delete(context: &Context, delete: &Delete) -> Result<Output, Failure> {
    let what = lookup::name(context, &delete.connection);
    if !delete.dry_run {
        check_can_confirm(delete.force, &what)?;
    }
    let id = &match lookup::find(context, &delete.connection).await? {
        Lookup::Found(id) => id,
        Lookup::NotFound(_) if delete.if_exists => return Ok(Output::NothingToDelete { what }),
        Lookup::NotFound(failure) | Lookup::Undecided(failure) => return Err(failure),
    };
    let what = context.connection(id);
    let deletion = |completed| Output::Deletion {
        what: what.clone(),
        id: id.to_string(),
        completed,
    };
    let deleted = if delete.dry_run {
        dry_run::delete(context, id, delete.cascade).await
    } else if delete.cascade {
        cascade::delete(context, delete, id).await.map(deletion)
    } else {
        delete_one(context, delete, id, &what).await.map(deletion)
    };
    match deleted {
        Err(failure) if delete.if_exists && failure.has_code(&ErrorCode::PrivatelinkNotFound) => {
            Ok(Output::NothingToDelete { what })
        }
        deleted => deleted,
    }
}

/// Deletes a connection. Returns true if the deletion was waited for and is complete.
async fn delete_one(
    context: &Context,
    delete: &Delete,
    id: &PrivateLinkId,
    what: &str,
) -> Result<bool, Failure> {
    let (client, project) = (&context.client, &context.project);
    if !delete.force {
        let connection = client.get_private_endpoint_connection(project, id).await;
        let connection = connection.map_err(context.failed_to(format!("delete {what}")))?;
        // Atlas would refuse it after the answer.
        if !connection.interface_endpoints.is_empty() {
            let endpoints = cascade::interface_endpoints(&connection);
            let message = format!("could not delete {what}, because of {endpoints}");
            let hint = hint::cascade(id.as_str(), &context.origins);
            return Err(Failure::new(exit_code::CONFLICT, message).with_hint(hint));
        }
        confirm_deletion(false, &cascade::question(what, &connection))?;
    }
    let deleted = client.delete_private_endpoint_connection(project, id);
    context.change(&format!("delete {what}"), deleted).await?;
    if delete.waiting.wait {
        let (goal, timeout) = (ConnectionGoal::Deleted, delete.waiting.timeout);
        wait::for_connection(context, id, goal, timeout, |_| {}).await?;
    }
    Ok(delete.waiting.wait)
}

pub(super) async fn wait(context: &Context, wait: &Wait) -> Result<Output, Failure> {
    let goal = match wait.goal {
        Goal::Ready => ConnectionGoal::Ready,
        Goal::Available => ConnectionGoal::Available,
        Goal::Deleted => ConnectionGoal::Deleted,
    };
    let note = |connection: &PrivateEndpointConnection| {
        next_step::note(context, connection, &wait.network);
    };
    let started = Instant::now();
    let id = match lookup::wait(context, &wait.connection, wait.timeout).await? {
        Lookup::Found(id) => id,
        Lookup::NotFound(_) if wait.goal == Goal::Deleted => {
            let what = lookup::name(context, &wait.connection);
            return Ok(Output::NothingToDelete { what });
        }
        Lookup::NotFound(failure) | Lookup::Undecided(failure) => return Err(failure),
    };
    let remaining = wait.timeout.saturating_sub(started.elapsed());
    let found = wait::for_connection(context, &id, goal, remaining, note).await?;
    let Some(connection) = found else {
        return Ok(Output::NotFound {
            what: context.connection(&id),
            id: id.to_string(),
        });
    };
    note(&connection);
    Ok(connection.into())
}
