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

[odd]
  service = "cloudmanager"

[both]
  public_api_key = "abcdefgh"
  client_id = "mdb_sa_id_5f7c"

[fancy]
  output = "go-template"
"#;

/// Returns the JSON of `config show`.
fn config_show(home: &Home, arguments: &[&str], variables: &[(&str, &str)]) -> Value {
    let mut command = home.command(&[&["config", "show", "-o", "json"], arguments].concat());
    command.envs(variables.iter().copied());
    let run = run(command);
    assert_eq!(run.code, 0, "{run}");
    assert!(!run.stdout.contains(SECRET), "{run}");
    serde_json::from_str(&run.stdout).unwrap()
}

/// Returns the value and the source of a setting.
fn setting<'a>(settings: &'a Value, name: &str) -> (&'a str, &'a str) {
    let mut rows = settings.as_array().unwrap().iter();
    let row = rows.find(|row| row["name"] == name);
    let row = row.unwrap_or_else(|| panic!("no {name} in {settings:#}"));
    let text = |key: &str| row[key].as_str().unwrap_or("-");
    (text("value"), text("from"))
}

#[test]
fn proxy_is_shown_with_its_variable_and_without_its_password() {
    let home = Home::new(PROFILES);
    let proxy = ("HTTPS_PROXY", "http://me:hunter2@proxy.example:3128");
    let settings = config_show(&home, &[], &[proxy]);
    assert_settings(
        &settings,
        &[("proxy", "http://proxy.example:3128", "HTTPS_PROXY")],
    );
    let settings = config_show(&home, &[], &[("HTTPS_PROXY", "htp://proxy.example")]);
    let (url, source) = setting(&settings, "proxy");
    assert_eq!(url, "-");
    assert!(
        source.starts_with("HTTPS_PROXY, which is not used"),
        "{source}"
    );
}

/// Checks settings, each given with its value and its source.
#[track_caller]
fn assert_settings(settings: &Value, expected: &[(&str, &str, &str)]) {
    for (name, value, source) in expected {
        assert_eq!(setting(settings, name), (*value, *source), "{name}");
    }
}

#[test]
fn options_override_the_environment_which_overrides_the_profile() {
    let home = Home::new(PROFILES);
    let settings = config_show(&home, &[], &[]);
    let expected = [
        ("project", PROJECT, "project_id of profile default"),
        (
            "public API key",
            "abcdefgh",
            "public_api_key of profile default",
        ),
        (
            "private API key",
            "********",
            "private_api_key of profile default",
        ),
        (
            "base URL",
            "https://cloud.mongodb.com",
            "service of profile default",
        ),
    ];
    assert_settings(&settings, &expected);

    let variables = [
        ("MONGODB_ATLAS_PROJECT_ID", OTHER),
        ("MONGODB_ATLAS_BASE_URL", "https://variable.example"),
        ("MONGODB_ATLAS_PUBLIC_API_KEY", "variable"),
    ];
    let settings = config_show(&home, &[], &variables);
    let expected = [
        ("project", OTHER, "MONGODB_ATLAS_PROJECT_ID"),
        (
            "base URL",
            "https://variable.example",
            "MONGODB_ATLAS_BASE_URL",
        ),
        ("public API key", "variable", "MONGODB_ATLAS_PUBLIC_API_KEY"),
        (
            "private API key",
            "********",
            "private_api_key of profile default",
        ),
    ];
    assert_settings(&settings, &expected);

    let url = "https://option.example";
    let options = ["--projectId", PROJECT, "--base-url", url];
    let settings = config_show(&home, &options, &variables);
    let expected = [
        ("project", PROJECT, "--project-id"),
        ("base URL", url, "--base-url"),
    ];
    assert_settings(&settings, &expected);
}

#[test]
fn profile_of_each_kind_is_read() {
    let home = Home::new(PROFILES);
    let settings = config_show(&home, &["-P", "government"], &[]);
    let url = "https://cloud.mongodbgov.com";
    let expected = [
        ("base URL", url, "service of profile government"),
        ("project", "-", "-"),
    ];
    assert_settings(&settings, &expected);

    let variable = [("MONGODB_ATLAS_PROFILE", "robot")];
    let settings = config_show(&home, &[], &variable);
    let expected = [
        ("client id", "mdb_sa_id_5f7c", "client_id of profile robot"),
        (
            "client secret",
            "********",
            "client_secret of profile robot",
        ),
        (
            "base URL",
            "https://atlas.example/",
            "ops_manager_url of profile robot",
        ),
    ];
    assert_settings(&settings, &expected);
    let (profile, source) = setting(&settings, "profile");
    assert!(profile.starts_with("robot in "), "{profile}");
    assert_eq!(source, "MONGODB_ATLAS_PROFILE");
    // The option overrides the variable.
    let settings = config_show(&home, &["--profile", "default"], &variable);
    let source = "public_api_key of profile default";
    assert_settings(&settings, &[("public API key", "abcdefgh", source)]);
}

