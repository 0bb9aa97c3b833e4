//! Completion of command lines, through the scripts of the shells.
#![cfg(unix)]

use std::env;
use std::fs::File;
use std::path::Path;
use std::process::Command;

use atlas_pe_sandbox::fault::{Effect, Fault, Stage};
use rexpect::session::spawn_command;
use tempfile::TempDir;

use crate::harness::{Home, Run, VPCE, World, bare_command, run};

/// The time after which a test fails that waits for a text, in milliseconds.
const TIMEOUT: Option<u64> = Some(30_000);

const PROMPT: &str = "prompt> ";

/// Asks for the completions of the last word, as the script of fish does: one per line, with its help after a
/// tab.
fn complete(world: &World, line: &[&str]) -> Run {
    let mut command = world.command(&[&["--", "atlas-pe"], line].concat());
    command.env("ATLAS_PE_COMPLETE", "fish");
    run(command)
}

/// Returns the completions without their help. There must be nothing on standard error.
fn values(world: &World, line: &[&str]) -> Vec<String> {
    let run = complete(world, line);
    assert_eq!((run.code, &*run.stderr), (0, ""), "{run}");
    let lines = run.stdout.lines();
    let values = lines.map(|line| line.split('\t').next().unwrap_or_default().to_owned());
    values.collect()
}

#[test]
fn connections_and_interface_endpoints_are_completed() {
    let world = World::new();
    let id = &*world.connection_in_use();
    world.json(&["create", "--region", "eu-west-1"]);
    for command in ["describe", "delete", "wait", "aws-command"] {
        assert_eq!(values(&world, &[command, &id[..20]]), [id], "{command}");
    }
    let with_help = complete(&world, &["describe", &id[..20]]);
    assert_eq!(with_help.stdout, format!("{id}\tus-east-1 AVAILABLE\n"));
    // The region of the second one is not known yet.
    assert_eq!(values(&world, &["describe", ""]).len(), 3);
    let with_help = complete(&world, &["describe", "us"]);
    assert_eq!(with_help.stdout, format!("us-east-1\t{id} AVAILABLE\n"));
    for command in ["describe", "delete", "wait"] {
        for connection in [id, "us-east-1"] {
            let line = ["interfaces", command, connection, ""];
            assert_eq!(values(&world, &line), [VPCE], "{command}");
        }
    }
}

#[test]
fn options_of_the_line_select_the_project_of_the_completions() {
    let world = World::new();
    let id = world.new_connection();
    let project = world.sandbox.project_id();
    let complete = |line: &[&str]| {
        let mut command = bare_command(&[&["--", "atlas-pe"], line].concat());
        let variables = world.sandbox.env();
        let is_key = |name: &str| name.contains("KEY");
        command.envs(variables.into_iter().filter(|(name, _)| is_key(name)));
        command.env("ATLAS_PE_COMPLETE", "fish");
        run(command).stdout
    };
    let base_url = world.sandbox.origin();
    let options = ["--base-url", base_url, "--project-id", project];
    let line = [&["describe"][..], &options, &[""]].concat();
    assert!(complete(&line).contains(&id));
    let before = [&options[..], &["describe", ""]].concat();
    assert!(complete(&before).contains(&id));
}

#[test]
fn regions_values_and_files_are_completed() {
    let world = World::new();
    assert_eq!(
        values(&world, &["create", "--region", "eu-no"]),
        ["eu-north-1"]
    );
    assert_eq!(values(&world, &["list", "-o", "js"]), ["json", "jsonl"]);
    assert_eq!(values(&world, &["list", "--proj"]).len(), 2);
    assert_eq!(values(&world, &["interfaces", "del"]), ["delete"]);
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("ca.pem");
    File::create(&path).unwrap();
    let path = path.to_str().unwrap();
    let prefix = &path[..path.len() - 4];
    assert_eq!(values(&world, &["list", "--ca-file", prefix]), [path]);
    // There is nothing to suggest for these, and no file fits.
    for line in [
        &["list", "--query", ""][..],
        &["list", "--project-id", ""],
        &["interfaces", "create", &"0".repeat(24), ""],
    ] {
        let values = values(&world, line);
        let words = values.iter().filter(|value| !value.starts_with('-'));
        assert_eq!(words.count(), 0, "{line:?}: {values:?}");
    }
    assert_eq!(world.sandbox.request_count(), 0);
}

#[test]
fn profiles_are_completed() {
    let home = Home::new("[default]\n[staging]\nproject_id = \"x\"\n[production]\n['$(ls)']\n");
    home.set_mode(0o644);
    let mut command = home.command(&["--", "atlas-pe", "list", "-P", ""]);
    command.env("ATLAS_PE_COMPLETE", "fish");
    let run = run(command);
    assert_eq!(
        (&*run.stdout, &*run.stderr),
        ("default\nproduction\nstaging\n", ""),
        "{run}"
    );
}

