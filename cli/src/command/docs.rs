//! Completion scripts and manual pages.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Arguments;
use crate::completion;
use crate::failure::{Failure, exit_code};
use crate::output::Output;

/// Returns the completion script of a shell.
pub(super) fn completion(shell: Shell) -> Output {
    Output::Text(completion::script(&shell.to_string()).unwrap_or_default())
}

/// Returns the manual page of the program, or writes those of all commands into a directory.
pub(super) fn man(directory: Option<&Path>) -> Result<Output, Failure> {
    let command = Arguments::command();
    let Some(directory) = directory else {
        let mut page = Vec::new();
        let written = clap_mangen::Man::new(command).render(&mut page);
        written.map_err(|error| Failure::new(exit_code::OTHER, error.to_string()))?;
        return Ok(Output::Text(String::from_utf8_lossy(&page).into_owned()));
    };
    clap_mangen::generate_to(command, directory).map_err(|error| {
        Failure::usage(format!(
            "could not write the pages into {}: {error}",
            directory.display()
        ))
    })?;
    Ok(Output::PagesWritten(directory.to_owned()))
}
