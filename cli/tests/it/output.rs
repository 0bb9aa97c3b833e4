//! Standard output in each format.

use atlas_pe_sandbox::PinnedStatus;
use serde_json::{Value, json};

use crate::harness::{LONG, MISSING, VPCE, World, bare_command, run};

/// Creates a connection in use and one that waits for the user, and returns their ids.
fn two(world: &World) -> (String, String) {
    let first = world.connection_in_use();
    let second = world.json(&["create", "--region", "eu-west-1"])["id"].clone();
    world.sandbox.advance(LONG);
    (first, second.as_str().unwrap().to_owned())
}

#[test]
fn ids_are_printed_one_per_line() {
    let world = World::new();
    let (first, second) = two(&world);
    let ids = world.run(&["list", "-o", "ids"]);
    assert_eq!(ids.stdout, format!("{first}\n{second}\n"), "{ids}");
    let id = world.run(&["describe", &first, "-o", "ids"]);
    assert_eq!(id.stdout, format!("{first}\n"), "{id}");
    let vpce = world.run(&["interfaces", "describe", &first, VPCE, "-o", "ids"]);
    assert_eq!(vpce.stdout, format!("{VPCE}\n"), "{vpce}");
}

#[test]
fn jsonl_has_one_connection_per_line() {
    let world = World::new();
    let (first, second) = two(&world);
    let run = world.run(&["list", "-o", "jsonl"]);
    let lines: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ids: Vec<&Value> = lines.iter().map(|line| &line["id"]).collect();
    assert_eq!(ids, [&json!(first), &json!(second)], "{run}");
}

#[test]
fn fields_keep_the_order_of_the_api() {
    let world = World::new();
    let (first, _) = two(&world);
    let json = world.run(&["describe", &first, "-o", "json"]);
    let yaml = world.run(&["describe", &first, "-o", "yaml"]);
    let fields = [
        "id",
        "endpointServiceName",
        "errorMessage",
        "interfaceEndpoints",
        "status",
    ];
    for text in [&json.stdout, &yaml.stdout] {
        let places: Vec<_> = fields
            .iter()
            .map(|field| text.find(field).unwrap())
            .collect();
        assert!(places.is_sorted(), "{text}");
    }
    assert!(yaml.stdout.starts_with(&format!("id: {first}\n")), "{yaml}");
    assert!(
        yaml.stdout
            .contains(&format!("interfaceEndpoints:\n  - {VPCE}\n")),
        "{yaml}"
    );
}

#[test]
fn query_selects_from_the_output() {
    let world = World::new();
    let (first, second) = two(&world);
    let query = |arguments: &[&str]| {
        let run = world.run(arguments);
        assert_eq!(run.code, 0, "{run}");
        run.stdout
    };
    let waiting = "[?status=='WAITING_FOR_USER'].id";
    let selected = query(&["list", "--query", waiting]);
    assert_eq!(
        serde_json::from_str::<Value>(&selected).unwrap(),
        json!([second])
    );
    assert_eq!(
        query(&["list", "--query", "[].id", "-o", "jsonl"]),
        format!("\"{first}\"\n\"{second}\"\n")
    );
    assert_eq!(
        query(&["list", "--query", "length(@)", "-o", "yaml"]),
        "2\n"
    );
    assert_eq!(query(&["describe", &first, "--query", "nothing"]), "null\n");
}

#[test]
fn text_is_for_shells() {
    let world = World::new();
    let (first, second) = two(&world);
    let text = |arguments: &[&str]| {
        let run = world.run(&[arguments, &["-o", "text"]].concat());
        assert_eq!((run.code, &*run.stderr), (0, ""), "{run}");
        run.stdout
    };
    let status = ["describe", &first, "--query", "status"];
    assert_eq!(text(&status), "AVAILABLE\n");
    let ids = ["list", "--query", "[].id"];
    assert_eq!(text(&ids), format!("{first}\t{second}\n"));
    let rows = ["list", "--query", "[].[region, interfaceEndpoints[0]]"];
    assert_eq!(text(&rows), format!("us-east-1\t{VPCE}\neu-west-1\tNone\n"));
    let run = world.run(&["describe", MISSING, "-o", "text"]);
    assert!(run.stderr.starts_with("error: "), "{run}");
}

#[test]
fn wide_table_has_the_endpoint_service() {
    let world = World::new();
    let id = world.connection_in_use();
    let narrow = world.run(&["list"]).stdout;
    let header = ["ID", "REGION", "STATUS", "INTERFACE", "ENDPOINTS"];
    let words = |table: &str| {
        let header = table.lines().next().unwrap_or_default();
        let words = header.split_whitespace().map(str::to_owned);
        words.collect::<Vec<_>>()
    };
    assert_eq!(words(&narrow), header);
    let wide = world.run(&["list", "-o", "wide"]).stdout;
    assert_eq!(
        words(&wide),
        [&header[..], &["ENDPOINT", "SERVICE"]].concat()
    );
    assert!(wide.contains("com.amazonaws.vpce.us-east-1"), "{wide}");

    let failed = PinnedStatus::new("FAILED").with_error("no capacity");
    world.pin(&id, failed);
    let table = world.run(&["list"]).stdout;
    assert_eq!(words(&table), [&header[..], &["ERROR"]].concat());
    assert!(table.contains("no capacity"), "{table}");
}

