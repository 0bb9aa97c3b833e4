//! Completion scripts and manual pages.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{self, Stdio};

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::args::{Arguments, help};
use crate::completion;
use crate::failure::{Failure, exit_code};
use crate::output::Output;

/// Returns the completion script of a shell.
pub(super) fn completion(shell: Shell) -> Output {
    Output::Text(completion::script(&shell.to_string()).unwrap_or_default())
}

/// Returns the manual page of the program, or writes those of all commands into a directory.
pub(super) fn man(directory: Option<&Path>) -> Result<Output, Failure> {
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let Some(directory) = directory else {
        let page = page(&command);
        let page = page.map_err(|error| Failure::new(exit_code::OTHER, error.to_string()))?;
        return Ok(Output::Text(String::from_utf8_lossy(&page).into_owned()));
    };
    write_pages(&command, directory).map_err(|error| {
        Failure::usage(format!(
            "could not write the pages into {}: {error}",
            directory.display()
        ))
    })?;
    Ok(Output::PagesWritten(directory.to_owned()))
}

/// Shows the manual page of the program with man.
pub(super) fn show_man() -> Result<(), Failure> {
    let Output::Text(page) = man(None)? else {
        return Ok(());
    };
    let mut man = process::Command::new("man");
    man.args(["-l", "-"]).stdin(Stdio::piped());
    let shown = man.spawn().and_then(|mut man| {
        if let Some(mut stdin) = man.stdin.take() {
            // man reports by its status what it could not read.
            let _ = stdin.write_all(page.as_bytes());
        }
        man.wait()
    });
    let reason = match shown {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    };
    let message = format!("could not show the manual page with man: {reason}");
    Err(Failure::new(exit_code::OTHER, message)
        .with_hint("atlas-pe --help has the same; atlas-pe man --dir DIRECTORY writes the pages"))
}

fn write_pages(command: &Command, directory: &Path) -> io::Result<()> {
    let below = command.get_subcommands();
    for command in below.filter(|command| !command.is_hide_set()) {
        write_pages(command, directory)?;
    }
    let file = Man::new(command.clone()).get_filename();
    fs::write(directory.join(file), page(command)?)
}

/// Returns the page of a command. The library would print what follows the help as one paragraph.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    // A hyphen within the name of a variable or an option would be taken for a part of it.
    page.extend(b".nh\n");
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let mut roff = Roff::default();
    let notes = command.get_after_help().map(ToString::to_string);
    let notes = notes.unwrap_or_default();
    let notes = notes.split("\n\nEnvironment:").next().unwrap_or_default();
    let (notes, example) = notes.split_once("Example:\n").unwrap_or((notes, ""));
    if !notes.is_empty() {
        roff.control("SH", ["NOTES"]).text([roman(notes.trim())]);
    }
    if !example.is_empty() {
        roff.control("SH", ["EXAMPLES"]);
        roff.control("nf", []).text([roman(example.trim())]);
        roff.control("fi", []);
    }
    for (title, rows) in [
        ("ENVIRONMENT", help::ENVIRONMENT),
        ("EXIT STATUS", help::EXIT_CODES),
    ] {
        roff.control("SH", [title]);
        for (name, text) in rows {
            roff.control("TP", []).text([bold(*name)]);
            roff.text([roman(text.replace('\n', " "))]);
        }
    }
    roff.to_writer(&mut page)?;
    Ok(page)
}
