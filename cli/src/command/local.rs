//! The commands that send nothing.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::globals::{Format, Globals};
use crate::args::{Arguments, names};
use crate::failure::Failure;
use crate::output::{say, write_out};
use crate::settings::keys::Keys;
use crate::settings::origin::Found;
use crate::settings::secret::{MASK, Secret};
use crate::settings::sources::Sources;
use crate::settings::{self, profile_in_force};
use crate::shown::{SettingRow, Shown};

/// The settings in force, secrets masked, and what is wrong with the first that is. The others are shown all
/// the same: who asks may look for just that.
pub(super) fn config_show(
    globals: &Globals,
    sources: &Sources<'_>,
    output: Found<Format>,
) -> (Shown, Option<Failure>) {
    let mut rows = Rows::default();
    rows.add(names::PROFILE.what, profile_in_force(sources));
    match settings::projects(globals, sources) {
        Ok(projects) if projects.is_empty() => rows.add(names::PROJECT_ID.what, Ok(None)),
        Ok(projects) => {
            for project in projects {
                let project = project.map(|id| id.to_string());
                rows.add(names::PROJECT_ID.what, Ok(Some(project)));
            }
        }
        Err(failure) => rows.add(names::PROJECT_ID.what, Err(failure)),
    }
    match Keys::find(globals, sources) {
        Ok(Keys::ApiKey { public, private }) => {
            rows.add(names::PUBLIC_KEY.what, Ok(public));
            rows.add(names::PRIVATE_KEY.what, Ok(private.map(masked)));
        }
        Ok(Keys::ServiceAccount { id, secret }) => {
            rows.add(names::CLIENT_ID.what, Ok(id));
            rows.add(names::CLIENT_SECRET.what, Ok(secret.map(masked)));
        }
        Err(failure) => rows.add("credentials", Err(failure)),
    }
    let base_url = settings::base_url(globals, sources);
    let base_url = base_url.map(|found| Some(found.map(|url| without_password(&url))));
    rows.add(names::BASE_URL.what, base_url);
    let output = output.map(|format| format.name().to_owned());
    rows.add(names::OUTPUT.what, Ok(Some(output)));
    let attempts = settings::max_attempts(globals).map(|attempts| attempts.to_string());
    rows.add("attempts", Ok(Some(attempts)));
    (Shown::Settings(rows.rows), rows.wrong)
}

/// The rows so far, and the first failure.
#[derive(Default)]
struct Rows {
    rows: Vec<SettingRow>,
    wrong: Option<Failure>,
}

impl Rows {
    fn add(&mut self, name: &'static str, found: Result<Option<Found<String>>, Failure>) {
        let (value, from) = match found {
            Ok(Some(found)) => (Some(found.value), Some(found.origin.to_string())),
            Ok(None) => (None, None),
            Err(failure) => {
                let from = format!("not in force: {failure}");
                self.wrong.get_or_insert(failure);
                (None, Some(from))
            }
        };
        self.rows.push(SettingRow { name, value, from });
    }
}

/// A URL that holds a password is refused later, and must not be shown before.
fn without_password(url: &str) -> String {
    match url.rsplit_once('@') {
        Some((_, host)) => format!("{MASK}@{host}"),
        None => url.to_owned(),
    }
}

fn masked(secret: Found<Secret>) -> Found<String> {
    secret.map(|_| MASK.to_owned())
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
