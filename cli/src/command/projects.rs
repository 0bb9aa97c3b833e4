//! The connections of many projects.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::pin::pin;

use atlas_private_endpoint::ProjectId;
use atlas_private_endpoint::types::PrivateEndpointConnection;
use futures_util::StreamExt;

use crate::args::connections::List;
use crate::args::globals::Globals;
use crate::context::Context;
use crate::failure::{Failure, Reason, exit_code};
use crate::interrupt::or_interrupted;
use crate::output::Printer;
use crate::output::Progress;
use crate::output::{ConnectionRow, Output};
use crate::settings::BYTE_ORDER_MARK;
use crate::settings::Settings;
use crate::settings::origin::{Found, Origin};

/// The name of a file that means standard input.
const STANDARD_INPUT: &str = "-";

/// The projects to list, each once, in the order in which they were given. There is at least one.
pub(super) struct Projects {
    first: Found<ProjectId>,
    others: Vec<Found<ProjectId>>,
}

impl Projects {
    fn new(given: Vec<Found<ProjectId>>) -> Option<Self> {
        let mut known = HashSet::new();
        let mut projects = given
            .into_iter()
            .filter(|project| known.insert(project.value.as_str().to_ascii_lowercase()));
        Some(Self {
            first: projects.next()?,
            others: projects.collect(),
        })
    }

    pub(super) fn first(&self) -> &Found<ProjectId> {
        &self.first
    }

    fn iter(&self) -> impl Iterator<Item = &Found<ProjectId>> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

/// The projects, when more than one may be meant; `None` when it is the one project of the settings.
///
/// # Errors
///
/// When the file cannot be read, holds something else, or has no project.
pub(super) fn many(
    globals: &Globals,
    settings: &Settings,
    list: &List,
) -> Result<Option<Projects>, Failure> {
    let given_by_option = globals.project_ids.len();
    let Some(file) = &list.projects_file else {
        if given_by_option < 2 {
            return Ok(None);
        }
        refuse_watching(list)?;
        return Ok(Projects::new(settings.projects.clone()));
    };
    refuse_watching(list)?;
    if file == Path::new(STANDARD_INPUT) && globals.private_key_file.as_deref() == Some(file) {
        return Err(Failure::usage(
            "--projects-file and --private-key-file cannot both be standard input",
        ));
    }
    // A project of the environment or the profile is not one that was asked for here.
    let mut projects = settings.projects.clone();
    projects.truncate(given_by_option);
    projects.extend(read(file)?);
    let none = || Failure::usage(format!("there is no project in {}", file.display()));
    Projects::new(projects).ok_or_else(none).map(Some)
}

fn refuse_watching(list: &List) -> Result<(), Failure> {
    if list.watching.watch {
        return Err(Failure::usage("--watch is for one project"));
    }
    Ok(())
}

/// One id on each line; what follows a `#` is for people.
fn read(file: &Path) -> Result<Vec<Found<ProjectId>>, Failure> {
    let (text, origin, name) = if file == Path::new(STANDARD_INPUT) {
        let text = read_all(io::stdin().lock());
        (text, Origin::StandardInput, "standard input".to_owned())
    } else {
        let origin = Origin::File(file.to_owned());
        let text = fs::File::open(file).and_then(read_all);
        (text, origin, file.display().to_string())
    };
    let text = text.map_err(|error| {
        Failure::usage(format!("the projects cannot be read from {name}: {error}"))
    })?;
    parse(&text, &origin, &name)
}

/// A million projects fit into it; a file that is longer is another than was meant.
const LONGEST_FILE: u64 = 32 << 20;

fn read_all(source: impl Read) -> io::Result<String> {
    let mut text = String::new();
    let read = source.take(LONGEST_FILE).read_to_string(&mut text)?;
    if read as u64 == LONGEST_FILE {
        return Err(io::Error::other("it is longer than any list of projects"));
    }
    Ok(text)
}

fn parse(text: &str, origin: &Origin, name: &str) -> Result<Vec<Found<ProjectId>>, Failure> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut projects = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let id = line.split('#').next().unwrap_or_default().trim();
        if id.is_empty() {
            continue;
        }
        let project = ProjectId::new(id)
            .map_err(|error| Failure::usage(format!("{name}, line {number}: {error}")))?;
        projects.push(Found::new(project, origin.clone()));
    }
    Ok(projects)
}