#[test]
fn failed_completion_is_silent() {
    let world = World::new();
    let line = ["--", "atlas-pe", "describe", ""];
    let silent = |mut command: Command| {
        command.env("ATLAS_PE_COMPLETE", "fish");
        let run = run(command);
        let ids = run.stdout.lines().filter(|line| !line.starts_with('-'));
        assert_eq!((run.code, ids.count(), &*run.stderr), (0, 0, ""), "{run}");
    };
    silent(bare_command(&line));
    let mut wrong_key = world.command(&line);
    wrong_key.env("MONGODB_ATLAS_PRIVATE_API_KEY", "wrong");
    silent(wrong_key);
    let mut unreadable = world.command(&line);
    unreadable.env("MONGODB_ATLAS_PROJECT_ID", "not a project");
    silent(unreadable);
    let stall = Effect::Stall(Stage::BeforeHead);
    world.sandbox.inject(Fault::on_any().effect(stall));
    silent(world.command(&line));

    let mut unknown_shell = world.command(&line);
    unknown_shell.env("ATLAS_PE_COMPLETE", "tcsh");
    let run = run(unknown_shell);
    assert_eq!((&*run.stdout, &*run.stderr), ("", ""), "{run}");
}

#[test]
fn script_of_every_shell_calls_the_program() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = run(bare_command(&["completion", shell]));
        assert_eq!((run.code, &*run.stderr), (0, ""), "{run}");
        assert!(run.stdout.contains("ATLAS_PE_COMPLETE"), "{run}");
    }
    run(bare_command(&["completion", "tcsh"])).assert_failure(2, &["tcsh", "bash"]);
}

/// Returns a shell with only the sandbox's variables and the program's directory in its environment, or `None`
/// where the shell is not installed.
fn shell(world: &World, name: &str, arguments: &[&str]) -> Option<Command> {
    let path = env::var_os("PATH")?;
    let mut directories: Vec<_> = env::split_paths(&path).collect();
    directories.iter().find(|it| it.join(name).exists())?;
    let program = Path::new(env!("CARGO_BIN_EXE_atlas-pe"));
    directories.insert(0, program.parent()?.to_owned());
    let mut command = Command::new(name);
    command.args(arguments).env_clear();
    command.env("PATH", env::join_paths(directories).ok()?);
    command.env("TERM", "dumb").env("PS1", PROMPT);
    command.envs(world.sandbox.env());
    Some(command)
}

#[test]
fn interactive_shells_complete_words_and_no_files() {
    let world = World::new();
    let id = &*world.connection_in_use();
    let directory = TempDir::new().unwrap();
    File::create(directory.path().join("a-file")).unwrap();
    let bash = ["--norc", "--noprofile", "-i"];
    for (name, arguments, setup) in [
        ("bash", &bash[..], "source <(atlas-pe completion bash)"),
        (
            "zsh",
            &["-f", "-i"],
            "autoload -U compinit; compinit -u -D; source <(atlas-pe completion zsh)",
        ),
    ] {
        let Some(mut command) = shell(&world, name, arguments) else {
            continue;
        };
        command.current_dir(directory.path());
        let mut session = spawn_command(command, TIMEOUT).unwrap();
        session.exp_string(PROMPT).unwrap();
        // Without an echo, bash does not print what it completes.
        session
            .send_line(&format!("stty echo; {setup}; echo rea''dy"))
            .unwrap();
        session.exp_string("ready").unwrap();
        session.exp_string(PROMPT).unwrap();
        // A file would follow the option; Control-U removes the line.
        let prefix = &id[..20];
        let without_files = "atlas-pe list --query \t\t\u{15}";
        let with_ids = format!("atlas-pe interfaces describe {prefix}\t\t");
        session.send(&format!("{without_files}{with_ids}")).unwrap();
        session.flush().unwrap();
        let before = session.exp_string(VPCE).unwrap();
        // Interactive shells ignore the signal that ends the session otherwise.
        session.send("\u{15}exit\n").unwrap();
        session.flush().unwrap();
        session.exp_eof().unwrap();
        assert!(before.contains(id), "{name}: {before}");
        assert!(!before.contains("a-file"), "{name}: {before}");
    }
}

#[test]
fn fish_completes_words() {
    let world = World::new();
    let id = &*world.connection_in_use();
    let line = format!(
        "atlas-pe completion fish | source; complete -C 'atlas-pe interfaces describe {id} '"
    );
    if let Some(command) = shell(&world, "fish", &["--no-config", "-c", &line]) {
        let run = run(command);
        assert_eq!(run.stdout, format!("{VPCE}\n"), "{run}");
    }
}
