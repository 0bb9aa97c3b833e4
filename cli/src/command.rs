//! The commands: each takes a context and its arguments, and returns what to print.

mod aws;
mod cascade;
mod connections;
mod dry_run;
mod interfaces;
mod local;
mod name;
mod projects;
mod waiting;
mod watch;

use std::future::Future;
use std::io;

use tokio::runtime::Builder;

use crate::args::aws::Network;
use crate::args::globals::Format;
use crate::args::interfaces::Interfaces;
use crate::args::{Arguments, Command, Config};
use crate::context::Context;
use crate::failure::{Failure, Reason};
use crate::output::Output;
use crate::output::{Printer, set_warning_format};
use crate::settings::sources::{Environment, Sources};
use crate::settings::{self, Settings};

/// Runs a command and prints what it returns. `format` becomes the one in force as soon as it is known.
///
/// # Errors
///
/// With what was tried, and what to do about it.
pub(crate) fn run(
    arguments: &Arguments,
    environment: Environment<'_>,
    format: &mut Format,
) -> Result<(), Failure> {
    let Arguments { globals, command } = arguments;
    // These need no settings, and must work where the settings are wrong.
    match command {
        Command::Completion { shell } => {
            return Printer::default().print(&local::completion(*shell));
        }
        Command::Man { dir } => return Printer::default().print(&local::man(dir.as_deref())?),
        _ => {}
    }
    let sources = Sources::new(environment, globals.profile.as_deref());
    let output = settings::output(globals, &sources)?;
    *format = output.value;
    set_warning_format(*format);
    let printer = Printer::new(globals, &output)?;
    if let Command::Config(Config::Show) = command {
        let (shown, wrong) = local::config_show(globals, &sources, output);
        printer.print(&shown)?;
        return wrong.map_or(Ok(()), Err);
    }
    let settings = Settings::resolve(globals, &sources, output)?;
    if let Command::List(list) = command
        && let Some(projects) = projects::many(globals, &settings, list)?
    {
        let context = Context::new(globals, &settings, projects.first())?;
        return block_on(projects::list(&context, &projects, list, &printer));
    }
    let context = Context::new(globals, &settings, settings.project()?)?;
    block_on(remote(&context, command, &printer))
}

fn block_on(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error: io::Error| Failure::new(Reason::Runtime(error)))?;
    let result = runtime.block_on(work);
    // A name that is still being resolved must not keep a person who has interrupted it.
    runtime.shutdown_background();
    result
}

/// The commands that send something.
async fn remote(context: &Context, command: &Command, printer: &Printer) -> Result<(), Failure> {
    let shown = match command {
        Command::List(list) if list.watching.watch => {
            return watch::watch(printer, list.watching, || connections::list(context)).await;
        }
        Command::Describe(describe) if describe.watching.watch => {
            let look = || connections::describe(context, &describe.connection.id);
            return watch::watch(printer, describe.watching, look).await;
        }
        Command::Interfaces(Interfaces::Describe(describe)) if describe.watching.watch => {
            let look = || interfaces::describe(context, &describe.endpoint);
            return watch::watch(printer, describe.watching, look).await;
        }
        Command::List(_) => connections::list(context).await?,
        Command::Create(create) => connections::create(context, create, printer.messages()).await?,
        Command::Describe(describe) => {
            let shown = connections::describe(context, &describe.connection.id).await?;
            if let Output::Connection(row) = &shown {
                aws::say_next_step(
                    context,
                    &row.connection,
                    &Network::default(),
                    printer.messages(),
                );
            }
            shown
        }
        Command::Delete(delete) => connections::delete(context, delete, printer.messages()).await?,
        Command::Wait(wait) => connections::wait(context, wait, printer.messages()).await?,
        Command::AwsCommand(command) => aws::command(context, command).await?,
        Command::Interfaces(Interfaces::Create(add)) => interfaces::create(context, add).await?,
        Command::Interfaces(Interfaces::Describe(describe)) => {
            interfaces::describe(context, &describe.endpoint).await?
        }
        Command::Interfaces(Interfaces::Delete(delete)) => {
            interfaces::delete(context, delete).await?
        }
        Command::Interfaces(Interfaces::Wait(wait)) => interfaces::wait(context, wait).await?,
        // These were done before.
        Command::Config(_) | Command::Completion { .. } | Command::Man { .. } => return Ok(()),
    };
    printer.print(&shown)
}
