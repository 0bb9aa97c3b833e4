//! Completion scripts and manual pages.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Arguments;
use crate::failure::{Failure, exit_code};
use crate::output::Output;

/// Returns the completion script of a shell.
pub(super) fn completion(shell: Shell) -> Output {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, &name, &mut script);
    let script = String::from_utf8_lossy(&script);
    // For bash, the library spells a name with a hyphen in two ways, so that nothing is completed after a
    // command (clap's issue 6421).
    let misspelt = name.replace('-', "__subcmd__");
    Output::Text(script.replace(&misspelt, &name.replace('-', "__")))
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
