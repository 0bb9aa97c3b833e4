//! Terminals, signals and closed pipes.
#![cfg(unix)]

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault, Stage};
use rexpect::session::{PtySession, spawn_command};

use crate::harness::{LONG, MISSING, VPCE, World};

/// The time after which a test fails that waits for a text, in milliseconds.
const TIMEOUT: Option<u64> = Some(30_000);

const CLEAR_LINE: &str = "\u{1b}[2K";

fn at_terminal(world: &World, arguments: &[&str]) -> PtySession {
    let mut command = world.command(arguments);
    // The session sets a terminal as standard input.
    command.stdin(Stdio::inherit()).env("TERM", "xterm");
    spawn_command(command, TIMEOUT).unwrap()
}

fn exited_with(session: &PtySession, code: i32) -> bool {
    // The library does not export the type of an exit status.
    let end = format!("{:?}", session.process().wait().unwrap());
    end.starts_with("Exited(") && end.ends_with(&format!(", {code})"))
}

#[test]
fn delete_does_nothing_unless_confirmed() {
    let world = World::new();
    let id = world.ready_connection();
    for answer in ["n", "", "yeah"] {
        let mut session = at_terminal(&world, &["delete", &id]);
        session
            .exp_string(&format!("Delete private endpoint connection {id}"))
            .unwrap();
        session.exp_string("[y/N]").unwrap();
        session.send_line(answer).unwrap();
        session.exp_string("nothing was deleted").unwrap();
        session.exp_eof().unwrap();
        assert!(exited_with(&session, 1));
    }
    let requests = world.sandbox.requests();
    assert!(requests.iter().all(|request| request.method != "DELETE"));
}

#[test]
fn delete_does_not_ask_when_atlas_would_refuse() {
    let world = World::new();
    let id = world.connection_in_use();
    let mut session = at_terminal(&world, &["delete", "us-east-1"]);
    let hint = format!("hint: atlas-pe delete {id} --cascade");
    let before = session.exp_string(&hint).unwrap();
    assert!(
        before.contains(VPCE) && !before.contains("[y/N]"),
        "{before}"
    );
    session.exp_eof().unwrap();
    assert!(exited_with(&session, 5));
}

#[test]
fn delete_asks_for_confirmation() {
    let world = World::new();
    let id = world.ready_connection();
    let mut session = at_terminal(&world, &["delete", "us-east-1"]);
    let project = world.sandbox.project_id();
    let question = format!(
        "Delete private endpoint connection {id} of project {project}, in us-east-1, WAITING_FOR_USER, with no \
         interface endpoints? [y/N]"
    );
    session.exp_string(&question).unwrap();
    session.send_line("y").unwrap();
    session.exp_string("Atlas has begun to delete").unwrap();
    session.exp_eof().unwrap();
    assert!(exited_with(&session, 0));
    assert_eq!(world.json(&["describe", &id])["status"], "DELETING");
}

#[test]
fn private_key_is_not_read_from_a_terminal() {
    let world = World::new();
    let mut session = at_terminal(&world, &["list", "--private-key-file", "-"]);
    session.exp_string("standard input is a terminal").unwrap();
    session.exp_eof().unwrap();
    assert!(exited_with(&session, 2));
}

#[test]
fn wait_shows_progress_until_control_c() {
    let world = World::new();
    let id = &*world.new_connection();
    let mut session = at_terminal(&world, &["wait", id]);
    session
        .exp_string(&format!("connection {id}: INITIATING"))
        .unwrap();
    session.send_control('c').unwrap();
    session
        .exp_string("error: interrupted: Atlas continues with private endpoint connection")
        .unwrap();
    session
        .exp_string(&format!("hint: atlas-pe wait {id} --for ready"))
        .unwrap();
    let rest = session.exp_eof().unwrap();
    assert!(exited_with(&session, 130), "{rest}");
    // The connection is unchanged.
    assert_eq!(world.json(&["describe", id])["status"], "INITIATING");
}

/// Starts the CLI on a terminal with this many columns.
fn at_width(world: &World, columns: u16, arguments: &[&str]) -> PtySession {
    let mut command = Command::new("/bin/sh");
    let line = format!("stty rows 24 cols {columns}; exec \"$0\" \"$@\"");
    command.args(["-c", &line, env!("CARGO_BIN_EXE_atlas-pe")]);
    command.args(arguments).envs(world.sandbox.env());
    command.env("TERM", "xterm");
    spawn_command(command, TIMEOUT).unwrap()
}

/// Checks that no line is wrapped by a terminal that is narrowed to 60 columns. The library returns each byte as a
/// character, so that only those of ASCII are counted, and the spinner is another.
#[track_caller]
fn assert_fits(output: &str) {
    let output = output.replace(CLEAR_LINE, "\n");
    for line in output.split(['\n', '\r']) {
        let width = line.chars().filter(char::is_ascii).count();
        assert!(width <= 60, "{width} in {output:?}");
    }
}

