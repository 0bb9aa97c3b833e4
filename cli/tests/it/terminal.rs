//! What happens at a terminal, and at a pipe that is closed.
#![cfg(unix)]

use std::fs::OpenOptions;
use std::process::{Command, Stdio};

use rexpect::session::{PtySession, spawn_command};

use crate::harness::World;

/// How long a terminal may take to show something before the test fails, in milliseconds.
const PATIENCE: Option<u64> = Some(30_000);

fn at_terminal(world: &World, arguments: &[&str]) -> PtySession {
    let mut command = world.command(arguments);
    // The session gives the command a terminal of its own.
    command.stdin(Stdio::inherit());
    spawn_command(command, PATIENCE).unwrap()
}

fn exited_with(session: &PtySession, code: i32) -> bool {
    // The library keeps the type of a process's end to itself.
    let end = format!("{:?}", session.process().wait().unwrap());
    end.starts_with("Exited(") && end.ends_with(&format!(", {code})"))
}

#[test]
fn deleting_asks_and_takes_no_for_an_answer() {
    let world = World::new();
    let id = world.ready_connection();
    let before = world.sandbox.request_count();
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
    assert_eq!(world.sandbox.request_count(), before);
}

#[test]
fn deleting_asks_and_takes_yes_for_an_answer() {
    let world = World::new();
    let id = world.ready_connection();
    let mut session = at_terminal(&world, &["delete", &id]);
    session.exp_string("[y/N]").unwrap();
    session.send_line("y").unwrap();
    session.exp_string("Atlas has begun to delete").unwrap();
    session.exp_eof().unwrap();
    assert!(exited_with(&session, 0));
    assert_eq!(world.json(&["describe", &id])["status"], "DELETING");
}

#[test]
fn a_narrow_terminal_gets_records() {
    let world = World::new();
    let id = world.ready_connection();
    let mut command = Command::new("/bin/sh");
    command.args([
        "-c",
        "stty rows 24 cols 60; exec \"$0\" list",
        env!("CARGO_BIN_EXE_atlas-pe"),
    ]);
    command.envs(world.sandbox.env());
    let mut session = spawn_command(command, PATIENCE).unwrap();
    let shown = session.exp_eof().unwrap();
    assert!(
        shown.contains(&format!("ID                   {id}\r\n")),
        "{shown}"
    );
    assert!(
        shown
            .lines()
            .all(|line| line.chars().count() <= 60 || line.contains("vpce-svc")),
        "{shown}"
    );
}

#[test]
fn a_reader_that_closes_the_pipe_is_no_failure() {
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
#[cfg(target_os = "linux")]
fn a_full_disk_is_a_failure() {
    let world = World::new();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = world.command(&["list", "-o", "json"]);
    command.stdout(full).stderr(Stdio::piped());
    let output = command.spawn().unwrap().wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with("error: the result cannot be printed: "),
        "{said}"
    );
}
