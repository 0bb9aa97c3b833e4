//! Parses a command line, and formats its errors for people or programs.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use super::{Arguments, Format, atlas_cli};
use crate::failure::Failure;

/// The result of parsing a command line.
pub(crate) enum Parsed {
    Arguments(Box<Arguments>),
    /// Help or an error for people, in the layout of clap.
    Text(clap::Error),
    /// An error for programs.
    Json(Failure),
}

/// Parses a command line. `default` is the output format without `--output`.
pub(crate) fn parse(words: &[OsString], default: Option<Format>) -> Parsed {
    let words = &atlas_cli::translate(words);
    let error = match Arguments::try_parse_from(words) {
        Ok(arguments) if !ignores_projects(words, &arguments) => {
            return Parsed::Arguments(Box::new(arguments));
        }
        Ok(_) => Arguments::command().error(
            ErrorKind::ArgumentConflict,
            "--project-id is given before and after the command; give all of them after it",
        ),
        Err(mut error) => {
            atlas_cli::add_hint(&mut error);
            error
        }
    };
    // Help that is printed because there is no command goes to standard error too.
    let is_help =
        !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if !is_help && is_json_requested(words, default) {
        return Parsed::Json(failure(&error.to_string()));
    }
    Parsed::Text(error)
}

/// Returns true if projects are given before and after the command: clap keeps only those after it.
fn ignores_projects(words: &[OsString], arguments: &Arguments) -> bool {
    let is_project = |word: &str| {
        let name = word.split_once('=').map_or(word, |(name, _)| name);
        ["--project-id", "--projectId"].contains(&name)
    };
    let words = words.iter().map(|word| word.to_string_lossy());
    let given = words
        .take_while(|word| word != "--")
        .filter(|word| is_project(word));
    given.count() > arguments.globals.project_ids.len()
}

/// Returns true if the output format is JSON, for a command line that could not be parsed.
fn is_json_requested(words: &[OsString], default: Option<Format>) -> bool {
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
        None => default,
    };
    format.is_some_and(Format::is_json)
}

/// Returns clap's message without its label, with its first tip as the hint. The rest repeats the usage.
fn failure(text: &str) -> Failure {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let end = text
        .find("\n\nUsage:")
        .or_else(|| text.find("\n\nFor more"));
    let mut parts = text[..end.unwrap_or(text.len())].split("\n  tip: ");
    let one_line = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
    let failure = Failure::usage(parts.next().map(one_line).unwrap_or_default());
    match parts.next() {
        Some(tip) => failure.with_hint(one_line(tip)),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_recognized_in_every_spelling() {
        let requested = |words: &str, default| {
            let words: Vec<OsString> = words.split(' ').map(OsString::from).collect();
            is_json_requested(&words, default)
        };
        for words in [
            "x -o json",
            "x -ojson",
            "x -o=jsonl",
            "x --output json",
            "x --output=json",
        ] {
            assert!(requested(words, None), "{words}");
        }
        for words in ["x", "x -o", "x -o table", "json"] {
            assert!(!requested(words, None), "{words}");
        }
        assert!(requested("x", Some(Format::Json)));
        assert!(!requested("x -o table", Some(Format::Json)));
    }
}