#[test]
fn retry_is_explained_on_one_line_of_the_terminal() {
    for columns in [110, 80, 60] {
        let world = World::new();
        let id = &*world.new_connection();
        let unavailable = CannedResponse::html_502().header("Retry-After", "1");
        world
            .sandbox
            .inject(Fault::on_any().calls(1..=1).effect(unavailable));
        // A plain call.
        let mut session = at_width(&world, columns, &["list"]);
        let cause = "unexpected response 502 Bad Gateway; trying again";
        let before = session.exp_string(cause).unwrap();
        assert_fits(&format!("{before}{cause}"));
        let rest = session.exp_eof().unwrap();
        assert!(exited_with(&session, 0), "{rest}");
        let (_, table) = rest.rsplit_once(CLEAR_LINE).unwrap();
        assert!(table.contains(id) && !table.contains(cause), "{rest:?}");

        // A wait, which returns to its state.
        world.sandbox.clear_faults();
        let unavailable = CannedResponse::html_502().header("Retry-After", "1");
        let fault = Fault::on("getPrivateEndpointConnection").calls(2..=2);
        world.sandbox.inject(fault.effect(unavailable));
        let mut session = at_width(&world, columns, &["wait", id]);
        let mut output = String::new();
        for text in ["INITIATING", cause, "INITIATING"] {
            output += &session.exp_string(text).unwrap();
            output += text;
        }
        session.send_control('c').unwrap();
        session.exp_eof().unwrap();
        assert_fits(&output);
    }
}

#[test]
fn control_c_during_a_change_reports_an_unknown_outcome() {
    for (arguments, action) in [
        (
            &["create", "--region", "us-east-1"][..],
            "create a private endpoint connection in us-east-1",
        ),
        (
            &["delete", MISSING, "--force"],
            "delete private endpoint connection",
        ),
        (
            &["interfaces", "create", MISSING, VPCE],
            "add interface endpoint",
        ),
        (
            &["interfaces", "delete", MISSING, VPCE, "--force"],
            "delete interface endpoint",
        ),
    ] {
        let world = World::new();
        let stall = Effect::Stall(Stage::BeforeHead);
        world.sandbox.inject(Fault::on_any().effect(stall));
        let mut session = at_terminal(&world, &[arguments, &["-v"]].concat());
        session.exp_string("signed with an HTTP digest").unwrap();
        session.send_control('c').unwrap();
        session
            .exp_string(&format!("error: interrupted: Atlas may still {action}"))
            .unwrap();
        session
            .exp_string("hint: atlas-pe list shows what exists")
            .unwrap();
        session.exp_eof().unwrap();
        assert!(exited_with(&session, 130), "{arguments:?}");
    }
}

#[test]
fn progress_is_removed_from_the_terminal() {
    const HIDE_CURSOR: &str = "\u{1b}[?25l";
    let world = World::with_running_clock();
    let mut session = at_terminal(&world, &["create", "--region", "us-east-1", "--wait"]);
    let output = session.exp_eof().unwrap();
    assert!(exited_with(&session, 0), "{output}");
    assert!(!output.contains(HIDE_CURSOR), "{output:?}");
    let (progress, rest) = output.rsplit_once(CLEAR_LINE).unwrap();
    assert!(progress.contains("INITIATING"), "{output:?}");
    assert!(
        rest.contains("WAITING_FOR_USER") && !rest.contains("INITIATING"),
        "{output:?}"
    );
    assert!(rest.contains("Waiting for you"), "{output:?}");
}

#[test]
fn interrupted_cascade_can_be_resumed() {
    let world = World::new();
    let id = world.connection_in_use();
    let mut session = at_terminal(&world, &["delete", &id, "--cascade", "--wait"]);
    session
        .exp_string("with its interface endpoint vpce-0b9c5701325cb15dd")
        .unwrap();
    session.exp_string("[y/N]").unwrap();
    session.send_line("y").unwrap();
    session.exp_string("DELETING").unwrap();
    session.send_control('c').unwrap();
    session
        .exp_string("error: interrupted: the connection is not deleted; deletion requested: vpce-")
        .unwrap();
    session
        .exp_string("--cascade continues from there")
        .unwrap();
    session.exp_eof().unwrap();
    assert!(exited_with(&session, 130));
    world.sandbox.advance(LONG);
    world.json(&["delete", &id, "--cascade", "--force"]);
    world.sandbox.advance(LONG);
    assert_eq!(world.json(&["list", "--query", "length(@)"]), 0);
}

