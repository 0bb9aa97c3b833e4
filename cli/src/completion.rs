//! Completes a command line, with connections and interface endpoints that exist and profiles of the file.
//!
//! The script of a shell calls the program for it, with its name in a variable and the line as arguments. What
//! fails is silent: a message would be in the middle of the line that is being typed.

use std::env;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use atlas_private_endpoint::types::{PrivateEndpointConnection, Region};
use clap::{ArgMatches, Command, CommandFactory, FromArgMatches};
use clap_complete::env::Shells;
use clap_complete::{ArgValueCandidates, CompletionCandidate};
use tokio::runtime::Builder;
use tokio::time::timeout;

use crate::args::{Arguments, ConnectionRef, Globals};
use crate::context::{Context, shell_word};
use crate::environment;
use crate::output::{Printer, silence_warnings};
use crate::render::escaped_line;
use crate::settings::{Settings, Sources};

/// The variable with the name of the shell that asks for completions.
pub(crate) const VARIABLE: &str = "ATLAS_PE_COMPLETE";

/// The variable of clap's scripts with the index of the word to complete. Without it, that is the last one.
const INDEX_VARIABLE: &str = "_CLAP_COMPLETE_INDEX";

/// How long Atlas may take to list the connections.
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// Returns the script that makes a shell call the program. `None` stands for a shell that clap does not know.
pub(crate) fn script(shell: &str) -> Option<String> {
    let shells = Shells::builtins();
    let mut script = Vec::new();
    let name = Arguments::command().get_name().to_owned();
    let shell = shells.completer(shell)?;
    // Found on the path, as it is when the user types it, since the script may be installed with a package.
    shell
        .write_registration(VARIABLE, &name, &name, &name, &mut script)
        .ok()?;
    Some(String::from_utf8_lossy(&script).into_owned())
}

/// Returns the completions in the format of a shell. `words` are the arguments of the program: its name, `--`
/// and the line.
pub(crate) fn complete(shell: &str, words: &[OsString]) -> Option<String> {
    silence_warnings();
    let shells = Shells::builtins();
    let shell = shells.completer(shell)?;
    let line = words.iter().skip_while(|word| *word != "--").skip(1);
    let line: Arc<[OsString]> = line.cloned().collect();
    let mut command = Arguments::command();
    // Adds the options for help and the version, too.
    command.build();
    let mut command = with_candidates(command, &line);
    let mut completions = Vec::new();
    let directory = env::current_dir().ok();
    shell
        .write_complete(
            &mut command,
            line.to_vec(),
            directory.as_deref(),
            &mut completions,
        )
        .ok()?;
    Some(String::from_utf8_lossy(&completions).into_owned())
}

/// Adds candidates that are not part of the definition of the command line.
fn with_candidates(command: Command, line: &Arc<[OsString]>) -> Command {
    // The interface endpoints that can be added exist in AWS only.
    let is_addition = command.get_name() == "create";
    let command = command.mut_args(|mut argument| {
        // An option is suggested where it is begun, or where there is nothing else.
        if !argument.is_positional() {
            argument = argument.hide(true);
        }
        let candidates = match argument.get_id().as_str() {
            "connection" => connection_candidates,
            "vpce" if !is_addition => interface_endpoint_candidates,
            "profile" => profile_candidates,
            "region" => region_candidates,
            _ => return argument,
        };
        let line = Arc::clone(line);
        argument.add(ArgValueCandidates::new(move || {
            let mut candidates = candidates(&line);
            // bash does not quote what it completes, and a server chooses some of it.
            candidates.retain(|it| {
                let value = it.get_value().to_string_lossy();
                shell_word(&value) == value
            });
            candidates
        }))
    });
    command.mut_subcommands(|command| with_candidates(command, line))
}

fn connection_candidates(line: &[OsString]) -> Vec<CompletionCandidate> {
    let candidate = |name: &str, help: String| {
        let help = escaped_line(&help).into();
        CompletionCandidate::new(name.to_owned()).help(Some(help))
    };
    let connections = connections(line).unwrap_or_default();
    let candidates = connections.iter().flat_map(|connection| {
        let PrivateEndpointConnection { id, status, .. } = connection;
        let id = id.as_str();
        match connection.region() {
            Some(region) => vec![
                candidate(region.as_str(), format!("{id} {status}")),
                candidate(id, format!("{region} {status}")),
            ],
            None => vec![candidate(id, status.to_string())],
        }
    });
    candidates.collect()
}

/// Returns the interface endpoints of the connection that the line names.
fn interface_endpoint_candidates(line: &[OsString]) -> Vec<CompletionCandidate> {
    let Some(named) = named_connection(line) else {
        return Vec::new();
    };
    let mut connections = connections(line).unwrap_or_default();
    connections.retain(|connection| named.is(connection));
    let ids = connections
        .into_iter()
        .flat_map(|it| it.interface_endpoints);
    ids.map(|id| CompletionCandidate::new(id.to_string()))
        .collect()
}

fn region_candidates(_: &[OsString]) -> Vec<CompletionCandidate> {
    let regions = Region::KNOWN.iter();
    regions
        .map(|region| CompletionCandidate::new(region.as_str()))
        .collect()
}

fn profile_candidates(_: &[OsString]) -> Vec<CompletionCandidate> {
    let names = Sources::new(&environment, None).profile_names();
    names.into_iter().map(CompletionCandidate::new).collect()
}

/// Returns the connection that the line names.
fn named_connection(line: &[OsString]) -> Option<ConnectionRef> {
    let matches = matches(line)?;
    let mut command = &matches;
    while let Some((_, below)) = command.subcommand() {
        command = below;
    }
    let name = command.get_raw("connection")?.next()?;
    name.to_str()?.parse().ok()
}

/// Parses the line without the word to complete, as far as it is valid.
fn matches(line: &[OsString]) -> Option<ArgMatches> {
    let index = environment(INDEX_VARIABLE).and_then(|index| index.parse().ok());
    let index = index.unwrap_or(line.len().saturating_sub(1));
    let words = line.iter().enumerate().filter(|(at, _)| *at != index);
    let command = Arguments::command().ignore_errors(true);
    command
        .try_get_matches_from(words.map(|(_, word)| word))
        .ok()
}

/// Lists the connections of the project with the settings of the line.
fn connections(line: &[OsString]) -> Option<Vec<PrivateEndpointConnection>> {
    let globals = Globals::from_arg_matches(&matches(line)?).ok()?;
    let sources = Sources::new(&environment, globals.profile.as_deref());
    let settings = Settings::resolve(&globals, &sources).ok()?;
    let project = settings.projects.first();
    let messages = Printer::default().messages();
    let context = Context::new(&globals, &sources, &settings, project, messages).ok()?;
    let runtime = Builder::new_current_thread().enable_all().build().ok()?;
    let connections = runtime.block_on(async {
        let (client, project) = (&context.client, &context.project);
        timeout(
            TIME_LIMIT,
            client.list_private_endpoint_connections(project),
        )
        .await
    });
    // A name that is still being resolved must not delay the end.
    runtime.shutdown_background();
    connections.ok()?.ok()
}
