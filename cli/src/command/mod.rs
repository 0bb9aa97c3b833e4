//! The commands: each takes a context and its arguments, and returns what to print.

mod connections;
mod interfaces;

use atlas_private_endpoint::Error;

use crate::args::{Command, Interfaces};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Output;

/// Runs a command.
///
/// # Errors
///
/// [`Failure`], with what was tried.
pub(crate) async fn run(context: &Context, command: &Command) -> Result<Output, Failure> {
    match command {
        Command::List => connections::list(context).await,
        Command::Create(create) => connections::create(context, create).await,
        Command::Describe(connection) => connections::describe(context, connection).await,
        Command::Delete(delete) => connections::delete(context, delete).await,
        Command::Interfaces(Interfaces::Create(endpoint)) => {
            interfaces::create(context, endpoint).await
        }
        Command::Interfaces(Interfaces::Describe(endpoint)) => {
            interfaces::describe(context, endpoint).await
        }
        Command::Interfaces(Interfaces::Delete(delete)) => {
            interfaces::delete(context, delete).await
        }
    }
}

/// Says what was tried, beside why it failed.
fn failed(action: String) -> impl FnOnce(Error) -> Failure {
    |error| Failure::Call { action, error }
}