#[test]
fn cascade_deletes_only_what_was_confirmed() {
    let world = World::new();
    let id = world.ready_connection();
    let mut session = at_terminal(&world, &["delete", &id, "--cascade"]);
    session
        .exp_string("with no interface endpoints? [y/N]")
        .unwrap();
    // An interface endpoint is added before the confirmation.
    world.json(&["interfaces", "create", &id, VPCE]);
    session.send_line("y").unwrap();
    session.exp_string(VPCE).unwrap();
    session.exp_string("must not be deleted").unwrap();
    session.exp_eof().unwrap();
    assert!(exited_with(&session, 5));
    world.sandbox.advance(LONG);
    assert_eq!(world.json(&["describe", &id])["status"], "AVAILABLE");
    let kept = world.json(&["interfaces", "describe", &id, VPCE]);
    assert_eq!(kept["connectionStatus"], "AVAILABLE");
}

#[test]
fn wait_prints_the_note_for_the_users_turn() {
    let world = World::new();
    let id = world.ready_connection();
    let mut session = at_terminal(&world, &["wait", &id, "--for", "available"]);
    session.exp_string("Waiting for you").unwrap();
    session.exp_string("aws ec2 create-vpc-endpoint").unwrap();
    session.send_control('c').unwrap();
    session.exp_eof().unwrap();
    assert!(exited_with(&session, 130));
}

