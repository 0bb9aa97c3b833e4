//! Settings from options, the environment and the profiles of the Atlas CLI.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::harness::{Home, World, bare_command, run};

const PROJECT: &str = "5356823b3004dee37132bb7b";
const OTHER: &str = "5356823b3004dee37132bb7c";
const SECRET: &str = "5ec2e7-of-the-profile";

/// A profile of each kind that the Atlas CLI writes.
const PROFILES: &str = r#"
skip_update_check = true

[default]
  org_id = ""
  project_id = "5356823b3004dee37132bb7b"
  public_api_key = "abcdefgh"
  private_api_key = "5ec2e7-of-the-profile"
  service = "cloud"
  output = "plaintext"

[government]
  public_api_key = "govgovgo"
  private_api_key = "5ec2e7-of-the-profile"
  service = "cloudgov"

[robot]
  client_id = "mdb_sa_id_5f7c"
  client_secret = "5ec2e7-of-the-profile"
  project_id = "5356823b3004dee37132bb7c"
  ops_manager_url = "https://atlas.example/"
  output = "json"

[keychain]
  public_api_key = "abcdefgh"
  project_id = "5356823b3004dee37132bb7b"

[odd]
  service = "cloudmanager"

[both]
  public_api_key = "abcdefgh"
  client_id = "mdb_sa_id_5f7c"

[fancy]
  output = "go-template"
"#;

/// What `config show` says of one setting: its value, and where it is from.
fn shown(settings: &Value, name: &str) -> (String, String) {
    let rows = settings.as_array().unwrap();
    let row = rows.iter().find(|row| row["name"] == name);
    let row = row.unwrap_or_else(|| panic!("no {name} in {settings:#}"));
    let text = |key: &str| row[key].as_str().unwrap_or("-").to_owned();
    (text("value"), text("from"))
}

fn show(home: &Home, arguments: &[&str], variables: &[(&str, &str)]) -> Value {
    let mut all = vec!["config", "show", "-o", "json"];
    all.extend(arguments);
    let mut command = home.command(&all);
    command.envs(variables.iter().copied());
    let run = run(command);
    assert_eq!(run.code, 0, "{run}");
    assert!(!run.stdout.contains(SECRET), "{run}");
    serde_json::from_str(&run.stdout).unwrap()
}

#[track_caller]
fn is(settings: &Value, name: &str, value: &str, from: &str) {
    assert_eq!(shown(settings, name), (value.to_owned(), from.to_owned()));
}

#[test]
fn options_go_before_the_environment_and_that_before_the_profile() {
    let home = Home::new(PROFILES);
    let settings = show(&home, &[], &[]);
    is(
        &settings,
        "project",
        PROJECT,
        "project_id of profile default",
    );
    is(
        &settings,
        "public API key",
        "abcdefgh",
        "public_api_key of profile default",
    );
    is(
        &settings,
        "private API key",
        "********",
        "private_api_key of profile default",
    );
    is(
        &settings,
        "base URL",
        "https://cloud.mongodb.com",
        "service of profile default",
    );

    let variables = [
        ("MONGODB_ATLAS_PROJECT_ID", OTHER),
        ("MONGODB_ATLAS_BASE_URL", "https://variable.example"),
        ("MONGODB_ATLAS_PUBLIC_API_KEY", "variable"),
    ];
    let settings = show(&home, &[], &variables);
    is(&settings, "project", OTHER, "MONGODB_ATLAS_PROJECT_ID");
    is(
        &settings,
        "base URL",
        "https://variable.example",
        "MONGODB_ATLAS_BASE_URL",
    );
    is(
        &settings,
        "public API key",
        "variable",
        "MONGODB_ATLAS_PUBLIC_API_KEY",
    );
    is(
        &settings,
        "private API key",
        "********",
        "private_api_key of profile default",
    );

    let options = [
        "--projectId",
        PROJECT,
        "--base-url",
        "https://option.example",
    ];
    let settings = show(&home, &options, &variables);
    is(&settings, "project", PROJECT, "--project-id");
    is(
        &settings,
        "base URL",
        "https://option.example",
        "--base-url",
    );
}

