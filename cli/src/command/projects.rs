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
    let mut lists = Lists::new(context, projects, concurrency);
    let progress = Progress::start(&format!("{} projects", projects.len()));
    let mut done = 0;
    let fetched = lists.fetch(|_, failure| {
        if let Some(failure) = failure {
            progress.suspend(|| context.messages.failure(failure));
        }
        done += 1;
        progress.set_state(&format!("{done} done"));
    });
    let fetched = async {
        fetched.await;
        Ok(())
    };
    interruptible(fetched, || Err(Failure::interrupted("nothing was changed"))).await?;
    Ok((lists.output(), lists.failure()))
}

/// The connections of many projects, as far as they are known.
pub(super) struct Lists<'a> {
    context: &'a Context,
    projects: &'a [Resolved<ProjectId>],
    concurrency: usize,
    /// In the order of the projects.
    rows: Vec<Vec<ConnectionRow>>,
    /// The latest failures by project.
    failures: HashMap<usize, Failure>,
    /// The hints that were printed.
    hints: HashSet<String>,
}

impl<'a> Lists<'a> {
    pub(super) fn new(
        context: &'a Context,
        projects: &'a [Resolved<ProjectId>],
        concurrency: usize,
    ) -> Self {
        Self {
            context,
            projects,
            concurrency,
            rows: vec![Vec::new(); projects.len()],
            failures: HashMap::new(),
            hints: HashSet::new(),
        }
    }

    /// Lists all projects again. A project that fails keeps its connections, and each failure is reported when
    /// it differs from the one before. Fails if no project can be listed any more.
    pub(super) async fn poll(&mut self) -> Result<Output, Failure> {
        let messages = self.context.messages;
        self.fetch(|before, failure| {
            let message = |failure: &Failure| failure.to_string();
            if failure.map(message) != before.map(message)
                && let Some(failure) = failure
            {
                messages.failure(failure);
            }
        })
        .await;
        if self.failures.values().any(Failure::is_transient)
            || self.failures.len() < self.projects.len()
        {
            return Ok(self.output());
        }
        self.failure().map_or_else(|| Ok(self.output()), Err)
    }

    /// Lists all projects. `on_list` receives the failure of a project before and now.
    async fn fetch(&mut self, mut on_list: impl FnMut(Option<&Failure>, Option<&Failure>)) {
        let ids: Vec<ProjectId> = self.projects.iter().map(|it| it.value.clone()).collect();
        let order: HashMap<&ProjectId, usize> =
            self.projects.iter().map(|it| &it.value).zip(0..).collect();
        let mut stream = pin!(self.context.client.list_in_projects(ids, self.concurrency));
        while let Some((project, result)) = stream.next().await {
            let index = order[&project];
            let before = self.failures.remove(&index);
            match result {
                Ok(connections) => {
                    let rows = connections.into_iter();
                    let rows = rows.map(|it| ConnectionRow::new(Some(project.clone()), it));
                    self.rows[index] = rows.collect();
                }
                Err(error) => {
                    let context = self.context.for_project(&self.projects[index]);
                    let action =
                        format!("list the private endpoint connections of project {project}");
                    let mut failure = context.failed_to(action)(error);
                    // A cause that concerns many projects has one hint.
                    if let Some(hint) = failure.hint()
                        && !self.context.messages.is_json()
                        && !self.hints.insert(hint.to_owned())
                    {
                        failure = failure.without_hint();
                    }
                    self.failures.insert(index, failure);
                }
            }
            on_list(before.as_ref(), self.failures.get(&index));
        }
    }

    fn output(&self) -> Output {
        Output::Connections(self.rows.concat())
    }

    fn failure(&self) -> Option<Failure> {
        let exit_codes: Vec<u8> = self.failures.values().map(Failure::exit_code).collect();
        failure(&exit_codes, self.projects.len())
    }
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