#[test]
fn output_format_of_profile_is_used_if_known() {
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
fn profile_configures_calls() {
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
fn variables_of_the_terraform_provider_are_read() {
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
fn invalid_profile_is_an_error() {
    let home = Home::new(PROFILES);
    for (profile, words) in [
        (
            "unknown",
            &[
                "unknown profile \"unknown\"",
                "both, default, fancy, government",
            ][..],
        ),
        (
            "odd",
            &["service of profile odd", "cloudmanager", "cloudgov"],
        ),
        (
            "both",
            &["an API key", "a service account", "from the profile"],
        ),
        ("government", &["project is required"]),
    ] {
        home.run(&["list", "-P", profile]).assert_failure(2, words);
    }
    for (line, words) in [
        (
            "private_api_key = \"5ec2e7-of-the-profile",
            &["config.toml, line 2, is not TOML"][..],
        ),
        (
            "project_id = 5",
            &["project_id of profile default", "is not a string"],
        ),
        (
            "project_id = \"..\"",
            &["project_id of profile default: ", "24 hexadecimal digits"],
        ),
    ] {
        let run = Home::new(&format!("[default]\n{line}\n")).run(&["list"]);
        run.assert_failure(2, words);
        assert!(!run.stderr.contains(SECRET), "{run}");
    }
}

#[test]
fn unused_profile_file_may_be_invalid() {
    let world = World::new();
    let home = Home::new("[default");
    let mut command = home.command(&["list", "-o", "json"]);
    command.envs(world.sandbox.env());
    let list = run(command);
    assert_eq!((list.code, &*list.stderr), (0, ""), "{list}");
}

#[test]
#[cfg(unix)]
fn readable_profile_file_causes_a_warning() {
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
fn private_key_is_read_from_a_file_or_standard_input() {
    let world = World::new();
    let key = world.sandbox.private_key().to_owned();
    // As editors on Windows write it.
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

    // The option overrides the variable, even with an invalid file.
    let missing = world.run(&["list", "--private-key-file", "/no/such/file"]);
    missing.assert_failure(2, &["could not read", "/no/such/file"]);
    let empty = world.run(&["list", "--private-key-file", "-"]);
    empty.assert_failure(
        2,
        &["the private API key and nothing else in standard input"],
    );
    let home = Home::new("two\nlines\n");
    let file = home.file();
    let two = world.run(&["list", "--private-key-file", file.to_str().unwrap()]);
    two.assert_failure(2, &["and nothing else"]);
    assert!(!two.stderr.contains("two\n"), "{two}");
}

#[test]
fn config_show_prints_all_settings() {
    let home = Home::new(PROFILES);
    let show = home.run(&["config", "show", "-o", "yaml"]);
    let file = home.file().display().to_string();
    insta::assert_snapshot!("settings", show.stdout.replace(&file, "[file]"));
}

#[test]
fn config_show_prints_the_others_beside_an_invalid_setting() {
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
    let settings: Value = serde_json::from_str(&show.stdout).unwrap();
    let (value, source) = setting(&settings, "project");
    assert_eq!(value, "-");
    assert!(source.contains("MONGODB_ATLAS_PROJECT_ID"), "{source}");
    assert_eq!(setting(&settings, "public API key").0, "abcdefgh");
    assert!(!show.stdout.contains("lovelace"), "{show}");
}

#[test]
fn service_variable_overrides_base_url_of_profile() {
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
fn variable_that_is_not_unicode_is_an_error() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let home = Home::new(PROFILES);
    let mut command = home.command(&["list"]);
    command.env("MONGODB_ATLAS_PROJECT_ID", OsStr::from_bytes(b"\xff"));
    run(command).assert_failure(2, &["MONGODB_ATLAS_PROJECT_ID"]);
}

/// As the Atlas CLI writes it today, without a keyring.
const VERSION_2: &str = r"
telemetry_enabled = false
version = 2

[Staging]
  auth_type = 'api_keys'
  org_id = '5356823b3004dee37132bb7d'
  output = 'plaintext'
  private_api_key = '5ec2e7-of-the-profile'
  project_id = '5356823b3004dee37132bb7b'
  public_api_key = 'abcdefgh'
  service = 'cloud'
";

#[test]
fn only_profile_is_used_whatever_its_name() {
    let home = Home::new(VERSION_2);
    let settings = config_show(&home, &[], &[]);
    let expected = [
        ("project", PROJECT, "project_id of profile Staging"),
        (
            "private API key",
            "********",
            "private_api_key of profile Staging",
        ),
    ];
    assert_settings(&settings, &expected);
    // A version that does not exist yet is read, too.
    let home = Home::new(&VERSION_2.replace("version = 2", "version = 3"));
    assert_settings(&config_show(&home, &[], &[]), &expected);
    // A profile that is named must exist.
    let list = home.run(&["list", "-P", "default"]);
    list.assert_failure(
        2,
        &["unknown profile \"default\"", "only the profile Staging"],
    );

    let home = Home::new(&format!("{VERSION_2}\n[production]\n"));
    let settings = config_show(&home, &[], &[]);
    assert_settings(&settings, &[("profile", "-", "-"), ("project", "-", "-")]);
    let list = home.run(&["list"]);
    list.assert_failure(2, &["has the profiles Staging, production"]);
}

#[test]
fn profile_names_are_matched_without_case() {
    let home = Home::new(&format!(
        "{VERSION_2}\n[production]\nproject_id = '{OTHER}'\n"
    ));
    let expected = [("project", PROJECT, "project_id of profile Staging")];
    assert_settings(&config_show(&home, &["-P", "staging"], &[]), &expected);
    let variable = [("MONGODB_ATLAS_PROFILE", "STAGING")];
    assert_settings(&config_show(&home, &[], &variable), &expected);
}

#[test]
fn base_url_of_profile_is_an_alias() {
    let url = "https://atlas.example";
    let config = format!("{VERSION_2}  base_url = '{url}'\n");
    let settings = config_show(&Home::new(&config), &[], &[]);
    let expected = [("base URL", url, "base_url of profile Staging")];
    assert_settings(&settings, &expected);
    let other = "https://other.example";
    let config = format!("{config}  ops_manager_url = '{other}'\n");
    let settings = config_show(&Home::new(&config), &[], &[]);
    let expected = [("base URL", other, "ops_manager_url of profile Staging")];
    assert_settings(&settings, &expected);
}

#[test]
fn value_at_the_top_of_the_file_overrides_the_profile() {
    let top = format!("project_id = '{OTHER}'\nbase_url = 'https://atlas.example'\n");
    let expected = [
        ("project", OTHER, "project_id of all profiles"),
        (
            "base URL",
            "https://atlas.example",
            "base_url of all profiles",
        ),
    ];
    let settings = config_show(&Home::new(&format!("{top}{VERSION_2}")), &[], &[]);
    assert_settings(&settings, &expected);
    let expected_key = (
        "public API key",
        "abcdefgh",
        "public_api_key of all profiles",
    );
    let top = format!("{top}public_api_key = 'abcdefgh'\nprivate_api_key = '{SECRET}'\n");
    let settings = config_show(&Home::new(&top), &[], &[]);
    assert_settings(&settings, &expected);
    assert_settings(&settings, &[expected_key]);
}

#[test]
fn auth_type_decides_between_two_kinds_of_keys() {
    let config = "[default]\nauth_type = 'service_account'\npublic_api_key = 'a'\n\
                  client_id = 'b'\nclient_secret = 'c'\n";
    let settings = config_show(&Home::new(config), &[], &[]);
    assert_settings(
        &settings,
        &[("client id", "b", "client_id of profile default")],
    );
    // Keys in the file are used, even if they are not of this type.
    let settings = config_show(
        &Home::new(&VERSION_2.replace("api_keys", "user_account")),
        &[],
        &[],
    );
    let source = "public_api_key of profile Staging";
    assert_settings(&settings, &[("public API key", "abcdefgh", source)]);
}

#[test]
fn first_run_has_one_message_with_all_that_is_missing() {
    let home = tempfile::TempDir::new().unwrap();
    let list = |arguments: &[&str]| {
        let mut command = bare_command(&[&["list"], arguments].concat());
        command.env("HOME", home.path());
        command.env("AppData", home.path());
        let list = run(command);
        list.assert_failure(2, &[]);
        let file = list.stderr.split(" does not exist").next().unwrap();
        let file = file.rsplit(' ').next().unwrap().to_owned();
        assert!(file.ends_with("config.toml"), "{list}");
        list.stderr.replace(&file, "[file]")
    };
    insta::assert_snapshot!("first_run", list(&[]));
    let json: Value = serde_json::from_str(&list(&["-o", "json"])).unwrap();
    let error = &json["error"];
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("a project is required"), "{message}");
    assert!(message.contains("keys are required"), "{message}");
    assert!(error["hint"].as_str().unwrap().contains("atlas-pe-sandbox"));
    assert_eq!(error["exitCode"], 2);
}