#[test]
fn profiles_of_each_kind() {
    let home = Home::new(PROFILES);
    let settings = show(&home, &["-P", "government"], &[]);
    is(
        &settings,
        "base URL",
        "https://cloud.mongodbgov.com",
        "service of profile government",
    );
    is(&settings, "project", "-", "-");

    let named = [("MONGODB_ATLAS_PROFILE", "robot")];
    let settings = show(&home, &[], &named);
    is(
        &settings,
        "client id",
        "mdb_sa_id_5f7c",
        "client_id of profile robot",
    );
    is(
        &settings,
        "client secret",
        "********",
        "client_secret of profile robot",
    );
    is(
        &settings,
        "base URL",
        "https://atlas.example/",
        "ops_manager_url of profile robot",
    );
    let (profile, from) = shown(&settings, "profile");
    assert!(profile.starts_with("robot in "), "{profile}");
    assert_eq!(from, "MONGODB_ATLAS_PROFILE");
    // The option goes before the variable.
    let settings = show(&home, &["--profile", "default"], &named);
    is(
        &settings,
        "public API key",
        "abcdefgh",
        "public_api_key of profile default",
    );
}

#[test]
fn a_profile_s_output_is_used_where_it_is_known() {
    let home = Home::new(PROFILES);
    let json = home.run(&["config", "show", "-P", "robot"]);
    assert!(json.stdout.starts_with('['), "{json}");
    let fancy = home.run(&["config", "show", "-P", "fancy"]);
    assert_eq!(fancy.code, 0, "{fancy}");
    assert!(fancy.stdout.starts_with("SETTING"), "{fancy}");
    assert!(
        fancy
            .stderr
            .contains("unknown output format \"go-template\""),
        "{fancy}"
    );
}

#[test]
fn calls_are_made_with_what_a_profile_says() {
    let world = World::new();
    let mut config = String::from("[sandbox]\n");
    let keys = [
        ("MONGODB_ATLAS_PUBLIC_API_KEY", "public_api_key"),
        ("MONGODB_ATLAS_PRIVATE_API_KEY", "private_api_key"),
        ("MONGODB_ATLAS_PROJECT_ID", "project_id"),
        ("MONGODB_ATLAS_BASE_URL", "ops_manager_url"),
    ];
    for (name, value) in world.sandbox.env() {
        let (_, key) = keys.iter().find(|(variable, _)| *variable == name).unwrap();
        config.push_str(&format!("{key} = \"{value}\"\n"));
    }
    let home = Home::new(&config);
    let list = home.run(&["list", "-P", "sandbox", "-o", "json"]);
    assert_eq!(
        (list.code, &*list.stdout, &*list.stderr),
        (0, "[]\n", ""),
        "{list}"
    );
}

#[test]
fn the_names_of_the_terraform_provider_work_too() {
    let world = World::new();
    let mut command = bare_command(&["list", "-o", "json"]);
    for (name, value) in world.sandbox.env() {
        let name = name.replace("_API_KEY", "_KEY");
        command.env(name, value);
    }
    let list = run(command);
    assert_eq!((list.code, &*list.stdout), (0, "[]\n"), "{list}");
}

#[test]
fn what_is_wrong_with_a_profile_is_told() {
    let home = Home::new(PROFILES);
    let nobody = home.run(&["list", "-P", "nobody"]);
    nobody.must_fail(
        2,
        &[
            "unknown profile \"nobody\"",
            "both, default, fancy, government",
        ],
    );
    home.run(&["list", "-P", "keychain"])
        .must_fail(2, &["private API key is required", "keychain"]);
    home.run(&["list", "-P", "odd"])
        .must_fail(2, &["service of profile odd", "cloudmanager", "cloudgov"]);
    home.run(&["list", "-P", "both"])
        .must_fail(2, &["an API key", "a service account", "from the profile"]);
    home.run(&["list", "-P", "government"])
        .must_fail(2, &["project is required"]);

    let broken = Home::new("[default]\nprivate_api_key = \"5ec2e7-of-the-profile\n");
    let run = broken.run(&["list"]);
    run.must_fail(2, &["config.toml, line 2, is not TOML"]);
    assert!(!run.stderr.contains(SECRET), "{run}");
    let number = Home::new("[default]\nproject_id = 5\n");
    number
        .run(&["list"])
        .must_fail(2, &["project_id of profile default", "is not a string"]);
    let id = Home::new("[default]\nproject_id = \"..\"\n");
    id.run(&["list"]).must_fail(
        2,
        &["project_id of profile default: ", "24 hexadecimal digits"],
    );
}

#[test]
fn a_broken_file_does_not_matter_where_nothing_is_taken_from_it() {
    let world = World::new();
    let home = Home::new("[default");
    let mut command = home.command(&["list", "-o", "json"]);
    command.envs(world.sandbox.env());
    let list = run(command);
    assert_eq!((list.code, &*list.stderr), (0, ""), "{list}");
}

