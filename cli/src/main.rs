//! `atlas-pe`, a command line for the private endpoints of MongoDB Atlas.
//!
//! Options, environment and profile become settings (`settings`), settings become a client and a project
//! (`context`), a command awaits methods of the client (`command`), and what it returns is printed (`output`).

mod args;
mod aws;
mod command;
mod context;
mod failure;
mod hint;
mod interrupt;
mod output;
mod query;
mod render;
mod settings;
mod trace;
mod usage;

use std::env;
use std::process::ExitCode;

use crate::args::globals::Format;
use crate::args::names;
use crate::failure::Failure;
use crate::usage::Parsed;

fn main() -> ExitCode {
    let words: Vec<_> = env::args_os().collect();
    // What is no text is as wrong as it can be, and must not be passed over.
    let environment = |name: &str| Some(env::var_os(name)?.to_string_lossy().into_owned());
    let by_variable = names::OUTPUT
        .variables
        .iter()
        .find_map(|name| environment(name));
    let by_variable = by_variable.as_deref().and_then(Format::named);
    let arguments = match usage::parse(&words, by_variable) {
        Parsed::Arguments(arguments) => arguments,
        Parsed::Text(error) => error.exit(),
        Parsed::Json(failure) => return failed(&failure, Format::Json),
    };
    trace::start(arguments.globals.verbose);
    // Until the settings are known, the option says how errors are wanted.
    let mut format = arguments.globals.output.or(by_variable).unwrap_or_default();
    output::set_warning_format(format);
    match command::run(&arguments, &environment, &mut format) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failed(&failure, format),
    }
}

fn failed(failure: &Failure, format: Format) -> ExitCode {
    output::report(failure, format.is_json());
    ExitCode::from(failure.exit_code())
}
