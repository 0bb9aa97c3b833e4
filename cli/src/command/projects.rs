//! The connections of many projects.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::pin::pin;

use atlas_private_endpoint::ProjectId;
use futures_util::StreamExt;

use crate::args::{Globals, List};
use crate::context::Context;
use crate::failure::{Failure, exit_code};
use crate::interrupt::interruptible;
use crate::output::{ConnectionRow, Output, Progress};
use crate::settings::{BYTE_ORDER_MARK, Resolved, STANDARD_INPUT, Settings, Source};

/// The maximum size of a file of projects. A list of a million ids is shorter.
const MAX_FILE: u64 = 32 << 20;

/// Returns the projects to list, in the given order and without duplicates. The list is empty if the command
/// is for the one project of the settings.
pub(super) fn resolve(
    globals: &Globals,
    settings: &Settings,
    list: &List,
) -> Result<Vec<Resolved<ProjectId>>, Failure> {
    let options = globals.project_ids.len();
    if list.projects_file.is_none() && options < 2 {
        return Ok(Vec::new());
    }
    if list.watching.watch {
        return Err(Failure::usage("--watch accepts only one project"));
    }
    let mut projects = settings.projects.clone();
    let Some(file) = &list.projects_file else {
        return Ok(without_duplicates(projects));
    };
    if file == Path::new(STANDARD_INPUT) && globals.private_key_file.as_ref() == Some(file) {
        return Err(Failure::usage(
            "--projects-file and --private-key-file cannot both be standard input",
        ));
    }
    // A file replaces the project of the environment or the profile.
    projects.truncate(options);
    projects.extend(read(file)?);
    if projects.is_empty() {
        let file = file.display();
        return Err(Failure::usage(format!(
            "expected at least one project in {file}"
        )));
    }
    Ok(without_duplicates(projects))
}

fn without_duplicates(mut projects: Vec<Resolved<ProjectId>>) -> Vec<Resolved<ProjectId>> {
    let mut seen = HashSet::new();
    projects.retain(|project| seen.insert(project.value.as_str().to_ascii_lowercase()));
    projects
}

fn read(file: &Path) -> Result<Vec<Resolved<ProjectId>>, Failure> {
    let (text, source) = if file == Path::new(STANDARD_INPUT) {
        (read_all(io::stdin().lock()), Source::StandardInput)
    } else {
        let text = fs::File::open(file).and_then(read_all);
        (text, Source::File(file.to_owned()))
    };
    let text = text.map_err(|error| {
        Failure::usage(format!(
            "could not read the projects from {source}: {error}"
        ))
    })?;
    parse(&text, &source)
}

fn read_all(reader: impl Read) -> io::Result<String> {
    let mut text = String::new();
    let read = reader.take(MAX_FILE).read_to_string(&mut text)?;
    if read as u64 == MAX_FILE {
        return Err(io::Error::other(
            "the file is too long for a list of projects",
        ));
    }
    Ok(text)
}

/// Parses one id per line. A `#` starts a comment.
fn parse(text: &str, source: &Source) -> Result<Vec<Resolved<ProjectId>>, Failure> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut projects = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let id = line.split('#').next().unwrap_or_default().trim();
        if id.is_empty() {
            continue;
        }
        let project = ProjectId::new(id)
            .map_err(|error| Failure::usage(format!("{source}, line {number}: {error}")))?;
        projects.push(Resolved::new(project, source.clone()));
    }
    Ok(projects)
}

/// Lists all projects. Returns the connections and, if a project failed, the failure: each failure is
/// reported at once, and the other projects are listed.
pub(super) async fn list(
    context: &Context,
    projects: &[Resolved<ProjectId>],
    concurrency: usize,
) -> Result<(Output, Option<Failure>), Failure> {
    let fetched = fetch(context, projects, concurrency);
    let interrupted = || Failure::interrupted("nothing was changed");
    let (rows, exit_codes) = interruptible(fetched, interrupted).await?;
    let failure = failure(&exit_codes, projects.len());
    Ok((Output::Connections(rows), failure))
}

/// Returns the failure of a list with failed projects. It has their exit code, if that is the same for all.
fn failure(exit_codes: &[u8], total: usize) -> Option<Failure> {
    let first = exit_codes.first()?;
    let failed = exit_codes.len();
    let message = match (failed, total) {
        (_, 1) => "the only project failed".to_owned(),
        _ if failed == total => format!("all {total} projects failed"),
        _ => format!("{failed} of {total} projects failed; the others are complete"),
    };
    let is_same = exit_codes.iter().all(|code| code == first);
    let exit_code = if is_same { *first } else { exit_code::OTHER };
    Some(Failure::new(exit_code, message))
}

/// Returns the connections in the order of the projects, and the exit codes of failed projects.
async fn fetch(
    context: &Context,
    projects: &[Resolved<ProjectId>],
    concurrency: usize,
) -> Result<(Vec<ConnectionRow>, Vec<u8>), Failure> {
    let ids: Vec<ProjectId> = projects.iter().map(|it| it.value.clone()).collect();
    let order: HashMap<&ProjectId, usize> = projects.iter().map(|it| &it.value).zip(0..).collect();
    let progress = Progress::start(&format!("{} projects", ids.len()));
    let mut stream = pin!(context.client.list_in_projects(ids, concurrency));
    let mut lists = Vec::new();
    let mut exit_codes = Vec::new();
    while let Some((project, result)) = stream.next().await {
        match result {
            Ok(connections) => lists.push((project, connections)),
            Err(error) => {
                let context = context.for_project(&projects[order[&project]]);
                let action = format!("list the private endpoint connections of project {project}");
                let failure = context.failed_to(action)(error);
                exit_codes.push(failure.exit_code());
                progress.suspend(|| context.messages.failure(&failure));
            }
        }
        progress.set_state(&format!("{} done", lists.len() + exit_codes.len()));
    }
    lists.sort_by_key(|(project, _)| order[project]);
    let rows = lists.into_iter().flat_map(|(project, connections)| {
        let connections = connections.into_iter();
        connections.map(move |it| ConnectionRow::new(Some(project.clone()), it))
    });
    Ok((rows.collect(), exit_codes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "5356823b3004dee37132bb7b";

    #[test]
    fn file_has_ids_and_comments() {
        let text = format!(
            "\u{feff}{ID}\n# production\n{ID}\n\n  5356823b3004dee37132bb7c  # staging\r\n{ID}\n"
        );
        let projects = parse(&text, &Source::StandardInput).unwrap();
        let projects = without_duplicates(projects);
        let ids: Vec<&str> = projects.iter().map(|it| it.value.as_str()).collect();
        assert_eq!(ids, [ID, "5356823b3004dee37132bb7c"]);
    }

    #[test]
    fn error_names_the_line_without_an_id() {
        let error = parse("\n../x\n", &Source::StandardInput).unwrap_err();
        let error = error.to_string();
        assert!(error.starts_with("standard input, line 2: "), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn no_file_causes_a_panic(text: String) {
            let _ = parse(&text, &Source::Default);
        }
    }
}