/// Without a terminal, SIGTERM does what Control-C does.
#[test]
fn terminated_wait_reports_what_continues() {
    let world = World::new();
    let id = &*world.new_connection();
    let mut command = world.command(&["wait", id, "-v"]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("200 OK") {
        line.clear();
        assert_ne!(stderr.read_line(&mut line).unwrap(), 0, "the command ended");
    }
    signal(&child, "TERM");
    let mut message = String::new();
    stderr.read_to_string(&mut message).unwrap();
    assert!(
        message.contains("error: interrupted: Atlas continues with"),
        "{message}"
    );
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

fn signal(child: &Child, name: &str) {
    kill(&child.id().to_string(), name);
}

fn kill(process: &str, name: &str) {
    let kill = Command::new("kill").args(["-s", name, process]).status();
    assert!(kill.unwrap().success());
}

#[test]
fn hang_up_ends_a_wait_as_control_c_does() {
    let world = World::new();
    let id = &*world.new_connection();
    let mut command = Command::new("/bin/sh");
    let wait = "echo process $$; exec \"$0\" wait \"$1\"";
    command.args(["-c", wait, env!("CARGO_BIN_EXE_atlas-pe"), id]);
    command.envs(world.sandbox.env()).env("TERM", "xterm");
    let mut session = spawn_command(command, TIMEOUT).unwrap();
    session.exp_string("process ").unwrap();
    let process = session.read_line().unwrap();
    session.exp_string("INITIATING").unwrap();
    kill(process.trim(), "HUP");
    session
        .exp_string("error: interrupted: Atlas continues with private endpoint connection")
        .unwrap();
    session.exp_eof().unwrap();
    assert!(exited_with(&session, 130));
}

/// Control-C must work while a reader is slow.
#[test]
fn control_c_ends_a_blocked_output() {
    let world = World::new();
    let message = "x".repeat(1 << 20);
    let list = format!("[{{\"id\": \"5f7cb1a3e3b4aa3b8ba3fb44\", \"status\": \"{message}\"}}]");
    let fault = Fault::on("listPrivateEndpointConnections");
    world
        .sandbox
        .inject(fault.effect(CannedResponse::json(200, list)));
    let project = world.sandbox.project_id();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "{project}").unwrap();
    let path = file.path().to_str().unwrap();
    let mut command = world.command(&["list", "--projects-file", path, "-o", "json"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    // It has begun to write, and the rest does not fit into the pipe.
    stdout.read_exact(&mut [0]).unwrap();
    signal(&child, "INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn watch_prints_changes() {
    let world = World::new();
    let id = &*world.new_connection();
    for arguments in [
        &["list", "--watch", "--interval", "200ms"][..],
        &["describe", id, "--watch", "--interval", "200ms"],
    ] {
        let mut session = at_terminal(&world, arguments);
        session.exp_string("INITIATING").unwrap();
        world.pin(id, "HIBERNATING");
        session.exp_string("HIBERNATING").unwrap();
        session.send_control('c').unwrap();
        session.exp_eof().unwrap();
        assert!(exited_with(&session, 0));
        world.pin(id, "INITIATING");
    }
}

#[test]
fn terminal_gets_colors_unless_disabled() {
    const GREEN: &str = "\u{1b}[32mAVAILABLE";
    let world = World::new();
    world.connection_in_use();
    let output = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = world.command(arguments);
        command.stdin(Stdio::inherit()).env("TERM", "xterm");
        command.envs(variables.iter().copied());
        spawn_command(command, TIMEOUT).unwrap().exp_eof().unwrap()
    };
    assert!(output(&["list"], &[]).contains(GREEN));
    for plain in [
        output(&["list"], &[("NO_COLOR", "1")]),
        output(&["list"], &[("TERM", "dumb")]),
        output(&["list", "--color", "never"], &[]),
    ] {
        assert!(
            plain.contains("AVAILABLE") && !plain.contains('\u{1b}'),
            "{plain:?}"
        );
    }
}

/// Returns what `list` prints on a terminal with this many columns.
fn list_at_width(world: &World, columns: u16) -> String {
    let mut command = Command::new("/bin/sh");
    let list = format!("stty rows 24 cols {columns}; exec \"$0\" list --color never");
    command.args(["-c", &list, env!("CARGO_BIN_EXE_atlas-pe")]);
    command.envs(world.sandbox.env());
    let mut session = spawn_command(command, TIMEOUT).unwrap();
    let output = session.exp_eof().unwrap();
    let is_too_long = |line: &str| line.chars().count() > columns.into();
    assert!(!output.lines().any(is_too_long), "{output}");
    output
}

#[test]
fn table_fits_80_columns() {
    let world = World::new();
    // The longest of each: a region's name, a status and the list of one interface endpoint.
    let created = world.json(&["create", "--region", "ap-southeast-1"]);
    let id = created["id"].as_str().unwrap();
    world.sandbox.advance(LONG);
    world.json(&["interfaces", "create", id, VPCE]);
    world.pin(id, "WAITING_FOR_USER");
    let output = list_at_width(&world, 80);
    let row = format!("{id} ap-southeast-1 WAITING_FOR_USER {VPCE}\r\n");
    assert!(output.contains(&row), "{output}");
}

#[test]
fn narrow_terminal_gets_records() {
    let world = World::new();
    let id = world.ready_connection();
    let output = list_at_width(&world, 60);
    assert!(
        output.contains(&format!("ID                   {id}\r\n")),
        "{output}"
    );
}

#[test]
fn closed_pipe_is_no_failure() {
    let world = World::new();
    world.ready_connection();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = world.command(&["list", "-o", "json"]);
    command.stdout(writer).stderr(Stdio::piped());
    let output = command.spawn().unwrap().wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn watch_ends_when_the_reader_closes_the_pipe() {
    let world = World::new();
    let id = world.ready_connection();
    let mut command = world.command(&["list", "--watch", "--interval", "1h", "-o", "ids"]);
    let mut watching = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::new(watching.stdout.take().unwrap());
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    assert_eq!(first.trim_end(), id);
    // No write will fail, because nothing changes any more.
    drop(reader);
    assert_eq!(watching.wait().unwrap().code(), Some(0));
}

#[test]
#[cfg(target_os = "linux")]
fn full_disk_is_a_failure() {
    let world = World::new();
    world.ready_connection();
    for arguments in [
        &["list", "-o", "yaml"][..],
        &["list", "--watch"],
        &["config", "show"],
        &["completion", "bash"],
        &["man"],
        &["create", "--help"],
        &["--version"],
    ] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = world.command(arguments);
        command.stdout(full).stderr(Stdio::piped());
        let output = command.spawn().unwrap().wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let message = String::from_utf8(output.stderr).unwrap();
        let expected = "error: could not print the result: No space left on device";
        assert!(message.contains(expected), "{arguments:?}: {message}");
    }

    // The id of the created connection must not be lost with the output.
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = world.command(&["create", "--region", "eu-west-1", "-o", "ids"]);
    command.stdout(full).stderr(Stdio::piped());
    let output = command.spawn().unwrap().wait_with_output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    let id = world.json(&["list", "--query", "[1].id"]);
    assert!(message.contains(id.as_str().unwrap()), "{message}");
}

#[test]
fn manual_is_shown_by_man_on_a_terminal() {
    let world = World::new();
    let directory = tempfile::TempDir::new().unwrap();
    let at_terminal = || {
        let mut command = world.command(&["man"]);
        command.stdin(Stdio::inherit()).env("TERM", "xterm");
        command.env("PATH", directory.path());
        let mut session = spawn_command(command, TIMEOUT).unwrap();
        let output = session.exp_eof().unwrap();
        assert!(!output.contains(".SH"), "{output}");
        (output, session)
    };
    let (output, session) = at_terminal();
    assert!(
        output.contains("could not show the manual page with man"),
        "{output}"
    );
    assert!(output.contains("hint: atlas-pe --help"), "{output}");
    assert!(exited_with(&session, 1));

    let man = directory.path().join("man");
    let script = "#!/bin/sh\nread -r line; echo \"man $* got ${line%% *}\"\n";
    fs::write(&man, script).unwrap();
    fs::set_permissions(&man, fs::Permissions::from_mode(0o755)).unwrap();
    let (output, session) = at_terminal();
    assert!(output.contains("man -l - got "), "{output}");
    assert!(exited_with(&session, 0));
}