#[test]
#[cfg(unix)]
fn a_file_that_others_can_read_gets_a_warning() {
    let home = Home::new(PROFILES);
    home.set_mode(0o644);
    let show = home.run(&["config", "show"]);
    assert_eq!(show.code, 0, "{show}");
    assert!(
        show.stderr.starts_with("warning: other users can read"),
        "{show}"
    );
    assert!(show.stderr.contains("chmod 600"), "{show}");
    assert_eq!(show.stderr.lines().count(), 1, "{show}");
    home.set_mode(0o600);
    assert_eq!(home.run(&["config", "show"]).stderr, "");
}

#[test]
fn the_private_key_comes_from_a_file_or_from_standard_input() {
    let world = World::new();
    let key = world.sandbox.private_key().to_owned();
    // As the editors of Windows write it.
    let home = Home::new(&format!("\u{feff}{key}\r\n"));
    let file = home.file();
    let file = file.to_str().unwrap();

    let mut command = world.command(&["list", "-o", "json", "--private-key-file", file]);
    command.env_remove("MONGODB_ATLAS_PRIVATE_API_KEY");
    let from_file = run(command);
    assert_eq!(
        (from_file.code, &*from_file.stdout),
        (0, "[]\n"),
        "{from_file}"
    );

    let mut command = world.command(&["list", "-o", "json", "--private-key-file", "-"]);
    command.env_remove("MONGODB_ATLAS_PRIVATE_API_KEY");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(key.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"[]\n");

    // The option goes before the variable, also when what it names is no good.
    let missing = world.run(&["list", "--private-key-file", "/no/such/file"]);
    missing.must_fail(2, &["could not read", "/no/such/file"]);
    let empty = world.run(&["list", "--private-key-file", "-"]);
    empty.must_fail(
        2,
        &["the private API key and nothing else in standard input"],
    );
    let home = Home::new("two\nlines\n");
    let file = home.file();
    let two = world.run(&["list", "--private-key-file", file.to_str().unwrap()]);
    two.must_fail(2, &["and nothing else"]);
    assert!(!two.stderr.contains("two\n"), "{two}");
}

#[test]
fn all_settings_are_shown() {
    let home = Home::new(PROFILES);
    let show = home.run(&["config", "show", "-o", "yaml"]);
    let file = home.file().display().to_string();
    insta::assert_snapshot!("settings", show.stdout.replace(&file, "[file]"));
}

#[test]
fn what_is_wrong_is_shown_beside_what_is_in_force() {
    let home = Home::new(PROFILES);
    let mut command = home.command(&["config", "show", "-o", "json"]);
    command.env("MONGODB_ATLAS_PROJECT_ID", "nonsense");
    command.env(
        "MONGODB_ATLAS_BASE_URL",
        "https://ada:lovelace@cloud.mongodb.com",
    );
    let show = run(command);
    assert_eq!(show.code, 2, "{show}");
    assert!(show.stderr.contains("MONGODB_ATLAS_PROJECT_ID"), "{show}");
    let rows: Value = serde_json::from_str(&show.stdout).unwrap();
    let row = |name: &str| {
        let rows = rows.as_array().unwrap().iter();
        rows.clone()
            .find(|row| row["name"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(row("project")["value"], Value::Null);
    let from = row("project")["from"].to_string();
    assert!(from.contains("MONGODB_ATLAS_PROJECT_ID"), "{from}");
    assert_eq!(row("public API key")["value"], "abcdefgh");
    assert!(!show.stdout.contains("lovelace"), "{show}");
}

#[test]
fn a_service_of_the_environment_goes_before_a_url_of_the_profile() {
    let home =
        Home::new("[default]\nops_manager_url = \"https://atlas.example\"\nservice = \"cloud\"\n");
    let base_url = |variable: Option<&str>| {
        let mut command = home.command(&[
            "config",
            "show",
            "--query",
            "[?name=='base URL'].value | [0]",
        ]);
        if let Some(service) = variable {
            command.env("MONGODB_ATLAS_SERVICE", service);
        }
        run(command).stdout
    };
    assert_eq!(base_url(None), "\"https://atlas.example\"\n");
    assert_eq!(
        base_url(Some("cloudgov")),
        "\"https://cloud.mongodbgov.com\"\n"
    );
}

#[test]
#[cfg(unix)]
fn a_variable_that_is_no_text_is_not_passed_over() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let home = Home::new(PROFILES);
    let mut command = home.command(&["list"]);
    command.env("MONGODB_ATLAS_PROJECT_ID", OsStr::from_bytes(b"\xff"));
    run(command).must_fail(2, &["MONGODB_ATLAS_PROJECT_ID"]);
}
