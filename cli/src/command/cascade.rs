//! `delete --cascade`: deletes a connection and its interface endpoints.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use atlas_private_endpoint::types::PrivateEndpointConnection;
use atlas_private_endpoint::{Deletion, DeletionStep, Error, InterfaceEndpointId, PrivateLinkId};
use tokio::time::timeout;

use crate::args::Delete;
use crate::context::Context;
use crate::failure::{Failure, exit_code};
use crate::interrupt::interruptible;
use crate::output::{Progress, confirm_deletion};

/// Deletes a connection and its interface endpoints. Returns true if the connection is deleted.
///
/// The user confirms the interface endpoints of that moment; those that are added later are not deleted.
pub(super) async fn delete(
    context: &Context,
    delete: &Delete,
    id: &PrivateLinkId,
) -> Result<bool, Failure> {
    let what = context.connection(id);
    let confirmed = confirm(context, delete, id, &what).await?;
    let progress = Progress::start(&format!("connection {id}"));
    let log = SharedLog::default();
    let mut cascade = context
        .client
        .delete_connection_cascade(&context.project, id)
        .timeout(delete.waiting.timeout)
        .until_deleted(delete.waiting.wait)
        .on_step(|step| {
            progress.set_state(&step.to_string());
            if log.lock().record(step) {
                progress.suspend(|| context.messages.note(&step.to_string()));
            }
        });
    if !delete.force {
        cascade = cascade.only(confirmed);
    }
    let again = || {
        let options = &context.origins.options;
        format!("atlas-pe delete {id} --cascade{options} continues from there")
    };
    let deletion = async {
        cascade.await.map_err(|error| {
            let action = action(&error, &what);
            let failure = context.failed_to(action)(error);
            failure
                .with_progress(log.lock().to_string())
                .or_hint(again())
        })
    };
    let interrupted = || Err(Failure::interrupted(log.lock()).with_hint(again()));
    let deletion = interruptible(deletion, interrupted).await?;
    Ok(deletion != Deletion::InProgress)
}

/// Returns the action that failed: the whole deletion, or that of one interface endpoint.
fn action(error: &Error, what: &str) -> String {
    let mut values = error.path_values();
    match values.find(|(name, _)| *name == "interfaceEndpointId") {
        Some((_, vpce)) => format!(
            "delete interface endpoint {vpce} of {what}, which must be deleted before the connection"
        ),
        None => format!("delete {what} and its interface endpoints"),
    }
}

/// Asks for confirmation, and returns the confirmed interface endpoints. They are read with `--force` too, so
/// that a connection that does not exist is a failure.
async fn confirm(
    context: &Context,
    delete: &Delete,
    id: &PrivateLinkId,
    what: &str,
) -> Result<Vec<InterfaceEndpointId>, Failure> {
    let connection = context
        .client
        .get_private_endpoint_connection(&context.project, id);
    let connection = timeout(delete.waiting.timeout, connection).await;
    let connection = connection.map_err(|_| {
        let seconds = delete.waiting.timeout.as_secs_f64();
        let message = format!(
            "could not delete {what}: Atlas did not respond within {seconds} s; nothing was deleted"
        );
        Failure::new(exit_code::UNAVAILABLE, message)
    })?;
    let connection = connection.map_err(context.failed_to(format!("delete {what}")))?;
    confirm_deletion(delete.force, &question(what, &connection))?;
    Ok(connection.interface_endpoints)
}

/// Returns what the question before a deletion names.
pub(super) fn question(what: &str, connection: &PrivateEndpointConnection) -> String {
    let region = connection.region();
    let region = region.map_or_else(String::new, |region| format!("in {region}, "));
    let (status, endpoints) = (&connection.status, interface_endpoints(connection));
    format!("{what}, {region}{status}, with {endpoints}")
}

pub(super) fn interface_endpoints(connection: &PrivateEndpointConnection) -> String {
    match &connection.interface_endpoints[..] {
        [] => "no interface endpoints".to_owned(),
        [one] => format!("its interface endpoint {one}"),
        several => format!("its interface endpoints {}", join(several)),
    }
}

#[derive(Debug, Default)]
struct SharedLog(Mutex<Log>);

impl SharedLog {
    fn lock(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The steps of a cascade so far. `Display` writes a clause for the end of a sentence.
#[derive(Debug, Default)]
struct Log {
    requested: Vec<InterfaceEndpointId>,
    deleted: Vec<InterfaceEndpointId>,
    connection_requested: bool,
}

impl Log {
    /// Records a step. Returns true if it changed something.
    fn record(&mut self, step: &DeletionStep) -> bool {
        match step {
            DeletionStep::DeletingInterfaceEndpoint(id) => self.requested.push(id.clone()),
            DeletionStep::InterfaceEndpointDeleted(id) if !self.deleted.contains(id) => {
                self.deleted.push(id.clone());
            }
            DeletionStep::DeletingConnection => self.connection_requested = true,
            _ => return false,
        }
        true
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.connection_requested {
            return f.write_str("the deletion of the connection was requested");
        }
        f.write_str("the connection is not deleted")?;
        if !self.deleted.is_empty() {
            write!(f, "; deleted: {}", join(&self.deleted))?;
        }
        let mut pending = self.requested.clone();
        pending.retain(|id| !self.deleted.contains(id));
        if !pending.is_empty() {
            write!(f, "; deletion requested: {}", join(&pending))?;
        }
        Ok(())
    }
}

fn join(ids: &[InterfaceEndpointId]) -> String {
    let ids: Vec<&str> = ids.iter().map(InterfaceEndpointId::as_str).collect();
    ids.join(", ")
}
