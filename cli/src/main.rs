//! `atlas-pe`, a command line for the private endpoints of MongoDB Atlas.
//!
//! `args` parses options, `settings` resolves them with environment and profile, `context` makes a client and
//! a project of them, `command` awaits methods of the client and returns an output, and `output` prints it.

mod args;
mod command;
mod completion;
mod context;
mod failure;
mod hint;
mod http_trace;
mod interrupt;
mod output;
mod query;
mod render;
mod settings;

use std::env;
use std::process::ExitCode;

use crate::args::Format;
use crate::args::parse::{Parsed, parse};
use crate::failure::{Failure, exit_code};

fn main() -> ExitCode {
    let words: Vec<_> = env::args_os().collect();
    if let Some(shell) = environment(completion::VARIABLE) {
        let completions = completion::complete(&shell, &words).unwrap_or_default();
        let _ = output::write_out(&completions);
        return ExitCode::SUCCESS;
    }
    let default_format = settings::output_variable(&environment);
    let arguments = match parse(&words, default_format) {
        Parsed::Arguments(arguments) => arguments,
        Parsed::Text(text) => {
            return match output::print_clap(&text) {
                Ok(()) if text.use_stderr() => ExitCode::from(exit_code::USAGE),
                Ok(()) => ExitCode::SUCCESS,
                Err(failure) => report(&failure, default_format.unwrap_or_default()),
            };
        }
        Parsed::Json(failure) => return report(&failure, Format::Json),
    };
    http_trace::start(arguments.globals.verbose);
    // The format of failures until the settings are resolved.
    let mut format = arguments
        .globals
        .output
        .or(default_format)
        .unwrap_or_default();
    output::set_warning_format(format);
    match command::run(&arguments, &environment, &mut format) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report(&failure, format),
    }
}

/// Reads an environment variable.
///
/// One that is not Unicode must become an error of its setting, rather than be ignored.
fn environment(name: &str) -> Option<String> {
    Some(env::var_os(name)?.to_string_lossy().into_owned())
}

fn report(failure: &Failure, format: Format) -> ExitCode {
    output::report(failure, format.is_json());
    ExitCode::from(failure.exit_code())
}
