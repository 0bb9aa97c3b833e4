//! Private endpoint connections.

use atlas_private_endpoint::types::{
    CreatePrivateEndpointConnection, ErrorCode, PrivateEndpointConnection,
};
use atlas_private_endpoint::wait::ConnectionGoal;
use atlas_private_endpoint::{Deletion, InRegion, InterfaceEndpointId, PrivateLinkId};

use super::aws::say_next_step;
use super::{dry_run, name, waiting};
use crate::args::connections::{Create, Delete, Goal, Wait};
use crate::args::waiting::Waiting;
use crate::confirm::{confirm, must_be_askable};
use crate::context::Context;
use crate::failure::Failure;
use crate::interrupt::or_unknown;
use crate::output::Printer;
use crate::progress::Progress;
use crate::shown::{Row, Shown};

pub(super) async fn list(context: &Context) -> Result<Shown, Failure> {
    let Context {
        client, project, ..
    } = context;
    let action = format!("list the private endpoint connections of project {project}");
    let connections = client.list_private_endpoint_connections(project).await;
    let connections = connections.map_err(context.failed(action))?;
    let row = |connection| Row {
        project: None,
        connection,
    };
    Ok(Shown::Connections(
        connections.into_iter().map(row).collect(),
    ))
}

pub(super) async fn describe(context: &Context, id: &PrivateLinkId) -> Result<Shown, Failure> {
    let action = format!("describe {}", name::connection(context, id));
    let connection = context
        .client
        .get_private_endpoint_connection(&context.project, id)
        .await;
    connection
        .map(Shown::Connection)
        .map_err(context.failed(action))
}

pub(super) async fn create(
    context: &Context,
    create: &Create,
    printer: &Printer,
) -> Result<Shown, Failure> {
    let request = CreatePrivateEndpointConnection::aws(create.region.clone());
    if create.trial.dry_run {
        return dry_run::create(context, &request);
    }
    let connection = if create.if_not_exists {
        ensure(context, create).await?
    } else {
        let action = creation(context, &request);
        or_unknown(create_new(context, &request), &action, context).await?
    };
    let connection = if create.waiting.wait {
        let timeout = create.waiting.timeout;
        let id = &connection.id;
        let ready = waiting::for_connection(context, id, ConnectionGoal::Ready, timeout).await?;
        ready.unwrap_or(connection)
    } else {
        connection
    };
    say_next_step(context, &connection, &create.network, printer);
    Ok(Shown::Connection(connection))
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
    let in_the_way =
        error.code() == Some(&ErrorCode::PrivatelinkEndpointServiceAlreadyExistsForRegion);
    let failure = context.failed(creation(context, request))(error);
    if !in_the_way {
        return Err(failure);
    }
    // The id helps; when it cannot be had, the failure says enough without it.
    let found = client
        .connection_in_region(project, region.clone())
        .look()
        .await;
    Err(match found {
        Ok(InRegion::Found(connection)) => failure.with_hint(format!(
            "private endpoint connection {} is there and is {}; --if-not-exists takes the one that is there",
            connection.id, connection.status
        )),
        Ok(InRegion::Undecided(connections)) => failure.with_hint(format!(
            "it is {}, of which Atlas does not tell the region yet; --if-not-exists waits for it",
            either(&connections)
        )),
        _ => failure,
    })
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
        .on_step(|step| progress.saw(&step.to_string()));
    let action = format!("have a {what}");
    let ensuring = async { ensuring.await.map_err(context.failed(action)) };
    let again = format!(
        "atlas-pe create --region {region} --if-not-exists{}",
        context.options
    );
    let ensured = waiting::interruptible(ensuring, &format!("the {what}"), &again).await?;
    Ok(ensured.into_inner())
}

pub(super) async fn delete(context: &Context, delete: &Delete) -> Result<Shown, Failure> {
    let id = &delete.connection.id;
    let what = name::connection(context, id);
    if delete.trial.dry_run {
        return dry_run::delete(context, id, delete.cascade);
    }
    let deleted = delete_it(context, delete, &what).await;
    match deleted {
        Err(failure) if delete.if_exists && failure.says_gone(&ErrorCode::PrivatelinkNotFound) => {
            Ok(Shown::NothingToDelete { what })
        }
        Err(failure) => Err(failure),
        Ok(gone) => Ok(Shown::Deletion {
            what,
            id: id.to_string(),
            gone,
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
    if delete.cascade {
        confirm_cascade(context, delete, what).await?;
        return cascade(context, delete, what).await;
    }
    confirm(delete.consent, what)?;
    let action = format!("delete {what}");
    let deleting = async {
        let deleted = client.delete_private_endpoint_connection(project, id).await;
        deleted.map_err(context.failed(&action))
    };
    or_unknown(deleting, &action, context).await?;
    if wait {
        let goal = ConnectionGoal::Deleted;
        waiting::for_connection(context, id, goal, timeout).await?;
    }
    Ok(wait)
}

/// Asks with the names of what would go. It looks them up also where nobody is asked, so that a connection
/// that does not exist is told.
async fn confirm_cascade(context: &Context, delete: &Delete, what: &str) -> Result<(), Failure> {
    must_be_askable(delete.consent, what)?;
    let connection = context
        .client
        .get_private_endpoint_connection(&context.project, &delete.connection.id)
        .await;
    let connection = connection.map_err(context.failed(format!("delete {what}")))?;
    let endpoints: Vec<&str> = connection
        .interface_endpoints
        .iter()
        .map(InterfaceEndpointId::as_str)
        .collect();
    let with = match endpoints.len() {
        0 => "no interface endpoints".to_owned(),
        1 => format!("its interface endpoint {}", endpoints[0]),
        _ => format!("its interface endpoints {}", endpoints.join(", ")),
    };
    confirm(delete.consent, &format!("{what} with {with}"))
}

/// Deletes it with its interface endpoints, and says whether it is gone.
async fn cascade(context: &Context, delete: &Delete, what: &str) -> Result<bool, Failure> {
    let Context {
        client, project, ..
    } = context;
    let id = &delete.connection.id;
    let progress = Progress::start(&format!("private endpoint connection {id}"));
    let deleting = client
        .delete_connection_cascade(project, id)
        .timeout(delete.waiting.timeout)
        .until_gone(delete.waiting.wait)
        .on_step(|step| progress.saw(&step.to_string()));
    let action = format!("delete {what} with its interface endpoints");
    let deleting = async { deleting.await.map_err(context.failed(action)) };
    let again = format!("atlas-pe delete {id} --cascade{}", context.options);
    let deletion = waiting::interruptible(deleting, what, &again).await?;
    Ok(deletion != Deletion::UnderWay)
}

pub(super) async fn wait(
    context: &Context,
    wait: &Wait,
    printer: &Printer,
) -> Result<Shown, Failure> {
    let id = &wait.connection.id;
    let goal = match wait.goal {
        Goal::Ready => ConnectionGoal::Ready,
        Goal::Available => ConnectionGoal::Available,
        Goal::Deleted => ConnectionGoal::Deleted,
    };
    let timeout = wait.timeout.timeout;
    let Some(connection) = waiting::for_connection(context, id, goal, timeout).await? else {
        return Ok(Shown::Gone {
            what: name::connection(context, id),
            id: id.to_string(),
        });
    };
    say_next_step(context, &connection, &wait.network, printer);
    Ok(Shown::Connection(connection))
}
