//! Finds the connection that a command line names by its region or its endpoint service.

use std::time::Duration;

use atlas_private_endpoint::types::{PrivateEndpointConnection, Region};
use atlas_private_endpoint::{PrivateLinkId, RegionLookup};

use crate::args::ConnectionRef;
use crate::context::Context;
use crate::failure::{Failure, exit_code};
use crate::output::Progress;

/// The result of looking up a connection, with the failure of a command that requires it.
pub(super) enum Lookup {
    Found(PrivateLinkId),
    NotFound(Failure),
    /// Atlas does not report the region of a new connection yet.
    Undecided(Failure),
}

/// Returns the id of a connection. Fails if there is none by this name.
pub(super) async fn resolve(
    context: &Context,
    connection: &ConnectionRef,
) -> Result<PrivateLinkId, Failure> {
    match find(context, connection).await? {
        Lookup::Found(id) => Ok(id),
        Lookup::NotFound(failure) | Lookup::Undecided(failure) => Err(failure),
    }
}

/// Looks up a connection. One that is named by its id is not read.
pub(super) async fn find(context: &Context, connection: &ConnectionRef) -> Result<Lookup, Failure> {
    if let ConnectionRef::Id(id) = connection {
        return Ok(Lookup::Found(id.clone()));
    }
    let what = name(context, connection);
    let connections = context
        .client
        .list_private_endpoint_connections(&context.project)
        .await
        .map_err(context.failed_to(format!("find {what}")))?;
    if let Some(found) = connections.iter().find(|it| connection.is(it)) {
        return Ok(Lookup::Found(found.id.clone()));
    }
    if let ConnectionRef::Region(region) = connection
        && let RegionLookup::Undecided(candidates) =
            RegionLookup::among(connections.clone(), region)
    {
        return Ok(Lookup::Undecided(undecided(context, region, &candidates)));
    }
    let failure = Failure::new(exit_code::NOT_FOUND, format!("there is no {what}"));
    let hint = existing(context, &connections);
    Ok(Lookup::NotFound(failure.with_hint(hint)))
}

/// Looks up a connection as [`find`] does, and waits until Atlas reports the regions of new ones.
pub(super) async fn wait(
    context: &Context,
    connection: &ConnectionRef,
    timeout: Duration,
) -> Result<Lookup, Failure> {
    let ConnectionRef::Region(region) = connection else {
        return find(context, connection).await;
    };
    let lookup = find(context, connection).await?;
    if !matches!(lookup, Lookup::Undecided(_)) {
        return Ok(lookup);
    }
    let what = name(context, connection);
    let _progress = Progress::start(&what);
    let search = context
        .client
        .connection_in_region(&context.project, region.clone())
        .timeout(timeout);
    let action = format!("find {what}");
    let again = format!("atlas-pe wait {region}");
    match context.wait(&action, &what, &again, search).await? {
        Some(connection) => Ok(Lookup::Found(connection.id)),
        None => find(context, connection).await,
    }
}

/// Returns the name of a connection in messages.
pub(super) fn name(context: &Context, connection: &ConnectionRef) -> String {
    let project = &context.project;
    match connection {
        ConnectionRef::Id(id) => context.connection(id),
        ConnectionRef::Region(region) => {
            format!("private endpoint connection in {region} of project {project}")
        }
        ConnectionRef::Service(name) => {
            format!(
                "private endpoint connection with the endpoint service {name} of project {project}"
            )
        }
    }
}

fn undecided(
    context: &Context,
    region: &Region,
    candidates: &[PrivateEndpointConnection],
) -> Failure {
    let options = &context.origins.options;
    let ids: Vec<&str> = candidates.iter().map(|it| it.id.as_str()).collect();
    let message = format!(
        "could not decide whether the private endpoint connection in {region} is {}: Atlas does not report its \
         region yet",
        ids.join(" or ")
    );
    Failure::new(exit_code::CONFLICT, message).with_hint(format!(
        "use its id, or run atlas-pe wait {region}{options} to wait until its region is known"
    ))
}

/// Returns the hint with the regions that have connections.
fn existing(context: &Context, connections: &[PrivateEndpointConnection]) -> String {
    if connections.is_empty() {
        return "the project has no private endpoint connections".to_owned();
    }
    let names = connections.iter().map(|it| match it.region() {
        Some(region) => format!("{} in {region}", it.id),
        None => format!("{} in an unknown region", it.id),
    });
    let names: Vec<String> = names.collect();
    let options = &context.origins.options;
    format!(
        "the project has {}; see atlas-pe list{options}",
        names.join(", ")
    )
}