/// Lists them all and prints what there is; a project that fails is told, and the rest goes on.
///
/// # Errors
///
/// After the output, when a project failed: with the exit code of all failures, where that is one.
pub(super) async fn list(
    context: &Context,
    projects: &Projects,
    list: &List,
    printer: &Printer,
) -> Result<(), Failure> {
    let at_once = usize::from(list.concurrency);
    let Listed { rows, codes, of } =
        or_interrupted(fetch(context, projects, at_once, printer), || {
            "nothing was changed".to_owned()
        })
        .await?;
    let Some(first) = codes.first() else {
        return printer.print(&Output::Connections(rows));
    };
    // That there are none cannot be said of projects that failed.
    printer.print_without_note(&Output::Connections(rows))?;
    let same = codes.iter().all(|code| code == first);
    Err(Failure::new(Reason::Projects {
        failed: codes.len(),
        of,
        code: if same { *first } else { exit_code::OTHER },
    }))
}

/// What came of all projects.
struct Listed {
    rows: Vec<ConnectionRow>,
    codes: Vec<u8>,
    of: usize,
}

async fn fetch(
    context: &Context,
    projects: &Projects,
    at_once: usize,
    printer: &Printer,
) -> Result<Listed, Failure> {
    let ids: Vec<ProjectId> = projects.iter().map(|found| found.value.clone()).collect();
    let of = ids.len();
    let progress = Progress::start(&format!("{of} projects"));
    let mut stream = pin!(context.client.list_in_projects(ids, at_once));
    let mut found: Vec<(ProjectId, Vec<PrivateEndpointConnection>)> = Vec::new();
    let mut codes = Vec::new();
    while let Some((project, result)) = stream.next().await {
        match result {
            Ok(connections) => found.push((project, connections)),
            Err(error) => {
                let given = projects.iter().find(|found| found.value == project);
                let context = context.for_project(given.unwrap_or(projects.first()));
                let action = format!("list the private endpoint connections of project {project}");
                let failure = context.failed(action)(error);
                codes.push(failure.exit_code());
                progress.suspend(|| printer.messages().failure(&failure));
            }
        }
        progress.set_state(&format!("{} done", found.len() + codes.len()));
    }
    Ok(Listed {
        rows: rows(projects, &mut found),
        codes,
        of,
    })
}

/// Answers come in any order; people and scripts get them in that of the projects.
fn rows(
    projects: &Projects,
    found: &mut Vec<(ProjectId, Vec<PrivateEndpointConnection>)>,
) -> Vec<ConnectionRow> {
    let given = projects.iter().map(|project| &project.value);
    let order: HashMap<&ProjectId, usize> = given.zip(0..).collect();
    found.sort_by_key(|(project, _)| order.get(project));
    found
        .drain(..)
        .flat_map(|(project, connections)| {
            connections
                .into_iter()
                .map(move |connection| ConnectionRow::new(Some(project.clone()), connection))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "5356823b3004dee37132bb7b";

    #[test]
    fn a_file_of_projects_may_say_what_they_are() {
        let text = format!(
            "\u{feff}{ID}\n# production\n{ID}\n\n  5356823b3004dee37132bb7c  # staging\r\n{ID}\n"
        );
        let projects = parse(&text, &Origin::StandardInput, "f").unwrap();
        let projects = Projects::new(projects).unwrap();
        let ids: Vec<&str> = projects.iter().map(|found| found.value.as_str()).collect();
        assert_eq!(ids, [ID, "5356823b3004dee37132bb7c"]);
    }

    #[test]
    fn a_line_that_is_no_project_is_told() {
        let error = parse("\n../x\n", &Origin::StandardInput, "file").unwrap_err();
        assert!(error.to_string().starts_with("file, line 2: "), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn no_file_makes_it_panic(text: String) {
            let _ = parse(&text, &Origin::Default, "file");
        }
    }
}
