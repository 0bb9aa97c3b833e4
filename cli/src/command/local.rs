//! The commands that send nothing.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::globals::{Format, Globals};
use crate::args::{Arguments, names};
use crate::failure::{Failure, Reason};
use crate::output::{Output, SettingRow};
use crate::settings::keys::Keys;
use crate::settings::origin::Found;
use crate::settings::secret::{MASK, Secret};
use crate::settings::sources::Sources;
use crate::settings::{self, profile_in_force};

/// The settings in force, secrets masked, and what is wrong with the first that is. The others are shown all
/// the same: who asks may look for just that.
pub(super) fn config_show(
    globals: &Globals,
    sources: &Sources<'_>,
    output: Found<Format>,
) -> (Output, Option<Failure>) {
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
    (Output::Settings(rows.rows), rows.wrong)
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
        self.rows.push(SettingRow {
            name,
            value,
            source: from,
        });
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

/// Returns the manual page of the program, or writes those of all commands into a folder.
pub(super) fn man(folder: Option<&Path>) -> Result<Output, Failure> {
    let command = Arguments::command();
    let Some(folder) = folder else {
        let mut page = Vec::new();
        let written = clap_mangen::Man::new(command).render(&mut page);
        written.map_err(|error| Failure::new(Reason::Output(error)))?;
        return Ok(Output::Text(String::from_utf8_lossy(&page).into_owned()));
    };
    clap_mangen::generate_to(command, folder).map_err(|error| {
        Failure::usage(format!(
            "the pages cannot be written into {}: {error}",
            folder.display()
        ))
    })?;
    Ok(Output::PagesWritten(folder.to_owned()))
}
