//! `atlas-pe`, a command line for the private endpoints of MongoDB Atlas.
//!
//! Flags become a client and a project (`context`), a command awaits one method of the client
//! (`command`), and what it returns is printed (`output`).

mod args;
mod command;
mod confirm;
mod context;
mod failure;
mod output;
mod table;

use std::env;
use std::process::ExitCode;

use clap::Parser;

use crate::args::Arguments;
use crate::context::Context;
use crate::failure::Failure;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::report(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let context = Context::resolve(&arguments.globals, |name| env::var(name).ok())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)?;
    let output = runtime.block_on(command::run(&context, &arguments.command))?;
    output::print(&output, arguments.globals.output)
}
