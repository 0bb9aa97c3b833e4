//! The private key stays where it belongs.

use crate::harness::{VPCE, World, run};

const SECRET: &str = "0ddba11c-0ffe-4bad-8bad-c0ffee0ddba1";

#[test]
fn no_output_and_no_error_shows_the_private_key() {
    let world = World::new();
    let id = world.connection_in_use();
    let commands: &[&[&str]] = &[
        &["list"],
        &["list", "-o", "json"],
        &["describe", &id],
        &["delete", &id],
        &["delete", &id, "--force"],
        &["interfaces", "create", &id, VPCE],
        &[
            "list",
            "--max-attempts",
            "1",
            "--base-url",
            "http://127.0.0.1:1",
        ],
        &["list", "--base-url", "nonsense"],
        &["list", "--project-id", ".."],
        &["--help"],
    ];
    for arguments in commands {
        for key in [
            SECRET.to_owned(),
            world.sandbox.private_key().to_owned(),
            format!("{SECRET}\n"),
        ] {
            let mut command = world.command(arguments);
            command.env("MONGODB_ATLAS_PRIVATE_API_KEY", &key);
            let run = run(command);
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(!said.contains(key.trim()), "{run}");
        }
    }
}
