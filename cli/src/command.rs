//! The commands. Each takes a context and its arguments, and returns an output.

mod cascade;
mod config;
mod connections;
mod docs;
mod dry_run;
mod interfaces;
mod lookup;
mod next_step;
mod projects;
mod wait;
mod watch;

use std::future::Future;
use std::io::{self, IsTerminal};

use atlas_private_endpoint::Ensured;
use tokio::runtime::Builder;

use crate::args::{Arguments, Command, Config, Format, InterfaceTarget, Interfaces, Network};
use crate::context::Context;
use crate::failure::{Failure, exit_code};
use crate::output::{Output, Printer, set_warning_format};
use crate::settings::{self, Environment, Settings, Sources};

/// Runs a command and prints its output. `format` becomes the resolved format as soon as it is resolved.
pub(crate) fn run(
    arguments: &Arguments,
    environment: Environment<'_>,
    format: &mut Format,
) -> Result<(), Failure> {
    let Arguments { globals, command } = arguments;
    // These two work without settings, even without valid ones.
    match command {
        Command::Completion { shell } => {
            return Printer::default().print(&docs::completion(*shell), true);
        }
        Command::Man { dir: None } if io::stdout().is_terminal() => return docs::show_man(),
        Command::Man { dir } => return Printer::default().print(&docs::man(dir.as_deref())?, true),
        _ => {}
    }
    let sources = Sources::new(environment, globals.profile.as_deref());
    let output = settings::output(globals, &sources)?;
    *format = output.value;
    set_warning_format(*format);
    let printer = Printer::new(globals, output.value)?;
    if let Command::Config(Config::Show) = command {
        let (output, failure) = config::show(globals, &sources, output);
        printer.print(&output, true)?;
        return failure.map_or(Ok(()), Err);
    }
    let settings = Settings::resolve(globals, &sources)?;
    let projects = match command {
        Command::List(list) => projects::resolve(globals, &settings, list)?,
        _ => Vec::new(),
    };
    let context = Context::new(
        globals,
        &sources,
        &settings,
        projects.first(),
        printer.messages(),
    )?;
    if let (Command::List(list), false) = (command, projects.is_empty()) {
        if list.watching.watch {
            let mut lists = projects::Lists::new(&context, &projects, list.concurrency.into());
            let poll = async || lists.poll().await;
            return block_on(watch::watch(&printer, list.watching.interval, poll));
        }
        let list = projects::list(&context, &projects, list.concurrency.into());
        let (output, failure) = block_on(list)?;
        printer.print(&output, failure.is_none())?;
        return failure.map_or(Ok(()), Err);
    }
    let result = block_on(run_remote(&context, command, &printer));
    if let Some(output) = result.as_ref().err().and_then(Failure::output) {
        // The failure of the command is reported, rather than another one to print its output.
        let _ = printer.print_in_spite_of_failure(output);
    }
    result
}

fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        Failure::new(
            exit_code::OTHER,
            format!("could not start the network runtime: {error}"),
        )
    })?;
    let result = runtime.block_on(work);
    // A name that is still being resolved must not delay the end of an interrupted command.
    runtime.shutdown_background();
    result
}

/// Runs a command that sends requests for one project.
async fn run_remote(
    context: &Context,
    command: &Command,
    printer: &Printer,
) -> Result<(), Failure> {
    let output = match command {
        Command::List(list) if list.watching.watch => {
            let poll = async || connections::list(context).await;
            return watch::watch(printer, list.watching.interval, poll).await;
        }
        Command::Describe(describe) if describe.watching.watch => {
            let id = lookup::resolve(context, &describe.connection).await?;
            let poll = async || connections::describe(context, &id).await;
            return watch::watch(printer, describe.watching.interval, poll).await;
        }
        Command::Interfaces(Interfaces::Describe(describe)) if describe.watching.watch => {
            let InterfaceTarget { connection, vpce } = &describe.target;
            let id = lookup::resolve(context, connection).await?;
            let poll = async || interfaces::describe(context, &id, vpce).await;
            return watch::watch(printer, describe.watching.interval, poll).await;
        }
        Command::List(_) => connections::list(context).await?,
        Command::Create(create) => connections::create(context, create).await?,
        Command::Describe(describe) => {
            let id = lookup::resolve(context, &describe.connection).await?;
            let output = connections::describe(context, &id).await?;
            if let Output::Connection(row) = &output {
                next_step::note(context, &row.connection, &Network::default());
            }
            output
        }
        Command::Delete(delete) => connections::delete(context, delete).await?,
        Command::Wait(wait) => connections::wait(context, wait).await?,
        Command::AwsCommand(command) => next_step::aws_command(context, command).await?,
        Command::Interfaces(command) => match command {
            Interfaces::List(list) => interfaces::list(context, list).await?,
            Interfaces::Create(create) => interfaces::create(context, create).await?,
            Interfaces::Describe(describe) => {
                let InterfaceTarget { connection, vpce } = &describe.target;
                let id = lookup::resolve(context, connection).await?;
                interfaces::describe(context, &id, vpce).await?
            }
            Interfaces::Delete(delete) => interfaces::delete(context, delete).await?,
            Interfaces::Wait(wait) => interfaces::wait(context, wait).await?,
        },
        // `run` has returned for these.
        Command::Config(_) | Command::Completion { .. } | Command::Man { .. } => return Ok(()),
    };
    printer.print(&output, true)
}

/// Writes a note if the response to the creation of a resource was lost.
fn note_maybe_created<T>(context: &Context, what: &str, ensured: &Ensured<T>) {
    if matches!(ensured, Ensured::MaybeCreated(_)) {
        context.messages.note(&format!(
            "{what} exists; this command may have created it, since a response was lost"
        ));
    }
}

/// Returns the failure for an existing resource that cannot be used, with the command that deletes it.
fn unusable(
    context: &Context,
    what: &str,
    status: &str,
    message: Option<&str>,
    delete: &str,
) -> Failure {
    let message = match message {
        Some(message) if !message.is_empty() => format!(" with the message: {message}"),
        _ => String::new(),
    };
    let message = format!("{what} exists and is {status}{message}");
    let options = &context.origins.options;
    Failure::new(exit_code::RESOURCE_FAILED, message).with_hint(format!(
        "run atlas-pe {delete} --wait{options} to make room for another"
    ))
}
