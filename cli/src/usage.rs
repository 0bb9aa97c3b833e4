//! A command line that cannot be understood.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::args::Arguments;
use crate::args::globals::Format;
use crate::failure::Failure;

/// What the words of a command line come to.
pub(crate) enum Parsed {
    Arguments(Box<Arguments>),
    /// Help or a complaint for people, as clap lays it out.
    Text(clap::Error),
    /// A complaint for a program.
    Json(Failure),
}

/// Reads a command line. `otherwise` is the format of what does not say one.
pub(crate) fn parse(words: &[OsString], otherwise: Option<Format>) -> Parsed {
    match Arguments::try_parse_from(words) {
        Ok(arguments) if dropped_projects(words, &arguments) => {
            let problem =
                "--project-id is given before and after the command; give all of them after it";
            if wants_json(words, otherwise) {
                return Parsed::Json(Failure::usage(problem));
            }
            Parsed::Text(Arguments::command().error(ErrorKind::ArgumentConflict, problem))
        }
        Ok(arguments) => Parsed::Arguments(Box::new(arguments)),
        Err(error)
            if error.use_stderr() && wants_json(words, otherwise) && is_complaint(&error) =>
        {
            Parsed::Json(Failure::usage(one_line(&error.to_string())))
        }
        Err(error) => Parsed::Text(error),
    }
}

/// Whether projects are given that do not count: of an option that may stand before the command and after
/// it, clap keeps what stands after it.
fn dropped_projects(words: &[OsString], arguments: &Arguments) -> bool {
    let names = ["--project-id", "--projectId"];
    let is_project = |word: &str| {
        let name = word.split_once('=').map_or(word, |(name, _)| name);
        names.contains(&name)
    };
    let words = words.iter().map(|word| word.to_string_lossy());
    let given = words
        .take_while(|word| word != "--")
        .filter(|word| is_project(word));
    given.count() > arguments.globals.project_ids.len()
}

/// Help that is shown because there is no command goes to standard error, too.
fn is_complaint(error: &clap::Error) -> bool {
    error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
}

/// Whether JSON was asked for, told from words that could not be understood as a whole.
fn wants_json(words: &[OsString], otherwise: Option<Format>) -> bool {
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let attached = words.iter().find_map(|word| {
        word.strip_prefix("--output=")
            .or_else(|| word.strip_prefix("-o="))
            .or_else(|| word.strip_prefix("-o").filter(|rest| !rest.is_empty()))
    });
    let separate = words
        .windows(2)
        .find(|pair| pair[0] == "-o" || pair[0] == "--output")
        .map(|pair| &*pair[1]);
    let format = match attached.or(separate) {
        Some(name) => Format::named(name),
        None => otherwise,
    };
    format.is_some_and(Format::is_json)
}

/// clap's first paragraph without its label; the rest repeats the usage.
fn one_line(text: &str) -> String {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let end = text
        .find("\n\nUsage:")
        .or_else(|| text.find("\n\nFor more"));
    let words: Vec<&str> = text[..end.unwrap_or(text.len())]
        .split_whitespace()
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_recognised_however_it_is_asked_for() {
        let wants = |words: &[&str]| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            wants_json(&words, None)
        };
        for words in [
            &["x", "-o", "json"][..],
            &["x", "-ojson"],
            &["x", "-o=jsonl"],
            &["x", "--output", "json"],
            &["x", "--output=json"],
        ] {
            assert!(wants(words), "{words:?}");
        }
        for words in [&["x"][..], &["x", "-o"], &["x", "-o", "table"], &["json"]] {
            assert!(!wants(words), "{words:?}");
        }
        let by_variable = |words: &[&str]| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            wants_json(&words, Some(Format::Json))
        };
        assert!(by_variable(&["x"]));
        assert!(!by_variable(&["x", "-o", "table"]));
    }
}
