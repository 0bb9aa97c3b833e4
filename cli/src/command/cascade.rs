//! Deleting a connection with what belongs to it.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use atlas_private_endpoint::{Deletion, DeletionStep, InterfaceEndpointId};
use tokio::time::timeout;

use super::name;
use crate::args::connections::Delete;
use crate::context::Context;
use crate::failure::{Failure, Reason};
use crate::interrupt::or_interrupted;
use crate::output::Messages;
use crate::output::Progress;
use crate::output::{check_can_confirm, confirm_deletion};

/// Deletes a connection with its interface endpoints, and says whether it is gone.
///
/// Who is asked agrees to what the connection has then: what is added meanwhile is not deleted.
///
/// # Errors
///
/// With what has been deleted until then.
pub(super) async fn delete(
    context: &Context,
    delete: &Delete,
    messages: Messages,
) -> Result<bool, Failure> {
    let id = &delete.connection.id;
    let what = name::connection(context, id);
    let agreed = agree(context, delete, &what).await?;
    let progress = Progress::start(&format!("private endpoint connection {id}"));
    let log = Mutex::new(Log::default());
    let mut cascade = context
        .client
        .delete_connection_cascade(&context.project, id)
        .timeout(delete.waiting.timeout)
        .until_deleted(delete.waiting.wait)
        .on_step(|step| {
            progress.set_state(&step.to_string());
            if log.lock().unwrap_or_else(PoisonError::into_inner).saw(step) {
                progress.suspend(|| messages.note(&step.to_string()));
            }
        });
    if !delete.consent.force {
        cascade = cascade.only(agreed);
    }
    let deleting = async {
        cascade.await.map_err(|error| {
            let endpoint = error
                .path_values()
                .find(|(name, _)| *name == "interfaceEndpointId")
                .map(|(_, vpce)| vpce.to_owned());
            let action = match endpoint {
                Some(vpce) => format!(
                    "delete interface endpoint {vpce} of {what}, which must be gone before the connection"
                ),
                None => format!("delete {what} with its interface endpoints"),
            };
            context.failed(action)(error)
        })
    };
    let log = || {
        log.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .to_string()
    };
    let deletion = or_interrupted(deleting, &log).await.map_err(|failure| {
        let again = format!("atlas-pe delete {id} --cascade{}", context.options);
        if failure.is_interruption() {
            return failure.with_hint(format!("{again} goes on from there"));
        }
        failure
            .with_left(log())
            .with_hint_if_none(format!("{again} goes on from there"))
    })?;
    Ok(deletion != Deletion::InProgress)
}

/// Asks with the names of what would go, and returns them. They are looked up also where nobody is asked, so
/// that a connection that does not exist is told.
async fn agree(
    context: &Context,
    delete: &Delete,
    what: &str,
) -> Result<Vec<InterfaceEndpointId>, Failure> {
    check_can_confirm(delete.consent.force, what)?;
    let look = context
        .client
        .get_private_endpoint_connection(&context.project, &delete.connection.id);
    let connection = timeout(delete.waiting.timeout, look).await.map_err(|_| {
        Failure::new(Reason::Late(format!(
            "could not delete {what}: Atlas had not said what it has when the time was over; nothing was \
             deleted"
        )))
    })?;
    let connection = connection.map_err(context.failed(format!("delete {what}")))?;
    let endpoints = connection.interface_endpoints;
    let with = match &endpoints[..] {
        [] => "no interface endpoints".to_owned(),
        [only] => format!("its interface endpoint {only}"),
        several => format!("its interface endpoints {}", listed(several)),
    };
    confirm_deletion(delete.consent.force, &format!("{what} with {with}"))?;
    Ok(endpoints)
}

/// What has come of a deletion so far. Displayed, it is a sentence.
#[derive(Debug, Default)]
struct Log {
    asked: Vec<InterfaceEndpointId>,
    gone: Vec<InterfaceEndpointId>,
    connection: bool,
}

impl Log {
    /// Takes note of a step, and says whether something has changed by it.
    fn saw(&mut self, step: &DeletionStep) -> bool {
        match step {
            DeletionStep::DeletingInterfaceEndpoint(id) => self.asked.push(id.clone()),
            DeletionStep::InterfaceEndpointDeleted(id) if !self.gone.contains(id) => {
                self.gone.push(id.clone());
            }
            DeletionStep::DeletingConnection => self.connection = true,
            _ => return false,
        }
        true
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.connection {
            return f.write_str("Atlas was asked to delete the connection");
        }
        f.write_str("the connection is not deleted")?;
        if !self.gone.is_empty() {
            write!(f, "; gone: {}", listed(&self.gone))?;
        }
        let mut open = self.asked.clone();
        open.retain(|id| !self.gone.contains(id));
        if !open.is_empty() {
            write!(f, "; Atlas was asked to delete {}", listed(&open))?;
        }
        Ok(())
    }
}

fn listed(ids: &[InterfaceEndpointId]) -> String {
    let ids: Vec<&str> = ids.iter().map(InterfaceEndpointId::as_str).collect();
    ids.join(", ")
}