#[test]
fn invalid_query_is_an_error_before_any_request() {
    let world = World::new();
    let run = world.run(&["list", "--query", "[?"]);
    run.assert_failure(2, &["--query \"[?\" is not a JMESPath expression"]);
    let create = ["create", "--region", "us-east-1", "--query"];
    for (query, reason) in [
        ("nosuchfn(@)", "unknown function nosuchfn"),
        (
            "length(@, id)",
            "expected 1 arguments of length but found 2",
        ),
    ] {
        let run = world.run(&[&create[..], &[query]].concat());
        run.assert_failure(2, &[query, reason]);
    }
    for format in ["table", "wide", "ids"] {
        let run = world.run(&["list", "--query", "[]", "-o", format]);
        run.assert_failure(2, &["--query requires"]);
    }
    assert_eq!(world.sandbox.request_count(), 0);
    let run = world.run(&["list", "--query", "sum(@)"]);
    assert_eq!(run.code, 0, "{run}");
    let run = world.run(&["list", "--query", "length(`1`)"]);
    run.assert_failure(
        1,
        &["could not apply --query", "hint: the command succeeded"],
    );
}

#[test]
fn failed_query_names_the_created_connection() {
    let world = World::new();
    let run = world.run(&["create", "--region", "us-east-1", "--query", "sum(@)"]);
    let id = world.json(&["list", "--query", "[0].id"]);
    let id = id.as_str().unwrap();
    run.assert_failure(1, &["could not apply --query", "the command succeeded", id]);
}

#[test]
fn readmes_show_the_real_table() {
    let world = World::new();
    let id = world.connection_in_use();
    let table = world.run(&["list"]).stdout;
    let in_readme = [
        (include_str!("../../README.md"), MISSING),
        (
            include_str!("../../../README.md"),
            "6b051c714eb83e7ac5f0eda0",
        ),
    ];
    for (readme, shown_id) in in_readme {
        let shown = format!("$ atlas-pe list\n{}", table.replace(&id, shown_id));
        assert!(readme.contains(&shown), "expected in the README:\n{shown}");
    }
}

#[test]
fn color_option_colors_the_status() {
    let world = World::new();
    let (first, _) = two(&world);
    let plain = world.run(&["describe", &first]).stdout;
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let coloured = world.run(&["describe", &first, "--color", "always"]).stdout;
    assert!(
        coloured.contains("\u{1b}[32mAVAILABLE\u{1b}[0m"),
        "{coloured}"
    );
    let json = world.run(&["describe", &first, "--color", "always", "-o", "json"]);
    assert!(!json.stdout.contains('\u{1b}'), "{json}");
}

#[test]
fn failures_are_json_with_json_output() {
    let world = World::new();
    for format in ["json", "jsonl"] {
        let run = world.run(&["describe", MISSING, "-o", format]);
        assert_eq!((run.code, &*run.stdout), (4, ""), "{run}");
        assert_eq!(run.stderr.lines().count(), 1, "{run}");
        let error: Value = serde_json::from_str(&run.stderr).unwrap();
        let error = &error["error"];
        assert_eq!(error["exitCode"], 4);
        assert_eq!(error["status"], 404);
        assert_eq!(error["errorCode"], "PRIVATELINK_NOT_FOUND");
        assert_eq!(error["privateLinkId"], MISSING);
        assert!(error["message"].as_str().unwrap().contains(MISSING));
        assert!(error["hint"].as_str().unwrap().contains("atlas-pe list"));
    }
    let run = world.run(&["describe", MISSING, "-o", "yaml"]);
    assert!(run.stderr.starts_with("error: "), "{run}");
}

#[test]
fn invalid_command_line_is_json_with_json_output() {
    for arguments in [
        &["lits", "-o", "json"][..],
        &["list", "--colour", "never", "--output=json"],
        &["describe", "..", "-ojson"],
    ] {
        let run = run(bare_command(arguments));
        assert_eq!((run.code, &*run.stdout), (2, ""), "{run}");
        let error: Value = serde_json::from_str(&run.stderr).unwrap();
        assert_eq!(error["error"]["exitCode"], 2, "{run}");
        assert!(
            !error["error"]["message"].as_str().unwrap().is_empty(),
            "{run}"
        );
    }
}

#[test]
fn output_variable_sets_the_format_of_failures() {
    let world = World::new();
    for (arguments, name, value) in [
        (&["list", "--frobnicate"][..], "NO_COLOR", "1"),
        (&["list"], "MONGODB_ATLAS_PROJECT_ID", "zzz"),
        (&["list"], "MONGODB_ATLAS_SERVICE", "moon"),
    ] {
        let mut command = world.command(arguments);
        command.env_remove("MONGODB_ATLAS_BASE_URL");
        command.env(name, value).env("MONGODB_ATLAS_OUTPUT", "json");
        let run = run(command);
        run.assert_failure(2, &[]);
        let text: Value = serde_json::from_str(&run.stderr).unwrap();
        assert_eq!(text["error"]["exitCode"], 2, "{run}");
    }
}

#[test]
fn similar_command_or_flag_is_suggested() {
    let list = run(bare_command(&["lits"]));
    list.assert_failure(2, &["'list'"]);
    let flag = run(bare_command(&["create", "--regoin", "us-east-1"]));
    flag.assert_failure(2, &["'--region'"]);
    let value = run(bare_command(&["list", "-o", "jsno"]));
    value.assert_failure(2, &["'json'"]);
}

#[test]
fn json_has_the_region() {
    let world = World::new();
    let id = world.ready_connection();
    let found = world.json(&["list", "--query", "[?region=='us-east-1'].id"]);
    assert_eq!(found, serde_json::json!([id]));
    assert_eq!(world.json(&["describe", &id])["region"], "us-east-1");
}
