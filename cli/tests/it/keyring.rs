//! Keys from the keyring. `cargo xtask keyring` runs the ignored tests, which require a Secret Service.

use std::env;
use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};

use rexpect::session::spawn_command;
use serde_json::Value;

use crate::harness::{Home, Run, World, bare_command, run};

/// Starts a Secret Service, stores items (service, username and secret) as go-keyring does, locks it if `LOCK`
/// is set, and runs the command after `--`.
const SESSION: &str = r#"
set -e
printf password | gnome-keyring-daemon --unlock --components=secrets > /dev/null
while [ "$1" != -- ]; do
  printf %s "$3" | secret-tool store --label "Password for '$2' on '$1'" service "$1" username "$2"
  shift 3
done
shift
if [ -n "$LOCK" ]; then
  dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
    org.freedesktop.Secret.Service.Lock \
    array:objpath:/org/freedesktop/secrets/collection/login > /dev/null
fi
exec "$@"
"#;

/// A file as the Atlas CLI writes it where there is a keyring.
fn profile(world: &World, name: &str, auth_type: &str) -> Home {
    let (project, url) = (world.sandbox.project_id(), world.sandbox.origin());
    Home::new(&format!(
        "version = 2\n\n[{name}]\n  auth_type = \"{auth_type}\"\n  ops_manager_url = \"{url}\"\n  \
         project_id = \"{project}\"\n"
    ))
}

/// Returns the CLI in a D-Bus session of its own with a Secret Service that has these items.
fn in_session(home: &Home, items: &[[&str; 3]], arguments: &[&str]) -> Command {
    let runtime = home.path().join("run");
    fs::create_dir_all(&runtime).unwrap();
    fs::set_permissions(&runtime, Permissions::from_mode(0o700)).unwrap();
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "sh", "-c", SESSION, "sh"]);
    command.args(items.as_flattened());
    command.args(["--", env!("CARGO_BIN_EXE_atlas-pe")]);
    command.args(arguments).stdin(Stdio::null()).env_clear();
    command.env("PATH", env::var_os("PATH").unwrap());
    command.env("HOME", home.path());
    command.env("XDG_CONFIG_HOME", home.path());
    command.env("XDG_DATA_HOME", home.path().join("data"));
    command.env("XDG_RUNTIME_DIR", runtime);
    command
}

fn assert_success(run: &Run, stdout: &str) {
    assert_eq!((run.code, &*run.stdout), (0, stdout), "{run}");
}

