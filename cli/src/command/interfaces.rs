//! Interface endpoints.

use std::time::Instant;

use atlas_private_endpoint::types::{ErrorCode, InterfaceEndpoint, InterfaceEndpointStatus};
use atlas_private_endpoint::wait::InterfaceEndpointGoal;

use super::{dry_run, name, waiting};
use crate::args::interfaces::{Add, Delete, Goal, InterfaceEndpoint as Endpoint, Wait};
use crate::context::Context;
use crate::failure::{Failure, Reason};
use crate::interrupt::or_unknown;
use crate::output::Output;
use crate::output::Progress;
use crate::output::confirm_deletion;

pub(super) async fn create(context: &Context, add: &Add) -> Result<Output, Failure> {
    let Context {
        client, project, ..
    } = context;
    let (id, vpce) = (&add.endpoint.connection.id, &add.endpoint.vpce);
    let request = vpce.clone().into();
    if add.trial.dry_run {
        return dry_run::add(context, id, &request, add.if_not_exists);
    }
    let began = Instant::now();
    let added = if add.if_not_exists {
        ensure(context, add).await?
    } else {
        let action = format!("add {}", named(context, &add.endpoint));
        let adding = async {
            let added = client.add_interface_endpoint(project, id, &request).await;
            added.map_err(context.failed(&action))
        };
        or_unknown(adding, &action, context).await?
    };
    if !add.waiting.wait {
        must_not_be_rejected(context, add, &added)?;
        return Ok(Output::InterfaceEndpoint(added));
    }
    let left = add.waiting.timeout.saturating_sub(began.elapsed());
    let goal = InterfaceEndpointGoal::Available;
    let available = waiting::for_interface_endpoint(context, id, vpce, goal, left).await?;
    Ok(Output::InterfaceEndpoint(available.unwrap_or(added)))
}

/// The interface endpoint, the one that is there or a new one.
async fn ensure(context: &Context, add: &Add) -> Result<InterfaceEndpoint, Failure> {
    let Context {
        client, project, ..
    } = context;
    let (id, vpce) = (&add.endpoint.connection.id, &add.endpoint.vpce);
    let what = named(context, &add.endpoint);
    let progress = Progress::start(&format!("interface endpoint {vpce}"));
    let ensuring = client
        .ensure_interface_endpoint(project, id, vpce)
        .timeout(add.waiting.timeout)
        .on_step(|step| progress.set_state(&step.to_string()));
    let action = format!("add {what}");
    let ensuring = async { ensuring.await.map_err(context.failed(action)) };
    let again = format!(
        "atlas-pe interfaces create {id} {vpce} --if-not-exists{}",
        context.options
    );
    let ensured = waiting::interruptible(ensuring, &what, &again).await?;
    Ok(ensured.into_inner())
}

/// One that was there before and was rejected is not what was asked for.
fn must_not_be_rejected(
    context: &Context,
    add: &Add,
    found: &InterfaceEndpoint,
) -> Result<(), Failure> {
    if found.connection_status != InterfaceEndpointStatus::Rejected {
        return Ok(());
    }
    let what = named(context, &add.endpoint);
    let said = name::message(found.error_message.as_deref());
    let (id, vpce) = (&add.endpoint.connection.id, &add.endpoint.vpce);
    let failure = Failure::new(Reason::Failed(format!(
        "{what} is there and is REJECTED{said}"
    )));
    Err(failure.with_hint(format!(
        "atlas-pe interfaces delete {id} {vpce} --wait{} makes room to add another",
        context.options
    )))
}

pub(super) async fn describe(context: &Context, endpoint: &Endpoint) -> Result<Output, Failure> {
    let Context {
        client, project, ..
    } = context;
    let (id, vpce) = (&endpoint.connection.id, &endpoint.vpce);
    let action = format!("describe {}", named(context, endpoint));
    let found = client.get_interface_endpoint(project, id, vpce).await;
    found
        .map(Output::InterfaceEndpoint)
        .map_err(context.failed(action))
}

pub(super) async fn delete(context: &Context, delete: &Delete) -> Result<Output, Failure> {
    let (id, vpce) = (&delete.endpoint.connection.id, &delete.endpoint.vpce);
    let what = named(context, &delete.endpoint);
    if delete.trial.dry_run {
        return dry_run::delete_interface(context, id, vpce);
    }
    confirm_deletion(delete.consent.force, &what)?;
    let gone = match delete_it(context, delete, &what).await {
        Err(failure) if delete.if_exists && is_gone(&failure) => {
            return Ok(Output::NothingToDelete { what });
        }
        gone => gone?,
    };
    Ok(Output::Deletion {
        what,
        id: vpce.to_string(),
        completed: gone,
    })
}

/// Deletes it, and says whether it is gone.
async fn delete_it(context: &Context, delete: &Delete, what: &str) -> Result<bool, Failure> {
    let Context {
        client, project, ..
    } = context;
    let (id, vpce) = (&delete.endpoint.connection.id, &delete.endpoint.vpce);
    let action = format!("delete {what}");
    let deleting = async {
        let deleted = client.delete_interface_endpoint(project, id, vpce).await;
        deleted.map_err(context.failed(&action))
    };
    or_unknown(deleting, &action, context).await?;
    if delete.waiting.wait {
        let timeout = delete.waiting.timeout;
        let goal = InterfaceEndpointGoal::Deleted;
        waiting::for_interface_endpoint(context, id, vpce, goal, timeout).await?;
    }
    Ok(delete.waiting.wait)
}

/// Nothing is left of it either when its connection is gone.
fn is_gone(failure: &Failure) -> bool {
    failure.says_gone(&ErrorCode::PrivatelinkInterfaceEndpointNotFound)
        || failure.says_gone(&ErrorCode::PrivatelinkNotFound)
}

pub(super) async fn wait(context: &Context, wait: &Wait) -> Result<Output, Failure> {
    let (id, vpce) = (&wait.endpoint.connection.id, &wait.endpoint.vpce);
    let goal = match wait.goal {
        Goal::Available => InterfaceEndpointGoal::Available,
        Goal::Deleted => InterfaceEndpointGoal::Deleted,
    };
    let timeout = wait.timeout.timeout;
    let found = waiting::for_interface_endpoint(context, id, vpce, goal, timeout).await?;
    Ok(match found {
        Some(endpoint) => Output::InterfaceEndpoint(endpoint),
        None => Output::NotFound {
            what: named(context, &wait.endpoint),
            id: vpce.to_string(),
        },
    })
}

fn named(context: &Context, endpoint: &Endpoint) -> String {
    name::interface_endpoint(context, &endpoint.connection.id, &endpoint.vpce)
}
