//! Command lines as users of the Atlas CLI write them.
//!
//! They are rewritten before parsing, because the Atlas CLI takes an id from an option where this program takes it
//! from its position; clap has no alias for that.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};

const CONNECTION: &str = "--endpointServiceId";
const INTERFACE_ENDPOINT: &str = "--privateEndpointId";

/// Rewrites a command line of the Atlas CLI as one of this program, where it has one meaning.
pub(super) fn translate(words: &[OsString]) -> Vec<OsString> {
    let mut words = words.to_vec();
    let group = find_pair(&words, |first, second| is_group(first) && second == "aws");
    if let Some(at) = group {
        words.drain(at..at + 2);
    }
    let interfaces = find_pair(&words, |first, second| {
        let commands = ["create", "describe", "get", "delete", "rm"];
        first == "interfaces" && commands.contains(&second)
    });
    if let Some(at) = interfaces {
        let first_argument = at + 2;
        if let Some(id) = take_option(&mut words, first_argument, CONNECTION) {
            words.insert(first_argument, id);
        }
        // The last word is the last positional argument, also after `--`.
        if let Some(id) = take_option(&mut words, first_argument, INTERFACE_ENDPOINT) {
            words.push(id);
        }
    }
    words
}

/// Replaces the suggestion of clap for a word of the Atlas CLI that has no or more than one meaning here.
pub(super) fn add_hint(error: &mut clap::Error) {
    let word = [ContextKind::InvalidSubcommand, ContextKind::InvalidArg]
        .iter()
        .find_map(|kind| match error.get(*kind) {
            Some(ContextValue::String(word)) => Some(word.as_str()),
            _ => None,
        });
    let hint = match word {
        Some("watch") => {
            "'wait' with '--for available' waits until it is available; 'describe' with '--watch' prints each change"
        }
        Some(CONNECTION | INTERFACE_ENDPOINT) => {
            "'atlas-pe interfaces' has commands for interface endpoints, such as 'atlas-pe interfaces describe CONNECTION VPCE'"
        }
        Some(word) if is_group(word) => {
            "the commands of 'privateEndpoints aws' are those of atlas-pe, such as 'atlas-pe list'; it has none for \
             other cloud providers"
        }
        _ => return,
    };
    error.remove(ContextKind::SuggestedSubcommand);
    error.remove(ContextKind::SuggestedArg);
    let hint = ContextValue::StyledStrs(vec![hint.into()]);
    error.insert(ContextKind::Suggested, hint);
}

/// Returns true for the Atlas CLI's group of commands for private endpoints.
fn is_group(word: &str) -> bool {
    ["privateEndpoints", "privateEndpoint"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name))
}

/// Returns the index of the first two adjacent words, before `--`, that match.
fn find_pair(words: &[OsString], matches: impl Fn(&str, &str) -> bool) -> Option<usize> {
    let is_match = |pair: &[OsString]| {
        let (first, second) = (pair.first()?.to_str()?, pair.get(1)?.to_str()?);
        Some(matches(first, second))
    };
    words
        .split(|word| word == "--")
        .next()?
        .windows(2)
        .position(|pair| is_match(pair) == Some(true))
}

/// Removes an option from the words after `start` and before `--`, and returns its value.
fn take_option(words: &mut Vec<OsString>, start: usize, name: &str) -> Option<OsString> {
    let end = words.iter().position(|word| word == "--");
    for index in start..end.unwrap_or(words.len()) {
        let word = words[index].to_str().unwrap_or_default();
        let Some(rest) = word.strip_prefix(name) else {
            continue;
        };
        if let Some(value) = rest.strip_prefix('=') {
            let value = value.into();
            words.remove(index);
            return Some(value);
        }
        if rest.is_empty() && index + 1 < end.unwrap_or(words.len()) {
            words.remove(index);
            return Some(words.remove(index));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translated(line: &str) -> String {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let words = translate(&words);
        words.join(" ".as_ref()).into_string().unwrap()
    }

    #[test]
    fn command_lines_of_the_atlas_cli_are_translated() {
        for (line, expected) in [
            ("x privateEndpoints aws list -o json", "x list -o json"),
            (
                "x -P dev privateendpoint aws describe ID",
                "x -P dev describe ID",
            ),
            (
                "x interfaces create ID --privateEndpointId V --wait",
                "x interfaces create ID --wait V",
            ),
            (
                "x interfaces create --privateEndpointId=V -- ID",
                "x interfaces create -- ID V",
            ),
            (
                "x privateEndpoints aws interfaces delete V --endpointServiceId ID --force",
                "x interfaces delete ID V --force",
            ),
            (
                "x interfaces get --endpointServiceId=ID V",
                "x interfaces get ID V",
            ),
        ] {
            assert_eq!(translated(line), expected);
        }
    }

    #[test]
    fn other_command_lines_are_kept() {
        for line in [
            "x",
            "x list -P privateEndpoints",
            "x privateEndpoints azure list",
            "x -- privateEndpoints aws",
            "x interfaces create ID --privateEndpointId",
            "x interfaces create ID -- --privateEndpointId V",
            "x describe V --endpointServiceId ID",
        ] {
            assert_eq!(translated(line), line);
        }
    }
}
