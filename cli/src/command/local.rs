//! The commands that send nothing.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Arguments;
use crate::args::names;
use crate::failure::Failure;
use crate::output::{say, write_out};
use crate::settings::keys::Keys;
use crate::settings::origin::Found;
use crate::settings::secret::{MASK, Secret};
use crate::settings::sources::Sources;
use crate::settings::{Settings, profile_in_force};
use crate::shown::{SettingRow, Shown};

/// The settings in force, secrets masked.
///
/// # Errors
///
/// When the profile cannot be read.
pub(super) fn config_show(settings: &Settings, sources: &Sources<'_>) -> Result<Shown, Failure> {
    let mut rows = vec![row(names::PROFILE.what, profile_in_force(sources)?)];
    match &settings.projects[..] {
        [] => rows.push(row(names::PROJECT_ID.what, None)),
        projects => rows.extend(projects.iter().map(|project| {
            let project = project.clone().map(|id| id.to_string());
            row(names::PROJECT_ID.what, Some(project))
        })),
    }
    match &settings.keys {
        Keys::ApiKey { public, private } => {
            rows.push(row(names::PUBLIC_KEY.what, public.clone()));
            rows.push(row(names::PRIVATE_KEY.what, masked(private.as_ref())));
        }
        Keys::ServiceAccount { id, secret } => {
            rows.push(row(names::CLIENT_ID.what, id.clone()));
            rows.push(row(names::CLIENT_SECRET.what, masked(secret.as_ref())));
        }
    }
    let base_url = settings.base_url.clone();
    rows.push(row(names::BASE_URL.what, Some(base_url)));
    let output = settings
        .output
        .clone()
        .map(|format| format.name().to_owned());
    rows.push(row(names::OUTPUT.what, Some(output)));
    let attempts = settings.max_attempts.clone();
    rows.push(row("attempts", Some(attempts.map(|n| n.to_string()))));
    Ok(Shown::Settings(rows))
}

fn masked(secret: Option<&Found<Secret>>) -> Option<Found<String>> {
    let secret = secret?;
    Some(Found::new(MASK.to_owned(), secret.origin.clone()))
}

fn row(name: &'static str, found: Option<Found<String>>) -> SettingRow {
    let (value, from) = found.map_or((None, None), |found| {
        (Some(found.value), Some(found.origin.to_string()))
    });
    SettingRow { name, value, from }
}

/// The completion script of a shell.
///
/// # Errors
///
/// When it cannot be written.
pub(super) fn completion(shell: Shell) -> Result<(), Failure> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, &name, &mut script);
    let script = String::from_utf8_lossy(&script);
    write_out(&with_one_name(&script, &name))?;
    Ok(())
}

/// The script with the program's name written in one way. For bash, the library writes a name with a
/// hyphen in two, so that nothing was completed behind a command (clap's issue 6421).
fn with_one_name(script: &str, name: &str) -> String {
    let wrong = name.replace('-', "__subcmd__");
    script.replace(&wrong, &name.replace('-', "__"))
}

/// The manual: the page of the program, or those of all commands into a folder.
///
/// # Errors
///
/// When it cannot be written.
pub(super) fn man(folder: Option<&Path>) -> Result<(), Failure> {
    let command = Arguments::command();
    let Some(folder) = folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command)
            .render(&mut page)
            .map_err(Failure::output)?;
        write_out(&String::from_utf8_lossy(&page))?;
        return Ok(());
    };
    clap_mangen::generate_to(command, folder).map_err(|error| {
        Failure::usage(format!(
            "the pages cannot be written into {}: {error}",
            folder.display()
        ))
    })?;
    say(&format!("wrote the manual pages into {}", folder.display()));
    Ok(())
}