/// Returns the values and sources of `config show`.
fn rows(show: &Run) -> Vec<(String, String, String)> {
    let rows: Vec<Value> = serde_json::from_str(&show.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    rows.iter()
        .map(|row| (text(&row["name"]), text(&row["value"]), text(&row["from"])))
        .collect()
}

#[track_caller]
fn assert_row(show: &Run, name: &str, value: &str, source: &str) {
    let row = (name.to_owned(), value.to_owned(), source.to_owned());
    assert!(rows(show).contains(&row), "no {row:?} in\n{show}");
}

#[test]
#[ignore = "requires a Secret Service: cargo xtask keyring"]
fn api_key_is_read_from_the_keyring() {
    let world = World::new();
    let home = profile(&world, "default", "api_keys");
    let (public, private) = (world.sandbox.public_key(), world.sandbox.private_key());
    let items = [
        ["atlascli_default", "public_api_key", public],
        ["atlascli_default", "private_api_key", private],
        ["atlascli_other", "public_api_key", "other"],
    ];
    let list = run(in_session(&home, &items, &["list", "-o", "json"]));
    assert_success(&list, "[]\n");
    let show = run(in_session(&home, &items, &["config", "show", "-o", "json"]));
    assert_eq!(show.code, 0, "{show}");
    assert!(!show.stdout.contains(private), "{show}");
    let source = "public_api_key of profile default in the keyring";
    assert_row(&show, "public API key", public, source);
    let source = "private_api_key of profile default in the keyring";
    assert_row(&show, "private API key", "********", source);
}

#[test]
#[ignore = "requires a Secret Service: cargo xtask keyring"]
fn service_account_is_read_from_the_keyring() {
    let world = World::new();
    // The name of a service is in lower case, whatever the case of the profile's name.
    let home = profile(&world, "Robot", "service_account");
    let variables = world.sandbox.service_account_env();
    let value = |name: &str| &variables.iter().find(|it| it.0 == name).unwrap().1;
    let items = [
        [
            "atlascli_robot",
            "client_id",
            value("MONGODB_ATLAS_CLIENT_ID"),
        ],
        [
            "atlascli_robot",
            "client_secret",
            value("MONGODB_ATLAS_CLIENT_SECRET"),
        ],
    ];
    let list = run(in_session(&home, &items, &["list", "-o", "json"]));
    assert_success(&list, "[]\n");
    let show = run(in_session(&home, &items, &["config", "show", "-o", "json"]));
    let source = "client_secret of profile Robot in the keyring";
    assert_row(&show, "client secret", "********", source);
}

#[test]
#[ignore = "requires a Secret Service: cargo xtask keyring"]
fn locked_keyring_is_an_error() {
    let world = World::new();
    let home = profile(&world, "default", "api_keys");
    let items = [["atlascli_default", "public_api_key", "abcdefgh"]];
    let mut command = in_session(&home, &items, &["list"]);
    command.env("LOCK", "1");
    // On a busy machine, the program that fails to ask for the password takes too long to start.
    let words = [
        "public_api_key of profile default from the keyring: it",
        "locked",
    ];
    run(command).assert_failure(2, &words);
}

#[test]
#[ignore = "requires a Secret Service: cargo xtask keyring"]
fn keyring_without_the_keys_is_an_error() {
    let world = World::new();
    let home = profile(&world, "default", "api_keys");
    let list = run(in_session(&home, &[], &["list"]));
    list.assert_failure(2, &["none in the keyring (service atlascli_default)"]);
    let items = [["atlascli_default", "public_api_key", "abcdefgh"]];
    let list = run(in_session(&home, &items, &["list"]));
    list.assert_failure(2, &["a private API key is required", "none in the keyring"]);
}

#[test]
fn keyring_that_is_not_available_is_an_error() {
    let world = World::new();
    let home = profile(&world, "default", "api_keys");
    let list = home.run(&["list"]);
    list.assert_failure(2, &[]);
    insta::assert_snapshot!("not_available", list.stderr);
    let show = home.run(&["config", "show", "-o", "json"]);
    assert_eq!(show.code, 0, "{show}");
    let source = "missing: could not read public_api_key of profile default from the keyring";
    let rows = rows(&show);
    let row = rows.iter().find(|row| row.0 == "public API key").unwrap();
    assert!(row.1 == "-" && row.2.starts_with(source), "{row:?}");

    let home = Home::new("[default]\npublic_api_key = 'abcdefgh'\n");
    let mut command = home.command(&["list"]);
    command.env("MONGODB_ATLAS_PROJECT_ID", world.sandbox.project_id());
    let words = [
        "a private API key is required: use --private-key-file or set MONGODB_ATLAS_PRIVATE_API_KEY",
        "could not read private_api_key of profile default from the keyring",
    ];
    run(command).assert_failure(2, &words);
}

#[test]
fn keyring_that_does_not_respond_is_an_error() {
    let world = World::new();
    let home = profile(&world, "default", "api_keys");
    // Nothing accepts the connection, and so nothing is ever sent.
    let bus = home.path().join("bus");
    let _listener = UnixListener::bind(&bus).unwrap();
    let mut command = home.command(&["list"]);
    command.env(
        "DBUS_SESSION_BUS_ADDRESS",
        format!("unix:path={}", bus.display()),
    );
    run(command).assert_failure(2, &["from the keyring: it did not respond within 2 s"]);
}

#[test]
fn keyring_has_more_time_at_a_terminal() {
    let world = World::new();
    let home = profile(&world, "default", "api_keys");
    let bus = home.path().join("bus");
    let listener = UnixListener::bind(&bus).unwrap();
    let mut command = home.command(&["list"]);
    let address = format!("unix:path={}", bus.display());
    command.env("DBUS_SESSION_BUS_ADDRESS", address);
    let mut session = spawn_command(command, Some(30_000)).unwrap();
    session.exp_string("waiting for the keyring").unwrap();
    drop(listener);
    let failure = "from the keyring: it is not available";
    session.exp_string(failure).unwrap();
    session.exp_eof().unwrap();
}

#[test]
fn completion_does_not_wait_for_a_user_of_the_keyring() {
    let world = World::new();
    let home = profile(&world, "default", "api_keys");
    let bus = home.path().join("bus");
    let _listener = UnixListener::bind(&bus).unwrap();
    let mut command = home.command(&["--", "atlas-pe", "describe", ""]);
    let address = format!("unix:path={}", bus.display());
    command.env("DBUS_SESSION_BUS_ADDRESS", address);
    command.env("ATLAS_PE_COMPLETE", "fish");
    let mut session = spawn_command(command, Some(30_000)).unwrap();
    let output = session.exp_eof().unwrap();
    assert!(!output.contains("keyring"), "{output}");
}

#[test]
fn keyring_is_not_read_with_keys_from_elsewhere() {
    let world = World::new();
    let home = profile(&world, "default", "api_keys");
    let bus = home.path().join("bus");
    let listener = UnixListener::bind(&bus).unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("unix:path={}", bus.display());
    let mut command = home.command(&["list", "-o", "json"]);
    command.envs(world.sandbox.env());
    command.env("DBUS_SESSION_BUS_ADDRESS", &address);
    assert_success(&run(command), "[]\n");

    // Half a key in the environment is not completed, either.
    let mut command = home.command(&["list"]);
    command.env("DBUS_SESSION_BUS_ADDRESS", &address);
    command.env("MONGODB_ATLAS_PUBLIC_API_KEY", "abcdefgh");
    run(command).assert_failure(2, &["a private API key is required"]);

    let mut command = bare_command(&["list"]);
    command.env("DBUS_SESSION_BUS_ADDRESS", &address);
    run(command).assert_failure(2, &["keys are required"]);
    let error = listener.accept().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
}
